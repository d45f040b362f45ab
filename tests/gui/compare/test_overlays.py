"""Overlays: what changed is coloured where it changed, heat glows where it matches."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from kindred.engine.types import Photo, Registration
from kindred.gui.compare import overlays
from kindred.gui.compare.placement import place_by_transform, transform


def test_veil_colours_changes_and_darkens_the_rest() -> None:
    mask = np.zeros((4, 6), bool)
    mask[1, 2] = True
    image = overlays.veil(mask)
    assert (image.width(), image.height()) == (6, 4)
    inside, outside = image.pixelColor(2, 1), image.pixelColor(0, 0)
    assert inside.red() > 200 and inside.green() < 80
    assert outside.red() == 0 and outside.alpha() > 100


def test_heat_is_warm_where_strong_and_dark_where_weak() -> None:
    image = overlays.heat(np.array([[0.0, 1.0]], np.float32))
    weak, strong = image.pixelColor(0, 0), image.pixelColor(1, 0)
    assert weak.alpha() > strong.alpha()
    assert strong.red() > 200


def test_changes_are_found_in_a_smaller_copy_with_text(photo: Callable[..., Photo]) -> None:
    first = photo(1, side=640)
    picture = Image.open(first.path).resize((480, 360))
    ImageDraw.Draw(picture).rectangle((120, 320, 360, 350), fill="white")
    second = photo(2, name="text.png")
    picture.save(second.path)
    info = type(first.info)(480, 360, "PNG")
    scale = 640 / 480
    registration = Registration((scale, 0.0, 0.0, 0.0, scale, 0.0, 0.0, 0.0, 1.0))
    placement = place_by_transform(first.info, info, transform(registration))
    assert placement is not None
    found = overlays.changes(first, second, placement)
    layer = found.layers[0]
    assert (layer.width(), layer.height()) == (640, 480)
    assert layer.pixelColor(320, 448).red() > 200
    assert layer.pixelColor(320, 100).red() == 0
    assert "at the bottom (" in found.words
