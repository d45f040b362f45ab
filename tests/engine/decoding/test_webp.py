import io

import numpy as np
import pytest
from PIL import Image

from kindred.engine.decoding import webp
from tests.support.drawing import draw
from tests.support.hostile import encoded

SCENE = draw(1, (100, 60))
EXIF = b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"
ALPHA = SCENE.copy()
ALPHA.putalpha(draw(2, (100, 60)).convert("L"))


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("picture", [SCENE, ALPHA], ids=["RGB", "RGBA"])
@pytest.mark.parametrize("more", [{}, {"exif": EXIF, "xmp": b"<x/>", "icc_profile": b"abc"}])
def test_gives_what_pillow_gives(picture: Image.Image, lossless: bool, more: dict) -> None:
    data = encoded(picture, "WEBP", lossless=lossless, **more)
    expected = Image.open(io.BytesIO(data))
    assert webp.header(data) == (expected.size, False)
    shown = webp.open_still(data)
    ours, theirs = (np.asarray(one.convert("RGBA"), int) for one in (shown, expected))
    seen = theirs[..., 3] > 0  # what lies under full transparency may differ
    assert abs(ours - theirs)[seen].max() <= 1
    assert {name: shown.info.get(name) for name in more} == {
        name: expected.info[name] for name in more
    }
    assert dict(shown.getexif()) == dict(expected.getexif())


def test_what_moves_is_told() -> None:
    data = encoded(SCENE, "WEBP", save_all=True, append_images=[draw(2, SCENE.size)])
    assert webp.header(data) == (SCENE.size, True)


def test_nonsense_raises_a_value_error() -> None:
    data = encoded(SCENE, "WEBP", exif=EXIF)
    for kept in range(12, 30):
        with pytest.raises(ValueError, match="WebP"):
            webp.header(data[:kept])
    for kept in (30, 60, len(data) // 2):
        with pytest.raises(ValueError, match="decoded"):
            webp.open_still(data[:kept])
