"""What is dropped or pasted: folders, a file, pixels, or nothing."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from gui import drops


def mime_of(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_folders_come_before_files(tmp_path: Path) -> None:
    picture, folder = tmp_path / "a b#c.jpg", tmp_path / "folder"
    picture.touch()
    folder.mkdir()
    assert drops.read(mime_of(picture, folder)) == drops.Dropped(folders=(folder,))
    assert drops.read(mime_of(picture)) == drops.Dropped(picture=picture)
    assert drops.readable(mime_of(picture))


def test_pixels_of_a_browser_become_a_picture() -> None:
    image = QImage(8, 4, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    mime = QMimeData()
    mime.setImageData(image)
    mime.setUrls([QUrl("https://example.org/a.jpg")])
    dropped = drops.read(mime)
    assert isinstance(dropped.picture, bytes)
    assert QImage.fromData(dropped.picture).pixelColor(7, 3).name() == "#336699"


def test_web_addresses_text_and_vanished_files_are_nothing(tmp_path: Path) -> None:
    web, text = QMimeData(), QMimeData()
    web.setUrls([QUrl("https://example.org/a.jpg")])
    text.setText("hello")
    for mime in (web, text, mime_of(tmp_path / "gone.jpg")):
        assert drops.read(mime) == drops.Dropped()
    assert not drops.readable(web)


def test_an_empty_clipboard_holds_nothing() -> None:
    assert drops.read(None) == drops.Dropped()
