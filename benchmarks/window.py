"""How the window keeps up with a library of 100,000 photos in 20,000 groups.

    python -m benchmarks.window [--photos 100000] [--groups 20000] [--frames 1500] [--keep FOLDER]

Makes the library (see benchmarks/large_library.py; `--keep` leaves it there for the next time),
opens the real window on it in a process of its own, goes to the review page, waits for all groups,
scrolls their list from top to bottom with a frame every 16 ms, then a row a frame, and goes down by
key from group to group. Prints when the first groups were painted after the window showed, how late
the event loop was in each part (see benchmarks/event_loop.py), the thumbnails held and the memory.
Fails when the thumbnails take more than their budget. Runs offscreen unless QT_QPA_PLATFORM says
otherwise.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication

from benchmarks import app_driver
from benchmarks.event_loop import Turns, resident
from benchmarks.large_library import make
from kindred.gui.review.group_delegate import GroupDelegate
from kindred.gui.services.thumbnails import MEMORY_BYTES
from kindred.gui.window.main_window import MainWindow

ROOT = Path(__file__).parents[1]
FRAME_MS = 16
STROLL = 600  # frames of slow scrolling, in which thumbnails are made
KEYS = 300


class Visit(QObject):
    """Takes one window through the parts, each started by the end of the one before."""

    def __init__(self, window: MainWindow, frames: int) -> None:
        super().__init__(window)
        self._window, self._frames = window, frames
        self._turns = Turns(self)
        self._turns.start()
        self._shown = time.perf_counter()
        window.installEventFilter(self)
        window.opened.connect(self._opened)
        self._clock = QTimer(self, interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._left = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            if watched is self._window:
                self._tell("window painted")
                watched.removeEventFilter(self)
            elif self._window.review_page.groups.listed:
                watched.removeEventFilter(self)
                QTimer.singleShot(0, partial(self._tell, "first groups painted"))
        return super().eventFilter(watched, event)

    def _tell(self, what: str) -> None:
        now = time.perf_counter() - self._shown
        print(f"{what:24} {now:6.2f} s after the window showed", flush=True)

    def _opened(self) -> None:
        self._tell("library open")
        page = self._window.review_page
        page.groups.view.viewport().installEventFilter(self)
        page.counted.connect(self._counted)
        self._window.go("review")

    def _counted(self, count: int) -> None:
        self._tell(f"all {count:,} groups")
        self._window.review_page.counted.disconnect(self._counted)
        QTimer.singleShot(1000, self._scroll)

    def _scroll(self) -> None:
        self._turns.stop("opening")
        self._run(self._frames, self._scroll_on, then=self._stroll)

    def _scroll_on(self) -> None:
        bar = self._window.review_page.groups.view.verticalScrollBar()
        bar.setValue(bar.maximum() * (self._frames - self._left) // self._frames)

    def _stroll(self) -> None:
        self._turns.stop("scrolling")
        self._window.review_page.groups.view.scrollToTop()
        self._run(STROLL, self._stroll_on, then=self._type)

    def _stroll_on(self) -> None:
        bar = self._window.review_page.groups.view.verticalScrollBar()
        bar.setValue(bar.value() + GroupDelegate.HEIGHT)

    def _type(self) -> None:
        self._turns.stop("a row a frame")
        self._window.review_page.groups.go(0)
        self._run(KEYS, self._key, then=self._end)

    def _key(self) -> None:
        view = self._window.review_page.groups.view
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(view, key)

    def _end(self) -> None:
        self._turns.stop("group by group")
        held = self._window.review_page.context.thumbnails.held
        print(f"thumbnails               {held / 2**20:.0f} of {MEMORY_BYTES / 2**20:.0f} MiB")
        print(f"resident                 {resident():.0f} MiB, {QGuiApplication.platformName()}")
        self._window.close()
        if held > MEMORY_BYTES:
            raise SystemExit("FAILED: the thumbnails take more than their budget")

    def _run(self, count: int, step: Callable[[], None], *, then: Callable[[], None]) -> None:
        self._left = count
        self._turns.start()

        def tick() -> None:
            self._left -= 1
            step()
            if self._left <= 0:
                self._clock.stop()
                self._clock.timeout.disconnect()
                then()

        self._clock.timeout.connect(tick)
        self._clock.start()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--groups", type=int, default=20_000)
    parser.add_argument("--frames", type=int, default=1500)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--visit", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.visit:
        sys.exit(app_driver.run(lambda window: Visit(window, options.frames)))
    with tempfile.TemporaryDirectory() as scratch:
        base = options.keep or Path(scratch)
        if not (base / "home").exists():
            make(base / "home", base / "photos", photos=options.photos, groups=options.groups)
        environment = {
            "QT_QPA_PLATFORM": "offscreen",
            **os.environ,
            "KINDRED_HOME": str(base / "home"),
        }
        command = [sys.executable, "-m", "benchmarks.window", "--visit"]
        command += ["--frames", str(options.frames)]
        sys.exit(subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode)


if __name__ == "__main__":
    main()
