"""The menu, the recent folders in it, and the page about Kindred."""

from pathlib import Path

from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from kindred.engine.paths import Home
from kindred.gui.services.preferences import Settings
from kindred.gui.window.about_dialog import AboutDialog
from kindred.gui.window.main_menu import MenuCalls, main_menu
from kindred.gui.window.recent_folders import MOST, recent_folders, remember_folders


def test_every_entry_does_what_it_says(qtbot: QtBot) -> None:
    parent, done = QWidget(), []
    qtbot.addWidget(parent)
    names = ("choose", "report", "full_screen", "keys", "settings", "about")
    calls = MenuCalls(
        scan=done.append, **{name: lambda name=name: done.append(name) for name in names}
    )
    menu = main_menu(parent, calls, [Path("/a & b")])
    entries = [action for action in menu.actions() if not action.isSeparator()]
    recent = entries[1].menu()
    assert [action.text() for action in recent.actions()] == ["/a && b"]
    for action in (*entries[:1], *recent.actions(), *entries[2:]):
        action.trigger()
    assert done == ["choose", Path("/a & b"), *names[1:]]
    assert not main_menu(parent, calls, []).actions()[1].isEnabled()


def test_the_latest_folders_come_first_and_the_list_ends(settings: Settings) -> None:
    for number in range(MOST + 2):
        remember_folders(settings, [Path(f"/{number}")])
    remember_folders(settings, [Path("/5")])
    assert recent_folders(settings)[:2] == [Path("/5"), Path(f"/{MOST + 1}")]
    assert len(recent_folders(settings)) == MOST
    for wrong in ("{", "5", "[1, 2]"):
        settings.put("window/recent", wrong)
        assert recent_folders(settings) == []


def test_the_page_about_kindred_names_folders_and_parts(qtbot: QtBot, kindred_home: Home) -> None:
    dialog = AboutDialog(None, kindred_home)
    qtbot.addWidget(dialog)
    told = [label.text() for label in dialog.findChildren(QLabel)]
    assert str(kindred_home.data) in told and any("Apache License" in text for text in told)
    assert "numpy" in dialog.findChild(QPlainTextEdit).toPlainText()
