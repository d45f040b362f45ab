"""Where removed files go: the desktop's trash on Linux, or a plain folder.

The window passes a trash of its own (Qt's); this one is for use without it. No well-kept library
reports where in the trash a file lies, and undo needs to know.
"""

import errno
import itertools
import os
import shutil
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote_from_bytes

from kindred.engine.digest import digest_file
from kindred.engine.errors import ActionError
from kindred.engine.messages import Code
from kindred.engine.removal.drives import mount_point as _mount_point

Trash = Callable[[Path], Path]
"""Moves one file to the trash and returns where it lies there. Raises OSError."""


def folder_trash(folder: Path) -> Trash:
    """A trash that is a plain folder."""

    def trash(path: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name in _names(path.name):
            try:
                move_new(path, folder / name)
            except FileExistsError:
                continue
            return folder / name
        raise AssertionError("names do not end")

    return trash


def system_trash(path: Path) -> Path:
    """Move a file to the trash of the freedesktop.org specification 1.0; where it lies there.

    Raises OSError when it cannot be moved, and ActionError on systems whose trash only the window
    can use.
    """
    if sys.platform in ("win32", "darwin"):
        raise ActionError(Code.WINDOW_TRASH)
    path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow a link
    top = _mount_point(path)
    try:
        can, recorded = _can_of_device(path, top)
    except OSError:
        can, recorded = _home_can(), path  # the specification's way out: copied to the home trash
    for part in (can, can / "files", can / "info"):
        part.mkdir(mode=0o700, parents=True, exist_ok=True)
    note = (
        f"[Trash Info]\nPath={quote_from_bytes(os.fsencode(recorded))}\n"
        f"DeletionDate={datetime.now():%Y-%m-%dT%H:%M:%S}\n"
    )
    for name in _names(path.name):
        info, place = can / "info" / f"{name}.trashinfo", can / "files" / name
        try:
            with info.open("x") as file:
                file.write(note)
        except FileExistsError:
            continue
        try:
            move_new(path, place)
        except FileExistsError:
            info.unlink()
            continue
        except BaseException:
            info.unlink()
            raise
        return place
    raise AssertionError("names do not end")


def forget_info(place: Path) -> None:
    """Remove what the trash of the specification wrote about a file that lay at `place`."""
    if place.parent.name == "files":
        (place.parent.parent / "info" / f"{place.name}.trashinfo").unlink(missing_ok=True)


def forget_stray_info(path: Path, folder: Path) -> None:
    """Remove notes of the trash in `folder` about a file from `path` that never came there."""
    info = folder.parent / "info"
    if folder.name != "files" or not info.is_dir():
        return
    for name in _names(path.name):
        note = info / f"{name}.trashinfo"
        if not note.exists():
            return
        recorded = (path, path.relative_to(_mount_point(path)))
        lines = {f"Path={quote_from_bytes(os.fsencode(place))}" for place in recorded}
        said = note.read_text("utf-8", "replace").splitlines()
        if not os.path.lexists(folder / name) and not lines.isdisjoint(said):
            note.unlink()


def trash_folders(path: Path) -> list[Path]:
    """The folders in which this system's trash may have put a file that was at `path`."""
    if sys.platform == "win32":
        bins = [Path(path.anchor) / "$Recycle.Bin"]
        return [folder for can in bins if can.is_dir() for folder in can.iterdir()]
    uid = os.getuid()
    top = _mount_point(path)
    if sys.platform == "darwin":
        return [Path.home() / ".Trash", top / ".Trashes" / str(uid)]
    cans = (_home_can(), top / ".Trash" / str(uid), top / f".Trash-{uid}")
    return [can / "files" for can in cans]


def move_new(source: Path, target: Path) -> None:
    """Move a file to a name that must be free, across devices too, keeping its times.

    Whenever it is interrupted, a complete file is at `source` or at `target`; a copy on another
    device is read again before `source` goes. Raises FileExistsError when the name is taken,
    OSError.
    """
    try:
        _rename_new(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target) from None
        copy = partial_of(target)
        try:
            shutil.copy2(source, copy)
            with copy.open("rb+") as file:
                os.fsync(file.fileno())
            if digest_file(copy) != digest_file(source):
                raise OSError(errno.EIO, "the copy differs", copy)
            _rename_new(copy, target)
            copy = target
            _sync_folder(target.parent)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
        _leave(source, target)


def partial_of(target: Path) -> Path:
    """Where `move_new` copies what is to become `target` on another device."""
    return target.with_name(f".kindred-{zlib.crc32(os.fsencode(target.name)):08x}.part")


def _rename_new(source: Path, target: Path) -> None:
    # rename() replaces silently except on Windows; link() never does, but not every disk has it.
    if sys.platform != "win32":
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError as error:
            if error.errno in (errno.EEXIST, errno.EXDEV, errno.ENOENT):
                raise
        else:
            _leave(source, target)
            return
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
    source.rename(target)


def _leave(source: Path, target: Path) -> None:
    """Unlink `source`, or else `target`, which is the same."""
    try:
        source.unlink()
    except BaseException:
        if os.path.lexists(source):  # a signal, or a drive's late answer, may come after the deed
            target.unlink()
        raise


def _sync_folder(folder: Path) -> None:
    # A new name may be on the disk later than the removal of the old one on another disk.
    if sys.platform != "win32":
        try:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:  # many a file system cannot do it, each with its own answer
            if error.errno == errno.EIO:
                raise


def _names(name: str) -> Iterator[str]:
    # ".trashinfo" and a number have to fit into the 255 bytes of a file name.
    stem, suffix = Path(name).stem, Path(name).suffix
    for number in itertools.count(1):
        tail = os.fsencode(suffix if number == 1 else f" {number}{suffix}")
        yield os.fsdecode(os.fsencode(stem)[: max(1, 240 - len(tail))] + tail)


def _home_can() -> Path:
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "Trash"


def _can_of_device(path: Path, top: Path) -> tuple[Path, Path]:
    """The trash on the device of `path`, and the path to record in it. Raises OSError."""
    home = _home_can()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if home.stat().st_dev == path.lstat().st_dev:
        return home, path
    uid = str(os.getuid())
    shared = top / ".Trash"
    can = top / f".Trash-{uid}"
    if shared.is_dir() and not shared.is_symlink() and shared.stat().st_mode & stat.S_ISVTX:
        can = shared / uid
    can.mkdir(mode=0o700, exist_ok=True)
    if can.is_symlink() or can.stat().st_uid != os.getuid():
        raise PermissionError(errno.EPERM, "this trash is not yours", can)
    return can, path.relative_to(top)
