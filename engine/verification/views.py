"""What verification needs of photos: their signatures, and a way to open them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kindred.engine.decoding import decode
from kindred.engine.types import Photo, PhotoInfo


@dataclass(frozen=True, eq=False)
class View:
    """One content as verification sees it; `open(max_side)` decodes it upright when needed."""

    content: int
    info: PhotoInfo
    signature: NDArray[np.uint8]  # (SIZE, SIZE, 3) or the same bytes in a row
    open: Callable[[int], NDArray[np.uint8]]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[int, PhotoInfo, bytes]:
        return self.content, self.info, self.signature.tobytes()


def views_of(photos: Iterable[Photo], signatures: NDArray[np.uint8]) -> dict[int, View]:
    """Views by content of n photos and their signatures, uint8 (n, ...), in the same order."""
    return {
        photo.content: View(photo.content, photo.info, row, opener(photo.path))
        for photo, row in zip(photos, signatures, strict=True)
    }


def opener(path: Path) -> Callable[[int], NDArray[np.uint8]]:
    """A photo as verification asks for it: decode.open_upright by the longer side in pixels."""
    return lambda side: decode.open_upright(path, max_side=side)
