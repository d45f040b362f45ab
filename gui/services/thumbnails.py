"""Thumbnails: found in memory or on disk, or made by worker threads, the newest request first.

Views ask while they paint, so what is visible is asked for again and again, and what scrolled
away is not: waiting requests form a bounded stack whose oldest entries are simply dropped. While
more scrolls by than anyone can see, none is made: it would be late, and the frames with it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

if TYPE_CHECKING:
    from kindred.engine.types import Photo

log = logging.getLogger(__name__)

SIDES = (160, 512, 1440)  # longer side in device pixels: list rows, cards, the large photo
CARD = 512  # up to this the small picture does, though it may have only 400 pixels
WAITING = 240  # requests kept; more than a screen of rows and cards
RUSH, RUSH_SECONDS = 120, 0.15  # so many new requests in so short a time are a fast scroll
MEMORY_BYTES = 160 * 2**20
DISK_BYTES = 2 * 2**30

_Key = tuple[str, int]  # digest, side


@dataclass(frozen=True, slots=True)
class _Made:
    """A thumbnail that a worker has made, or could not."""

    key: _Key
    photo: Photo
    image: QImage | None


def to_qimage(rgb: Any) -> QImage:
    """A copy of a uint8 (h, w, 3) array as QImage; safe on any thread."""
    height, width, _ = rgb.shape
    view = QImage(rgb.tobytes(), width, height, width * 3, QImage.Format.Format_RGB888)
    return view.convertToFormat(QImage.Format.Format_RGB32)


class Thumbnails(QObject):
    """Find-or-request pixmaps by content; `ready` tells the digest that can now be painted."""

    ready = Signal(object)  # digest
    _made = Signal(object)  # _Made

    def __init__(self, cache: Path, *, threads: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._memory: OrderedDict[_Key, QPixmap] = OrderedDict()
        self._bytes = 0
        self._asked = time.monotonic()
        self._broken: set[Path] = set()
        self._waiting: OrderedDict[_Key, Photo] = OrderedDict()
        self._working: set[_Key] = set()
        self._came: deque[float] = deque(maxlen=RUSH)  # when the latest requests did
        self._lock = threading.Condition()
        self._closed = False
        self._made.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._threads = [
            threading.Thread(target=self._work, name=f"kindred-thumbnail-{n}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def pixmap(self, photo: Photo, pixels: int) -> QPixmap | None:
        """The thumbnail whose longer side is about `pixels` device pixels, or None for now.

        While the right size is being made, another size of the same photo is given.
        """
        self._asked = time.monotonic()
        side = next((side for side in SIDES if side >= pixels), SIDES[-1])
        key = (photo.digest, side)
        found = self._memory.get(key)
        if found is not None:
            self._memory.move_to_end(key)
            return found
        if photo.path not in self._broken:
            self._request(key, photo)
        others = (self._memory.get((photo.digest, other)) for other in reversed(SIDES))
        return next((other for other in others if other is not None), None)

    @property
    def held(self) -> int:
        """Bytes of the pixmaps in memory, at most MEMORY_BYTES."""
        return self._bytes

    @property
    def seconds_unasked(self) -> float:
        """Seconds since a thumbnail was last wanted, which is whenever photos are painted."""
        return time.monotonic() - self._asked

    def failed(self, photo: Photo) -> bool:
        """Whether the file could not be decoded since the window opened."""
        return photo.path in self._broken

    def discard(self, digests: Iterable[str]) -> None:
        """Delete the thumbnails of these contents from the disk; on any thread."""
        discard(self._cache, digests)

    def forget(self, digests: Collection[str]) -> None:
        """Let go of the thumbnails of these contents, which are deleted from the disk too."""
        for key in [key for key in self._memory if key[0] in digests]:
            old = self._memory.pop(key)
            self._bytes -= old.width() * old.height() * 4

    def forget_failures(self) -> None:
        """Try again what failed: a drive may be back."""
        self._broken.clear()

    def close(self, *, seconds: float) -> None:
        with self._lock:
            self._closed = True
            self._waiting.clear()
            self._lock.notify_all()
        for thread in self._threads:
            thread.join(seconds / len(self._threads))

    def _request(self, key: _Key, photo: Photo) -> None:
        with self._lock:
            if key in self._working:
                return
            if key not in self._waiting:
                self._came.append(self._asked)
            self._waiting[key] = photo
            self._waiting.move_to_end(key)
            if len(self._waiting) > WAITING:
                self._waiting.popitem(last=False)
            self._lock.notify()

    def _rushing(self) -> bool:
        return len(self._came) == RUSH and time.monotonic() - self._came[0] < RUSH_SECONDS

    def _take(self, made: _Made) -> None:
        key, photo, image = made.key, made.photo, made.image
        with self._lock:
            self._working.discard(key)
        if image is None:
            self._broken.add(photo.path)
        else:
            self._memory[key] = QPixmap.fromImage(image)
            self._bytes += image.sizeInBytes()
            while self._bytes > MEMORY_BYTES:
                _, old = self._memory.popitem(last=False)
                self._bytes -= old.width() * old.height() * 4
        self.ready.emit(key[0])

    def _work(self) -> None:
        while (request := self._next()) is not None:
            key, photo = request
            image = make(photo, side=key[1], cache=self._cache)
            if not self._closed:
                self._made.emit(_Made(key, photo, image))

    def _next(self) -> tuple[_Key, Photo] | None:
        """Wait for the newest request; None once this is closed."""
        with self._lock:
            while not self._closed and (not self._waiting or self._rushing()):
                self._lock.wait(RUSH_SECONDS if self._waiting else None)
            if self._closed:
                return None
            key, photo = self._waiting.popitem()
            self._working.add(key)
            return key, photo


def make(photo: Photo, *, side: int, cache: Path) -> QImage | None:
    """The thumbnail: of the photo's small picture, which a scan left, up to the size of cards.

    The first decode of a photo that has none leaves one, and the large photo is kept beside it.

    Nothing is kept of a photo that is not in the library (its content is 0).
    None for a file that cannot be decoded, or that changed since its scan: its new picture would be
    shown for all copies of the old one.
    """
    # numpy and Pillow load here, off the GUI thread
    from kindred.engine.decoding.decode import open_upright
    from kindred.engine.decoding.small_pictures import SmallPictures

    try:
        pictures = SmallPictures(cache)
        if not photo.content:
            kept = pictures.read(photo.digest)
            return to_qimage(open_upright(photo.path, max_side=side) if kept is None else kept)
        found = pictures.open if side <= CARD else pictures.open_large
        return to_qimage(found(photo, max_side=side))
    except Exception as error:  # a thumbnail that cannot be made is a grey card, never a crash
        log.info("no thumbnail of %s: %s", photo.path, error)
        return None


def discard(cache: Path, digests: Iterable[str]) -> None:
    """Delete the thumbnails of contents that the library has no photo of any more."""
    for digest in digests:
        for file in (cache / digest[:2]).glob(f"{digest}*"):
            with contextlib.suppress(OSError):  # the next pruning may do it
                file.unlink()


def prune(cache: Path, *, limit: int) -> None:
    """When the folder holds more than `limit` bytes, delete the least recently used down to 80%."""
    from kindred.engine.decoding import small_pictures

    small_pictures.prune(cache, limit=limit)


def thread_count() -> int:
    """How many threads make thumbnails on this machine: 2 to 4."""
    return max(2, min(4, (os.cpu_count() or 2) // 2))
