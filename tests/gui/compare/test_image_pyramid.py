"""Pictures: levels halve, and the right one is drawn."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QImage

from kindred.engine.errors import DecodeError
from kindred.engine.types import Photo
from kindred.gui.compare import image_pyramid


def blank(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0)
    return image


def test_levels_halve_down_to_a_small_one() -> None:
    made = image_pyramid.picture(blank(3200, 1600))
    assert [level.width() for level in made.levels] == [3200, 1600, 800, 400]


def test_the_smallest_sufficient_level_is_chosen() -> None:
    made = image_pyramid.picture(blank(3200, 1600))
    assert made.level(801).width() == 1600
    assert made.level(800).width() == 800
    assert made.level(10).width() == 400
    assert made.level(9000).width() == 3200


def test_a_file_is_loaded_upright_and_scaled(photo: Callable[..., Photo]) -> None:
    drawn = photo(1, side=640)
    assert image_pyramid.load(drawn.path, max_side=None).width == 640
    assert image_pyramid.load(drawn.path, max_side=200).width == 200
    drawn.path.write_bytes(b"no picture")
    with pytest.raises(DecodeError):
        image_pyramid.load(drawn.path, max_side=None)
