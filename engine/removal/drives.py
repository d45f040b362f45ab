"""Which drives photos were removed from, so that none is put back where its drive is not."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

from kindred.engine.store import Store

_SETTING = "drives"  # where it is mounted -> number of the device that was there


def remember_drives(folders: Iterable[Path], store: Store) -> None:
    """Remember where the drives of folders are mounted; the system's own is always there.

    A drive that does not answer is left as it was known.
    """
    found = {}
    for folder in folders:
        with contextlib.suppress(OSError):
            mount = mount_point(folder / "a photo")
            if mount != Path(mount.anchor):
                found[str(mount)] = mount.stat().st_dev
    known = store.setting(_SETTING, {})
    if not found.items() <= known.items():
        store.set_setting(_SETTING, {**known, **found})


def away_drive(path: Path, trashed_to: Path | None, store: Store) -> Path | None:
    """Where the drive of a path was mounted, if another drive or none is there now.

    A device may have another number when it is connected again; then the trash or the folder that
    is on it shows that it is the same. Raises OSError.
    """
    drives = {Path(place): device for place, device in store.setting(_SETTING, {}).items()}
    mounts = [mount for mount in drives if mount in path.parents]
    if not mounts:
        return None
    mount = max(mounts, key=lambda mount: len(mount.parts))
    if not mount.is_mount():
        return mount
    if mount.stat().st_dev == drives[mount] or path.parent.is_dir():
        return None
    return None if trashed_to is not None and mount in trashed_to.parents else mount


def mount_point(path: Path) -> Path:
    """Where the drive that holds a path is mounted. Raises OSError."""
    folder = path.parent
    while not folder.is_mount() and folder != folder.parent:
        folder = folder.parent
    return folder
