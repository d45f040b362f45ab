"""Small versions of photos in a folder of their own, so that no original is opened twice for one.

A scan leaves them on its way; verification, thumbnails and search results read them. They can be
cleared at any time: what is missing or damaged is made anew from the original.
"""

import contextlib
import logging
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kindred.engine.decoding import decode
from kindred.engine.decoding.decode import small_size
from kindred.engine.errors import DecodeError
from kindred.engine.types import Photo, SkipReason

log = logging.getLogger(__name__)

Pixels = NDArray[np.uint8]

MOST_BYTES = 25_000  # of one file; what would be larger is compressed more
# With colours at full size; at half size the edges of letters drawn over a photo lose theirs.
QUALITIES = (95, 80, 65, 50, 35)
LARGE_QUALITY = 88
TINY = 40_000  # pixels of what may have the best of them
LIMIT = 2 << 30  # bytes of all
_MARK = b"KSMP"  # before a JPEG: a walk that comes here must not take it for a photo
_LEAST_FREE = 1 << 30  # bytes that are left to others on the disk
_LOOKED_AFTER = 4096  # pictures kept between two looks at what all take
_MANY = 256
_LARGEST = 4096  # pixels of a side that a file of ours can have


class SmallPictures:
    """The small pictures in `folder`, by digest; safe from any thread and process.

    Only the user may read them.
    """

    def __init__(self, folder: Path, *, limit: int = LIMIT) -> None:
        self.folder = folder
        self._limit = limit
        self._kept = 0
        self._full = False
        self._lock = threading.Lock()

    def open(self, photo: Photo, *, max_side: int) -> Pixels:
        """The photo upright, uint8 (h, w, 3), its longer side `max_side` pixels or less.

        Never larger than `small_size`. Raises DecodeError, also where the file is not the one that
        was scanned any more: its new picture would stand for all copies of the old one.
        """
        found = self.read(photo.digest)
        if found is None:
            side = max(small_size((photo.info.width, photo.info.height)))
            found = _open_unchanged(photo, side)
            self.keep(photo.digest, found)
        height, width = found.shape[:2]
        scale = max_side / max(width, height)
        if scale >= 1:
            return found
        to = max(1, round(width * scale)), max(1, round(height * scale))
        return np.asarray(Image.fromarray(found).resize(to, Image.Resampling.BICUBIC))

    def open_large(self, photo: Photo, *, max_side: int) -> Pixels:
        """The photo as `open` gives it, but as large as asked; kept beside the small pictures."""
        name = f"{photo.digest}-{max_side}"
        found = self.read(name)
        if found is None:
            found = _open_unchanged(photo, max_side)
            if self._has_room():
                self._keep(name, lambda: _encode(found, LARGE_QUALITY))
        return found

    def read(self, digest: str) -> Pixels | None:
        """The small picture as it is kept; None where there is none that can be read."""
        import simplejpeg

        try:
            data = self._file(digest).read_bytes()
            if not data.startswith(_MARK):
                raise ValueError("not written by this program")
            data = data[len(_MARK) :]
            height, width, *_ = simplejpeg.decode_jpeg_header(data)
            if max(height, width) > _LARGEST:
                raise ValueError(f"{width} x {height}")
            return np.asarray(simplejpeg.decode_jpeg(data, "RGB"), np.uint8)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.info("small picture %s not read: %s", digest, error)
            return None

    def keep(self, digest: str, rgb: Pixels) -> None:
        """Keep a picture, uint8 (h, w, 3), scaled down to `small_size`; a full disk is no error."""
        if self._has_room():
            self._keep(digest, lambda: _compressed(rgb))

    def _keep(self, name: str, compressed: Callable[[], bytes]) -> None:
        file = self._file(name)
        unfinished = file.with_name(f"{file.name}.{os.getpid()}-{threading.get_ident()}")
        try:
            data = compressed()
            try:
                _write(unfinished, data)
            except FileNotFoundError:
                self._make_folders(file.parent)
                _write(unfinished, data)
            unfinished.replace(file)
        except (OSError, ValueError) as error:
            log.info("small picture %s not kept: %s", name, error)
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Prune, if many pictures were kept: to look through them all takes a moment."""
        if self._kept >= _MANY:
            prune(self.folder, limit=self._limit)

    def _file(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest}.small"

    def _make_folders(self, parent: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        parent.mkdir(mode=0o700, exist_ok=True)

    def _has_room(self) -> bool:
        with self._lock:
            self._kept += 1
            look = self._kept % _LOOKED_AFTER == 1
        if look:
            if self._kept > 1:
                prune(self.folder, limit=self._limit)
            try:
                there = next(p for p in (self.folder, *self.folder.parents) if p.is_dir())
                self._full = shutil.disk_usage(there).free < _LEAST_FREE
            except OSError:
                self._full = True
        return not self._full


def prune(folder: Path, *, limit: int) -> None:
    """When `folder` holds more than `limit` bytes, delete the longest unused files down to 80%."""
    try:
        files = sorted((file.stat().st_atime_ns, file) for file in folder.glob("*/*"))
        sizes = {file: file.stat().st_size for _, file in files}
        excess = sum(sizes.values()) - limit
        goal = 0.2 * limit + excess if excess > 0 else 0
        for _, file in files:
            if goal <= 0:
                break
            file.unlink(missing_ok=True)
            goal -= sizes[file]
    except OSError as error:  # another process is pruning too, or the folder is gone
        log.info("small pictures not pruned: %s", error)


def _compressed(rgb: Pixels) -> bytes:
    height, width = rgb.shape[:2]
    size = small_size((width, height))
    if size != (width, height):
        rgb = np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BICUBIC))
    data = b""
    for quality in QUALITIES[0 if size[0] * size[1] <= TINY else 1 :]:
        data = _encode(rgb, quality)
        if len(data) <= MOST_BYTES:
            break
    return data


def _encode(rgb: Pixels, quality: int) -> bytes:
    import simplejpeg

    rgb = np.ascontiguousarray(rgb)
    return bytes(simplejpeg.encode_jpeg(rgb, quality, colorspace="RGB", colorsubsampling="444"))


def _open_unchanged(photo: Photo, side: int) -> Pixels:
    found = decode.open_upright(photo.path, max_side=side)
    _check_unchanged(photo)
    return found


def _write(file: Path, data: bytes) -> None:
    with open(file, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as target:
        target.write(_MARK + data)


def _check_unchanged(photo: Photo) -> None:
    try:
        at = photo.path.stat()
    except OSError as error:
        raise DecodeError(SkipReason.VANISHED, str(error)) from error
    if (at.st_size, at.st_mtime_ns) != (photo.size, photo.mtime_ns):
        raise DecodeError(SkipReason.CHANGED, "it was changed since its scan")
