"""Lists that paint a value in each row: the model and the delegate that pages share."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import (
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from kindred.engine.paths import visible_text
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets.labels import plain_tip
from kindred.gui.widgets.painting import PhotoPainter

Index = QModelIndex | QPersistentModelIndex
VALUE = Qt.ItemDataRole.UserRole + 1


class ValueModel(QAbstractListModel):
    """One row for each value; `say` puts a value in words, for tooltips and screen readers."""

    def __init__(self, say: Callable[[Any], str], values: Sequence[Any] = ()) -> None:
        super().__init__()
        self._say, self._values = say, values

    def set_values(self, values: Sequence[Any]) -> None:
        self.beginResetModel()
        self._values = values
        self.endResetModel()

    def words_changed(self) -> None:
        """Tell views and screen readers that the words of the values have changed."""
        if self._values:
            self.dataChanged.emit(self.index(0), self.index(len(self._values) - 1))

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        return 0 if parent is not None and parent.isValid() else len(self._values)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == VALUE:
            return self._values[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return visible_text(self._say(self._values[index.row()]), lines=True)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._say(self._values[index.row()]))
        return None


class RowDelegate(QStyledItemDelegate):
    """Rows of one height, with thumbnails; a subclass paints."""

    HEIGHT = 66  # logical pixels

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._photos = PhotoPainter(thumbnails)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Any) -> QSize:  # noqa: N802
        return QSize(0, self.HEIGHT)
