"""What verification needs of photos: their signatures, and ways to open them."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kindred.engine.decoding import decode
from kindred.engine.decoding.small_pictures import SmallPictures
from kindred.engine.types import Photo, PhotoInfo

Pixels = NDArray[np.uint8]
Open = Callable[[int], Pixels]


@dataclass(frozen=True, eq=False)
class View:
    """One content as verification sees it; `open(max_side)` decodes it upright when needed.

    `small(max_side)` gives it as far as that is no larger than its small picture.
    """

    content: int
    info: PhotoInfo
    signature: NDArray[np.uint8]  # (SIZE, SIZE, 3) or the same bytes in a row
    open: Open
    small: Open | None = None  # None: `open` does
    # Names the picture data of its file, metadata left out; None where that is not known.
    picture: Callable[[], str | None] = field(default=lambda: None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[int, PhotoInfo, bytes]:
        return self.content, self.info, self.signature.tobytes()


class OpenedPictures:
    """The pictures opened last, up to `limit` bytes; safe from any thread.

    Of threads that ask for one picture at once, one opens it and the others wait.
    """

    def __init__(self, *, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[Hashable, Future[Pixels]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Pixels]) -> Pixels:
        """The picture of `key`, made by `make` when it is not held; raises what that raises."""
        with self._lock:
            held = self._held.get(key)
            if held is None:
                mine = self._held[key] = Future[Pixels]()
            else:
                self._held.move_to_end(key)
        if held is not None:
            return held.result()
        try:
            picture = make()
        except BaseException as error:
            mine.set_exception(error)
            with self._lock:
                self._held.pop(key, None)
            raise
        mine.set_result(picture)
        with self._lock:
            self._bytes += picture.nbytes
            self._drop()
        return picture

    def clear(self) -> None:
        with self._lock:
            self._held = OrderedDict((k, f) for k, f in self._held.items() if not f.done())
            self._bytes = 0

    def _drop(self) -> None:
        for key in list(self._held):
            if self._bytes <= self._limit:
                return
            if self._held[key].done():
                self._bytes -= self._held.pop(key).result().nbytes


def views_of(
    photos: Iterable[Photo], signatures: NDArray[np.uint8], *, pictures: SmallPictures
) -> dict[int, View]:
    """Views by content of n photos and their signatures, uint8 (n, ...), in the same order."""
    return {
        photo.content: View(
            photo.content,
            photo.info,
            row,
            opener(photo.path),
            _small_opener(photo, pictures),
            partial(decode.picture_digest, photo.path),
        )
        for photo, row in zip(photos, signatures, strict=True)
    }


def _small_opener(photo: Photo, pictures: SmallPictures) -> Open:
    return lambda side: pictures.open(photo, max_side=side)


def opener(path: Path) -> Open:
    """A photo as verification asks for it: decode.open_upright by the longer side in pixels."""
    return lambda side: decode.open_upright(path, max_side=side)
