"""Watching: looks come in pauses, only while they are wanted, and longer ones after long looks."""

import time

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kindred.gui.library.folder_watch import FolderWatch
from kindred.gui.services.preferences import Settings


def test_nothing_is_looked_at_unless_wanted(
    settings: Settings, qtbot: QtBot, qapp: QObject
) -> None:
    looks: list[int] = []
    watching = FolderWatch(settings, lambda: looks.append(1), pause_ms=1, parent=qapp)
    qtbot.wait(30)
    assert looks == []
    watching.switch(on=True)
    qtbot.waitUntil(lambda: len(looks) >= 3)  # nothing was begun, so the next pause begins
    watching.switch(on=False)
    count = len(looks)
    qtbot.wait(30)
    assert len(looks) == count
    assert not FolderWatch(settings, lambda: None, pause_ms=1, parent=qapp).on


def test_it_is_remembered_and_waits_for_the_end_of_a_look(
    settings: Settings, qtbot: QtBot, qapp: QObject
) -> None:
    settings.put("scan/watch", True)
    looks: list[float] = []

    def look() -> bool:
        looks.append(time.monotonic())
        return True

    watching = FolderWatch(settings, look, pause_ms=1, parent=qapp)
    qtbot.waitUntil(lambda: len(looks) == 1)
    qtbot.wait(30)
    assert len(looks) == 1
    ended = time.monotonic()
    watching.pause()
    qtbot.waitUntil(lambda: len(looks) == 2)
    assert looks[1] - ended > 10 * (ended - looks[0])  # it was long, so is the pause
    watching.switch(on=False)


def test_the_end_of_another_job_is_not_taken_for_the_end_of_a_look(
    settings: Settings, qtbot: QtBot, qapp: QObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1e6]  # seconds; a machine that has been up for eleven days
    monkeypatch.setattr("kindred.gui.library.folder_watch.time.monotonic", lambda: clock[0])
    settings.put("scan/watch", True)
    looks: list[float] = []

    def look() -> bool:
        looks.append(clock[0])
        return True

    watching = FolderWatch(settings, look, pause_ms=1, parent=qapp)
    watching.pause()  # the user's own scan, before the first look
    qtbot.waitUntil(lambda: len(looks) == 1)
    watching.pause()
    clock[0] += 3600
    watching.pause()  # a removal, an hour after the look
    qtbot.waitUntil(lambda: len(looks) == 2)
    watching.switch(on=False)
