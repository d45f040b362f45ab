"""How the photos beside the large one are painted."""

from typing import Any

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from kindred.gui.review.photo_model import CARD, Card
from kindred.gui.review.photo_painting import paint_photo
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets import theme
from kindred.gui.widgets.painting import RADIUS, PhotoPainter

GAP = 4  # logical pixels, as everything below
MARGIN = 4


class PhotoDelegate(QStyledItemDelegate):
    """A photo with its mark; the chosen ones lie on a ground of the accent colour."""

    mark_clicked = Signal(object)  # row
    fold_clicked = Signal(object)  # row

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._photos = PhotoPainter(thumbnails)
        self.size = QSize(280, 210)
        self.badges: dict[int, dict[str, QRect]] = {}  # row -> what a press does -> in the card

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:  # noqa: N802
        return self.size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        card: Card = index.data(CARD)
        colours = theme.tokens()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = option.rect.adjusted(GAP, GAP, -GAP, -GAP)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if chosen or hovered:
            painter.setPen(QPen(colours.accent, 2) if chosen else Qt.PenStyle.NoPen)
            painter.setBrush(colours.selected if chosen else colours.raised)
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        parts = paint_photo(
            painter,
            rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN),
            card,
            photos=self._photos,
            font=option.font,
            number=index.row() + 1,
        )
        self.badges[index.row()] = {
            name: part.translated(-option.rect.topLeft()) for name, part in parts.items()
        }
        painter.restore()

    def editorEvent(  # noqa: N802 - Qt's name
        self, event: QEvent, model: Any, option: QStyleOptionViewItem, index: Any
    ) -> bool:
        """A press on a badge, which the view sends before it acts on the click itself."""
        if (
            not isinstance(event, QMouseEvent)
            or event.type() != QEvent.Type.MouseButtonPress
            or event.button() != Qt.MouseButton.LeftButton
        ):
            return super().editorEvent(event, model, option, index)
        at = event.position().toPoint() - option.rect.topLeft()
        signals = {"mark": self.mark_clicked, "fold": self.fold_clicked}
        for name, part in self.badges.get(index.row(), {}).items():
            if part.adjusted(-4, -4, 4, 4).contains(at):
                signals[name].emit(index.row())
                return True
        return False
