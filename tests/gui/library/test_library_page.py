"""The library page: an invitation at first, then folders with what can be done to them."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from kindred.engine.library import Library
from kindred.gui.library.library_page import LibraryPage, Overview, overview
from kindred.gui.services.context import Context
from kindred.gui.services.preferences import Settings
from kindred.gui.services.tasks import READERS, Tasks
from kindred.gui.services.thumbnails import Thumbnails

FIRST, SECOND = Path("/photos/first"), Path("/photos/<b>second</b>")


@pytest.fixture
def page(
    library: Library, tasks: Tasks, thumbnails: Thumbnails, settings: Settings, qtbot: QtBot
) -> LibraryPage:
    made = LibraryPage(Context(library, tasks, thumbnails, settings))
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    return made


def visible(page: LibraryPage, name: str) -> list[QAbstractButton]:
    buttons = page.findChildren(QAbstractButton)
    return [b for b in buttons if b.isVisible() and b.accessibleName() == name]


def click(page: LibraryPage, name: str, qtbot: QtBot) -> None:
    """Click a button once it is on screen: new rows appear with the next event."""
    qtbot.waitUntil(lambda: bool(visible(page, name)))
    visible(page, name)[0].click()


def test_an_empty_library_invites(page: LibraryPage) -> None:
    page.show_overview(overview(page.context))
    assert visible(page, "Choose a folder…")
    assert not visible(page, "Scan all again")


def test_folders_are_listed_with_their_actions(page: LibraryPage, qtbot: QtBot) -> None:
    page.show_overview(Overview((FIRST, SECOND), frozenset({SECOND}), photos=3, skipped=0))
    assert not visible(page, "Choose a folder…")
    with qtbot.waitSignal(page.scan_asked) as one:
        click(page, f"Scan {SECOND} again", qtbot)
    with qtbot.waitSignal(page.scan_asked) as both:
        click(page, "Scan all again", qtbot)
    assert one.args == [[SECOND]]
    assert both.args == [[FIRST, SECOND]]


def test_protecting_reaches_the_library(
    page: LibraryPage, library: Library, qtbot: QtBot, tmp_path: Path
) -> None:
    page.show_overview(Overview((tmp_path,), frozenset(), photos=1, skipped=0))
    with qtbot.waitSignal(page.changed):
        click(page, f"Protect {tmp_path}", qtbot)
    assert library.protected() == [tmp_path]
    page.show_overview(Overview((tmp_path,), frozenset({tmp_path}), photos=1, skipped=0))
    with qtbot.waitSignal(page.changed):
        click(page, f"Unprotect {tmp_path}", qtbot)
    assert library.protected() == []


def test_each_of_several_folders_is_protected(
    page: LibraryPage, library: Library, tasks: Tasks, qtbot: QtBot, tmp_path: Path
) -> None:
    folders = tmp_path / "first", tmp_path / "second"
    page.show_overview(Overview(folders, frozenset(), photos=2, skipped=0))
    busy = threading.Event()
    for number in range(READERS):
        tasks.read(tasks, busy.wait, lambda _none: None, topic=str(number))
    for folder in folders:
        click(page, f"Protect {folder}", qtbot)
    busy.set()
    qtbot.waitUntil(lambda: set(library.protected()) == set(folders))


def test_taking_a_folder_off_the_list_promises_only_that(page: LibraryPage, qtbot: QtBot) -> None:
    page.show_overview(Overview((FIRST,), frozenset(), photos=1, skipped=0))
    qtbot.waitUntil(lambda: bool(visible(page, f"Take {FIRST} off the list")))
    tip = visible(page, f"Take {FIRST} off the list")[0].toolTip()
    assert "photos stay known" in tip  # the engine forgets none of them


def test_a_cancelled_choice_scans_nothing(
    page: LibraryPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose: Callable[..., str] = lambda *_: ""  # noqa: E731 - stands for Qt's static function
    monkeypatch.setattr("kindred.gui.library.library_page.QFileDialog.getExistingDirectory", choose)
    with qtbot.assertNotEmitted(page.scan_asked):
        page.choose()
