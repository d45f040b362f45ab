"""The dialog that lists skipped files with their reasons."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from kindred.engine.paths import visible_text
from kindred.engine.types import SkippedFile
from kindred.gui.services.engine_words import SKIP_REASONS
from kindred.gui.services.i18n import tr, trn
from kindred.gui.widgets.file_menu import file_menu
from kindred.gui.widgets.labels import heading, hint, muted, plain_tip
from kindred.gui.widgets.screen_fit import open_at
from kindred.gui.widgets.value_list import Index


class SkippedModel(QAbstractTableModel):
    """One row a file that could not be used."""

    def __init__(self, skipped: Sequence[SkippedFile]) -> None:
        super().__init__()
        self._skipped = sorted(skipped, key=lambda file: (file.reason, file.path))
        self._headers = (tr("File"), tr("Reason"), tr("Folder"), tr("Detail"))

    def file(self, row: int) -> SkippedFile:
        return self._skipped[row]

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        return 0 if parent is not None and parent.isValid() else len(self._skipped)

    def columnCount(self, _parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        return len(self._headers)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        shown = role == Qt.ItemDataRole.DisplayRole and way == Qt.Orientation.Horizontal
        return self._headers[section] if shown else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        file = self._skipped[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{file.path}\n{tr(SKIP_REASONS[file.reason])}: {file.detail}")
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        texts = file.path.name, tr(SKIP_REASONS[file.reason]), str(file.path.parent), file.detail
        return visible_text(texts[index.column()])


class SkippedDialog(QDialog):
    """Lists the files that could not be used, and why."""

    def __init__(self, parent: QWidget | None, skipped: Sequence[SkippedFile]) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Skipped files"))
        open_at(self, 860, 480)
        title = heading(
            trn("{count} file could not be used", "{count} files could not be used", len(skipped))
        )
        reasons = Counter(file.reason for file in skipped).most_common()
        counts = hint(
            " · ".join(f"{tr(SKIP_REASONS[reason])}: {count:,}" for reason, count in reasons)
        )
        note = muted(tr("They were left as they are. A later scan tries changed files again."))
        self.model = SkippedModel(skipped)
        self.table = QTableView()
        self.table.setProperty("role", "panel")
        self.table.setModel(self.model)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setAccessibleName(tr("Skipped files"))
        self.table.setToolTip(tr("What can be done with a file is in its context menu"))
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate((210, 200, 240)):
            self.table.setColumnWidth(column, width)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(10)
        for widget in (title, counts, note):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)

    def _menu(self, at: QPoint) -> None:
        index = self.table.indexAt(at)
        if index.isValid():
            menu = file_menu(self, self.model.file(index.row()).path)
            menu.exec(self.table.viewport().mapToGlobal(at))
            menu.deleteLater()
