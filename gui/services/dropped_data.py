"""What a drop or the clipboard holds: folders to scan, or one picture to search for."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData
from PySide6.QtGui import QImage, QImageWriter


@dataclass(frozen=True, slots=True)
class Dropped:
    """Folders, or a picture as a file or as encoded bytes."""

    folders: tuple[Path, ...] = ()
    picture: Path | bytes | None = None


def readable(mime: QMimeData) -> bool:
    """Whether `read` will find something; cheap enough for every drag move."""
    return mime.hasImage() or any(url.isLocalFile() for url in mime.urls())


def read(mime: QMimeData | None) -> Dropped:
    """Folders come first; then a file; then pixels, which browsers give beside a web address.

    An empty clipboard holds no QMimeData at all.
    """
    if mime is None:
        return Dropped()
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    folders = tuple(path for path in paths if path.is_dir())
    if folders:
        return Dropped(folders=folders)
    files = [path for path in paths if path.is_file()]
    if files:
        return Dropped(picture=files[0])
    image = QImage(mime.imageData()) if mime.hasImage() else QImage()
    return Dropped() if image.isNull() else Dropped(picture=png(image))


def png(image: QImage) -> bytes:
    """The image as a PNG file in memory."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())
