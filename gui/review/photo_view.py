"""The view of one group's cards: side by side, as wide as fits, in several rows when many."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle

from kindred.gui.review.photo_delegate import PhotoDelegate
from kindred.gui.review.photo_model import PhotoModel
from kindred.gui.services.i18n import tr
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets.photo_list import CardGrid

NARROWEST, WIDEST = 216, 460  # logical pixels of a card


class PhotoView(CardGrid):
    """Shows a PhotoModel; card sizes follow the space and the number of photos."""

    def __init__(self, model: PhotoModel, thumbnails: Thumbnails) -> None:
        delegate = PhotoDelegate(thumbnails)
        super().__init__(model, delegate, thumbnails, name=tr("Photos of the group"))
        self.delegate, self._cards = delegate, model
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        self.setToolTip(
            tr(
                "Photos of the group; X marks one for removal, Space compares it,"
                " F shows or folds its copies"
            )
        )
        model.modelReset.connect(self.fit)

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
