"""Scanning as the window does it: when the user asks, and quietly while folders are watched."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kindred.gui.library.folder_watch import PAUSE_MS, FolderWatch
from kindred.gui.services.formatting import busy, bytes_text
from kindred.gui.services.i18n import tr, trn

if TYPE_CHECKING:
    from kindred.engine.types import ScanReport
    from kindred.gui.services.context import Context
    from kindred.gui.widgets.notice_bar import NoticeBar

log = logging.getLogger(__name__)


class ScanJob(QObject):
    """Runs one scan at a time through the job thread."""

    started = Signal()  # a scan that the user asked for

    def __init__(
        self,
        window: QObject,
        context: Context,
        notice: NoticeBar,
        *,
        folders: Callable[[], Sequence[Path]],
    ) -> None:
        super().__init__(window)
        self._context, self._notice, self._folders = context, notice, folders
        self._finished = ""  # what was said of the last scan
        self.asked = False  # the last scan was the user's, who wants to see what it finds
        self.watching = FolderWatch(context.settings, self._look, pause_ms=PAUSE_MS, parent=self)
        context.tasks.job_ended.connect(self._pause)

    def scan(self, folders: Sequence[Path]) -> None:
        """Scan the folders, unless a job is running."""
        if self._run(folders, self._scanned):
            self.asked = True
            self.started.emit()
        else:
            self._notice.say(busy())

    def _pause(self, _name: object) -> None:
        self.watching.pause()

    def _look(self) -> bool:
        """Scan all folders without a notice; whether the scan was started."""
        self.asked = False
        folders = self._folders()
        return bool(folders) and self._run(
            folders,
            lambda _report: self._context.thumbnails.forget_failures(),
            failed=lambda error: log.warning("not looked again: %s", error),
        )

    def _run(
        self,
        folders: Sequence[Path],
        done: Callable[[ScanReport], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> bool:
        library, options = self._context.library, self._context.settings.scan_options()
        chosen = list(folders)
        return self._context.tasks.run(
            self,
            tr("Scan"),
            lambda token, progress: library.scan(
                chosen, options=options, token=token, progress=progress
            ),
            done,
            failed=failed,
        )

    def found(self, groups: int, *, frees: int) -> str:
        """Add to the notice what the last scan found, and give all of it."""
        said = [
            self._finished,
            trn("{count} group to review.", "{count} groups to review.", groups),
        ]
        if frees:
            said.append(tr("{bytes} can go without losing anything.", bytes=bytes_text(frees)))
        text = " ".join(filter(None, said))
        if self._finished and self._notice.text == self._finished:
            self._notice.say(text)
        return text

    def _scanned(self, report: ScanReport) -> None:
        self._context.thumbnails.forget_failures()
        text = trn("Scan finished: {count} photo.", "Scan finished: {count} photos.", report.photos)
        if report.stopped:
            text = tr("Scan stopped. It goes on from here next time.")
        self._finished = text
        self._notice.say(text)
