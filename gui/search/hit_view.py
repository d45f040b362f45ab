"""The grid of search results: cards with a bar for the similarity, and headings between them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from kindred.engine.types import Hit
from kindred.gui.search.hit_model import ROW, Heading, HitModel, relation_text
from kindred.gui.services.formatting import alike_text, bytes_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets import theme
from kindred.gui.widgets.painting import ONE_LINE, PhotoPainter, bold, frame, text_line
from kindred.gui.widgets.photo_list import CardGrid

NARROWEST = 190  # logical pixels of a card
HEADING = 44
GAP, PADDING = 6, 10


class HitDelegate(QStyledItemDelegate):
    """Paints a heading or a card."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._photos = PhotoPainter(thumbnails)
        self.card = QSize(NARROWEST, NARROWEST)
        self.width = NARROWEST  # of a heading: the whole view, so that a new line begins

    @staticmethod
    def text_height(metrics: QFontMetrics) -> int:
        return 3 * (metrics.height() + 2) + 14

    def sizeHint(self, _option: QStyleOptionViewItem, index: Any) -> QSize:  # noqa: N802
        if isinstance(index.data(ROW), Heading):
            return QSize(self.width, HEADING)
        return self.card

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        row = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, Heading):
            self._heading(painter, option, row)
        else:
            self._card(painter, option, row)
        painter.restore()

    def _heading(self, painter: QPainter, option: QStyleOptionViewItem, row: Heading) -> None:
        colours = theme.tokens()
        rect = option.rect.adjusted(GAP, 10, -GAP, -4)
        painter.setFont(bold(option.font))
        painter.setPen(colours.text)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, row.text)
        left = rect.left() + painter.fontMetrics().horizontalAdvance(row.text) + 12
        count = trn("{count} photo", "{count} photos", row.count)
        painter.setFont(option.font)
        painter.setPen(colours.muted)
        rest = QRect(left, rect.top(), rect.right() - left, rect.height())
        painter.drawText(rest, ONE_LINE, count)
        left += painter.fontMetrics().horizontalAdvance(count) + 14
        middle = rect.center().y()
        painter.setPen(QPen(colours.line, 1))
        painter.drawLine(QPoint(left, middle), QPoint(rect.right(), middle))

    def _card(self, painter: QPainter, option: QStyleOptionViewItem, hit: Hit) -> None:
        colours, metrics = theme.tokens(), QFontMetrics(option.font)
        rect = option.rect.adjusted(GAP, GAP, -GAP, -GAP)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        frame(painter, rect, ground=colours.selected if chosen else colours.surface, chosen=chosen)
        inner = rect.adjusted(PADDING, PADDING, -PADDING, -8)
        text_top = inner.bottom() - self.text_height(metrics) + 8
        image = QRect(inner.topLeft(), QPoint(inner.right(), text_top - 8))
        painter.setFont(option.font)
        self._photos.paint(painter, image, hit.photo, fill=False)
        line = QRect(inner.left(), text_top, inner.width(), metrics.height())
        painter.setFont(bold(option.font))
        painter.setPen(colours.text)
        text_line(painter, line, hit.photo.path.name)
        line.translate(0, metrics.height() + 2)
        painter.setFont(option.font)
        painter.setPen(colours.muted)
        info = hit.photo.info
        size = tr("{width} × {height}", width=info.width, height=info.height)
        end = Qt.TextElideMode.ElideRight
        text_line(painter, line, f"{size}  ·  {bytes_text(hit.photo.size)}", mode=end)
        line.translate(0, metrics.height() + 2)
        said = relation_text(hit.relation)
        painter.setPen(colours.text)
        text_line(painter, line, said or alike_text(hit.similarity), mode=end)
        self._bar(painter, QRectF(line.left(), line.bottom() + 4, line.width(), 4), hit.similarity)

    def _bar(self, painter: QPainter, rect: QRectF, similarity: float) -> None:
        colours = theme.tokens()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.line)
        painter.drawRoundedRect(rect, 2, 2)
        rect.setWidth(rect.width() * min(max(similarity, 0.0), 1.0))
        painter.setBrush(colours.accent)
        painter.drawRoundedRect(rect, 2, 2)


class HitView(CardGrid):
    """Shows a HitModel in as many columns as fit."""

    chosen_changed = Signal()

    def __init__(self, model: HitModel, thumbnails: Thumbnails) -> None:
        cards = HitDelegate(thumbnails)
        super().__init__(model, cards, thumbnails, name=tr("Photos found"))
        self._cards, self._hits = cards, model
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setToolTip(tr("The most similar photos come first; C compares the chosen one"))
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen_changed.emit())

    @property
    def chosen(self) -> list[Hit]:
        """The selected hits, best first."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        found = (self._hits.row(row) for row in rows)
        return [row for row in found if isinstance(row, Hit)]

    def choose(self, paths: Sequence[Path]) -> None:
        """Select the hits with these paths, or the best where none is left of them."""
        rows = [row for path in paths if (row := self._hits.row_of(path)) is not None]
        if not rows:
            self.choose_first()
            return
        self.setCurrentIndex(self._hits.index(rows[0], 0))
        select = QItemSelectionModel.SelectionFlag.Select
        for row in rows:
            self.selectionModel().select(self._hits.index(row, 0), select)

    def choose_first(self) -> None:
        """Select the best hit."""
        row = self._hits.first_hit()
        if row is not None:
            self.setCurrentIndex(self._hits.index(row, 0))

    def moveCursor(  # noqa: N802 - Qt's name
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Arrows go from hit to hit, over headings, which Qt stops at."""
        go, row = QAbstractItemView.CursorAction, self.currentIndex().row()
        hits = [at for at in range(self._hits.rowCount()) if isinstance(self._hits.row(at), Hit)]
        here = self.visualRect(self.currentIndex())
        match action:
            case go.MoveLeft | go.MovePrevious:
                wanted = [at for at in hits if at < row][-1:]
            case go.MoveRight | go.MoveNext:
                wanted = [at for at in hits if at > row][:1]
            case go.MoveDown:
                wanted = self._nearest([at for at in hits if self._rect(at).top() >= here.bottom()])
            case go.MoveUp:
                wanted = self._nearest([at for at in hits if self._rect(at).bottom() <= here.top()])
            case _:
                return super().moveCursor(action, modifiers)
        return self._hits.index(wanted[0], 0) if wanted else self.currentIndex()

    def _rect(self, row: int) -> QRect:
        return self.visualRect(self._hits.index(row, 0))

    def _nearest(self, rows: list[int]) -> list[int]:
        """The row that is nearest to the current one: the next line first, then across."""
        here = self.visualRect(self.currentIndex()).center()

        def away(row: int) -> tuple[int, int]:
            there = self._rect(row).center()
            return abs(there.y() - here.y()), abs(there.x() - here.x())

        return sorted(rows, key=away)[:1]

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        width = self.viewport().width() - 4
        card = width // max(1, width // NARROWEST)
        height = round(card * 0.8) + self._cards.text_height(self.fontMetrics())
        self._cards.width, self._cards.card = width, QSize(card, height)
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
