"""The view of one group's photos: as large as all of them fit, else in rows to scroll."""

import math

from PySide6.QtCore import QItemSelectionModel, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle

from kindred.gui.review.photo_delegate import PhotoDelegate
from kindred.gui.review.photo_model import PhotoModel
from kindred.gui.services.i18n import tr
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets.photo_list import CardGrid

NARROWEST = 90  # logical pixels of a photo's card, as everything below
SQUARE = 0.8, 1.45  # width over height of a card, from upright to lying photos


class PhotoView(CardGrid):
    """Shows a PhotoModel; card sizes follow the space and the number of photos."""

    def __init__(self, model: PhotoModel, thumbnails: Thumbnails) -> None:
        delegate = PhotoDelegate(thumbnails)
        super().__init__(model, delegate, thumbnails, name=tr("Photos of the group"))
        self.delegate, self._cards = delegate, model
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionRectVisible(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)  # a drag never moves a file
        self.setMouseTracking(True)
        self.setToolTip(
            tr(
                "Photos of the group; K keeps the chosen one, X marks it for removal,"
                " Space compares it"
            )
        )
        model.modelReset.connect(self.fit)

    def select(self, row: int) -> None:
        """Choose one card alone, whatever keys are held."""
        alone = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(self.model().index(row, 0), alone)

    @property
    def rows(self) -> list[int]:
        """The chosen rows, in order; the current one where none is."""
        chosen = sorted(index.row() for index in self.selectedIndexes())
        current = self.currentIndex().row()
        return chosen or ([current] if current >= 0 else [])

    def fit(self) -> None:
        """Choose the card size for the present group and space."""
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        count, room = self._cards.rowCount(), self.size()
        size = card_size(count, room, self._cards.shape, scroll_bar=bar)
        columns = max(1, room.width() // max(1, size.width()))
        policy = Qt.ScrollBarPolicy  # room that is kept for a bar would take the last column
        fits = math.ceil(count / columns) * size.height() <= room.height()
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAlwaysOn
        )
        if size != self.delegate.size:
            self.delegate.size = size
            self.scheduleDelayedItemsLayout()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.fit()


def card_size(count: int, room: QSize, shape: float, *, scroll_bar: int) -> QSize:
    """The size of `count` cards that shows photos of a shape (width over height) largest.

    All fit into the room; where they would be too narrow for that, only their columns do.
    """
    ratio = max(SQUARE[0], min(SQUARE[1], shape))
    best = QSize()
    for columns in range(1, max(1, count) + 1):
        rows = math.ceil(max(1, count) / columns)
        cell = QSize((room.width() - 4) // columns, (room.height() - 4) // rows)
        width = min(cell.width(), round(cell.height() * shape))
        if width > min(best.width(), round(best.height() * shape)):
            best = cell
    if min(best.width(), round(best.height() * ratio)) >= NARROWEST:
        return best
    width = room.width() - scroll_bar - 4
    columns = max(1, width // NARROWEST)
    return QSize(width // columns, round(width // columns / ratio))
