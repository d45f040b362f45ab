"""The page of folders: how much of each is safely elsewhere, where, and what to do with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHeaderView,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from kindred.engine.paths import visible_text
from kindred.gui.folders.photo_rows import PhotoRows
from kindred.gui.services.formatting import bytes_text, photos_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.services.preferences import Settings
from kindred.gui.widgets.action_row import ActionRow
from kindred.gui.widgets.buttons import button, say
from kindred.gui.widgets.labels import ElidedLabel, heading, hint, muted, plain_tip, title

if TYPE_CHECKING:
    from kindred.engine.judgement.folder_sums import FolderSum
    from kindred.engine.types import Photo
    from kindred.gui.services.context import Context

SHOWN_PLACES = 3  # folders that hold the same photos


class FoldersPage(QWidget):
    """Reads the sums when shown; marking and reviewing are left to whoever hears its signals."""

    review_asked = Signal(object)  # Path: review only the groups with photos of this folder
    marking_asked = Signal(object)  # Path: mark what of this folder is safely elsewhere
    changed = Signal()  # a folder was protected or preferred

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._sums: dict[Path, FolderSum] = {}
        self._protected: frozenset[Path] = frozenset()
        self.tree = QTreeWidget()
        self.tree.setProperty("role", "panel")
        self.tree.setHeaderLabels(
            [tr("Folder"), tr("Photos"), tr("Exact elsewhere"), tr("Lesser elsewhere"), tr("Where")]
        )
        self.tree.setAccessibleName(tr("Folders"))
        self.tree.setToolTip(tr("Folders with the photos below them; exact and lesser copies that"
                                " lie outside a folder too"))  # fmt: skip
        self.tree.setUniformRowHeights(True)
        header = self.tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        for column, width in enumerate((280, 80, 110, 110)):
            self.tree.setColumnWidth(column, width)
        self.tree.currentItemChanged.connect(lambda *_: self._show_current())
        self.name = heading()
        self.said = hint()
        self.rows = PhotoRows(context.thumbnails)
        self._buttons()
        self._note = muted(tr("Scan a folder on the Library page."))
        side = QWidget()
        beside = QVBoxLayout(side)
        beside.setContentsMargins(10, 0, 0, 0)
        beside.setSpacing(8)
        for part in (self.name, self.said, self.row, self._only, self.rows):
            beside.addWidget(part, 1 if part is self.rows else 0)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.tree)
        split.addWidget(side)
        split.setSizes([560, 480])
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 12)
        layout.setSpacing(8)
        layout.addWidget(title(tr("Folders")))
        layout.addWidget(self._note)
        layout.addWidget(split, 1)
        self.setFocusProxy(self.tree)
        self._show_current()

    def _buttons(self) -> None:
        self._only = ElidedLabel()
        self._only.setProperty("role", "muted")
        self.row = ActionRow()
        self.mark = button(
            tr("Mark what is elsewhere"),
            "check",
            tr("Mark the photos of this folder that lose nothing by going; others elsewhere stay"),
            lambda: self.marking_asked.emit(self.current),
            role="primary",
        )
        self.review = button(
            tr("Review only these"),
            "review",
            tr("List only the groups with photos of this folder"),
            lambda: self.review_asked.emit(self.current),
        )
        self.only = button(
            tr("Only here"),
            "search",
            tr("Show the photos of this folder that are nowhere else"),
            self.show_only_here,
        )
        self.protect = button(
            tr("Protect"),
            "lock",
            tr("Photos in a protected folder are never removed"),
            self._switch_protection,
        )
        self.prefer = button(
            tr("Prefer"),
            "keep",
            tr("Keep the photos of this folder where nothing else tells exact copies apart"),
            self._prefer,
        )
        self.row.fill(self.mark, self.review, self.only, self.protect, self.prefer)

    @property
    def current(self) -> Path | None:
        item = self.tree.currentItem()
        return None if item is None else Path(item.data(0, Qt.ItemDataRole.UserRole))

    def refresh(self) -> None:
        """Read the sums again."""
        library = self._context.library
        strictness = Settings.scan_options(self._context.settings).strictness

        def read() -> tuple[dict[Path, FolderSum], frozenset[Path]]:
            return library.folder_sums(strictness=strictness), frozenset(library.protected())

        self._context.tasks.read(self, read, self._show, topic="folders")

    def show_only_here(self) -> None:
        """List the photos of the current folder that are nowhere else."""
        folder, library = self.current, self._context.library
        strictness = Settings.scan_options(self._context.settings).strictness
        if folder is not None:
            self._context.tasks.read(
                self,
                lambda: library.only_in(folder, strictness=strictness),
                self._show_only,
                topic="only here",
            )

    def _show(self, found: tuple[dict[Path, FolderSum], frozenset[Path]]) -> None:
        before = self.current
        self._sums, self._protected = found
        self._note.setVisible(not self._sums)
        self.tree.clear()
        items: dict[Path, QTreeWidgetItem] = {}
        for folder in sorted(self._sums):
            above = items.get(folder.parent)
            item = QTreeWidgetItem(self._words(self._sums[folder], whole=above is None))
            item.setData(0, Qt.ItemDataRole.UserRole, str(folder))
            item.setToolTip(0, plain_tip(folder))
            for column in (1, 2, 3):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
            items[folder] = item
            if above is None:
                self.tree.addTopLevelItem(item)
            else:
                above.addChild(item)
        self.tree.expandToDepth(1)
        if items:
            first = next(iter(items.values()))
            self.tree.setCurrentItem(first if before is None else items.get(before, first))
        self._show_current()

    def _words(self, found: FolderSum, *, whole: bool) -> list[str]:
        name = str(found.folder) if whole else found.folder.name
        where = tr("{count} in {folder}", count=f"{found.where[0][1]:,}",
                   folder=found.where[0][0].name) if found.where else ""  # fmt: skip
        counts = [f"{count:,}" if count else "" for count in (found.exact, found.lesser)]
        return [visible_text(name), f"{found.photos:,}", *counts, where]

    def _show_current(self) -> None:
        folder = self.current
        found = self._sums.get(folder) if folder is not None else None
        for made in (self.mark, self.review, self.only, self.protect, self.prefer):
            made.setEnabled(found is not None)
        self.rows.show_photos([])
        self._only.say(" ")
        if folder is None or found is None:
            self.name.setText("")
            self.said.setText("")
            return
        self.name.setText(folder.name or str(folder))
        self.said.setText(sum_text(found))
        self.mark.setEnabled(found.elsewhere > 0 and folder not in self._protected)
        protected = folder in self._protected
        say(self.protect, tr("Unprotect") if protected else tr("Protect"))

    def _show_only(self, photos: list[Photo]) -> None:
        self._only.say(
            trn("{count} photo is only here", "{count} photos are only here", len(photos))
        )
        self.rows.show_photos(photos)

    def _switch_protection(self) -> None:
        folder, library = self.current, self._context.library
        if folder is not None:
            act = library.unprotect if folder in self._protected else library.protect
            self._context.tasks.change(self, lambda: act(folder), lambda _none: self._settled())

    def _prefer(self) -> None:
        folder, library = self.current, self._context.library
        if folder is None:
            return

        def prefer() -> None:
            library.prefer([folder, *(one for one in library.preferred() if one != folder)])

        self._context.tasks.change(self, prefer, lambda _none: self._settled())

    def _settled(self) -> None:
        self.refresh()
        self.changed.emit()


def sum_text(found: FolderSum) -> str:
    """The sums in sentences: "98% of Backup 2019 is in Camera Uploads."."""
    lines = [f"{photos_text(found.photos)} · {bytes_text(found.bytes)}"]
    for place, count in found.where[:SHOWN_PLACES]:
        percent = count * 100 // max(1, found.photos)
        lines.append(
            tr("{percent}% of {folder} is in {place}.", percent=percent,
               folder=found.folder.name or found.folder, place=place)
        )  # fmt: skip
    only = found.photos - found.elsewhere
    if not only:
        lines.append(tr("Every photo of it is safely elsewhere."))
    else:
        lines.append(
            trn("{count} photo of it is only here.", "{count} photos of it are only here.", only)
        )
    return "\n".join(lines)
