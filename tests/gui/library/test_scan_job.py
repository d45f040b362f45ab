"""Scanning quietly, while folders are watched; scans that are asked for: test_main_window."""

import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kindred.gui.window.main_window import MainWindow
from tests.gui.window.test_main_window import TIMEOUT, photos, scan, window

__all__ = ["photos", "window"]  # the fixtures


def test_watched_folders_are_scanned_again_without_a_word(
    window: MainWindow, photos: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(window, photos, qtbot)
    qtbot.waitUntil(lambda: not window.tasks.reading, timeout=TIMEOUT)
    window.notice.hide()
    read: list[int] = []
    window.review_page.counted.connect(read.append)
    monkeypatch.setattr(window._scanning.watching, "_pause", 1)
    monkeypatch.setattr(
        "kindred.gui.library.folder_watch.SHARE", 1
    )  # else a slow scan makes a long pause
    with qtbot.waitSignal(window.tasks.job_ended, timeout=TIMEOUT):
        window.library_page.watch.setChecked(True)
    with qtbot.waitSignal(window.tasks.job_ended, timeout=TIMEOUT):
        pass
    assert read == []  # nothing was new, so the groups were not read again
    shutil.copy(photos / "scene 3.jpg", photos / "scene 3 copy.jpg")
    qtbot.waitUntil(lambda: len(window.review_page.groups.listed) == 3, timeout=TIMEOUT)
    window.library_page.watch.setChecked(False)
    assert not window.notice.isVisible()
