"""The pairs that the user called no duplicates; such a decision can be forgotten."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QStyle,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from kindred.gui.services.formatting import when_text
from kindred.gui.services.i18n import tr
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets import theme
from kindred.gui.widgets.buttons import button
from kindred.gui.widgets.labels import hint
from kindred.gui.widgets.painting import bold, frame, text_line
from kindred.gui.widgets.photo_list import RowList
from kindred.gui.widgets.value_list import VALUE, RowDelegate, ValueModel

if TYPE_CHECKING:
    from kindred.engine.library import Decision

PHOTO = 66  # logical pixels


class DecisionDelegate(RowDelegate):
    """Two thumbnails, the two names and when it was decided."""

    HEIGHT = 84

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        decision: Decision = index.data(VALUE)
        colours, metrics = theme.tokens(), QFontMetrics(option.font)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        rect = option.rect.adjusted(3, 3, -3, -3)
        frame(painter, rect, ground=colours.selected if chosen else colours.surface, chosen=chosen)
        left = rect.left() + 8
        for photo in (decision.first, decision.second):
            square = QRect(left, rect.center().y() - PHOTO // 2, PHOTO, PHOTO)
            self._photos.paint(painter, square, photo, fill=True)
            left += PHOTO + 8
        left += 6
        line = QRect(left, rect.top() + 9, rect.right() - left - 12, metrics.height())
        for photo in (decision.first, decision.second):
            painter.setFont(bold(option.font))
            painter.setPen(colours.text)
            width = text_line(painter, line, photo.path.name)
            painter.setFont(option.font)
            painter.setPen(colours.muted)
            text_line(painter, line.adjusted(width + 12, 0, 0, 0), str(photo.path.parent))
            line.translate(0, metrics.height() + 3)
        when = tr("not duplicates, said {when}", when=when_text(decision.at))
        text_line(painter, line, when)
        painter.restore()


class DecisionsView(QWidget):
    """Shows decisions; forgetting them is left to whoever hears `forget_asked`."""

    forget_asked = Signal(object)  # list of decisions

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.model = ValueModel(_row_text)
        name = tr("Photos that are not duplicates")
        self.list = RowList(self.model, DecisionDelegate(thumbnails), thumbnails, name=name)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._show_actions())
        self.model.modelReset.connect(self._show_actions)
        self._forget = button(
            tr("Forget"),
            "undo",
            tr("Let the chosen photos be grouped again"),
            self.forget,
            key="Del",
        )
        what = hint(tr("Kindred does not group these photos again unless you forget the decision."))
        head = QHBoxLayout()
        head.addWidget(what, 1)
        head.addWidget(self._forget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def forget(self) -> None:
        """Ask for the chosen decisions to be forgotten."""
        chosen = [index.data(VALUE) for index in self.list.selectionModel().selectedIndexes()]
        if chosen:
            self.forget_asked.emit(chosen)

    def _show_actions(self) -> None:
        self._forget.setEnabled(self.list.selectionModel().hasSelection())


def _row_text(decision: "Decision") -> str:
    return f"{decision.first.path}\n{decision.second.path}\n{when_text(decision.at)}"
