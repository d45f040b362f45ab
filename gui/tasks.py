"""Work off the GUI thread: one job at a time, short reads beside it, results back as calls."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from engine.errors import Cancelled, KindredError
from engine.progress import CancelToken, Progress, ProgressSink

log = logging.getLogger(__name__)

READERS = 2


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a finished call hands to the GUI thread."""

    owner: QObject
    topic: str
    number: int
    done: Callable[[Any], None] | None
    failed: Callable[[Exception], None] | None
    result: Any = None
    error: Exception | None = None
    job: bool = False


class Tasks(QObject):
    """Runs calls on worker threads and their `done` on the GUI thread.

    `failed` carries every exception that no caller took itself, apart from Cancelled.
    """

    job_started = Signal(object)  # name of the job
    job_ended = Signal(object)  # name of the job
    failed = Signal(object)  # Exception
    _arrived = Signal(object)  # _Outcome

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = ThreadPoolExecutor(1, "kindred-job")
        self._reads = ThreadPoolExecutor(READERS, "kindred-read")
        self._futures: set[Future[None]] = set()
        self._latest: dict[tuple[int, str], int] = {}
        self._number = 0
        self._closed = threading.Event()
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.job: str | None = None
        self.token = CancelToken()
        self.progress = Progress()

    def read(
        self,
        owner: QObject,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        *,
        topic: str = "",
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Call `work` on a reading thread, then `done(result)` on the GUI thread.

        The result is dropped when `owner` is gone, or when it asked again on the same topic.
        """
        if self._closed.is_set():
            return
        self._number += 1
        self._latest[id(owner), topic] = number = self._number
        key = (id(owner), topic)

        def call() -> None:
            if self._latest.get(key) != number:
                return
            try:
                outcome = _Outcome(owner, topic, number, done, failed, work())
            except Exception as error:  # handed to the GUI thread, which decides
                outcome = _Outcome(owner, topic, number, done, failed, error=error)
            self._post(outcome)

        self._submit(self._reads, call)

    def run(
        self,
        owner: QObject,
        name: str,
        work: Callable[[CancelToken, ProgressSink], Any],
        done: Callable[[Any], None],
    ) -> bool:
        """Start the one job; False when another job is still running."""
        if self.job is not None or self._closed.is_set():
            return False
        self.job, self.token, self.progress = name, CancelToken(), Progress()
        token = self.token

        def call() -> None:
            try:
                outcome = _Outcome(owner, name, 0, done, None, work(token, self._store), job=True)
            except Exception as error:  # handed to the GUI thread, which decides
                outcome = _Outcome(owner, name, 0, done, None, error=error, job=True)
            self._post(outcome)

        self._submit(self._jobs, call)
        self.job_started.emit(name)
        return True

    def sentence(self, error: Exception) -> str:
        """The words of an expected failure, for a caller that shows them itself.

        A bug has none: it goes to `failed`, like one that no caller took.
        """
        if isinstance(error, KindredError | OSError):
            return str(error)
        self.failed.emit(error)
        return ""

    def close(self, *, seconds: float) -> bool:
        """Stop the job, drop what waits; whether every thread was idle within `seconds`."""
        self._closed.set()
        self.token.stop()
        for pool in (self._jobs, self._reads):
            pool.shutdown(wait=False, cancel_futures=True)
        running = [future for future in self._futures if not future.cancelled()]
        return not wait(running, timeout=seconds).not_done  # which never sees a cancelled one

    def _submit(self, pool: ThreadPoolExecutor, call: Callable[[], None]) -> None:
        self._futures = {future for future in self._futures if not future.done()}
        self._futures.add(pool.submit(call))

    def _store(self, progress: Progress) -> None:
        self.progress = progress

    def _post(self, outcome: _Outcome) -> None:
        if not self._closed.is_set():
            self._arrived.emit(outcome)

    def _deliver(self, outcome: _Outcome) -> None:
        if self._closed.is_set():
            return
        if outcome.job:
            self.job = None
            self.job_ended.emit(outcome.topic)
        elif self._latest.get((id(outcome.owner), outcome.topic)) != outcome.number:
            return
        if not shiboken6.isValid(outcome.owner):
            return
        if outcome.error is None:
            if outcome.done is not None:
                outcome.done(outcome.result)
        elif isinstance(outcome.error, Cancelled):
            log.info("%s stopped by the user", outcome.topic)
        elif outcome.failed is not None:
            outcome.failed(outcome.error)
        else:
            self.failed.emit(outcome.error)
