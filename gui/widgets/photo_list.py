"""Lists that paint photos: in rows, or as cards side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListView

from kindred.gui.widgets.labels import plain_tip

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtGui import QContextMenuEvent
    from PySide6.QtWidgets import QStyledItemDelegate

    from kindred.gui.services.thumbnails import Thumbnails


@dataclass(frozen=True, slots=True)
class CardMenu:
    """The context menu of a card is wanted; `at` is a global position."""

    row: int
    at: QPoint


class PhotoList(QListView):
    """Paints its rows again as thumbnails arrive."""

    def __init__(
        self,
        model: QAbstractItemModel,
        delegate: QStyledItemDelegate,
        thumbnails: Thumbnails,
        *,
        name: str,
    ) -> None:
        super().__init__()
        self._delegate = delegate  # Qt keeps no reference
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(name))
        thumbnails.ready.connect(self._repaint)
        self.arrange()

    def arrange(self) -> None:
        """How the photos lie; a subclass says."""

    def _repaint(self, _digest: object) -> None:
        self.viewport().update()


class RowList(PhotoList):
    """Rows of one height."""

    def arrange(self) -> None:
        self.setUniformItemSizes(True)


class CardGrid(PhotoList):
    """Cards in as many columns as fit; a subclass says how large they are."""

    menu_asked = Signal(object)  # CardMenu

    def arrange(self) -> None:
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the menu of the card under the mouse, or of the current one by key."""
        index, at = self.currentIndex(), event.globalPos()
        if event.reason() == event.Reason.Mouse:
            index = self.indexAt(event.pos())
        elif event.reason() == event.Reason.Keyboard:
            at = self.viewport().mapToGlobal(self.visualRect(index).center())
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.menu_asked.emit(CardMenu(index.row(), at))
