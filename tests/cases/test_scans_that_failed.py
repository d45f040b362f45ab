"""Files that once ended a scan or were left out of it without a word."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.support.camera_files import encoded, jpeg
from tests.support.drawing import draw
from tests.support.keeper_situations import put
from tests.support.outside import see


def test_a_gradient_of_no_detail_ends_the_scan_well(folder: Path) -> None:
    strip = np.tile(np.arange(256, dtype=np.uint8), (10, 1))
    put(folder, "bw_gradient.png", encoded(Image.fromarray(strip), "PNG"))
    hopper = draw(6, (128, 128)).resize((256, 10)).convert("L").quantize(256)
    put(folder, "hopper.bmp", encoded(hopper, "BMP"))
    assert see(folder).photos == 2


def test_pictures_of_one_colour_are_no_copies(folder: Path) -> None:
    for name, colour in (("a.png", "white"), ("b.png", "#fefefe")):
        put(folder, name, encoded(Image.new("RGB", (200, 150), colour), "PNG"))
    assert see(folder).suggested == set()


@pytest.mark.parametrize("size", [(300, 24), (3200, 60)])
def test_very_wide_pictures_are_compared(folder: Path, size: tuple[int, int]) -> None:
    picture = draw(1, (size[0], 240)).crop((0, 90, size[0], 90 + size[1]))
    put(folder, "a.png", encoded(picture, "PNG"))
    put(folder, "b.jpg", jpeg(picture, quality=90))
    assert see(folder).together("a.png", "b.jpg")


def test_tiny_tiffs_are_compared(folder: Path) -> None:
    picture = draw(2).resize((32, 10))
    put(folder, "rgb.tif", encoded(picture, "TIFF"))
    put(folder, "rgba.tif", encoded(picture.convert("RGBA"), "TIFF"))
    assert see(folder).photos == 2
