"""Looks for changes in the folders at intervals, while the user wants that.

A scan that finds nothing new only walks and compares, so it may come often; file system events
would miss network drives, and large trees exhaust the watches that a system allows.
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from kindred.gui.services.preferences import Settings

PAUSE_MS = 60_000
SHARE = 20  # at most one part in so many of the time is spent looking


class FolderWatch(QObject):
    """Calls `look` after pauses; after a long scan the next pause is longer."""

    def __init__(
        self, settings: Settings, look: Callable[[], object], *, pause_ms: int, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._settings, self._look, self._pause = settings, look, pause_ms
        self._started: float | None = None  # while a look is under way
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._due)
        if self.on:
            self._timer.start(pause_ms)

    @property
    def on(self) -> bool:
        return self._settings.flag("scan/watch", default=False)

    def switch(self, on: object) -> None:
        """Start or stop looking, now and when Kindred is started again."""
        self._settings.put("scan/watch", bool(on))
        if on:
            self._timer.start(self._pause)
        else:
            self._timer.stop()

    def pause(self) -> None:
        """Start the next pause; to be called when a look, or any other job, has ended."""
        took = 0.0 if self._started is None else (time.monotonic() - self._started) * 1000
        self._started = None
        if self.on:
            self._timer.start(max(self._pause, round(SHARE * took)))

    def _due(self) -> None:
        self._started = time.monotonic()
        if not self._look():
            self.pause()
