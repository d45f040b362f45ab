"""Alignment: an error that small pictures leave is gone, whatever was done to the copy."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF
from PySide6.QtGui import QTransform

from kindred.engine.types import Photo, PhotoInfo
from kindred.gui.compare.alignment import align
from kindred.gui.compare.placement import place_by_transform

SIDE = 2400


def saved(picture: Image.Image, path: Path) -> Photo:
    picture.save(path, quality=80)
    return Photo(path, "", 0, 0, 0, PhotoInfo(picture.width, picture.height, "JPEG"))


@pytest.mark.parametrize(
    ("edit", "onto_first"),
    [
        (lambda p: p.resize((SIDE // 2, SIDE // 2)), QTransform.fromScale(2, 2)),
        (
            lambda p: p.transpose(Image.Transpose.ROTATE_270),
            QTransform(0, -1, 1, 0, 0, SIDE),  # (x, y) lies on (y, SIDE - x)
        ),
        (
            lambda p: p.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
            QTransform(-1, 0, 0, 1, SIDE, 0),
        ),
    ],
    ids=["half the size", "turned", "mirrored"],
)
def test_copies_lie_on_each_other_to_the_pixel(
    tmp_path: Path, edit: Callable[[Image.Image], Image.Image], onto_first: QTransform
) -> None:
    spots = np.random.default_rng(1).integers(0, 256, (SIDE // 16, SIDE // 16, 3), np.uint8)
    picture = Image.fromarray(spots).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    first = saved(picture, tmp_path / "first.jpg")
    copy = saved(edit(picture), tmp_path / "copy.jpg")
    before = place_by_transform(first.info, copy.info, onto_first * QTransform.fromTranslate(4, -3))
    assert before is not None
    after = align(first, copy, before)
    for place in (QPointF(200, 200), QPointF(900, 400), QPointF(600, 1100)):
        miss = after.onto_first.map(place) - onto_first.map(place)
        assert max(abs(miss.x()), abs(miss.y())) < 1


def test_what_cannot_be_laid_better_stays(photo: Callable[..., Photo]) -> None:
    first, second = photo(1), photo(2)
    placement = place_by_transform(first.info, second.info, QTransform())
    assert placement is not None
    assert align(first, second, placement) == placement
