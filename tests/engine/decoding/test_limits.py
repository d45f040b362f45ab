"""What is refused for the memory it would take, with the limit lowered to test sizes."""

import struct

import numpy as np
import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from kindred.engine.decoding import limits
from kindred.engine.decoding.decode import decode
from kindred.engine.decoding.formats import open_picture
from kindred.engine.errors import DecodeError
from kindred.engine.types import SkipReason
from tests.support.cameras import heif
from tests.support.drawing import draw
from tests.support.hostile import encoded

register_heif_opener()

SIDE = 256
PIXELS = SIDE * SIDE


def needs(data: bytes, monkeypatch: pytest.MonkeyPatch, *, side: int = 16) -> float:
    """Bytes a pixel of the lowest limit that lets the picture through, to a quarter of a byte."""
    monkeypatch.setattr(limits, "_SPARE", 0)
    for quarters in range(1, 100):
        monkeypatch.setattr(limits, "MAX_MEMORY", PIXELS * quarters // 4)
        monkeypatch.setattr(limits, "MAX_DEEP_MEMORY", PIXELS * quarters // 4)
        try:
            open_picture(data, wanted=lambda size: (side, side))
        except DecodeError as error:
            assert error.reason is SkipReason.TOO_LARGE
            assert f"{SIDE} x {SIDE}" in str(error)
        else:
            return quarters / 4
    raise AssertionError("never let through")


SCENE = draw(1, (SIDE, SIDE))
GREY = SCENE.convert("L")
ALPHA = SCENE.copy()
ALPHA.putalpha(GREY)
DEEP = Image.fromarray(np.asarray(GREY).astype(np.uint16) << 8)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (encoded(SCENE, "PNG"), 4),
        (encoded(GREY, "PNG"), 1),
        (encoded(SCENE.quantize(16), "GIF"), 1),
        (encoded(DEEP, "PNG"), 2),
        (encoded(GREY.convert("F"), "TIFF"), 4),
        (encoded(SCENE, "TIFF"), 4),
        (encoded(SCENE, "TIFF", compression="tiff_lzw", strip_size=1 << 30), 7),
        (encoded(SCENE, "JPEG"), 0.25),
        (encoded(SCENE, "JPEG", progressive=True), 3.25),
        (encoded(SCENE, "JPEG", progressive=True, subsampling=0), 6.25),
        (encoded(SCENE.convert("CMYK"), "JPEG", progressive=True), 8.25),
        (encoded(SCENE, "WEBP"), 8),
        (encoded(SCENE, "HEIF"), 7.5),
        (encoded(SCENE, "HEIF", chroma="444"), 9.5),
        (encoded(ALPHA, "HEIF"), 9),
        (heif(SCENE), 15.5),
        (encoded(SCENE, "AVIF", speed=10), 10.5),
        (encoded(ALPHA, "AVIF", speed=10), 12),
    ],
)
def test_bytes_a_pixel(data: bytes, expected: float, monkeypatch: pytest.MonkeyPatch) -> None:
    assert needs(data, monkeypatch) == expected


def test_a_moving_webp_costs_its_canvases(monkeypatch: pytest.MonkeyPatch) -> None:
    other = draw(2, (SIDE, SIDE))
    assert needs(encoded(SCENE, "WEBP", save_all=True, append_images=[other]), monkeypatch) == 16


def test_a_jpeg_costs_what_it_is_scaled_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert needs(encoded(SCENE, "JPEG"), monkeypatch, side=SIDE) == 4


def test_a_jpeg_in_several_scans_keeps_its_coefficients(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(SCENE, "JPEG", subsampling=0)
    at = data.index(b"\xff\xda")
    # The first scan now holds one of the three components.
    apart = data[:at] + b"\xff\xda" + struct.pack(">HB", 8, 1) + data[at + 5 : at + 7]
    apart += data[at + 11 :]
    assert needs(apart, monkeypatch) == 6.25


def test_deep_colour_may_take_more_at_full_size(monkeypatch: pytest.MonkeyPatch) -> None:
    data = heif(SCENE)
    monkeypatch.setattr(limits, "MAX_MEMORY", 1)
    open_picture(data, wanted=lambda size: size)
    with pytest.raises(DecodeError, match="memory"):
        open_picture(data, wanted=lambda size: (size[0] // 2, size[1] // 2))


def test_time_is_limited_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("MAX_PIXELS", "MAX_WHOLE_PIXELS"):
        monkeypatch.setattr(limits, limit, PIXELS - 1)
    for form in ("JPEG", "PNG", "WEBP"):
        with pytest.raises(DecodeError, match="megapixels"):
            open_picture(encoded(SCENE, form), wanted=lambda size: (16, 16))


def test_what_is_promised_in_vain_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes are checked before the decoder makes its canvas."""
    with pytest.raises(DecodeError) as caught:
        data = bytearray(encoded(SCENE, "WEBP", lossless=True))
        at = data.index(b"VP8L") + 9
        data[at : at + 4] = struct.pack("<I", 0x3FFF | 0x3FFF << 14)
        open_picture(bytes(data), wanted=lambda size: size)
    assert caught.value.reason is SkipReason.TOO_LARGE


def test_a_strip_that_cannot_be_scaled_down_is_refused() -> None:
    with pytest.raises(DecodeError, match="too long for its width"):
        decode(encoded(Image.new("1", (2, 21_000_000)), "PNG"), name="a.png", side=64)
