"""What is painted over the photos of a pair: captions, the divider, outlines, the linked cursor."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from kindred.engine.paths import visible_text
from kindred.gui.widgets.theme import tokens

MARGIN = 10.0
DOT = 11.0  # radius of a numbered dot
HANDLE = 15.0  # radius of the divider's handle, logical pixels


def caption(
    painter: QPainter, pane: QRectF, text: str, *, strong: bool = False, at_right: bool = False
) -> None:
    """A pill in the pane's upper corner, the text shortened in the middle; strong: accented."""
    if not text or pane.width() < 80:
        return
    colours = tokens()
    painter.save()
    painter.setClipRect(pane)
    metrics = QFontMetricsF(painter.font())
    room = pane.width() - 4 * MARGIN
    shown = metrics.elidedText(visible_text(text), Qt.TextElideMode.ElideMiddle, room)
    size = metrics.size(0, shown)
    pill = QRectF(0, 0, size.width() + 20, size.height() + 8)
    pill.moveTopLeft(pane.topLeft() + QPointF(MARGIN, MARGIN))
    if at_right:
        pill.moveRight(pane.right() - MARGIN)
    background = QColor(colours.accent if strong else colours.surface)
    background.setAlpha(235)
    painter.setPen(QPen(colours.line, 1))
    painter.setBrush(background)
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    painter.setPen(colours.on_accent if strong else colours.text)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, shown)
    painter.restore()


def divider(painter: QPainter, height: float, x: float) -> None:
    """The line of the swipe mode, with a handle to drag it."""
    colours = tokens()
    painter.setPen(QPen(colours.accent, 2))
    painter.drawLine(QPointF(x, 0), QPointF(x, height))
    middle = QPointF(x, height / 2)
    painter.setBrush(colours.accent)
    painter.drawEllipse(middle, HANDLE, HANDLE)
    painter.setPen(QPen(colours.on_accent, 2, c=Qt.PenCapStyle.RoundCap))
    for way in (-1, 1):
        tip = middle + QPointF(way * 9, 0)
        painter.drawPolyline([tip + QPointF(-way * 4, -4), tip, tip + QPointF(-way * 4, 4)])


def outline(painter: QPainter, corners: QPolygonF) -> None:
    """Where the second photo ends on the first: a dashed line, seen on light and dark."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, style in (("#000000", Qt.PenStyle.SolidLine), ("#ffffff", Qt.PenStyle.DashLine)):
        painter.setPen(QPen(QColor(colour), 1.5, style))
        painter.drawPolygon(corners)


def cursor(painter: QPainter, point: QPointF) -> None:
    """The place in this photo that matches the mouse in the other one."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in (("#000000", 3.5), ("#ffffff", 1.5)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawEllipse(point, 9, 9)
        painter.drawPoint(point)


def number(painter: QPainter, point: QPointF, value: int) -> None:
    """A numbered dot: the same number in both photos is the same thing."""
    colours = tokens()
    painter.setPen(QPen(colours.on_accent, 1.5))
    painter.setBrush(colours.accent)
    painter.drawEllipse(point, DOT, DOT)
    spot = QRectF(point.x() - DOT, point.y() - DOT, 2 * DOT, 2 * DOT)
    painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, str(value))


def frame(painter: QPainter, pane: QRectF) -> None:
    """The photo that keep and remove act on."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(tokens().accent, 2))
    painter.drawRect(pane.adjusted(1, 1, -1, -1))
