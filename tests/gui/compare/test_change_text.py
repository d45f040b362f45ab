"""Reading out: where something changed and how much of the area."""

import numpy as np
import pytest

from kindred.gui.compare.change_text import changes_text, place_of

INSIDE = np.ones((300, 400), bool)


def changed(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    mask = np.zeros_like(INSIDE)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = True
    return mask


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((0, 0, 0.2, 0.2), "at the top left"),
        ((0.1, 0.8, 0.9, 0.95), "at the bottom"),
        ((0.4, 0.4, 0.6, 0.6), "in the middle"),
        ((0.8, 0.4, 1, 0.6), "on the right"),
        ((0, 0, 1, 0.9), "all over"),
    ],
)
def test_places(box: tuple[float, float, float, float], words: str) -> None:
    assert place_of(*box) == words


def test_letters_of_a_word_are_one_place() -> None:
    letters = changed(*((100 + 24 * n, 260, 118 + 24 * n, 285) for n in range(8)))
    assert changes_text(letters, inside=INSIDE, drawn=True) == (
        "Text or drawing at the bottom (3% of the area)."
    )


def test_the_largest_change_comes_first() -> None:
    mask = changed((0, 0, 30, 30), (300, 200, 400, 300))
    assert changes_text(mask, inside=INSIDE, drawn=False) == (
        "Changed at the bottom right (8% of the area), at the top left (0.8% of the area)."
    )


def test_nothing_changed_is_said() -> None:
    assert "Nothing changed" in changes_text(changed(), inside=INSIDE, drawn=False)


def test_the_share_is_that_of_the_overlap() -> None:
    inside = np.zeros_like(INSIDE)
    inside[:, :100] = True
    said = changes_text(changed((0, 0, 100, 30)), inside=inside, drawn=False)
    assert "10%" in said


def test_many_places_are_cut_short() -> None:
    corners = changed((0, 0, 40, 40), (360, 0, 400, 40), (0, 260, 40, 300), (360, 260, 400, 300))
    assert changes_text(corners, inside=INSIDE, drawn=False).endswith("and elsewhere.")
