"""The system's trash, as the function engine.removal.remove takes."""

import sys
from pathlib import Path

from PySide6.QtCore import QFile


def move_to_trash(path: Path) -> Path:
    """Move the file to the system trash; where it lies there. Raises OSError."""
    if sys.platform == "win32" or sys.platform == "darwin":
        return _qt_trash(path)
    from kindred.engine.removal.trash import system_trash

    return system_trash(path)  # Qt cannot name files whose names are not UTF-8


def _qt_trash(path: Path) -> Path:
    file = QFile(str(path))
    if not file.moveToTrash():
        raise OSError(f"{path}: {file.errorString()}")
    return Path(file.fileName())
