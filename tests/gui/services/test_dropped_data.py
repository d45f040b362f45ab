"""What is dropped or pasted: folders, a file, pixels, or nothing."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from kindred.gui.services import dropped_data


def mime_of(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_folders_come_before_files(tmp_path: Path) -> None:
    picture, folder = tmp_path / "a b#c.jpg", tmp_path / "folder"
    picture.touch()
    folder.mkdir()
    assert dropped_data.read(mime_of(picture, folder)) == dropped_data.Dropped(folders=(folder,))
    assert dropped_data.read(mime_of(picture)) == dropped_data.Dropped(picture=picture)
    assert dropped_data.readable(mime_of(picture))


def test_pixels_of_a_browser_become_a_picture() -> None:
    image = QImage(8, 4, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    mime = QMimeData()
    mime.setImageData(image)
    mime.setUrls([QUrl("https://example.org/a.jpg")])
    dropped = dropped_data.read(mime)
    assert isinstance(dropped.picture, bytes)
    assert QImage.fromData(dropped.picture).pixelColor(7, 3).name() == "#336699"


def test_web_addresses_text_and_vanished_files_are_nothing(tmp_path: Path) -> None:
    web, text = QMimeData(), QMimeData()
    web.setUrls([QUrl("https://example.org/a.jpg")])
    text.setText("hello")
    for mime in (web, text, mime_of(tmp_path / "gone.jpg")):
        assert dropped_data.read(mime) == dropped_data.Dropped()
    assert not dropped_data.readable(web)


def test_an_empty_clipboard_holds_nothing() -> None:
    assert dropped_data.read(None) == dropped_data.Dropped()
