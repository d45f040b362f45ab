"""How a row of the group list is painted."""

from typing import Any

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from kindred.engine.judgement.suggestions import tiers_of
from kindred.engine.types import Group, Tier
from kindred.gui.review.group_model import state, tiers_text
from kindred.gui.review.marks import Marks
from kindred.gui.review.photo_model import folds
from kindred.gui.services.formatting import bytes_text, photos_text
from kindred.gui.services.i18n import tr
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets import theme
from kindred.gui.widgets.painting import RADIUS, Segment, segments
from kindred.gui.widgets.value_list import VALUE, RowDelegate

STRIP = 54  # logical pixels, as everything below
STRIP_PHOTOS = 3
WORDS = 104  # at least for the words beside the photos
GAP = 6


class GroupDelegate(RowDelegate):
    """A strip of thumbnails, then how many photos, the kind and the bytes to free."""

    HEIGHT = 72

    def __init__(self, thumbnails: Thumbnails, marks: Marks) -> None:
        super().__init__(thumbnails)
        self._marks = marks

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        group: Group = index.data(VALUE)
        colours = theme.tokens()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, option, colours)
        left, top = option.rect.left() + 10, option.rect.top() + (self.HEIGHT - STRIP) // 2
        room = (option.rect.width() - 20 - WORDS) // (STRIP + GAP)
        fitting = max(1, min(STRIP_PHOTOS, room))
        for row, _folded in folds(group, frozenset())[:fitting]:
            rect = QRect(left, top, STRIP, STRIP)
            self._photos.paint(painter, rect, group.members[row].photo, fill=True)
            left += STRIP + GAP
        left = option.rect.left() + 10 + fitting * (STRIP + GAP) + GAP
        right = option.rect.right() - 10
        metrics = QFontMetrics(option.font)
        line = QRect(left, top + 1, right - left, metrics.height())
        segments(
            painter, line, option.font, [(photos_text(len(group.members)), colours.text, True)]
        )
        line.translate(0, metrics.height() + 1)
        tiers = tiers_of(group)
        words = f"{tiers_text(tiers)} · {tr('burst')}" if group.burst else tiers_text(tiers)
        first = next((tier for tier in Tier if tier in tiers), Tier.SIMILAR)
        segments(painter, line, option.font, [(words, colours.tier(first), True)])
        line.translate(0, metrics.height() + 1)
        segments(painter, line, option.font, [self._state(group, colours)])
        painter.restore()

    def _ground(
        self, painter: QPainter, option: QStyleOptionViewItem, colours: theme.Tokens
    ) -> None:
        chosen = option.state & QStyle.StateFlag.State_Selected
        hovered = option.state & QStyle.StateFlag.State_MouseOver
        if not (chosen or hovered):
            return
        ground = QRectF(option.rect).adjusted(3, 2, -3, -2)
        painter.setPen(QPen(colours.accent, 1.2) if chosen else Qt.PenStyle.NoPen)
        painter.setBrush(colours.selected if chosen else colours.raised)
        painter.drawRoundedRect(ground, RADIUS, RADIUS)

    def _state(self, group: Group, colours: theme.Tokens) -> Segment:
        done = state(group, self._marks)
        if done is None:
            return bytes_text(group.frees), colours.muted, False
        mark, words = done
        return words, colours.remove if mark == "remove" else colours.keep, False
