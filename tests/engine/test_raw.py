"""A DNG is written by hand here: a TIFF with a Bayer picture and a JPEG preview."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.decode import decode, open_luminance, open_upright
from engine.errors import DecodeError
from engine.types import SkipReason
from tests.drawing import draw

WIDTH, HEIGHT = 320, 240
ORIENTATIONS = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_270,
                8: Image.Transpose.ROTATE_90}  # fmt: skip

_BYTE, _ASCII, _SHORT, _LONG, _SRATIONAL = 1, 2, 3, 4, 10


def dng(preview: Image.Image | None, *, orientation: int = 1) -> bytes:
    """A little-endian DNG of WIDTH x HEIGHT with `preview` in its first directory."""
    jpeg = io.BytesIO()
    if preview is not None:
        preview.save(jpeg, "JPEG", quality=95)
    bayer = np.full((HEIGHT, WIDTH), 9000, "<u2").tobytes()
    matrix = b"".join(struct.pack("<ii", round(v * 1000), 1000) for v in np.eye(3).ravel())
    bayer_at = 8
    jpeg_at = bayer_at + len(bayer)
    common = [
        (271, _ASCII, b"Maker\0"),
        (272, _ASCII, b"Model R\0"),
        (274, _SHORT, struct.pack("<H", orientation)),
        (306, _ASCII, b"2021:05:01 12:34:56\0"),
        (50706, _BYTE, bytes([1, 4, 0, 0])),
        (50708, _ASCII, b"Maker Model R\0"),
        (50721, _SRATIONAL, matrix),
    ]
    raw = [
        (254, _LONG, struct.pack("<I", 0)),
        (256, _LONG, struct.pack("<I", WIDTH)),
        (257, _LONG, struct.pack("<I", HEIGHT)),
        (258, _SHORT, struct.pack("<H", 16)),
        (259, _SHORT, struct.pack("<H", 1)),
        (262, _SHORT, struct.pack("<H", 32803)),
        (273, _LONG, struct.pack("<I", bayer_at)),
        (277, _SHORT, struct.pack("<H", 1)),
        (278, _LONG, struct.pack("<I", HEIGHT)),
        (279, _LONG, struct.pack("<I", len(bayer))),
        (33421, _SHORT, struct.pack("<HH", 2, 2)),
        (33422, _BYTE, bytes([0, 1, 1, 2])),
    ]
    body = b"II*\0" + b"\0" * 4 + bayer + jpeg.getvalue() + b"\0" * (len(jpeg.getvalue()) % 2)
    if preview is None:
        first = raw + common
    else:
        body, raw_at = append_directory(body, raw)
        first = [
            *common,
            (254, _LONG, struct.pack("<I", 1)),
            (256, _LONG, struct.pack("<I", preview.width)),
            (257, _LONG, struct.pack("<I", preview.height)),
            (258, _SHORT, struct.pack("<HHH", 8, 8, 8)),
            (259, _SHORT, struct.pack("<H", 7)),
            (262, _SHORT, struct.pack("<H", 6)),
            (273, _LONG, struct.pack("<I", jpeg_at)),
            (277, _SHORT, struct.pack("<H", 3)),
            (278, _LONG, struct.pack("<I", preview.height)),
            (279, _LONG, struct.pack("<I", len(jpeg.getvalue()))),
            (330, _LONG, struct.pack("<I", raw_at)),
        ]
    body, first_at = append_directory(body, first)
    return body[:4] + struct.pack("<I", first_at) + body[8:]


def append_directory(body: bytes, tags: list[tuple[int, int, bytes]]) -> tuple[bytes, int]:
    """`body` with the directory at its end, and where it begins."""
    sizes = {_BYTE: 1, _ASCII: 1, _SHORT: 2, _LONG: 4, _SRATIONAL: 8}
    entries = b""
    for tag, kind, value in sorted(tags):
        count = len(value) // sizes[kind]
        if len(value) > 4:
            place = struct.pack("<I", len(body))
            body += value + b"\0" * (len(value) % 2)
        else:
            place = value.ljust(4, b"\0")
        entries += struct.pack("<HHI", tag, kind, count) + place
    return body + struct.pack("<H", len(tags)) + entries + b"\0" * 4, len(body)


def distance(first: np.ndarray, second: Image.Image) -> float:
    small = [
        np.asarray(picture.resize((16, 16), Image.Resampling.BILINEAR), float)
        for picture in (Image.fromarray(first), second)
    ]
    return float(abs(small[0] - small[1]).mean())


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_preview_is_shown_upright_in_the_raw_frame(orientation: int, tmp_path: Path) -> None:
    preview = draw(1, (160, 120))
    turn = ORIENTATIONS[orientation]
    upright = preview if turn is None else preview.transpose(turn)
    data = dng(preview, orientation=orientation)
    decoded = decode(data, name="A.DNG", side=100)
    size = (HEIGHT, WIDTH) if orientation >= 5 else (WIDTH, HEIGHT)
    assert (decoded.info.width, decoded.info.height) == size
    assert (decoded.info.format, decoded.info.orientation) == ("RAW", orientation)
    assert decoded.info.jpeg_quality is None
    assert distance(decoded.rgb, upright) < 3
    path = tmp_path / "a.dng"
    path.write_bytes(data)
    assert open_upright(path, max_side=None).shape == (upright.height, upright.width, 3)
    assert distance(open_upright(path, max_side=64), upright) < 3
    assert open_luminance(path).size == preview.width * preview.height


def test_preview_that_already_stands_is_not_turned_again() -> None:
    upright = draw(1, (120, 160))
    decoded = decode(dng(upright, orientation=6), name="a.dng", side=100)
    assert (decoded.info.width, decoded.info.height) == (HEIGHT, WIDTH)
    assert distance(decoded.rgb, upright) < 3


def test_preview_of_another_shape_has_its_own_frame() -> None:
    wide = draw(1, (192, 108))
    decoded = decode(dng(wide), name="a.dng", side=100)
    assert (decoded.info.width, decoded.info.height) == (192, 108)


def test_metadata_comes_from_the_raw_file() -> None:
    info = decode(dng(draw(1, (160, 120))), name="a.dng", side=100).info
    assert (info.camera, info.taken_at) == ("Maker Model R", "2021-05-01T12:34:56")


def test_without_a_preview() -> None:
    with pytest.raises(DecodeError) as caught:
        decode(dng(None), name="a.dng", side=100)
    assert caught.value.reason is SkipReason.NO_PREVIEW


def test_truncated_raw_ends_with_a_reason() -> None:
    data = dng(draw(1, (160, 120)))
    for kept in range(0, len(data), len(data) // 23):
        try:
            decode(data[:kept], name="a.dng", side=100)
        except DecodeError as error:
            assert error.reason is not SkipReason.CRASHED
