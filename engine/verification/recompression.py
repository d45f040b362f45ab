"""Compresses a picture the way a file was compressed, to know what that did to it."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kindred.engine.types import Encoding, PhotoInfo

Picture = NDArray[np.uint8]

JPEG = frozenset({"JPEG", "MPO"})
SEARCHED = frozenset({"WEBP"})  # whose encoder decides on the quantiser, by the picture
LOSSY = JPEG | SEARCHED | {"AVIF", "HEIF"}
# What metadata.quality tells (Encoding.quality) of files that Pillow wrote at these qualities:
# medians over 4 pictures of 256 pixels. The quantiser of WebP varies by 4 with the picture.
_STRENGTHS = (18.5, 26.8, 37.0, 46.5, 56.0, 64.1, 70.6, 80.9, 91.7, 94.7, 96.9)
_QUALITIES = (10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100)
_SLACK = 4.0  # of Encoding.quality
_SUBSAMPLINGS = ("4:4:4", "4:2:2", "4:2:0")


def is_lossy(info: PhotoInfo, encoding: Encoding) -> bool:
    """Whether the file's compression changed the picture."""
    return info.format in LOSSY and not encoding.lossless


def strongest(encoding: Encoding) -> int | None:
    """The lowest quality, for `recompress`, at which a file of SEARCHED may have been saved.

    None: the file does not tell.
    """
    if encoding.quality is None:
        return None
    return int(np.interp(encoding.quality - _SLACK, _STRENGTHS, _QUALITIES))


def recompress(
    picture: Picture, info: PhotoInfo, encoding: Encoding, *, quality: int | None = None
) -> Picture:
    """`picture`, uint8 (h, w, 3), saved as such a file was and decoded again.

    `quality` is for the codecs of SEARCHED, on their encoders' scale of 1 to 100. The picture as it
    is when the file is lossless, of another format, or nothing is known of its compression.
    """
    if not is_lossy(info, encoding):
        return picture
    buffer, image = io.BytesIO(), Image.fromarray(picture)
    if info.format in JPEG:
        known = encoding.subsampling in _SUBSAMPLINGS
        subsampling = encoding.subsampling if known else "4:2:0"
        if encoding.tables:
            # Pillow writes baseline files, whose steps have 8 bits.
            tables = [[min(max(step, 1), 255) for step in table] for table in encoding.tables]
            image.save(buffer, "JPEG", qtables=tables, subsampling=subsampling)
        elif info.jpeg_quality:
            image.save(buffer, "JPEG", quality=info.jpeg_quality, subsampling=subsampling)
        else:
            return picture
    elif quality is None or info.format not in SEARCHED:
        return picture
    else:
        image.save(buffer, "WEBP", quality=quality)
    with Image.open(buffer) as saved:
        return np.asarray(saved.convert("RGB"))
