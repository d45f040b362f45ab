"""Finds the copy that was enlarged from the other of its pair: more pixels, not more picture."""

import logging
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kindred.engine.decoding import decode, quality
from kindred.engine.errors import DecodeError
from kindred.engine.types import Kind, Photo, Relation

log = logging.getLogger(__name__)


def real_detail(relation: Relation, photos: Mapping[int, Photo]) -> dict[int, float]:
    """The content of a pair of copies that was enlarged -> its megapixels of real detail."""
    if relation.kind is not Kind.COPY or relation.registration is None:
        return {}
    matrix = np.array(relation.registration.matrix).reshape(3, 3)
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2] / matrix[2, 2]))))
    # One pixel of the second covers `scale` pixels of the first along each side.
    larger, ratio = (relation.first, 1 / scale) if scale > 1 else (relation.second, scale)
    photo = photos[larger]
    if ratio > quality.LARGEST_SCALE:
        return {}
    try:
        if not quality.is_upscaled(_spectrum(photo.path, larger), scale=ratio):
            return {}
    except DecodeError as error:
        log.info("detail of %s not measured: %s", photo.path, error)
        return {}
    return {larger: photo.info.width * photo.info.height * ratio**2 / 1e6}


@lru_cache(maxsize=256)  # 16 kB each; a photo may have many copies
def _spectrum(path: Path, _content: int) -> NDArray[np.float32]:
    return quality.spectrum(decode.open_luminance(path))
