"""What verification needs of photos: their signatures, and a way to open them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kindred.engine.decoding import decode
from kindred.engine.store import Store
from kindred.engine.types import Photo
from kindred.engine.verification import verify


def views_of(photos: Mapping[int, Photo], store: Store) -> dict[int, verify.View]:
    """What verification needs of photos, by content."""
    signatures = store.signatures(list(photos))
    return {
        content: verify.View(content, photo.info, row, opener(photo.path))
        for (content, photo), row in zip(photos.items(), signatures, strict=True)
    }


def opener(path: Path) -> Callable[[int], NDArray[np.uint8]]:
    """A photo as verification asks for it: decode.open_upright by the longer side in pixels."""
    return lambda side: decode.open_upright(path, max_side=side)
