"""The library page: an invitation at first, later the folders that were scanned."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kindred.gui.library.scan_view import ScanView
from kindred.gui.services.context import Context
from kindred.gui.services.formatting import photos_text, when_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.widgets import theme
from kindred.gui.widgets.buttons import button
from kindred.gui.widgets.empty_page import drop_zone
from kindred.gui.widgets.labels import heading, muted, plain_tip, title


@dataclass(frozen=True, slots=True)
class Overview:
    """What the library holds, read in one go."""

    folders: tuple[Path, ...]
    protected: frozenset[Path]
    photos: int
    skipped: int
    scanned_at: str = ""  # ISO 8601, of the last scan
    ignored: Mapping[str, int] = field(default_factory=dict)  # files that are no pictures


def overview(context: Context) -> Overview:
    """Read it from the library; for a reading thread."""
    library = context.library
    return Overview(
        tuple(library.roots()),
        frozenset(library.protected()),
        library.photo_count(),
        len(library.skipped()),
        library.scanned_at(),
        library.ignored(),
    )


class LibraryPage(QWidget):
    """Chooses folders; scanning them is left to whoever hears `scan_asked`."""

    scan_asked = Signal(object)  # list of folders
    watch_asked = Signal(object)  # bool
    changed = Signal()  # folders were forgotten or protected

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._count = muted()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self._again = button(
            tr("Scan all again"),
            "refresh",
            tr("Look for new and changed photos; unchanged ones are not read again"),
            lambda: self.scan_asked.emit(list(self._shown.folders)),
        )
        self.watch = QCheckBox(tr("Watch"))
        self.watch.setToolTip(
            tr("Look for new and changed photos every minute while Kindred is open")
        )
        self.watch.setAccessibleName(tr("Watch the folders for changes"))
        self.watch.setChecked(context.settings.flag("scan/watch", default=False))
        self.watch.toggled.connect(lambda on: self.watch_asked.emit(on))
        self._shown = Overview((), frozenset(), 0, 0)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._invitation())
        self._stack.addWidget(self._folders())
        self.scan_view = ScanView(context)
        self._stack.addWidget(self.scan_view)
        self._scanning = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders shown."""
        return self._shown.folders

    def show_overview(self, shown: Overview) -> None:
        self._shown = shown
        self._show_stack()
        parts = [
            photos_text(shown.photos),
            trn("{count} folder", "{count} folders", len(shown.folders)),
        ]
        if shown.skipped:
            parts.append(trn("{count} skipped", "{count} skipped", shown.skipped))
        if shown.ignored:
            others = sum(shown.ignored.values())
            text = trn("{count} other file", "{count} other files", others)
            most = sorted(shown.ignored.items(), key=lambda item: -item[1])[:3]
            parts.append(f"{text} ({', '.join(f'{count} {ending}' for ending, count in most)})")
            tip = tr("Not photos, and not compared:")
            every = "\n".join(f"{count} {ending}" for ending, count in shown.ignored.items())
            self._count.setToolTip(plain_tip(f"{tip}\n{every}"))
        if shown.scanned_at:
            parts.append(tr("last scan {when}", when=when_text(shown.scanned_at)))
        self._count.setText(" · ".join(parts))
        while (item := self._rows.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.deleteLater()
        for folder in shown.folders:
            self._rows.addWidget(self._row(folder))
        self._rows.addStretch()

    def show_scan(self, *, on: bool) -> None:
        """Show the scan that the user asked for, or what the library holds again."""
        self._scanning = on
        if on:
            self.scan_view.begin()
        else:
            self.scan_view.end()
        self._show_stack()

    def _show_stack(self) -> None:
        self._stack.setCurrentIndex(2 if self._scanning else 1 if self._shown.folders else 0)

    def choose(self) -> None:
        """Ask for a folder and scan it."""
        start = str(self._shown.folders[0].parent if self._shown.folders else Path.home())
        chosen = QFileDialog.getExistingDirectory(self, tr("Choose a folder with photos"), start)
        if chosen:
            self.scan_asked.emit([Path(chosen)])

    def _invitation(self) -> QWidget:
        pick = self._pick(tr("Choose a folder…"))
        pick.setMinimumHeight(40)
        return drop_zone(
            "kindred",
            tr("Find the photos you have twice"),
            tr(
                "Kindred looks through a folder, puts identical, edited and similar photos side by"
                " side, says why, and moves what you do not want to the trash."
            ),
            pick,
            tr("or drop a folder here; drop a picture to find photos like it"),
            tr("Nothing leaves this computer, and every removal can be undone."),
        )

    def _folders(self) -> QWidget:
        head = QHBoxLayout()
        head.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title(tr("Library")))
        words.addWidget(self._count)
        head.addLayout(words)
        head.addStretch()
        head.addWidget(self.watch)
        head.addWidget(self._again)
        head.addWidget(self._pick(tr("Add a folder…")))
        inside = QWidget()
        inside.setLayout(self._rows)
        self._rows.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setWidget(inside)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(28, 22, 28, 16)
        layout.setSpacing(16)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
        return page

    def _pick(self, text: str) -> QWidget:
        return button(
            text,
            "folder-add",
            tr("Choose a folder and look for duplicate and similar photos in it"),
            self.choose,
            key="Ctrl+O",
            role="primary",
        )

    def _row(self, folder: Path) -> QWidget:
        protected = folder in self._shown.protected
        row = QFrame()
        row.setProperty("role", "card")
        picture = theme.picture("lock" if protected else "folder", 24)
        where = muted(str(folder))
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(heading(folder.name or str(folder)))
        words.addWidget(where)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(16, 10, 10, 10)
        layout.setSpacing(12)
        layout.addWidget(picture)
        layout.addLayout(words, 1)
        library = self.context.library
        for part in (
            button(
                tr("Scan again"),
                "refresh",
                tr("Look for new and changed photos in this folder"),
                lambda: self.scan_asked.emit([folder]),
                accessible=tr("Scan {folder} again", folder=folder),
            ),
            button(
                tr("Unprotect") if protected else tr("Protect"),
                "lock",
                tr("Photos in a protected folder are never removed"),
                lambda: self._do(
                    (lambda: library.unprotect(folder))
                    if protected
                    else (lambda: library.protect(folder))
                ),
                accessible=(
                    tr("Unprotect {folder}", folder=folder)
                    if protected
                    else tr("Protect {folder}", folder=folder)
                ),
            ),
            button(
                tr("Take off the list"),
                "cross",
                tr("Do not scan this folder any more; its photos stay known"),
                lambda: self._do(lambda: library.forget_root(folder)),
                accessible=tr("Take {folder} off the list", folder=folder),
            ),
        ):
            layout.addWidget(part)
        return row

    def _do(self, act: Callable[[], None]) -> None:
        self.context.tasks.change(self, act, lambda _none: self.changed.emit())
