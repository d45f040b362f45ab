import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from kindred.engine.decoding import quality
from tests.support.drawing import draw


def luma(picture: Image.Image) -> np.ndarray:
    return quality.luminance(np.asarray(picture))


def test_sharpness_falls_with_blur_and_not_with_size() -> None:
    picture = draw(1, (1024, 768))
    blurred = [picture.filter(ImageFilter.GaussianBlur(radius)) for radius in (0, 4, 8, 16)]
    values = [quality.sharpness(luma(one)) for one in blurred]
    assert values == sorted(values, reverse=True)
    assert values[0] > 2 * values[-1]
    half = quality.sharpness(luma(picture.resize((512, 384), Image.Resampling.BOX)))
    assert half == pytest.approx(values[0], rel=0.05)


def test_sharpness_of_a_checkerboard() -> None:
    board = np.indices((64, 64)).sum(0) % 2 * 200.0
    # The Laplacian of a board of 0 and 200 is +800 and -800.
    assert quality.sharpness(board.astype(np.float32)) == 800.0**2
    assert quality.sharpness(np.zeros((2, 500), np.float32)) == 0


def test_exposure() -> None:
    def of(*levels: int) -> float:
        return quality.exposure(np.array([levels], np.float32))

    assert of(0, 0) == 0
    assert of(255, 255) == 0
    assert of(127, 128) == pytest.approx(1, abs=1e-4)
    assert of(60, 60) == pytest.approx(1 - (120 / 255 - 1) ** 2)
    assert of(0, 128, 128, 128) < of(60, 128, 128, 128)


@given(st.integers(0, 255), st.integers(0, 6))
def test_one_colour_is_flat(level: int, noise: int) -> None:
    rng = np.random.default_rng(level)
    pixels = level + rng.integers(-noise, noise + 1, (90, 120, 3))
    pixels[40, 50:54] = 255 - level  # a few dead pixels
    assert quality.is_flat(pixels.clip(0, 255).astype(np.uint8))


def test_pictures_are_not_flat() -> None:
    assert not quality.is_flat(np.asarray(draw(1)))
    page = np.full((400, 300, 3), 255, np.uint8)
    page[100:140, 20:280] = 0
    assert not quality.is_flat(page)
    colours = np.full((100, 100, 3), 90, np.uint8)
    colours[:50] = (120, 78, 90)  # equal in luminance
    assert not quality.is_flat(colours)


@pytest.mark.parametrize("value", [1, 10, 30, 50, 75, 80, 90, 95, 100])
def test_jpeg_quality_is_read_from_the_tables(value: int) -> None:
    stream = io.BytesIO()
    draw(1, (64, 64)).save(stream, "JPEG", quality=value)
    assert quality.jpeg_quality(Image.open(stream).quantization) == pytest.approx(value, abs=1)


def test_jpeg_quality_of_strange_tables() -> None:
    assert quality.jpeg_quality({}) is None
    assert quality.jpeg_quality({0: [1, 2, 3]}) is None
    assert quality.jpeg_quality({0: [65535] * 64}) == 1
