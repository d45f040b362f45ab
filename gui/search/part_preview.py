"""The picture that is searched for, small; a rectangle drawn on it asks for that part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from kindred.gui.services.i18n import tr
from kindred.gui.services.requests import Box, box_within
from kindred.gui.widgets import theme
from kindred.gui.widgets.labels import plain_tip

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

SIDE = 132  # logical pixels


class PartPreview(QWidget):
    """Shows the picture whole."""

    chosen = Signal(object)  # Box

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(SIDE, SIDE)
        self.setAccessibleName(tr("The picture searched for"))
        self.setToolTip(plain_tip(tr("Draw a rectangle on it to search by that part")))
        self._pixmap = QPixmap()
        self._from: QPointF | None = None
        self._to = QPointF()

    def show_image(self, image: QImage | None) -> None:
        self._pixmap = QPixmap()
        if image is not None and not image.isNull():
            ratio = self.devicePixelRatioF()
            self._pixmap = QPixmap.fromImage(image).scaled(
                QSize(SIDE, SIDE) * ratio,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            self._pixmap.setDevicePixelRatio(ratio)
            self.setCursor(Qt.CursorShape.CrossCursor)
        self._from = None
        self.update()

    @property
    def area(self) -> QRectF:
        """Where the picture lies."""
        size = self._pixmap.deviceIndependentSize()
        made = QRectF(QPointF(), size)
        made.moveCenter(QRectF(self.rect()).center())
        return made

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.drawPixmap(self.area.topLeft(), self._pixmap)
        if self._from is not None:
            painter.setPen(QPen(theme.tokens().accent, 2))
            painter.drawRect(QRectF(self._from, self._to).normalized())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if not self._pixmap.isNull() and event.button() is Qt.MouseButton.LeftButton:
            self._from = self._to = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._to = event.position()
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self._from is None:
            return
        drawn, self._from = QRectF(self._from, self._to).normalized(), None
        self.update()
        box: Box | None = box_within(drawn, self.area)
        if box is not None:
            self.chosen.emit(box)
