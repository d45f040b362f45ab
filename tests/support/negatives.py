"""Files written by hand: RAW (a Bayer picture and a JPEG preview), PNG, TIFF directories, EXIF."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 320, 240

_BYTE, _ASCII, _SHORT, _LONG, _RATIONAL, _UNDEFINED, _SRATIONAL = 1, 2, 3, 4, 5, 7, 10
_SIZES = {_BYTE: 1, _ASCII: 1, _SHORT: 2, _LONG: 4, _RATIONAL: 8, _UNDEFINED: 1, _SRATIONAL: 8}


def dng(
    preview: Image.Image | None,
    *,
    orientation: int = 1,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    quality: int = 95,
) -> bytes:
    """A little-endian DNG of `size` with `preview` as a JPEG in its first directory."""
    width, height = size
    jpeg = io.BytesIO()
    if preview is not None:
        preview.save(jpeg, "JPEG", quality=quality)
    bayer = np.full((height, width), 9000, "<u2").tobytes()
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
        (256, _LONG, struct.pack("<I", width)),
        (257, _LONG, struct.pack("<I", height)),
        (258, _SHORT, struct.pack("<H", 16)),
        (259, _SHORT, struct.pack("<H", 1)),
        (262, _SHORT, struct.pack("<H", 32803)),
        (273, _LONG, struct.pack("<I", bayer_at)),
        (277, _SHORT, struct.pack("<H", 1)),
        (278, _LONG, struct.pack("<I", height)),
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


def append_directory(
    body: bytes, tags: list[tuple[int, int, bytes]], *, following: int = 0
) -> tuple[bytes, int]:
    """`body` with the directory at its end, and where it begins."""
    entries = b""
    for tag, kind, value in sorted(tags):
        count = len(value) // _SIZES[kind]
        if len(value) > 4:
            place = struct.pack("<I", len(body))
            body += value + b"\0" * (len(value) % 2)
        else:
            place = value.ljust(4, b"\0")
        entries += struct.pack("<HHI", tag, kind, count) + place
    table = struct.pack("<H", len(tags)) + entries + struct.pack("<I", following)
    return body + table, len(body)


def png(width: int, height: int, rows: bytes, *more: tuple[bytes, bytes]) -> bytes:
    """An 8-bit grey PNG with these packed rows and further chunks before them."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), *more, (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def tiff(entries: list[tuple[int, int, int, bytes]], *, following: int = 0) -> bytes:
    """A little-endian TIFF directory of (tag, type, count, value), as it is told."""
    table, rest = b"", b""
    behind = 8 + 2 + 12 * len(entries) + 4
    for tag, kind, count, value in entries:
        field = value.ljust(4, b"\0")
        if len(value) > 4:
            field = struct.pack("<I", behind + len(rest))
            rest += value
        table += struct.pack("<HHI", tag, kind, count) + field
    start = b"II*\0" + struct.pack("<IH", 8, len(entries))
    return start + table + struct.pack("<I", following) + rest


def exif_block(entries: list[tuple[int, int, int, bytes]], *, following: int = 0) -> bytes:
    return b"Exif\0\0" + tiff(entries, following=following)
