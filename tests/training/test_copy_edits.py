"""training.copy_edits: named edits that always do the same."""

import numpy as np
import pytest
from PIL import Image

from training.copy_edits import VARIANTS


def photo(width: int, height: int) -> Image.Image:
    random = np.random.default_rng(0)
    blocks = Image.fromarray(random.integers(0, 256, (8, 12, 3), np.uint8))
    return blocks.resize((width, height), Image.Resampling.NEAREST)


@pytest.mark.parametrize("name", VARIANTS)
def test_edit_is_repeatable_and_rgb(name: str) -> None:
    original = photo(96, 64)
    before = original.tobytes()
    first, second = VARIANTS[name](original), VARIANTS[name](original)
    assert first.mode == "RGB"
    assert first.tobytes() == second.tobytes()
    assert original.tobytes() == before
    assert (first.size, first.tobytes()) != (original.size, before)


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3)])
def test_edits_take_any_size(size: tuple[int, int]) -> None:
    for edit in VARIANTS.values():
        assert min(edit(photo(*size)).size) >= 1


def test_crop_30_keeps_three_tenths_of_the_area() -> None:
    kept = VARIANTS["crop_30"](photo(400, 300))
    assert kept.width * kept.height / (400 * 300) == pytest.approx(0.3, abs=0.005)
