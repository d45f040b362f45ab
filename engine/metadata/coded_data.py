"""Decodes a JPEG's brightness for a look at how it was coded: damage, thumbnail, earlier coding."""

import re
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from kindred.engine.metadata import jpeg
from kindred.engine.metadata.jpeg import Jpeg

MAX_SCANS = 32  # each goes over the whole picture; encoders write about ten
_MAX_PIXELS = 100_000_000  # decoded at full size
_MOST_PIXELS = 1_000_000_000
_EXTRA = re.compile(r"(\d+) extraneous bytes before marker 0xd9")
# What libjpeg warns of though nothing of the picture is lost.
_HARMLESS = ("Invalid SOS parameters", "Unknown Adobe color", "Inconsistent progression")
_NOT_DECODED = ("colorspace", "conversion", "Unsupported", "precision", "not implemented")

_FILL, _BLOCK = 128, 8  # what stands for missing blocks, and the side of one
_LEAST_MISSING = 50  # rows at the end: one in so many

Luma = NDArray[np.uint8]


def decode(data: bytes, main: Jpeg) -> tuple[Luma | None, bool]:
    """The brightness, uint8 (h, w), not upright, and whether the decoder warned of damage.

    Above _MAX_PIXELS it is at an eighth of its size. None for what cannot be decoded or would
    take too long.
    """
    pixels = main.width * main.height
    if not pixels or pixels > _MOST_PIXELS or main.scans > MAX_SCANS or main.bits != 8:
        return None, False
    coded = memoryview(data)[main.start : main.end]
    factor = 1 if pixels <= _MAX_PIXELS else 8
    try:
        return _grey(coded, factor, strict=True), False
    except ValueError as error:
        damaged = not _is_harmless(str(error), data, main)
    try:
        return _grey(coded, factor, strict=False), damaged
    except ValueError:
        # CMYK, and what this decoder has no way for.
        return None, _cannot_be_read(jpeg.bare(data, main))


def ends_in_grey(luma: Luma) -> bool:
    """Whether the picture stops in the middle of a row of blocks, and is grey from there on.

    That is what decoders make of coded data that is missing, and what a program that saved the
    picture again has kept. A grey border begins with a whole row.
    """
    height, width = luma.shape
    grey: NDArray[np.bool_] = luma == _FILL
    picture = np.flatnonzero(~grey.all(axis=1))
    if not len(picture) or width < 2 * _BLOCK:
        return False
    last = int(picture[-1])
    top = last // _BLOCK * _BLOCK
    if height - last - 1 < max(_BLOCK, height // _LEAST_MISSING):
        return False
    row = np.asarray(grey[top : last + 1].all(axis=0))
    end = int(np.flatnonzero(~row)[-1]) + 1
    # Chroma is smoothed over its neighbours, brightness is not.
    return end % _BLOCK == 0 and end < width and not row[max(0, end - _BLOCK) : end].all()


def thumbnail(data: bytes) -> Luma | None:
    """A small JPEG's brightness, uint8 (h, w)."""
    found = jpeg.parse(data)
    if found is None or found.scans > MAX_SCANS or not 0 < found.width * found.height <= 4_000_000:
        return None
    try:
        return _grey(data, 1, strict=False)
    except ValueError:
        return None


def _grey(data: bytes | memoryview, factor: int, *, strict: bool) -> Luma:
    import simplejpeg

    pixels: Luma = simplejpeg.decode_jpeg(data, "GRAY", min_factor=factor, strict=strict)[:, :, 0]
    return pixels


def _is_harmless(warning: str, data: bytes, main: Jpeg) -> bool:
    if any(text in warning for text in _HARMLESS):
        return True
    match = _EXTRA.search(warning)
    if match is None or not main.complete:
        return False
    # Some cameras fill the coded data up with zeros or ones before its end.
    filling = data[max(0, main.end - 2 - int(match[1])) : main.end - 2]
    return not filling.strip(b"\0\xff")


def _cannot_be_read(data: bytes) -> bool:
    """Whether Pillow, which reads CMYK too, does not get to the end of the picture either."""
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=["JPEG"]) as picture:
            picture.draft(picture.mode, (picture.width // 8, picture.height // 8))
            picture.load()
    except Exception:  # damaged data raises nearly anything
        return True
    return False
