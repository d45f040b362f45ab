"""The disk as it is now: is a file still the one that was seen, which names are one file."""

import functools
import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from kindred.engine.digest import digest_file
from kindred.engine.messages import Code, Message, cause, tell


def change(path: Path, size: int, mtime_ns: int, *, digest: str | None = None) -> Message | None:
    """What keeps a path from being the file that was seen; None when it is that file.

    With a digest its bytes are read and compared too: editors can keep the size and the time.
    """
    try:
        found = path.lstat()
    except OSError as error:
        return tell(Code.FILE_NOT_FOUND, why=cause(error))
    if not stat.S_ISREG(found.st_mode):
        return tell(Code.NOT_A_FILE)
    if (found.st_size, found.st_mtime_ns) != (size, mtime_ns):
        return tell(Code.FILE_CHANGED)
    try:
        if digest is not None and digest_file(path) != digest:
            return tell(Code.FILE_CHANGED)
    except OSError as error:
        return tell(Code.FILE_NOT_READ, why=cause(error))
    return None


def identity(path: Path) -> tuple[int, int] | str | None:
    """The same for all names of one file or folder; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    # Some network drives number no files.
    return (found.st_dev, found.st_ino) if found.st_ino else os.path.normcase(path.resolve())


def guard(protected: Iterable[Path]) -> Callable[[Path], bool]:
    """A test whether a file lies in one of the folders, by its name or by the real folders above.

    It remembers its answers: make a new one for each job.
    """
    folders = frozenset(protected)
    real = {identity(folder) for folder in folders} - {None}

    @functools.cache
    def inside(folder: Path) -> bool:
        above = {folder, *folder.parents, *(real_folder := folder.resolve()).parents, real_folder}
        return not folders.isdisjoint(above) or not real.isdisjoint(map(identity, above))

    return lambda path: bool(folders) and inside(path.parent)
