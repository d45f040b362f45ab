"""The history page: removals, which can be undone, and decisions, which can be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kindred.gui.history.decisions_view import DecisionsView
from kindred.gui.history.removals_view import RemovalsView
from kindred.gui.services.context import Context
from kindred.gui.services.i18n import tr
from kindred.gui.widgets.labels import note, plain_tip, title

if TYPE_CHECKING:
    from kindred.engine.library import Decision
    from kindred.engine.types import Batch


class HistoryPage(QWidget):
    """Reads the library when told to refresh."""

    undo_asked = Signal(object)  # number of a batch
    decisions_changed = Signal()
    shown = Signal()  # what was read last is on screen

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.batches = RemovalsView(context.thumbnails)
        self.batches.undo_asked.connect(self.undo_asked)
        self.decisions = DecisionsView(context.thumbnails)
        self.decisions.forget_asked.connect(self._forget)
        self._notes = (
            note(tr("Nothing was removed yet. What you remove can be put back from here.")),
            note(
                tr(
                    "No decisions yet. When you say that photos of a group are not duplicates,"
                    " it is remembered here."
                )
            ),
        )
        self._stack = QStackedWidget()
        for widget in (self.batches, self.decisions, *self._notes):
            self._stack.addWidget(widget)
        self._filled = [False, False]
        head = QHBoxLayout()
        head.addWidget(title(tr("History")))
        head.addSpacing(20)
        self._tabs = QButtonGroup(self)
        tabs = (
            (tr("Removed"), tr("What was removed, and how to put it back")),
            (tr("Not duplicates"), tr("Photos you said are not duplicates")),
        )
        for number, (text, tip) in enumerate(tabs):
            tab = QPushButton(text)
            tab.setAccessibleName(text)
            tab.setToolTip(plain_tip(tip))
            tab.setProperty("role", "nav")
            tab.setCheckable(True)
            tab.setChecked(number == 0)
            self._tabs.addButton(tab, number)
            head.addWidget(tab)
        head.addStretch(1)
        self._tabs.idClicked.connect(self.show_tab)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 22, 28, 16)
        layout.setSpacing(16)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        self.show_tab(0)

    def refresh(self) -> None:
        """Read the removals and decisions again."""
        library = self._context.library
        self._context.tasks.read(
            self, lambda: (library.batches(), library.decisions()), self._show, topic="history"
        )

    def show_tab(self, number: int) -> None:
        """0: what was removed; 1: what is no duplicate."""
        tab = self._tabs.button(number)
        tab.setChecked(True)
        self._stack.setCurrentIndex(number if self._filled[number] else number + 2)
        self.setFocusProxy((self.batches, self.decisions)[number] if self._filled[number] else tab)

    def _show(self, found: tuple[list[Batch], list[Decision]]) -> None:
        batches, decisions = found
        self.batches.show_batches(batches)
        self.decisions.model.set_values(decisions)
        self._filled = [bool(batches), bool(decisions)]
        self.show_tab(self._tabs.checkedId())
        self.shown.emit()

    def _forget(self, decisions: list[Decision]) -> None:
        library = self._context.library

        def work() -> None:
            for decision in decisions:
                library.forget(decision)

        self._context.tasks.change(self, work, self._forgotten)

    def _forgotten(self, _none: None) -> None:
        self.refresh()
        self.decisions_changed.emit()
