"""The view of one group's cards: side by side, as wide as fits, in several rows when many."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle

from kindred.gui.review.photo_delegate import PhotoDelegate
from kindred.gui.review.photo_model import PhotoModel
from kindred.gui.services.i18n import tr
from kindred.gui.services.thumbnails import Thumbnails

NARROWEST, WIDEST = 216, 460  # logical pixels of a card


@dataclass(frozen=True, slots=True)
class CardMenu:
    """The context menu of a card is wanted; `at` is a global position."""

    row: int
    at: QPoint


class PhotoView(QListView):
    """Shows a PhotoModel; card sizes follow the space and the number of photos."""

    menu_asked = Signal(object)  # CardMenu

    def __init__(self, model: PhotoModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.delegate = PhotoDelegate(thumbnails)
        self._cards = model
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Photos of the group"))
        self.setToolTip(
            tr(
                "Photos of the group; X marks one for removal, Space compares it,"
                " F shows or folds its copies"
            )
        )
        model.modelReset.connect(self.fit)
        thumbnails.ready.connect(lambda _digest: self.viewport().update())

    def select(self, row: int) -> None:
        self.setCurrentIndex(self.model().index(row, 0))

    def fit(self) -> None:
        """Choose the card size for the present group and space."""
        count = max(1, self._cards.rowCount())
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        width, height = self.width() - bar - 4, self.viewport().height()
        columns = min(count, max(1, width // NARROWEST))
        card = min(WIDEST, width // columns)
        self.delegate.optional = self._cards.optional
        text = self.delegate.text_height(self.font())
        rows = -(-count // columns)
        tallest = round(card * 0.86) + text
        shortest = round(card * 0.62) + text
        size = QSize(card, max(shortest, min(tallest, height // min(rows, 2) - 2)))
        if size != self.delegate.size:
            self.delegate.size = size
            self.scheduleDelayedItemsLayout()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.fit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        index = self.currentIndex()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
        if index.isValid():
            at = event.globalPos()
            if event.reason() == QContextMenuEvent.Reason.Keyboard:
                at = self.viewport().mapToGlobal(self.visualRect(index).center())
            self.menu_asked.emit(CardMenu(index.row(), at))
