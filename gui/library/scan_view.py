"""What a scan shows while it runs: one bar for the whole, the last photos, the first groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kindred.gui.services.engine_words import scan_stage_text
from kindred.gui.services.formatting import left_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.widgets.buttons import button, say
from kindred.gui.widgets.labels import hint, muted, plain_tip, title
from kindred.gui.widgets.painting import PhotoPainter

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from kindred.engine.progress import Progress
    from kindred.engine.types import Photo
    from kindred.gui.services.context import Context
    from kindred.gui.services.thumbnails import Thumbnails

POLL_MS = 200
SCALE = 1000  # steps of the bar
PHOTO, GAP = 132, 10  # logical pixels of the last photos


class LastPhotos(QWidget):
    """The photos read last, the newest first, as many as fit."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._painter = PhotoPainter(thumbnails)
        self.photos: tuple[Photo, ...] = ()
        self.setAccessibleName(tr("The photos read last"))
        self.setToolTip(plain_tip(self.accessibleName()))
        thumbnails.ready.connect(self._repaint)

    def show_photos(self, photos: tuple[Photo, ...]) -> None:
        if photos != self.photos:
            self.photos = photos
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(4 * (PHOTO + GAP), PHOTO)

    def _repaint(self, _digest: object) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fitting = max(1, self.width() // (PHOTO + GAP))
        for place, photo in enumerate(self.photos[:fitting]):
            rect = QRect(place * (PHOTO + GAP), 0, PHOTO, PHOTO)
            self._painter.paint(painter, rect, photo, fill=True)


class ScanView(QWidget):
    """Polls the running scan while it is shown."""

    review_asked = Signal()
    skipped_asked = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._tasks = context.tasks
        self._groups = 0
        self._title = title(tr("Looking through your photos"))
        self._bar = QProgressBar(textVisible=False)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(tr("Progress of the scan"))
        self.words = muted(tr("Starting"))
        self.photos = LastPhotos(context.thumbnails)
        self.groups = hint(tr("The first groups show here as soon as they are found."))
        self.review = button(
            tr("Review them now"),
            "review",
            tr("The scan goes on meanwhile"),
            self.review_asked.emit,
            role="primary",
        )
        self.review.hide()
        self.skipped = QPushButton()
        self.skipped.setProperty("role", "quiet")
        self.skipped.setToolTip(tr("Show the files that could not be used, and why"))
        self.skipped.clicked.connect(self.skipped_asked)
        self.skipped.hide()
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(24, 20, 24, 20)
        inside.setSpacing(12)
        inside.addWidget(self._title)
        inside.addWidget(self._bar)
        inside.addWidget(self.words)
        inside.addWidget(self.photos)
        row = QHBoxLayout()
        row.addWidget(self.groups, 1)
        row.addWidget(self.review)
        row.addWidget(self.skipped)
        inside.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 22, 28, 16)
        layout.addStretch(1)
        layout.addWidget(card)
        layout.addStretch(2)
        layout.setAlignment(card, Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)

    def begin(self) -> None:
        """A scan has started."""
        self._groups = 0
        self.groups.setText(tr("The first groups show here as soon as they are found."))
        self.review.hide()
        self.skipped.hide()
        self.photos.show_photos(())
        self._timer.start()
        self._poll()

    def end(self) -> None:
        self._timer.stop()

    def show_groups(self, count: int) -> None:
        """So many groups can be reviewed by now."""
        if count and self._timer.isActive():
            self.groups.setText(
                trn("{count} group found so far", "{count} groups found so far", count)
            )
            self.review.show()

    def _poll(self) -> None:
        progress = self._tasks.progress
        whole = progress.whole
        if whole is not None and whole.total:
            self._bar.setRange(0, SCALE)
            self._bar.setValue(whole.done * SCALE // whole.total)
        else:
            self._bar.setRange(0, 0)
        self.words.setText(scan_text(progress, paused=self._tasks.token.paused))
        self.photos.show_photos(progress.latest)
        if progress.skipped:
            say(
                self.skipped,
                trn("{count} skipped (show)", "{count} skipped (show)", progress.skipped),
            )
            self.skipped.show()


def scan_text(progress: Progress, *, paused: bool) -> str:
    """One line about the whole scan: "Comparing · 410 of 739 photos · 2 minutes left"."""
    parts = [scan_stage_text(progress.stage)]
    whole = progress.whole
    if whole is not None:
        parts.append(
            trn(
                "{done} of {count} photo",
                "{done} of {count} photos",
                whole.total,
                done=f"{whole.done:,}",
            )
        )
    elif progress.done:
        parts.append(trn("{count} photo found", "{count} photos found", progress.done))
    if paused:
        parts.append(tr("paused"))
    elif whole is not None and whole.seconds_left is not None:
        parts.append(left_text(whole.seconds_left))
    return " · ".join(parts)
