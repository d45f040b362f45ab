"""Small libraries on disk for tests: files with bytes, known to a store, in groups."""

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from blake3 import blake3

from kindred.engine.store import Store
from kindred.engine.store.contents import NewContent
from kindred.engine.types import FoundFile, Group, Kind, Member, Photo, PhotoInfo

INFO = PhotoInfo(width=40, height=30, format="JPEG")


def write(path: Path, data: bytes, *, mtime_ns: int = 1_600_000_000_123_456_789) -> Path:
    """A file with these bytes and this time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, ns=(mtime_ns, mtime_ns))
    return path


def remember(store: Store, paths: Iterable[Path]) -> None:
    """What a scan of these files would store."""
    signature = np.zeros((2, 2, 3), np.uint8)
    for path in paths:
        found = path.stat()
        digest = blake3(path.read_bytes()).hexdigest()
        (content,) = store.add_contents([NewContent(digest, INFO, signature)])
        file = FoundFile(path, found.st_size, found.st_mtime_ns)
        store.set_paths([(file, content)])


def photo_at(store: Store, path: Path) -> Photo:
    """The photo at a path that is no other's companion."""
    (photo,) = (photo for photo in store.photos() if photo.path == path)
    return photo


def group(store: Store, *paths: Path, kind: Kind = Kind.COPY) -> Group:
    """These photos as one group, the first the keeper."""
    photos = [photo_at(store, path) for path in paths]
    return Group(str(paths[0]), kind, tuple(Member(photo, kind, 1.0) for photo in photos))


def everything(*folders: Path) -> list[bytes]:
    """The bytes of all files below the folders, sorted."""
    files = (path for folder in folders for path in folder.rglob("*"))
    return sorted(path.read_bytes() for path in files if path.is_file())
