"""Formats that Pillow, OpenCV and libjxl read in a helper process."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from kindred.engine.decoding.decode import decode, show_upright
from kindred.engine.decoding.wide_range import tone_map
from kindred.engine.errors import DecodeError
from kindred.engine.types import SkipReason
from tests.support.drawing import draw

PICTURE = draw(1, (480, 360)).convert("RGB")
QOI_END = bytes(7) + b"\x01"


def encoded(form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    PICTURE.save(stream, form, **options)
    return stream.getvalue()


def qoi() -> bytes:
    """Every pixel as its own chunk of the Quite OK Image format."""
    pixels = b"".join(b"\xfe" + bytes(pixel) for row in np.asarray(PICTURE) for pixel in row)
    size = b"".join(side.to_bytes(4, "big") for side in PICTURE.size)
    return b"qoif" + size + b"\x03\x00" + pixels + QOI_END


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.jp2", "JPEG2000"),
        ("a.tga", "TGA"),
        ("a.pcx", "PCX"),
        ("a.ppm", "PPM"),
        ("a.qoi", "QOI"),
    ],
)
def test_is_decoded(name: str, form: str) -> None:
    data = qoi() if form == "QOI" else encoded(form)
    found = decode(data, name=name, side=100)
    assert (found.info.format, found.info.width, found.info.height) == (form, 480, 360)
    assert not found.info.damaged and min(found.rgb.shape[:2]) >= 100
    shown = show_upright(data, name=name, max_side=480)
    assert abs(shown.astype(int) - np.asarray(PICTURE)).mean() < 2


def test_jpeg_2000_is_decoded_small_where_it_can_be() -> None:
    large = PICTURE.resize((960, 720))
    for levels in (6, 1):
        stream = io.BytesIO()
        large.save(stream, "JPEG2000", num_resolutions=levels)
        found = decode(stream.getvalue(), name="a.jp2", side=100)
        assert (found.info.width, found.info.height) == (960, 720) and not found.info.damaged
        assert found.rgb.shape[1] < 600


def test_jpeg_xl_is_decoded_with_its_metadata() -> None:
    pyjpegxl = pytest.importorskip("pyjpegxl")
    exif = Image.Exif()
    exif[0x0110] = "Camera"
    block = exif.tobytes().removeprefix(b"Exif\0\0")
    data = pyjpegxl.encode_from_numpy(np.asarray(PICTURE), lossless=True, exif=block)
    for name in ("a.jxl", "a.jpg"):  # whatever the file is called
        found = decode(data, name=name, side=100)
        assert (found.info.format, found.info.width) == ("JXL", 480)
        assert found.info.camera == "Camera"
    with pytest.raises(DecodeError) as caught:
        decode(data[: len(data) // 2], name="a.jxl", side=100)
    assert caught.value.reason is SkipReason.DAMAGED


def test_wide_range_is_tone_mapped() -> None:
    light = (np.asarray(PICTURE, np.float32) / 255) ** 2.2 * 40
    data = cv2.imencode(".hdr", np.ascontiguousarray(light[..., ::-1]))[1].tobytes()
    found = decode(data, name="a.hdr", side=100)
    assert found.info.format == "HDR" and not found.info.flat
    shown = show_upright(data, name="a.hdr", max_side=480).astype(float)
    assert np.corrcoef(shown.ravel(), np.asarray(PICTURE, float).ravel())[0, 1] > 0.9


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf, 1e30])
def test_any_light_can_be_shown(value: float) -> None:
    assert tone_map(np.full((4, 5, 3), value, np.float32)).shape == (4, 5, 3)


def test_what_has_no_decoder_is_named() -> None:
    with pytest.raises(DecodeError, match="OpenEXR") as caught:
        decode(b"v/1\x01" + bytes(100), name="a.exr", side=100)
    assert caught.value.reason is SkipReason.UNSUPPORTED
    with pytest.raises(DecodeError, match="PDF") as caught:
        decode(b"%PDF-1.4" + bytes(100), name="a.jpg", side=100)
    assert caught.value.reason is SkipReason.NOT_A_PICTURE


def test_a_png_with_a_very_long_text_is_shown() -> None:
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("Comment", "words " * 400_000, zip=True)
    found = decode(encoded("PNG", pnginfo=texts), name="a.png", side=100)
    assert found.info.width == 480 and not found.info.damaged


def test_why_nothing_can_be_shown_is_said() -> None:
    data = encoded("JPEG2000")
    with pytest.raises(DecodeError, match="nothing of it can be shown") as caught:
        decode(data[: len(data) // 50], name="a.jp2", side=100)
    assert caught.value.reason is SkipReason.DAMAGED and len(str(caught.value)) > 45


@pytest.mark.parametrize(
    "header", [b"P6\n480 360\n255\n", b"P6 480 360 255\n", b"P6\n# a\n480 360 255\n"]
)
def test_headers_of_pixmaps(header: bytes) -> None:
    data = header + np.asarray(PICTURE).tobytes()
    assert decode(data, name="IMG_1", side=100).info.format == "PPM"


@pytest.mark.parametrize("size", [(530, 401), (513, 385), (512, 384), (1030, 33)])
def test_jpeg_2000_of_odd_sizes_is_decoded_small(size: tuple[int, int]) -> None:
    stream = io.BytesIO()
    draw(1, size).save(stream, "JPEG2000")
    assert max(show_upright(stream.getvalue(), name="a.jp2", max_side=64).shape) == 64
