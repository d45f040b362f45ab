"""Previews between black bars, as Sony's and Canon's cameras put them into HEIF files."""

import numpy as np
import pytest
from PIL import Image

from kindred.engine.decoding import heif, limits
from kindred.engine.decoding.decode import decode
from kindred.engine.decoding.formats import open_picture
from kindred.engine.errors import DecodeError
from kindred.engine.types import SkipReason
from tests.support.cameras import between_bars
from tests.support.cameras import heif as heif_file
from tests.support.drawing import draw

# The shape of 9504 x 6336, and previews with a line of black above the picture and two below it.
WHOLE, INSIDE, PREVIEW = (1200, 800), (632, 421), (632, 424)


def file(picture: Image.Image, preview: Image.Image) -> bytes:
    return heif_file(picture, preview, quality=60, enc_params={"preset": "ultrafast"})


@pytest.fixture(scope="module")
def scene() -> Image.Image:
    return draw(3, WHOLE)


@pytest.fixture(scope="module")
def photo(scene: Image.Image) -> bytes:
    return file(scene, between_bars(scene, PREVIEW))


def difference(first: np.ndarray, second: Image.Image) -> float:
    small = Image.fromarray(first).resize((200, 133), Image.Resampling.BOX)
    return float(np.abs(np.subtract(small, second.resize((200, 133)), dtype=float)).mean())


def test_a_scan_takes_the_preview_without_its_bars(scene: Image.Image, photo: bytes) -> None:
    opened = open_picture(photo, wanted=lambda size: (400, 267))
    assert opened.pixels.size == INSIDE
    assert opened.size == WHOLE
    assert np.asarray(opened.pixels)[[0, -1]].mean() > 20  # no bar
    decoded = decode(photo, name="a.hif", side=160)
    assert (decoded.info.width, decoded.info.height, decoded.info.format) == (*WHOLE, "HEIF")
    assert difference(decoded.rgb, scene) < 4


def test_the_picture_itself_is_decoded_where_the_preview_is_too_small(photo: bytes) -> None:
    assert open_picture(photo, wanted=lambda size: (423, 282)).pixels.size == WHOLE


def test_the_preview_stands_for_a_picture_that_takes_too_much(
    photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_MEMORY", 30 << 20)
    assert open_picture(photo, wanted=lambda size: (600, 400)).pixels.size == INSIDE
    assert open_picture(photo, wanted=lambda size: size).pixels.size == WHOLE  # someone looks at it


@pytest.mark.parametrize("other", ["turned", "shape", "larger"])
def test_other_pictures_are_no_previews(
    scene: Image.Image, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = {
        "turned": between_bars(scene, PREVIEW).transpose(Image.Transpose.ROTATE_90),
        "shape": scene.resize((632, 474)),
        "larger": between_bars(scene, PREVIEW).resize((1264, 848)),
    }[other]
    data = file(scene, preview)
    assert heif.preview(data, least=None) is None
    monkeypatch.setattr(limits, "MAX_MEMORY", 30 << 20)
    with pytest.raises(DecodeError) as caught:
        open_picture(data, wanted=lambda size: (400, 267))
    assert caught.value.reason is SkipReason.TOO_LARGE


def test_a_damaged_preview_is_left_alone(scene: Image.Image, photo: bytes) -> None:
    broken = photo[:-1]  # its bytes are the last
    assert heif.preview(broken, least=(400, 267)) is None
    opened = open_picture(broken, wanted=lambda size: (400, 267))
    assert opened.pixels.size == WHOLE
    assert difference(np.asarray(opened.pixels), scene) < 4
