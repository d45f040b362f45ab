"""What Kindred keeps on the disk is told, and thumbnails can be cleared."""

from typing import Any

from pytestqt.qtbot import QtBot

from kindred.engine.paths import Home
from kindred.gui.settings.storage import StorageSettings


def test_thumbnails_are_cleared(shown: Any, kindred_home: Home, qtbot: QtBot) -> None:
    file = kindred_home.cache / "thumbnails" / "ab" / "abc-160.jpg"
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(2000))
    page = shown(StorageSettings)
    qtbot.waitUntil(lambda: "2.0 kB" in page.used.text())
    page.clear()
    qtbot.waitUntil(lambda: "0 B" in page.used.text())
    assert not file.exists()
    qtbot.waitUntil(lambda: page.about.text() == "model: kindred-1")
