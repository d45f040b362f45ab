"""The cards, phones and drives that are connected now."""

import os
from pathlib import Path

from PySide6.QtCore import QStorageInfo

PLACES = ("/media/", "/run/media/", "/Volumes/")  # where systems put what is plugged in
CAMERA_FOLDER = "DCIM"  # JEITA CP-3461, DCF: the folder of every camera and phone
PHONES = ("mtp:", "gphoto2:")  # of GVfs, by which desktops on Linux show phones and cameras


def connected_cards() -> list[Path]:
    """Their folders, those of cameras and phones first; for a reading thread, drives are slow."""
    found = [
        Path(volume.rootPath()) for volume in QStorageInfo.mountedVolumes() if volume.isReady()
    ]
    cards = [path for path in found if _camera(path) or str(path).startswith(PLACES)]
    return sorted({*cards, *_phones()}, key=lambda path: (not _camera(path), str(path)))


def _camera(path: Path) -> bool:
    try:
        return (path / CAMERA_FOLDER).is_dir()
    except OSError:
        return False


def _phones() -> list[Path]:
    if not hasattr(os, "getuid"):
        return []
    try:
        shown = list(Path(f"/run/user/{os.getuid()}/gvfs").iterdir())
    except OSError:
        return []
    return [path for path in shown if path.name.startswith(PHONES)]
