"""The main window: pages, the job bar, and dropping or pasting anywhere.

It appears empty, is then filled, and can be used before the library is open.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow

from kindred.gui.services.i18n import tr
from kindred.gui.services.tasks import Tasks
from kindred.gui.widgets import theme
from kindred.gui.widgets.screen_fit import keep_within, open_at

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData, QObject
    from PySide6.QtGui import (
        QCloseEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDropEvent,
    )

    from kindred.engine.library import Library
    from kindred.engine.removal.trash import Trash
    from kindred.engine.types import SkippedFile
    from kindred.gui.incoming.incoming_page import IncomingPage
    from kindred.gui.library.library_page import Overview
    from kindred.gui.services.context import Context
    from kindred.gui.services.preferences import Settings
    from kindred.gui.services.requests import PartRequest
    from kindred.gui.services.thumbnails import Thumbnails

log = logging.getLogger(__name__)

CLOSING_SECONDS = 2.0
QUIET_SECONDS = 3.0
SMALLEST = 640, 400  # logical pixels: a screen of 1600 x 1000 at scale 2 has 800 x 500
UNSEEN_MS = 100  # after this a window that is not painted (covered, minimised) is filled too


class MainWindow(QMainWindow):
    """Owns the tasks and thumbnails of one library."""

    opened = Signal()  # the pages are there

    def __init__(
        self,
        open_library: Callable[[], Library],
        *,
        settings: Settings,
        thumbnails: Thumbnails,
        trash: Trash,
        folders: Sequence[Path] = (),
    ) -> None:
        super().__init__()
        self._settings, self._thumbnails, self._trash = settings, thumbnails, trash
        self._folders = list(folders)
        self._context: Context | None = None
        self._page = "library"
        self._incoming: IncomingPage | None = None  # made when first asked for
        self._speaks_anew = False  # another language was chosen
        self._seen = 0  # the changes of the library that the pages show
        self.idle = True  # whether every thread had ended when the window closed
        self.tasks = Tasks(self)
        self.tasks.failed.connect(self.report)
        self.setWindowTitle("Kindred")
        self.setMinimumSize(*SMALLEST)
        open_at(self, 1280, 820)
        self.restoreGeometry(settings.data("window/geometry"))
        self._open_library = open_library
        self._soon = QTimer(self, singleShot=True, interval=UNSEEN_MS)
        self._soon.timeout.connect(self._furnish)
        self._soon.start()
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Go on as soon as the window was painted for the first time."""
        if event.type() == QEvent.Type.Paint:
            self.removeEventFilter(self)
            QTimer.singleShot(0, self, lambda: keep_within(self))
            if self._soon.isActive():
                self._soon.start(0)
        return super().eventFilter(watched, event)

    def _furnish(self) -> None:
        """Put everything into the window except the pages, which need the open library."""
        QGuiApplication.setWindowIcon(theme.icon("kindred"))
        self._make_frame()
        self.tasks.job_ended.connect(lambda _name: self._job_ended())
        self.setAcceptDrops(True)
        QShortcut(QKeySequence.StandardKey.Paste, self, self.paste)
        QShortcut(QKeySequence(Qt.Key.Key_F11), self, self.switch_full_screen)
        # Importing while all that is painted would slow the painting.
        opening = partial(
            self.tasks.read, self, self._open_library, self._open, failed=self._not_opened
        )
        QTimer.singleShot(0, self, opening)

    def _make_frame(self) -> None:
        from kindred.gui.window.frame import Frame

        self._frame = frame = Frame(self.tasks)
        self.bar, self._pages = frame.bar, frame.pages
        self.notice, self.job_bar = frame.notice, frame.job_bar
        self.bar.page_asked.connect(self.go)
        self.bar.settings_asked.connect(self.open_settings)
        self.bar.menu_asked.connect(self.show_menu)
        self.job_bar.skipped_asked.connect(self.show_skipped)
        self.job_bar.progressed.connect(self._show_percent)
        self.setCentralWidget(frame)

    @property
    def quiet(self) -> bool:
        """Whether a short pause would go unnoticed: no photo is being painted or read."""
        return not self.tasks.reading and self._thumbnails.seconds_unasked > QUIET_SECONDS

    def go(self, name: str) -> None:
        """Show a page by its name in the top bar."""
        if self._context is not None:
            page = {
                "library": self.library_page,
                "review": self.review_page,
                "folders": self.folders_page,
                "search": self.search_page,
                "history": self.history_page,
            }.get(name) or self.incoming_page
            if page is self.folders_page:
                self.folders_page.refresh()
            if page is self._incoming:
                self.incoming_page.refresh()
            if page is self.history_page:
                self.history_page.refresh()  # it shows what was settled on other pages
            self._page = name
            self._pages.setCurrentWidget(page)
            self.bar.show_page(name)
            page.setFocus()

    @property
    def incoming_page(self) -> IncomingPage:
        """The page of what is new on a card; its engine is imported when it is first shown."""
        from kindred.gui.incoming.incoming_page import IncomingPage

        assert self._context is not None  # noqa: S101 - pages are asked for once it is there
        if self._incoming is None:
            self._incoming = IncomingPage(self._context, self._trash)
            self._incoming.said.connect(self.notice.say)
            self._pages.addWidget(self._incoming)
        return self._incoming

    def refresh(self) -> None:
        """Read again everything the pages show."""
        if self._context is not None:
            self._seen = self._context.library.changes
            self._read_overview(self._context)
            self.review_page.refresh()
            self.history_page.refresh()

    def _read_overview(self, context: Context) -> None:
        from kindred.gui.library.library_page import overview

        self.tasks.read(self, lambda: overview(context), self._overview, topic="overview")

    def _job_ended(self) -> None:
        """Most scans of watched folders find nothing: the groups are not read again for them."""
        if self._context is None:
            return
        self.library_page.show_scan(on=False)
        if self._speaks_anew:
            self._speak()
        if self._context is not None and self._context.library.changes == self._seen:
            self._read_overview(self._context)
        else:
            self.refresh()

    def scan(self, folders: Sequence[Path]) -> None:
        """Scan the folders, unless a job is running."""
        if self._context is not None:
            from kindred.gui.window.recent_folders import remember_folders

            remember_folders(self._settings, folders)
            self._scanning.scan(folders)

    def search(self, picture: Path | bytes) -> None:
        """Find photos like a picture."""
        if self._context is not None:
            self.go("search")
            self.search_page.search(picture)

    def receive(self, mime: QMimeData | None) -> None:
        """Scan the folders, or search for the picture, that were dropped or pasted."""
        from kindred.gui.services import dropped_data

        dropped = dropped_data.read(mime)
        if dropped.folders:
            self.scan(dropped.folders)
        elif dropped.picture is not None:
            self.search(dropped.picture)
        else:
            self.notice.say(tr("There is no folder and no picture in it."))

    def paste(self) -> None:
        self.receive(QGuiApplication.clipboard().mimeData())

    def switch_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def show_skipped(self) -> None:
        context = self._context
        if context is not None:
            self.tasks.read(self, context.library.skipped, self._list_skipped, topic="skipped")

    def open_settings(self) -> None:
        from kindred.gui.settings.settings_dialog import SettingsDialog

        if self._context is not None:
            dialog = SettingsDialog(self, self._context)
            dialog.exec()
            anew = dialog.speaks_anew
            dialog.deleteLater()
            app = QApplication.instance()
            if isinstance(app, QApplication):
                theme.choose(app, self._settings.text("look/theme", "system"))
            if anew:
                self._speaks_anew = True
                self._speak()
            self.refresh()

    def _speak(self) -> None:
        """Make all pages again in the language that was chosen, once no job runs."""
        app, context = QApplication.instance(), self._context
        if not self._speaks_anew or context is None or app is None:
            return
        if self.tasks.job is not None:
            self.notice.say(tr("The language changes as soon as this job has ended."))
            return
        from kindred.gui.services import i18n

        self._speaks_anew = False
        i18n.speak(self._settings.text("look/language", "system"), app)
        self._remember()
        # What was settled is written first, for the new pages read it.
        self.tasks.change(self, lambda: None, lambda _none: self._open_anew(context.library))

    def _open_anew(self, library: Library) -> None:
        for made in (self._removal, self._scanning):
            made.deleteLater()
        self._make_frame()  # the old one goes, and all pages with it
        self._open(library)

    def show_menu(self) -> None:
        """Open the menu below its button."""
        from kindred.gui.window.main_menu import MenuCalls, main_menu
        from kindred.gui.window.recent_folders import recent_folders

        if self._context is None:
            return
        calls = MenuCalls(
            choose=self.library_page.choose,
            scan=lambda folder: self.scan([folder]),
            report=self.save_report,
            full_screen=self.switch_full_screen,
            keys=self.bar.show_keys,
            settings=self.open_settings,
            about=self.show_about,
        )
        menu = main_menu(self, calls, recent_folders(self._settings))
        menu.aboutToHide.connect(menu.deleteLater)
        below = self.bar.menu.rect().bottomRight() - QPoint(menu.sizeHint().width(), 0)
        menu.popup(self.bar.menu.mapToGlobal(below))

    def show_about(self) -> None:
        from kindred.gui.window.about_dialog import AboutDialog

        if self._context is not None:
            dialog = AboutDialog(self, self._context.library.home)
            dialog.exec()
            dialog.deleteLater()

    def save_report(self) -> None:
        """Ask where to, and write the groups that the review page lists."""
        from kindred.gui.review.report_job import TARGET, ask_where

        path = ask_where(self, self._settings.text(TARGET, ""))
        if path is not None and self._context is not None:
            self._settings.put(TARGET, str(path))
            self.write_report(path)

    def write_report(self, path: Path) -> None:
        from kindred.gui.services.formatting import busy
        from kindred.gui.widgets.file_menu import open_file

        def done(_none: None) -> None:
            self.notice.say(
                tr("The report is written: {path}", path=path),
                action=tr("Open"),
                icon="open",
                call=lambda: open_file(path),
            )

        work = self.review_page.report_to(path)
        if not self.tasks.run(self, tr("Writing"), work, done):
            self.notice.say(busy())

    def report(self, error: Exception) -> None:
        """Show an expected failure as one plain sentence, and anything else as a bug."""
        from kindred.engine.errors import KindredError
        from kindred.gui.window.error_dialogs import show_bug, show_error

        if isinstance(error, KindredError | OSError):
            log.warning("%s", error)
            show_error(self, error)
        else:
            log.error("bug", exc_info=error)
            show_bug(self, "".join(traceback.format_exception(error)))

    def _open(self, library: Library) -> None:
        from kindred.gui.folders.folders_page import FoldersPage
        from kindred.gui.history.history_page import HistoryPage
        from kindred.gui.library.library_page import LibraryPage
        from kindred.gui.library.scan_job import ScanJob
        from kindred.gui.removal.removal_job import RemovalJob
        from kindred.gui.review.review_page import ReviewPage
        from kindred.gui.search.search_page import SearchPage
        from kindred.gui.services.context import Context
        from kindred.gui.services.engine_words import message_text
        from kindred.gui.window.top_bar import PAGES

        self._context = context = Context(library, self.tasks, self._thumbnails, self._settings)
        self.library_page = LibraryPage(context)
        self.review_page = ReviewPage(context)
        self.folders_page = FoldersPage(context)
        self.search_page = SearchPage(context)
        self.history_page = HistoryPage(context)
        self._incoming = None
        for made in (
            self.library_page,
            self.review_page,
            self.folders_page,
            self.search_page,
            self.history_page,
        ):
            self._pages.addWidget(made)
        self.folders_page.review_asked.connect(self._review_folder)
        self.folders_page.marking_asked.connect(self._mark_elsewhere)
        self.folders_page.changed.connect(self.review_page.refresh)
        self._removal = removal = RemovalJob(self, context, self._trash, self.notice)
        removal.changed.connect(self._changed)
        self._scanning = ScanJob(
            self, context, self.notice, folders=lambda: self.library_page.folders
        )
        self._scanning.started.connect(lambda: self.library_page.show_scan(on=True))
        self.library_page.scan_view.review_asked.connect(lambda: self.go("review"))
        self.library_page.scan_view.skipped_asked.connect(self.show_skipped)
        self.review_page.counted.connect(self.library_page.scan_view.show_groups)
        self.library_page.scan_asked.connect(self.scan)
        self.library_page.watch_asked.connect(self._scanning.watching.switch)
        self.library_page.changed.connect(self.refresh)
        self.review_page.removal_asked.connect(removal.ask)
        self.review_page.search_asked.connect(self.search)
        self.review_page.part_asked.connect(self._search_part)
        self.review_page.counted.connect(self.bar.show_groups)
        self.search_page.removal_asked.connect(removal.ask)
        self.history_page.undo_asked.connect(removal.undo)
        self.history_page.decisions_changed.connect(self.review_page.refresh)
        self.job_bar.groups_grew.connect(self.review_page.refresh)
        self.review_page.counted.connect(self._found_groups)
        page = self._settings.text("window/page", "library")
        self.go(page if page in PAGES and not self._folders else "library")
        self.review_page.saved_marks.read()
        self.refresh()
        if library.notice:
            self.notice.say(message_text(library.notice))
        self.opened.emit()
        folders, self._folders = self._folders, []
        if folders:
            self.scan(folders)

    def _not_opened(self, error: Exception) -> None:
        self._frame.opening.setText(tr("The library could not be opened."))
        self.report(error)

    def _overview(self, shown: Overview) -> None:
        from kindred.gui.services.formatting import photos_text

        self.library_page.show_overview(shown)
        self.job_bar.rest(photos_text(shown.photos), skipped=shown.skipped)

    def _review_folder(self, folder: Path) -> None:
        self.review_page.review_only(folder)
        self.go("review")

    def _mark_elsewhere(self, folder: Path) -> None:
        self.review_page.mark_elsewhere(folder)
        self.go("review")

    def _search_part(self, asked: PartRequest) -> None:
        self.go("search")
        self.search_page.search_part(asked.picture, asked.box)

    def _show_percent(self, percent: int | None) -> None:
        self.setWindowTitle("Kindred" if percent is None else f"{percent}% · Kindred")

    def _found_groups(self, count: int) -> None:
        """After a scan that the user asked for: say what was found, and show it."""
        if not self._scanning.asked or self.tasks.job is not None:
            return
        self._scanning.asked = False
        from kindred.gui.services.notification import notify

        text = self._scanning.found(count, frees=self.review_page.groups.frees)
        notify(self, text)
        if count and self._pages.currentWidget() is self.library_page:
            self.go("review")

    def _changed(self, removed: set[Path]) -> None:
        self.review_page.forget_photos(removed)
        self.search_page.forget_photos(removed)
        self.history_page.refresh()

    def _list_skipped(self, skipped: list[SkippedFile]) -> None:
        from kindred.gui.window.skipped_dialog import SkippedDialog

        SkippedDialog(self, skipped).exec()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        from kindred.gui.services import dropped_data

        own = event.source() is not None  # photos that are dragged out of this window
        if not own and dropped_data.readable(event.mimeData()):
            event.acceptProposedAction()
            self._frame.overlay.show()
            self._frame.overlay.raise_()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        self._frame.overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        self._frame.overlay.hide()
        event.acceptProposedAction()
        self.receive(event.mimeData())

    def _remember(self) -> None:
        """Note what the pages show, for those that are made next."""
        self.review_page.saved_marks.flush()
        self.review_page.remember()
        self._settings.put("window/page", self._page)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Stop what runs and wait briefly; a scan goes on next time, a removal is journalled."""
        self._soon.stop()
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        if self._context is not None:
            self._remember()
        self._settings.put("window/geometry", self.saveGeometry())
        self._settings.save()
        self.idle = self.tasks.close(seconds=CLOSING_SECONDS)
        self._thumbnails.close(seconds=CLOSING_SECONDS / 4)
        if self._context is not None and self.idle:
            self._context.library.close()
        super().closeEvent(event)
