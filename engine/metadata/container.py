"""What the parser of any file format hands on: metadata blocks, and what the format itself says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kindred.engine.types import Encoding


@dataclass(frozen=True, slots=True)
class Container:
    """One file taken apart. Blocks are bytes as stored, without the format's wrapping.

    The other fields are those of FileFacts with the same names; `thumbnail` is a JPEG stream.
    """

    exif: bytes | None = None  # a TIFF block
    exif_parts: tuple[bytes, ...] = ()  # more such blocks, each with directories of EXIF and GPS
    ciff: bytes | None = None  # Canon's own, of CRW and old JPEG files
    xmp: tuple[bytes, ...] = ()
    extended_xmp: bytes = b""  # not parsed: depth maps and sounds lie in it as text
    iptc: bytes | None = None  # records, without Photoshop's resource around them
    icc: bytes | None = None
    primaries: int | None = None  # of ITU-T H.273, where a format states them by number
    gamma: float | None = None  # of the values, where a PNG states one that is not sRGB's
    texts: dict[str, str] = field(default_factory=dict)  # of PNG and GIF, by keyword
    width: int = 0
    height: int = 0
    picture: str | None = None
    extras: str | None = None
    frames: int = 1
    pages: int = 1
    layers: int = 0
    movie: bool = False
    sound: bool = False
    gain_map: bool = False
    depth_map: bool = False
    trailer: bool = False
    end: int | None = None  # of the picture file by its own account, where the reader met it
    alpha: bool = False
    bits: int = 8
    channels: int = 3
    damage: int = 0
    luma: NDArray[np.uint8] | None = None  # of a lossless file whose pixels were looked at anyway
    encoding: Encoding = field(default_factory=Encoding)


def within(parts: Iterable[memoryview], most: int) -> Iterator[memoryview]:
    """The parts until they have `most` bytes together: a hostile file names one part many times."""
    for part in parts:
        if most <= 0:
            return
        yield part
        most -= len(part)
