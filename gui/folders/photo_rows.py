"""A list of photos, a row each: picture, name and folder."""

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from kindred.engine.types import Photo
from kindred.gui.services.formatting import bytes_text
from kindred.gui.services.i18n import tr
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets import theme
from kindred.gui.widgets.painting import bold, text_line
from kindred.gui.widgets.photo_list import RowList
from kindred.gui.widgets.value_list import VALUE, RowDelegate, ValueModel

PHOTO = 52  # logical pixels


class PhotoRow(RowDelegate):
    """One photo."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        photo: Photo = index.data(VALUE)
        colours = theme.tokens()
        painter.save()
        top = option.rect.top() + (self.HEIGHT - PHOTO) // 2
        place = QRect(option.rect.left() + 8, top, PHOTO, PHOTO)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._photos.paint(painter, place, photo, fill=True)
        left = place.right() + 12
        step = QFontMetrics(option.font).height() + 3
        line = QRect(left, top + 4, option.rect.right() - left - 8, step)
        for text, colour, strong in (
            (f"{photo.path.name} · {bytes_text(photo.size)}", colours.text, True),
            (str(photo.path.parent), colours.muted, False),
        ):
            painter.setFont(bold(option.font, on=strong))
            painter.setPen(colour)
            text_line(painter, line, text)
            line.translate(0, step)
        painter.restore()


class PhotoRows(RowList):
    """Shows photos."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        self.photos = ValueModel(lambda photo: str(photo.path))
        super().__init__(self.photos, PhotoRow(thumbnails), thumbnails, name=tr("Photos"))
        self.setProperty("role", "panel")

    def show_photos(self, photos: list[Photo]) -> None:
        self.photos.set_values(photos)
