"""Search results: ranked under headings that come from the calibration."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from kindred.engine.types import Calibration, Hit, Photo
from kindred.gui.search.hit_model import ROW, Heading, HitModel, likeness_text, rows, step

CALIBRATION = Calibration(0.7, 0.8, 0.9, 0.95)


@pytest.mark.parametrize(
    ("similarity", "said"),
    [(0.95, "probably a copy"), (0.9, "probably a copy"), (0.85, "similar"), (0.2, "less alike")],
)
def test_similarity_in_words(similarity: float, said: str) -> None:
    assert likeness_text(similarity, CALIBRATION) == said


def test_without_a_calibration_nothing_is_claimed(photo: Callable[..., Photo]) -> None:
    hits = [Hit(photo(1), 0.99), Hit(photo(2), 0.5)]
    assert likeness_text(0.99, None) == ""
    assert rows(hits, None) == hits


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_more_alike_never_falls_behind(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert step(high, CALIBRATION) <= step(low, CALIBRATION)


def test_headings_count_and_order_stays(photo: Callable[..., Photo]) -> None:
    hits = [Hit(photo(n), value) for n, value in enumerate((0.97, 0.91, 0.4))]
    found = rows(hits, CALIBRATION)
    assert [row for row in found if isinstance(row, Hit)] == hits
    headings = [row for row in found if isinstance(row, Heading)]
    assert headings == [Heading("Probably copies", 2, 0.9), Heading("Less alike", 1, None)]


def test_a_heading_cannot_be_chosen_and_everything_is_told(photo: Callable[..., Photo]) -> None:
    model = HitModel()
    assert model.first_hit() is None
    model.set_hits([Hit(photo(1), 0.97)], CALIBRATION)
    heading, hit = model.index(0, 0), model.index(1, 0)
    assert model.first_hit() == 1
    assert not model.flags(heading) & Qt.ItemFlag.ItemIsSelectable
    assert model.flags(hit) & Qt.ItemFlag.ItemIsSelectable
    assert isinstance(hit.data(ROW), Hit)
    told = hit.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "similarity 0.970, probably a copy" in told
    assert "1.jpg" in told
