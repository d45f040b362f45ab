import numpy as np
import pytest
from PIL import Image

from kindred.engine.verification import upscaling
from tests.support.drawing import draw


@pytest.mark.parametrize("scale", [0.4, 0.5, 0.7])
@pytest.mark.parametrize("filter", [Image.Resampling.BICUBIC, Image.Resampling.LANCZOS])
def test_enlarging_adds_no_detail(scale: float, filter: Image.Resampling) -> None:
    picture = draw(2, (768, 640)).convert("L")
    real = upscaling.spectrum(np.asarray(picture))
    assert not upscaling.is_upscaled(real, scale=scale)
    small = picture.resize((round(768 * scale), round(640 * scale)), Image.Resampling.LANCZOS)
    enlarged = upscaling.spectrum(np.asarray(small.resize(picture.size, filter)))
    assert upscaling.is_upscaled(enlarged, scale=scale)
    assert not upscaling.is_upscaled(enlarged, scale=0.9)


@pytest.mark.parametrize("grain", [0.0, 4.0])
def test_noise_is_no_detail(grain: float) -> None:
    """A busy picture with quiet parts, enlarged; what was grained after that still is."""
    picture = draw(2, (1024, 1024)).convert("L")
    picture.paste(120, (0, 0, 1024, 320))
    small = picture.resize((512, 512), Image.Resampling.LANCZOS)
    noise = np.random.default_rng(0).normal(0, grain, (1024, 1024))

    def grained(one: Image.Image) -> np.ndarray:
        return upscaling.spectrum(np.clip(np.asarray(one) + noise, 0, 255).astype(np.uint8))

    large = small.resize(picture.size, Image.Resampling.BICUBIC)
    assert upscaling.is_upscaled(grained(large), scale=0.5)
    assert not upscaling.is_upscaled(grained(picture), scale=0.5)


def test_a_picture_smaller_than_a_tile_is_not_judged() -> None:
    assert not upscaling.is_upscaled(upscaling.spectrum(np.zeros((40, 900), np.uint8)), scale=0.5)
