"""Pieces that the painted lists share: labels, styled text, thumbnails with their placeholders."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from kindred.engine.paths import visible_text
from kindred.engine.types import Photo
from kindred.gui.services.i18n import tr
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets import theme

# Centred on its line, and not cut off where another script is taller than the font's own letters.
ONE_LINE = Qt.AlignmentFlag.AlignVCenter.value | Qt.TextFlag.TextDontClip.value

RADIUS = 9  # logical pixels

Segment = tuple[str, QColor, bool]  # text, colour, bold


def pill(painter: QPainter, at: QPoint, text: str, colour: QColor, *, filled: bool) -> QRect:
    """A rounded label with its top left corner at a point; the rectangle it covers."""
    metrics = painter.fontMetrics()
    rect = QRect(at, QSize(metrics.horizontalAdvance(text) + 18, metrics.height() + 5))
    painter.setPen(QPen(colour, 1.4))
    painter.setBrush(colour if filled else theme.tokens().surface)
    painter.drawRoundedRect(QRectF(rect), rect.height() / 2, rect.height() / 2)
    painter.setPen(theme.tokens().surface if filled else colour)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    return rect


def frame(painter: QPainter, rect: QRect, *, ground: QColor, chosen: bool) -> None:
    """The rounded ground of a row or a card, outlined in the accent colour when it is chosen."""
    colours = theme.tokens()
    painter.setPen(QPen(colours.accent if chosen else colours.line, 2 if chosen else 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(rect), RADIUS, RADIUS)


def text_line(
    painter: QPainter,
    rect: QRect,
    text: str,
    *,
    mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
) -> int:
    """One line of text in the painter's font and colour, elided to the rectangle; its width."""
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(visible_text(text), mode, max(0, rect.width()))
    painter.drawText(rect, ONE_LINE, shown)
    return metrics.horizontalAdvance(shown)


def bold(font: QFont, *, on: bool = True) -> QFont:
    made = QFont(font)
    made.setWeight(QFont.Weight.DemiBold if on else QFont.Weight.Normal)
    return made


def segments(painter: QPainter, rect: QRect, font: QFont, parts: list[Segment]) -> None:
    """Text in several styles on one line, the last one elided."""
    left = rect.left()
    for text, colour, strong in parts:
        painter.setFont(bold(font, on=strong))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(
            visible_text(text), Qt.TextElideMode.ElideRight, rect.right() - left
        )
        painter.setPen(colour)
        painter.drawText(left, rect.top() + metrics.ascent(), text)
        left += metrics.horizontalAdvance(text) + 12


class PhotoPainter:
    """Paints thumbnails of one view; those not there yet as quiet placeholders."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        self._thumbnails = thumbnails

    def paint(self, painter: QPainter, rect: QRect, photo: Photo, *, fill: bool) -> QRect:
        """Paint the photo filling the rectangle, or whole and centred in it; where it lies."""
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._thumbnails.pixmap(photo, round(max(rect.width(), rect.height()) * ratio))
        colours = theme.tokens()
        area = QRectF(rect)
        if pixmap is not None:
            mode = (
                Qt.AspectRatioMode.KeepAspectRatioByExpanding
                if fill
                else Qt.AspectRatioMode.KeepAspectRatio
            )
            size = pixmap.size().scaled(rect.size(), mode)
            target = QRectF(0, 0, size.width(), size.height())
            target.moveCenter(area.center())
            area = area.intersected(target)
        path = QPainterPath()
        path.addRoundedRect(area, 5, 5)
        painter.fillPath(path, colours.raised)
        if pixmap is None:
            text = tr("no preview") if self._thumbnails.failed(photo) else "…"
            painter.setPen(colours.muted)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
            return rect
        painter.save()
        painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(target, pixmap, QRectF(pixmap.rect()))
        painter.restore()
        return area.toAlignedRect()
