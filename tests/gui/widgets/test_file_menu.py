"""The menu of a file: open it, copy its path, show it in its folder."""

from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kindred.gui.widgets import file_menu


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that would have been opened; no file manager can be asked."""
    found: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: found.append(url.toLocalFile()))
    monkeypatch.setattr(file_menu, "_select_over_dbus", lambda _path: False)
    monkeypatch.setattr("sys.platform", "linux")
    return found


def test_actions(opened: list[str], qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    path = tmp_path / "a #1 photo.jpg"
    menu = file_menu.file_menu(parent, path)
    actions = {action.text(): action for action in menu.actions()}
    actions["Open"].trigger()
    actions["Show in file manager"].trigger()
    actions["Copy path"].trigger()
    assert opened == [str(path), str(tmp_path)]
    assert QGuiApplication.clipboard().text() == str(path)
