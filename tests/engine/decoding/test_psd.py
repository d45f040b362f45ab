import numpy as np
import pytest
from PIL import Image

from kindred.engine.decoding.decode import decode, show_upright
from kindred.engine.errors import DecodeError
from kindred.engine.types import SkipReason
from tests.support.drawing import draw
from tests.support.photoshop import photoshop


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("depth", [8, 16, 32])
def test_the_composite_is_shown(large: bool, packed: bool, depth: int) -> None:
    picture = draw(1, (120, 90)).convert("RGB")
    data = photoshop(picture, large=large, packed=packed, depth=depth)
    found = decode(data, name="a.psb" if large else "a.psd", side=60)
    assert (found.info.format, found.info.width, found.info.height) == ("PSD", 120, 90)
    shown = show_upright(data, name="a.psd", max_side=120)
    assert abs(shown.astype(int) - np.asarray(picture)).max() <= 2


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "RGBA"])
def test_other_colour_modes(mode: str) -> None:
    picture = draw(2, (120, 90)).convert("RGB")
    stored = picture.quantize(64) if mode == "P" else picture.convert(mode)
    if mode == "RGBA":
        stored.putalpha(Image.new("L", stored.size, 0))
    shown = show_upright(photoshop(stored), name="a.psd", max_side=120)
    wanted = Image.new("RGB", stored.size, "white") if mode == "RGBA" else stored.convert("RGB")
    assert abs(shown.astype(int) - np.asarray(wanted)).mean() < 3


def test_metadata_are_read() -> None:
    picture = draw(2, (120, 90)).convert("RGB")
    exif = Image.Exif()
    exif[0x0110] = "Camera"
    data = photoshop(picture, resources={1058: exif.tobytes().removeprefix(b"Exif\0\0")})
    assert decode(data, name="a.psd", side=60).info.camera == "Camera"


def test_a_file_without_a_composite_is_explained() -> None:
    data = photoshop(draw(1, (40, 30)).convert("RGB"), resources={1057: bytes(5) + b"\0" * 8})
    with pytest.raises(DecodeError, match="Maximise Compatibility") as caught:
        decode(data, name="a.psd", side=60)
    assert caught.value.reason is SkipReason.UNSUPPORTED


@pytest.mark.parametrize("length", [10, 26, 40, 60, 400])
def test_a_cut_file_is_damaged(length: int) -> None:
    data = photoshop(draw(1, (40, 30)).convert("RGB"))[:length]
    with pytest.raises(DecodeError) as caught:
        decode(data, name="a.psd", side=60)
    assert caught.value.reason is SkipReason.DAMAGED


def test_a_huge_size_is_refused() -> None:
    data = bytearray(photoshop(draw(1, (40, 30)).convert("RGB")))
    data[14:22] = (60000).to_bytes(4, "big") * 2
    with pytest.raises(DecodeError) as caught:
        decode(bytes(data), name="a.psd", side=60)
    assert caught.value.reason is SkipReason.TOO_LARGE
