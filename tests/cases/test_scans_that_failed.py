"""Files that once ended a scan or were left out of it without a word."""

from pathlib import Path

import numpy as np
from PIL import Image

from tests.support.camera_files import encoded
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
