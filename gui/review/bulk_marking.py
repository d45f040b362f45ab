"""Buttons that mark many photos at once, tier by tier, and say how many."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QMessageBox, QVBoxLayout, QWidget

from kindred.engine.judgement.suggestions import BULK
from kindred.engine.types import Tier
from kindred.gui.services.i18n import tr, trn
from kindred.gui.widgets.buttons import button, say
from kindred.gui.widgets.message_box import message_box


class BulkMarking(QWidget):
    """Exact copies, lesser copies with them, and behind a menu what a person should look at."""

    asked = Signal(object)  # the tiers to mark

    def __init__(self) -> None:
        super().__init__()
        self._counts: Mapping[Tier, int] = {}
        self.exact = button(
            "",
            "check",
            tr("Mark, in all listed groups, copies whose picture is the same to the last pixel"),
            lambda: self.asked.emit((Tier.EXACT,)),
        )
        self.lesser = button(
            "",
            "check",
            tr(
                "Mark exact copies, and those that are smaller or saved again: all that is in them"
                " is in the photo that stays"
            ),
            lambda: self.asked.emit(BULK),
        )
        self.more = button(
            "", "down", tr("Edited copies"), self._show_menu, accessible=tr("Edited copies")
        )
        self.menu = QMenu(self)
        self.edited = self.menu.addAction("", self._ask)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.lesser, 1)
        row.addWidget(self.more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.exact)
        layout.addLayout(row)
        self.show_counts({}, ready=False)

    def show_counts(self, counts: Mapping[Tier, int], *, ready: bool) -> None:
        """How many photos the listed groups suggest in each tier; not `ready`: more will come."""
        self._counts = counts
        exact, lesser, edited = (counts.get(tier, 0) for tier in (*BULK, Tier.EDITED))
        say(self.exact, tr("Mark exact copies ({count})", count=f"{exact:,}"))
        say(self.lesser, tr("+ lesser copies ({count})", count=f"{lesser:,}"))
        self.edited.setText(tr("Mark edited copies ({count})…", count=f"{edited:,}"))
        self.exact.setEnabled(ready and exact > 0)
        self.lesser.setEnabled(ready and lesser > 0)
        self.more.setEnabled(ready and edited > 0)

    def _show_menu(self) -> None:
        self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _ask(self) -> None:
        """Say what edited copies are before any is marked."""
        count = self._counts.get(Tier.EDITED, 0)
        box = message_box(
            self,
            tr("Edited copies"),
            trn("Mark {count} edited copy?", "Mark {count} edited copies?", count),
            more=tr(
                "Crops, other colours, captions, screenshots: each holds something that the photo"
                " that stays does not have, or was not shown to have. Look at each of them before"
                " you remove it. Nothing is removed yet."
            ),
        )
        mark = box.addButton(tr("Mark them"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        agreed = box.clickedButton() is mark
        box.deleteLater()
        if agreed:
            self.asked.emit((Tier.EDITED,))
