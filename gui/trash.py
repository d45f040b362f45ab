"""The system's trash, as the function engine.actions takes."""

from pathlib import Path

from PySide6.QtCore import QFile


def move_to_trash(path: Path) -> Path:
    """Move the file to the system trash; where it lies there. Raises OSError."""
    file = QFile(str(path))
    if not file.moveToTrash():
        raise OSError(f"{path}: {file.errorString()}")
    return Path(file.fileName())
