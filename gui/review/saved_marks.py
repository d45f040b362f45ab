"""Saves marks in the library, so that they outlive the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from kindred.gui.review.marks import Entry, Marks
    from kindred.gui.services.context import Context

SETTING = "marks"
PAUSE_MS = 2000  # marks come in quick succession


class SavedMarks(QObject):
    """Restores the marks of an earlier window, and saves every change a little later."""

    restored = Signal()

    def __init__(self, context: Context, marks: Marks, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._marks = context, marks
        self._known = False  # the saved marks were read; before that they must not be overwritten
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._write)
        marks.on_change = self._timer.start

    def read(self) -> None:
        """Read the saved marks."""
        library = self._context.library
        self._context.tasks.read(
            self, lambda: library.setting(SETTING, {}), self._restore, topic="read"
        )

    def flush(self) -> None:
        """Write what is not written yet, before the window closes."""
        if self._timer.isActive():
            self._timer.stop()
            self._write()

    def _restore(self, saved: dict[str, Entry]) -> None:
        self._marks.restore(saved)
        self._known = True
        self.restored.emit()

    def _write(self) -> None:
        if not self._known:
            return
        library, saved = self._context.library, self._marks.saved()
        self._context.tasks.change(self, lambda: library.set_setting(SETTING, saved))
