"""Opens a WebP of one picture without the canvases that Pillow needs, which also decodes faster.

Pillow decodes every WebP as an animation: 16 bytes a pixel, here 8 at most.
"""

import struct
from collections.abc import Iterator

import numpy as np
from PIL import Image

# Chunk -> Pillow's name for what it holds.
_KEPT = {b"ICCP": "icc_profile", b"EXIF": "exif", b"XMP ": "xmp"}
_ANIMATED, _VP8L_SIGNATURE = 0x02, 0x2F


def header(data: bytes) -> tuple[tuple[int, int], bool]:
    """The size and whether it moves, of WebP data; RFC 9649. Raises ValueError."""
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return (width, height), bool(data[20] & _ANIMATED)
    if kind == b"VP8 " and len(data) >= 30:
        return tuple(side & 0x3FFF for side in struct.unpack_from("<HH", data, 26)), False
    if kind == b"VP8L" and len(data) >= 25 and data[20] == _VP8L_SIGNATURE:
        (bits,) = struct.unpack_from("<I", data, 21)
        return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1), False
    raise ValueError("not the header of a WebP")


def open_still(data: bytes) -> Image.Image:
    """The picture, RGB or RGBA, with its profile, EXIF and XMP in `info`. Raises ValueError."""
    import cv2

    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:  # a size that is not the header's
        raise ValueError("the picture cannot be decoded") from error
    if pixels is None:
        raise ValueError("the picture cannot be decoded")
    height, width, bands = pixels.shape
    mode = "RGBA" if bands == 4 else "RGB"
    picture = Image.frombuffer(mode, (width, height), pixels, "raw", mode.replace("RGB", "BGR"))
    picture.info.update({_KEPT[name]: body for name, body in _chunks(data) if name in _KEPT})
    return picture


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name in _KEPT:
            yield name, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
