"""Removals: the batches on the left, on the right what became of each photo of one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from kindred.engine.paths import visible_text
from kindred.engine.types import Batch, BatchItem, Photo, PhotoInfo, State
from kindred.gui.services.engine_words import STATES, message_text
from kindred.gui.services.formatting import bytes_text, photos_text, when_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets import theme
from kindred.gui.widgets.buttons import button
from kindred.gui.widgets.file_menu import file_menu
from kindred.gui.widgets.labels import heading, hint, plain_tip
from kindred.gui.widgets.painting import PhotoPainter

PHOTO = Qt.ItemDataRole.UserRole + 1


PICTURE = 44  # logical pixels


class PictureDelegate(QStyledItemDelegate):
    """The picture of a row before its name, made when the row is first painted."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._photos = PhotoPainter(thumbnails)

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:  # noqa: N802
        size = super().sizeHint(option, index)
        return QSize(size.width() + PICTURE, PICTURE + 8)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        rect = QRect(option.rect)
        place = QRect(rect.left() + 4, rect.top() + 4, PICTURE, PICTURE)
        option.rect = rect.adjusted(PICTURE + 6, 0, 0, 0)
        super().paint(painter, option, index)
        photo = index.data(PHOTO)
        if photo is not None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._photos.paint(painter, place, photo, fill=True)
            painter.restore()


class RemovalsView(QWidget):
    """Shows batches; putting one back is left to whoever hears `undo_asked`."""

    undo_asked = Signal(object)  # number of the batch

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._batches: Sequence[Batch] = ()
        self.list = QListWidget()
        self.list.setProperty("role", "panel")
        self.list.setFixedWidth(310)
        self.list.setAccessibleName(tr("Removals, newest first"))
        self.list.setToolTip(plain_tip(self.list.accessibleName()))
        self.list.currentRowChanged.connect(self._show)
        self._title, self._summary = heading(), hint()
        self._undo = button(
            tr("Put back"),
            "undo",
            tr("Move the photos of this removal from the trash to where they were"),
            self.undo,
            key="Ctrl+Z",
            role="primary",
        )
        self.items = QTreeWidget()
        self.items.setProperty("role", "panel")
        self.items.setHeaderLabels([tr("Photo"), tr("Size"), tr("State"), tr("Folder")])
        self._pictures = PictureDelegate(thumbnails)  # Qt keeps no reference
        self.items.setItemDelegateForColumn(0, self._pictures)
        thumbnails.ready.connect(self._repaint)
        self.items.setRootIsDecorated(False)
        self.items.setUniformRowHeights(True)
        self.items.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.items.setAccessibleName(tr("Photos of the removal"))
        self.items.setToolTip(plain_tip(self.items.accessibleName()))
        self.items.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.items.customContextMenuRequested.connect(self._menu)
        header = self.items.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        for column, width in enumerate((260, 90, 150)):
            self.items.setColumnWidth(column, width)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._summary)
        head = QHBoxLayout()
        head.addLayout(words, 1)
        head.addWidget(self._undo, 0, Qt.AlignmentFlag.AlignTop)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addLayout(head)
        right.addWidget(self.items, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(20)
        layout.addWidget(self.list)
        layout.addLayout(right, 1)
        self.setFocusProxy(self.list)

    @property
    def current(self) -> Batch | None:
        row = self.list.currentRow()
        return self._batches[row] if 0 <= row < len(self._batches) else None

    def show_batches(self, batches: Sequence[Batch]) -> None:
        """Newest first; the batch that was chosen stays chosen, unless there is a newer one."""
        newer = [batch.id for batch in batches[:1]] != [batch.id for batch in self._batches[:1]]
        chosen = self.current.id if self.current and not newer else None
        self._batches = batches
        self.list.clear()
        for batch in batches:
            text = f"{when_text(batch.started_at)}\n{_summary(batch)}"
            self.list.addItem(text)
        rows = [row for row, batch in enumerate(batches) if batch.id == chosen]
        self.list.setCurrentRow(rows[0] if rows else 0 if batches else -1)

    def _repaint(self, _digest: object) -> None:
        self.items.viewport().update()

    def undo(self) -> None:
        """Ask for the chosen batch to be put back, where any of it is in the trash."""
        if self.current is not None and _to_put_back(self.current):
            self.undo_asked.emit(self.current.id)

    def _show(self, _row: int) -> None:
        batch = self.current
        self.items.clear()
        self._undo.setEnabled(batch is not None and _to_put_back(batch) > 0)
        if batch is None:
            return
        self._title.setText(tr("Removed {when}", when=when_text(batch.started_at)))
        states = [item.state for item in batch.items]
        counts = [
            f"{count:,} {tr(words)}"
            for state, words in STATES.items()
            if (count := states.count(state))
        ]
        self._summary.setText(" · ".join(counts))
        self.items.addTopLevelItems([_tree_row(item) for item in batch.items])

    def _menu(self, at: QPoint) -> None:
        row = self.items.currentItem()
        if row is not None:
            path: Path = row.data(0, Qt.ItemDataRole.UserRole)
            menu = file_menu(self, path)
            menu.exec(self.items.viewport().mapToGlobal(at))
            menu.deleteLater()


def _tree_row(item: BatchItem) -> QTreeWidgetItem:
    state = tr(STATES[item.state])
    note = message_text(item.note) if item.note else ""
    text = f"{state}: {note}" if note else state
    if note and item.state is State.REMOVED:
        text = note  # why it could not be put back: it may be in no trash any more
    size = bytes_text(item.size)
    row = QTreeWidgetItem(
        [visible_text(said) for said in (item.path.name, size, text, item.path.parent)]
    )
    where = item.restored_to or (item.trashed_to if item.state is State.REMOVED else item.path)
    row.setData(0, Qt.ItemDataRole.UserRole, where or item.path)
    row.setData(0, PHOTO, _photo(item, where or item.path))
    row.setToolTip(0, plain_tip(item.path))
    row.setToolTip(2, plain_tip(text))
    row.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    colours = theme.tokens()
    shades = {
        State.RESTORED: colours.keep,
        State.FAILED: colours.remove,
        State.KEPT: colours.warn,
    }
    row.setForeground(2, shades.get(item.state, colours.text))
    row.setForeground(3, colours.muted)
    return row


def _photo(item: BatchItem, where: Path) -> Photo | None:
    """The file where it lies now, as a photo of no library; None for the files beside a photo."""
    if item.digest is None or item.companion:
        return None
    return Photo(where, item.digest, 0, item.size, item.mtime_ns, PhotoInfo(0, 0, ""))


def _to_put_back(batch: Batch) -> int:
    return sum(item.state in (State.REMOVED, State.WRITTEN) for item in batch.items)


def _summary(batch: Batch) -> str:
    photos = [item for item in batch.items if not item.companion]
    folders = len({item.path.parent for item in batch.items})
    size = bytes_text(sum(item.size for item in batch.items))
    where = trn("{count} folder", "{count} folders", folders)
    return f"{photos_text(len(photos))} · {size} · {where}"
