"""How a photo of the current group is painted, large or small: edge and badges, nothing faded."""

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from kindred.engine.types import Kind
from kindred.gui.review.photo_model import Card
from kindred.gui.services.i18n import tr, trn
from kindred.gui.widgets import theme
from kindred.gui.widgets.painting import PhotoPainter, bold, pill

EDGE = 4  # logical pixels of the coloured edge, as everything below
ICON = 18
WIDE = 220  # a narrower photo has fewer words on it
SMALLEST = 90  # a narrower photo has no words on it


def paint_photo(
    painter: QPainter,
    rect: QRect,
    card: Card,
    *,
    photos: PhotoPainter,
    font: QFont,
    number: int,
) -> dict[str, QRect]:
    """Paint a card's photo whole in the rectangle; where its badges lie, by what they do."""
    colours = theme.tokens()
    edge = {"keep": colours.keep, "remove": colours.remove}.get(card.mark or "")
    painter.setFont(font)
    lies = photos.paint(
        painter, rect.adjusted(EDGE, EDGE, -EDGE, -EDGE), card.member.photo, fill=False
    )
    if edge is not None:
        half = EDGE / 2
        painter.setPen(QPen(edge, EDGE))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(lies).adjusted(-half, -half, half, half), 6, 6)
    painter.setFont(_small(font))
    corner = lies.topLeft() + QPoint(6, 6)
    parts: dict[str, QRect] = {}
    if card.member.protected:
        pill(painter, corner, tr("protected"), colours.muted, filled=True)
    elif card.mark is not None and edge is not None:
        words = tr("Remove") if card.mark == "remove" else tr("Keep")
        parts["mark"] = pill(painter, corner, words, edge, filled=True)
    elif card.keeper and card.member.relation is not Kind.SIMILAR:
        wide = lies.width() >= WIDE
        words = tr("Suggested to keep") if wide else tr("suggested")
        parts["mark"] = pill(painter, corner, words, colours.keep, filled=False)
    digit = str(number)
    width = painter.fontMetrics().horizontalAdvance(digit) + 18
    at = QPoint(lies.right() - width - 5, corner.y())
    if lies.width() >= SMALLEST + 40 or not parts:
        pill(painter, at, digit, colours.muted, filled=False)
    foot = lies.bottom() - painter.fontMetrics().height() - 11
    if card.folded or card.unfolded:
        text = (
            trn("+{count} copy", "+{count} copies", len(card.folded))
            if card.folded
            else tr("fold copies")
        )
        at = QPoint(lies.left() + 6, foot)
        parts["fold"] = pill(painter, at, text, colours.copy, filled=True)
    elif card.short and lies.width() >= SMALLEST:
        pill(painter, QPoint(lies.left() + 6, foot), card.short, colours.text, filled=False)
    return parts


def _small(font: QFont) -> QFont:
    small = bold(font)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    return small
