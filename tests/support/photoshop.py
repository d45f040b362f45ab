"""Writes Photoshop files, PSD and PSB, without layers."""

import struct
from collections.abc import Mapping

import numpy as np
from PIL import Image

_MODES = {"L": 1, "P": 2, "RGB": 3, "RGBA": 3, "CMYK": 4}


def photoshop(
    picture: Image.Image,
    *,
    large: bool = False,
    depth: int = 8,
    packed: bool = True,
    resources: Mapping[int, bytes] | None = None,
) -> bytes:
    """`picture` (mode L, P, RGB, RGBA or CMYK) as a file of Photoshop."""
    width, height = picture.size
    planes = [np.asarray(band) for band in picture.split()]
    if picture.mode == "CMYK":
        planes = [255 - plane for plane in planes]
    head = b"8BPS" + struct.pack(
        ">H6xHIIHH", 1 + large, len(planes), height, width, depth, _MODES[picture.mode]
    )
    palette = b""
    if picture.mode == "P":
        palette = np.resize(picture.getpalette(), (256, 3)).astype(np.uint8).T.tobytes()
    blocks = b"".join(
        b"8BIM" + struct.pack(">HHI", number, 0, len(body)) + body + b"\0" * (len(body) % 2)
        for number, body in (resources or {}).items()
    )
    # One layer, with a negative count: the composite is transparent.
    layers = (
        struct.pack(">Q" if large else ">I", 2) + b"\xff\xff" if picture.mode == "RGBA" else b""
    )
    wide = ">Q" if large else ">I"
    parts = [head, _long(palette), _long(blocks), struct.pack(wide, len(layers)) + layers]
    rows = [row for plane in planes for row in _deep(plane, depth)]
    if packed:
        coded = [_pack(row) for row in rows]
        lengths = struct.pack(f">{len(coded)}{'I' if large else 'H'}", *map(len, coded))
        parts += [b"\0\1", lengths, *coded]
    else:
        parts += [b"\0\0", *rows]
    return b"".join(parts)


def _long(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


def _deep(plane: np.ndarray, depth: int) -> list[bytes]:
    if depth == 16:
        plane = (plane.astype(np.uint16) * 257).astype(">u2")
    elif depth == 32:
        plane = ((plane / 255) ** 2.2).astype(">f4")
    return [row.tobytes() for row in plane]


def _pack(row: bytes) -> bytes:
    """PackBits with literal runs alone."""
    runs = [row[at : at + 128] for at in range(0, len(row), 128)]
    return b"".join(bytes([len(run) - 1]) + run for run in runs)
