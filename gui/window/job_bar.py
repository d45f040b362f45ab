"""The bottom bar: what the job does, its speed and time left; pause, stop, skipped files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout

from kindred.gui.services.i18n import tr, trn
from kindred.gui.widgets import theme
from kindred.gui.widgets.buttons import button, say
from kindred.gui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from kindred.engine.progress import Progress
    from kindred.gui.services.tasks import Tasks

POLL_MS = 100
SCALE = 1000  # steps of the progress bar, since a count may not fit into 32 bits


class JobBar(QFrame):
    """Polls the progress of `tasks` while a job runs."""

    groups_grew = Signal()  # the job made new groups readable
    skipped_asked = Signal()
    progressed = Signal(object)  # percent of the job, while it runs; None once it has ended

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self._tasks = tasks
        self._version = 0
        self._idle = tr("Ready")
        self._text = PlainLabel(self._idle)
        self._text.setAccessibleName(tr("What Kindred is doing"))
        self._bar = QProgressBar(textVisible=False)
        self._bar.setRange(0, SCALE)
        self._bar.setAccessibleName(tr("Progress"))
        self.pause_button = button(
            tr("Pause"), "pause", tr("Pause the job, or go on"), self._pause_or_resume
        )
        self.stop_button = button(
            tr("Stop"), "stop", tr("Stop the job; what is done stays done"), self._stop_job
        )
        self.skipped_button = QPushButton()
        self.skipped_button.setProperty("role", "quiet")
        self.skipped_button.setToolTip(tr("Show the files that could not be used, and why"))
        self.skipped_button.clicked.connect(self.skipped_asked)
        self.skipped_button.hide()
        texts = QVBoxLayout()
        texts.setSpacing(3)
        texts.addWidget(self._text)
        texts.addWidget(self._bar)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 6, 10, 6)
        layout.addLayout(texts, 1)
        for part in (self.pause_button, self.stop_button, self.skipped_button):
            layout.addWidget(part)
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)
        tasks.job_started.connect(self._started)
        tasks.job_ended.connect(self._ended)
        self._running(on=False)

    @property
    def text(self) -> str:
        return self._text.text()

    def rest(self, text: str, *, skipped: int) -> None:
        """What to say while nothing runs."""
        self._idle = text
        if self._tasks.job is None:
            self._text.setText(text)
            self._show_skipped(skipped)

    def _started(self, _name: str) -> None:
        self._version = 0
        self._running(on=True)
        self._poll()

    def _ended(self, _name: str) -> None:
        self._poll()
        self._running(on=False)
        self._text.setText(self._idle)
        self.progressed.emit(None)

    def _running(self, *, on: bool) -> None:
        for part in (self._bar, self.pause_button, self.stop_button):
            part.setVisible(on)
        self.stop_button.setEnabled(True)
        self._show_paused()
        if on:
            self._timer.start()
        else:
            self._timer.stop()

    def _poll(self) -> None:
        progress = self._tasks.progress
        if not self._tasks.token.stopped:
            self._text.setText(progress_text(progress, paused=self._tasks.token.paused))
        shown = progress.whole or progress
        if shown.total:
            self._bar.setRange(0, SCALE)
            share = min(SCALE, shown.done * SCALE // shown.total)
            self._bar.setValue(share)
            self.progressed.emit(share * 100 // SCALE)
        else:
            self._bar.setRange(0, 0)
        if progress.skipped:
            self._show_skipped(progress.skipped)
        if progress.groups_version != self._version:
            self._version = progress.groups_version
            self.groups_grew.emit()

    def _show_skipped(self, count: int) -> None:
        say(self.skipped_button, trn("{count} skipped (show)", "{count} skipped (show)", count))
        self.skipped_button.setVisible(count > 0)

    def _pause_or_resume(self) -> None:
        token = self._tasks.token
        if token.paused:
            token.resume()
        else:
            token.pause()
        self._show_paused()

    def _show_paused(self) -> None:
        paused = self._tasks.token.paused
        say(self.pause_button, tr("Resume") if paused else tr("Pause"))
        theme.decorate(self.pause_button, "play" if paused else "pause")

    def _stop_job(self) -> None:
        self._tasks.token.stop()
        self.stop_button.setEnabled(False)
        self._text.setText(tr("Stopping…"))


def progress_text(progress: Progress, *, paused: bool) -> str:
    """One line: stage, counts, speed, time left."""
    from kindred.gui.services.engine_words import STAGES
    from kindred.gui.services.formatting import left_text

    if progress.whole is not None:
        from kindred.gui.library.scan_view import scan_text

        return scan_text(progress, paused=paused)
    stage = tr(STAGES.get(progress.stage, progress.stage)) if progress.stage else tr("Starting")
    if progress.total:
        stage = tr(
            "{stage} {done} of {total}",
            stage=stage,
            done=f"{progress.done:,}",
            total=f"{progress.total:,}",
        )
    elif progress.done:
        stage = f"{stage} {progress.done:,}"
    parts = [stage]
    if paused:
        parts.append(tr("paused"))
    else:
        if progress.per_second:
            speed = progress.per_second
            parts.append(
                tr("{speed} photos/s", speed=f"{speed:,.0f}" if speed >= 10 else f"{speed:.1f}")
            )
        if progress.seconds_left is not None and progress.done:
            parts.append(left_text(progress.seconds_left))
    return " · ".join(parts)
