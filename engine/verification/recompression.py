"""Compresses a picture the way a file was compressed, to know what that did to it."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kindred.engine.types import Encoding, PhotoInfo

Picture = NDArray[np.uint8]

JPEG = frozenset({"JPEG", "MPO"})
# HEIF is simulated by AVIF: x265 takes 8 s for 2 megapixels where libaom takes 0.4, and both
# are transform codecs with a smoothing loop filter.
SEARCHED = frozenset({"WEBP", "AVIF", "HEIF"})
# libjpeg's quality of the same strength (Encoding.quality), and Pillow's quality that gives it:
# medians over 3 pictures of 256 pixels. The quantiser of WebP varies by 4 with the picture.
_STRENGTHS = {
    "WEBP": (
        (43.2, 52.3, 59.1, 64.2, 68.9, 72.9, 76.4, 82.7, 90.5, 93.9, 97.0),
        (10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100),
    ),
    "AVIF": (
        (9.2, 16.8, 24.4, 33.6, 42.7, 53.4, 64.0, 76.2, 86.8, 92.9, 99.0),
        (10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100),
    ),
}
_SLACK = {"WEBP": 4.0}  # of Encoding.quality
_SUBSAMPLINGS = ("4:4:4", "4:2:2", "4:2:0")


def is_lossy(info: PhotoInfo, encoding: Encoding) -> bool:
    """Whether the file's compression changed the picture."""
    return info.format in JPEG | SEARCHED and not encoding.lossless


def strongest(info: PhotoInfo, encoding: Encoding) -> int | None:
    """The lowest quality, for `recompress`, at which a file of SEARCHED may have been saved.

    None: the file does not tell.
    """
    if encoding.quality is None:
        return None
    strengths, qualities = _STRENGTHS["WEBP" if info.format == "WEBP" else "AVIF"]
    strength = encoding.quality - _SLACK.get(info.format, 1.0)
    return int(np.interp(strength, strengths, qualities))


def recompress(
    picture: Picture, info: PhotoInfo, encoding: Encoding, *, quality: int | None = None
) -> Picture:
    """`picture`, uint8 (h, w, 3), saved as such a file was and decoded again.

    `quality` is for the codecs of SEARCHED, on their encoders' scale of 1 to 100. The picture as it
    is when the file is lossless or nothing is known of its compression.
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
    elif quality is None:
        return picture
    elif info.format == "WEBP":
        image.save(buffer, "WEBP", quality=quality)
    else:
        image.save(buffer, "AVIF", quality=quality, speed=9)
    with Image.open(buffer) as saved:
        return np.asarray(saved.convert("RGB"))
