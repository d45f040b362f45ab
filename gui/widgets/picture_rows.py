"""Rows of a picture and two lines: a photo, or a file of a card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics, QPainter

from kindred.gui.widgets import theme
from kindred.gui.widgets.painting import bold, text_line
from kindred.gui.widgets.photo_list import RowList
from kindred.gui.widgets.value_list import VALUE, RowDelegate, ValueModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QStyleOptionViewItem

    from kindred.engine.types import Photo
    from kindred.gui.services.thumbnails import Thumbnails

    Shown = tuple[Photo | None, str, str]  # the picture, if there is one, and the two lines

PICTURE = 52  # logical pixels


class PictureRow(RowDelegate):
    """One value; `show` says what is seen of it."""

    def __init__(self, thumbnails: Thumbnails, show: Callable[[Any], Shown]) -> None:
        super().__init__(thumbnails)
        self._show = show

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        photo, name, about = self._show(index.data(VALUE))
        colours = theme.tokens()
        painter.save()
        top = option.rect.top() + (self.HEIGHT - PICTURE) // 2
        place = QRect(option.rect.left() + 8, top, PICTURE, PICTURE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if photo is not None:
            self._photos.paint(painter, place, photo, fill=True)
        left = place.right() + 12
        step = QFontMetrics(option.font).height() + 3
        line = QRect(left, top + 4, option.rect.right() - left - 8, step)
        for text, colour, strong in ((name, colours.text, True), (about, colours.muted, False)):
            painter.setFont(bold(option.font, on=strong))
            painter.setPen(colour)
            text_line(painter, line, text)
            line.translate(0, step)
        painter.restore()


class PictureRows(RowList):
    """Shows the values of a model."""

    def __init__(
        self,
        model: ValueModel,
        thumbnails: Thumbnails,
        *,
        name: str,
        show: Callable[[Any], Shown],
    ) -> None:
        super().__init__(model, PictureRow(thumbnails, show), thumbnails, name=name)
        self.setProperty("role", "panel")
