"""Tells a lossless file with the pixels of a lossy one: it was made from that, and is no better."""

import numpy as np
from numpy.typing import NDArray

from kindred.engine.file_types import LOSSLESS_FORMATS
from kindred.engine.types import PhotoInfo

SMALL = 3.0  # levels of 255 by which small versions of the two may differ, for their scaling does
# Levels by which the brightness of the full pictures differs at most, on average: decoders round
# differently. A JPEG made from the lossless file is off by 0.3 at quality 95 (24 photos, 0.11 to
# 0.40); from 98 on it can be nearer, but then there is next to nothing between the two.
SAME = 0.1


def of_one_size(first: PhotoInfo, second: PhotoInfo) -> bool | None:
    """Whether the lossless one of two pictures of one size is the first; None: not one of each."""
    lossless = first.format in LOSSLESS_FORMATS
    if lossless == (second.format in LOSSLESS_FORMATS) or "RAW" in (first.format, second.format):
        return None
    if (first.width, first.height) != (second.width, second.height):
        return None
    return lossless


def alike(one: NDArray[np.uint8], other: NDArray[np.uint8], *, within: float) -> bool:
    """Whether the brightness of two uint8 (h, w, 3) differs by so many levels on average."""
    import cv2

    if one.shape != other.shape:
        return False
    greys = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (one, other))
    return float(cv2.absdiff(*greys).mean()) <= within
