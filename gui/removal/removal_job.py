"""Removing and undoing in the window: plan, summary, job, and an offer to undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kindred.engine.types import Batch, State
from kindred.gui.services.context import Context
from kindred.gui.services.engine_words import message_text
from kindred.gui.services.formatting import busy
from kindred.gui.services.i18n import tr, trn
from kindred.gui.widgets.notice_bar import NoticeBar

if TYPE_CHECKING:
    from kindred.engine.progress import CancelToken, ProgressSink
    from kindred.engine.removal.remove import RemovalPlan
    from kindred.engine.removal.trash import Trash
    from kindred.gui.services.requests import RemovalRequest


STAYED = (State.FAILED, State.KEPT, State.RESTORED)  # right after a removal: left or taken back


class RemovalJob(QObject):
    """Runs one removal or undo at a time through the job thread."""

    changed = Signal(object)  # set of paths that were removed; empty after an undo

    def __init__(self, window: QWidget, context: Context, trash: Trash, notice: NoticeBar) -> None:
        super().__init__(window)
        self._window, self._context, self._trash, self._notice = window, context, trash, notice

    def ask(self, request: RemovalRequest) -> None:
        """Plan, show the summary, and remove when the user agrees."""
        library, tasks = self._context.library, self._context.tasks
        if tasks.job is None:
            tasks.read(self, lambda: library.plan(request.groups, request.paths), self._planned)
        else:
            self._notice.say(busy())

    def undo(self, batch: int) -> None:
        """Put a batch back."""
        library = self._context.library
        self._start(
            tr("Undoing"),
            lambda token, progress: library.undo(batch, token=token, progress=progress),
            self._undone,
        )

    def _planned(self, plan: RemovalPlan) -> None:
        from kindred.gui.removal.removal_dialog import confirm_removal  # made when first asked for

        agreed = confirm_removal(self._window, plan, self._context)
        if agreed is None:
            return
        library, trash = self._context.library, self._trash
        self._start(
            tr("Removing"),
            lambda token, progress: library.remove(
                agreed, trash=trash, token=token, progress=progress
            ),
            self._removed,
        )

    def _start(
        self,
        name: str,
        work: Callable[[CancelToken, ProgressSink], Batch],
        done: Callable[[Batch], None],
    ) -> None:
        if not self._context.tasks.run(self, name, work, done):
            self._notice.say(busy())

    def _removed(self, batch: Batch) -> None:
        gone = {item.path for item in batch.items if item.state is State.REMOVED}
        count = sum(item.state is State.REMOVED and not item.companion for item in batch.items)
        text = trn("{count} photo moved to the trash.", "{count} photos moved to the trash.", count)
        self._notice.say(
            f"{text} {failures(batch, *STAYED)}".strip(),
            action=tr("Undo"),
            icon="undo",
            call=(lambda: self.undo(batch.id)) if gone else None,
        )
        self.changed.emit(gone)
        digests = {item.digest for item in batch.items if item.path in gone and item.digest}
        library, thumbnails = self._context.library, self._context.thumbnails

        def discarded() -> set[str]:
            left = library.without_photo(digests)
            thumbnails.discard(left)
            return left

        self._context.tasks.read(self, discarded, thumbnails.forget, topic="thumbnails")

    def _undone(self, batch: Batch) -> None:
        back = sum(item.state is State.RESTORED and not item.companion for item in batch.items)
        text = trn("{count} photo is back.", "{count} photos are back.", back)
        self._notice.say(f"{text} {failures(batch, State.REMOVED)}".strip())
        self.changed.emit(set())


def failures(batch: Batch, *states: State) -> str:
    """How many were left alone, in one of these states, and the first reason; or nothing."""
    failed = [item for item in batch.items if item.state in states]
    if not failed:
        return ""
    count = trn("{count} was left alone:", "{count} were left alone:", len(failed))
    note = failed[0].note
    return f"{count} {message_text(note)}" if note else count.rstrip(":")
