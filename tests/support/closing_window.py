"""The window that tests.support.closings closes: brings it into a state, then closes it."""

import logging
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication, QMenu

from kindred.engine.library import Library
from kindred.engine.removal import undo
from kindred.engine.removal.trash import folder_trash, move_new
from kindred.gui import app
from kindred.gui.widgets.photo_list import CardMenu
from kindred.gui.window.main_window import MainWindow
from tests.support.tiny_embedder import tiny_embedder

SLOW = 0.03  # seconds a photo: long enough to be closed in the middle
STEP_MS = 5
GIVE_UP_MS = 120_000  # close anyway when the state is never reached


def run(base: str, state: str, delay_ms: str) -> int:
    """The whole app on `base`; the exit code."""
    folder = Path(base)
    tiny = tiny_embedder()
    trash = folder_trash(folder / "trash")

    def embed(pixels: np.ndarray) -> np.ndarray:
        time.sleep(SLOW * len(pixels))
        return tiny.embed(pixels)

    def move(path: Path) -> Path:
        time.sleep(SLOW)
        return trash(path)

    def bring(place: Path, target: Path) -> None:
        time.sleep(SLOW)
        move_new(place, target)

    def opened(where: Any) -> Library:
        app.log_to(where.logs / "kindred.log")
        return Library.open(where, embedder=replace(tiny, embed=embed))

    def shown(window: MainWindow) -> None:
        show(window)
        Driver(window, folder, state, int(delay_ms)).start()

    app.open_library, app.move_to_trash, undo.move_new = opened, move, bring
    show, MainWindow.show = MainWindow.show, shown
    logging.captureWarnings(capture=True)
    return app.run_window()


class Driver(QObject):
    """Takes one step after the other towards the state, looking every few milliseconds."""

    def __init__(self, window: MainWindow, folder: Path, state: str, delay_ms: int) -> None:
        super().__init__(window)
        self._window, self._folder, self._delay = window, folder, delay_ms
        self._started: list[str] = []  # jobs; one that is short is over at the next look
        self._ended: list[str] = []
        window.tasks.job_started.connect(self._started.append)
        window.tasks.job_ended.connect(self._ended.append)
        self._timer = QTimer(window, interval=STEP_MS)
        self._timer.timeout.connect(self._look)
        self._steps = list(getattr(self, f"_to_{state.replace(' ', '_')}")())

    def start(self) -> None:
        self._timer.start()
        QTimer.singleShot(GIVE_UP_MS, self._window, self._close)

    def _look(self) -> None:
        """Each step is a condition to wait for and what to do then."""
        if self._steps and self._steps[0][0]():
            act = self._steps.pop(0)[1]
            if not self._steps:
                self._timer.stop()
                os.write(1, b"reached\n")
                QTimer.singleShot(self._delay, self._window, self._close)
            act()

    def _close(self) -> None:
        os.write(1, b"closing\n")
        self._window.close()

    def _ready(self) -> bool:
        """Whether the groups are there."""
        return hasattr(self._window, "review_page") and bool(self._window.review_page.groups.listed)

    def _busy(self) -> bool:
        return self._window.tasks.progress.done > 0

    def _to_opening(self) -> Any:
        yield lambda: True, lambda: None

    def _to_scanning(self) -> Any:
        yield self._ready, lambda: self._window.scan([self._folder / "new"])
        yield self._busy, lambda: None

    def _to_paused(self) -> Any:
        yield self._ready, lambda: self._window.scan([self._folder / "new"])
        yield self._busy, lambda: self._window.tasks.token.pause()

    def _to_removal_dialog(self) -> Any:
        page = lambda: self._window.review_page  # noqa: E731 - made later
        yield self._ready, lambda: page().mark_suggested()
        yield lambda: True, lambda: page().remove_marked()
        yield lambda: QApplication.activeModalWidget() is not None, lambda: None

    def _to_removing(self) -> Any:
        yield from list(self._to_removal_dialog())[:-1]
        dialog = QApplication.activeModalWidget
        yield lambda: dialog() is not None, lambda: dialog().agree.click()
        yield lambda: "Removing" in self._started, lambda: None

    def _to_undoing(self) -> Any:
        yield from list(self._to_removing())[:-1]
        batches = lambda: self._window.review_page.context.library.batches()  # noqa: E731
        yield (
            lambda: "Removing" in self._ended,
            lambda: self._window.history_page.undo_asked.emit(batches()[0].id),
        )
        yield lambda: "Undoing" in self._started, lambda: None

    def _to_searching(self) -> Any:
        picture = self._folder / "new" / "100.png"
        yield self._ready, lambda: self._window.search(picture)
        yield lambda: True, lambda: None

    def _to_dragging(self) -> Any:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(self._folder / "new"))])
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(300, 300), Qt.DropAction.CopyAction, mime, left, none)
        yield self._ready, lambda: QApplication.sendEvent(self._window, enter)
        yield lambda: True, lambda: mime.clear()

    def _to_thumbnails(self) -> Any:
        yield self._ready, lambda: self._window.go("review")
        yield lambda: True, lambda: None

    def _to_comparing(self) -> Any:
        yield self._ready, lambda: self._window.go("review")
        yield lambda: True, lambda: self._window.review_page.compare()
        yield lambda: True, lambda: None

    def _to_settings(self) -> Any:
        yield self._ready, lambda: QTimer.singleShot(0, self._window.open_settings)
        dialog = QApplication.activeModalWidget
        row = self._delay % 6
        yield lambda: dialog() is not None, lambda: dialog().list.setCurrentRow(row)
        yield lambda: True, lambda: None

    def _to_skipped(self) -> Any:
        yield self._ready, lambda: self._window.show_skipped()
        yield lambda: QApplication.activeModalWidget() is not None, lambda: None

    def _to_error(self) -> Any:
        error = OSError("The disk is full.")
        yield self._ready, lambda: QTimer.singleShot(0, lambda: self._window.report(error))
        yield lambda: QApplication.activeModalWidget() is not None, lambda: None

    def _to_menu(self) -> Any:
        asked = CardMenu(0, QPoint(400, 300))
        yield self._ready, lambda: self._window.go("review")
        yield lambda: True, lambda: self._window.review_page.photos.menu_asked.emit(asked)
        yield lambda: isinstance(QApplication.activePopupWidget(), QMenu), lambda: None

    def _to_file_dialog(self) -> Any:
        yield self._ready, lambda: QTimer.singleShot(0, self._window.library_page.choose)
        yield lambda: QApplication.activeModalWidget() is not None, lambda: None
