"""training.hard_edits: named edits that always do the same to one picture."""

import numpy as np
import pytest
from PIL import Image

from tests.support.scenery import scene
from training.hard_edits import HARD_NAMES, LONGEST, hard_variants

OTHERS = [Image.fromarray(scene(seed, width=120, height=90)) for seed in (1, 2, 3)]
PHOTO = Image.fromarray(scene(7, width=240, height=180))


@pytest.mark.parametrize("name", HARD_NAMES)
def test_an_edit_is_repeatable_and_rgb(name: str) -> None:
    before = PHOTO.tobytes()
    first, second = (hard_variants(OTHERS)[name](PHOTO) for _ in range(2))
    assert first.mode == "RGB"
    assert first.tobytes() == second.tobytes()
    assert PHOTO.tobytes() == before
    assert LONGEST[0] <= max(first.size) <= LONGEST[1]


def test_how_strong_an_edit_is_depends_on_the_picture() -> None:
    edit = hard_variants(OTHERS)["stretched"]
    sizes = {edit(Image.fromarray(scene(n, width=240, height=180))).size for n in range(4)}
    assert len(sizes) > 1


def test_a_crop_is_a_tenth_of_the_picture() -> None:
    plain = Image.fromarray(np.full((180, 240, 3), (200, 30, 30), np.uint8))
    cut = hard_variants(OTHERS)["crop_10"](plain)
    assert abs(cut.width / cut.height - 240 / 180) < 0.02
