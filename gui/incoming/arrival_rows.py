"""The files of a card, a row each: picture, name, and what it was compared with."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from kindred.engine.incoming import Incoming
from kindred.gui.incoming.standing_text import about_text, name_text
from kindred.gui.services.i18n import tr
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets import theme
from kindred.gui.widgets.painting import bold, text_line
from kindred.gui.widgets.photo_list import RowList
from kindred.gui.widgets.value_list import VALUE, RowDelegate, ValueModel

PHOTO = 52  # logical pixels


class ArrivalRow(RowDelegate):
    """One file."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        file: Incoming = index.data(VALUE)
        colours = theme.tokens()
        painter.save()
        top = option.rect.top() + (self.HEIGHT - PHOTO) // 2
        place = QRect(option.rect.left() + 8, top, PHOTO, PHOTO)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if file.photo is not None:
            self._photos.paint(painter, place, file.photo, fill=True)
        left = place.right() + 12
        step = QFontMetrics(option.font).height() + 3
        line = QRect(left, top + 4, option.rect.right() - left - 8, step)
        for text, colour, strong in (
            (name_text(file), colours.text, True),
            (about_text(file, str(file.path.parent)), colours.muted, False),
        ):
            painter.setFont(bold(option.font, on=strong))
            painter.setPen(colour)
            text_line(painter, line, text)
            line.translate(0, step)
        painter.restore()


class ArrivalRows(RowList):
    """Shows the files of one standing."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        self.files = ValueModel(_said)
        super().__init__(self.files, ArrivalRow(thumbnails), thumbnails, name=tr("Files"))
        self.setProperty("role", "panel")

    def show_files(self, files: list[Incoming]) -> None:
        self.files.set_values(files)


def _said(file: Incoming) -> str:
    return f"{file.path}\n{about_text(file, '')}".strip()


def folder_name(folder: Path) -> str:
    """The name of a card: that of its folder."""
    return folder.name or str(folder)
