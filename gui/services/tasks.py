"""Runs work off the GUI thread: one job at a time, short reads beside it; results come as calls."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from kindred.engine.errors import Cancelled, KindredError
from kindred.engine.progress import CancelToken, Progress, ProgressSink
from kindred.gui.services.engine_words import error_text

log = logging.getLogger(__name__)

READERS = 2

T = TypeVar("T")  # what a call works out, and its `done` takes


@dataclass(frozen=True, slots=True)
class _Call(Generic[T]):
    """What was asked for. Only the GUI thread may let go of it: widgets may hang on to it."""

    owner: QObject
    topic: str
    work: Callable[[], T]
    done: Callable[[T], object]
    failed: Callable[[Exception], object] | None = None
    job: bool = False


class Tasks(QObject):
    """Runs calls on worker threads and their `done` on the GUI thread.

    `failed` carries every exception that no caller took itself, apart from Cancelled.
    """

    job_started = Signal(object)  # name of the job
    job_ended = Signal(object)  # name of the job
    failed = Signal(object)  # Exception
    _arrived = Signal()  # something is in _finished

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = ThreadPoolExecutor(1, "kindred-job")
        self._reads = ThreadPoolExecutor(READERS, "kindred-read")
        self._changes = ThreadPoolExecutor(1, "kindred-change")  # in the order they were asked for
        self._futures: set[Future[None]] = set()
        self._calls: dict[int, _Call[Any]] = {}
        self._finished: deque[tuple[int, Any, Exception | None]] = deque()
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
        work: Callable[[], T],
        done: Callable[[T], object],
        *,
        topic: str = "",
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Call `work` on a reading thread, then `done(result)` on the GUI thread.

        The result is dropped when `owner` is gone, or when it asked again on the same topic.
        """
        self._ask(self._reads, _Call(owner, topic, work, done, failed))

    def change(
        self,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], object] = lambda _none: None,
        *,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Like `read`, for work that is done whatever comes next, closing included, and after the
        changes asked for before."""
        call = _Call(owner, f"change {self._number}", work, done, failed)
        self._ask(self._changes, call)

    def _ask(self, pool: ThreadPoolExecutor, call: _Call[Any]) -> None:
        if not self._closed.is_set():
            self._latest[id(call.owner), call.topic] = self._submit(pool, call)

    def run(
        self,
        owner: QObject,
        name: str,
        work: Callable[[CancelToken, ProgressSink], T],
        done: Callable[[T], object],
        *,
        failed: Callable[[Exception], object] | None = None,
    ) -> bool:
        """Start the one job; False when another job is still running."""
        if self.job is not None or self._closed.is_set():
            return False
        self.job, self.token, self.progress = name, CancelToken(), Progress()
        token, store = self.token, self._store
        call = _Call(owner, name, lambda: work(token, store), done, failed, job=True)
        self._submit(self._jobs, call)
        self.job_started.emit(name)
        return True

    @property
    def reading(self) -> bool:
        """Whether a read is under way."""
        return any(not call.job for call in self._calls.values())

    def sentence(self, error: Exception) -> str:
        """The words of an expected failure, for a caller that shows them itself.

        A bug has none: it goes to `failed`, like one that no caller took.
        """
        if isinstance(error, KindredError | OSError):
            return error_text(error)
        self.failed.emit(error)
        return ""

    def close(self, *, seconds: float) -> bool:
        """Stop the job, drop reads that wait; whether every thread was idle within `seconds`."""
        self._closed.set()
        self.token.stop()
        for pool in (self._jobs, self._reads, self._changes):
            pool.shutdown(wait=False, cancel_futures=pool is not self._changes)
        running = [future for future in self._futures if not future.cancelled()]
        idle = not wait(running, timeout=seconds).not_done  # `wait` never sees a cancelled one
        for _number, _result, error in list(self._finished):  # no callback gets these any more
            if error is not None and not isinstance(error, Cancelled):
                log.error("while closing", exc_info=error)
        return idle

    def _submit(self, pool: ThreadPoolExecutor, call: _Call[Any]) -> int:
        self._number += 1
        self._calls[self._number] = call
        self._futures = {future for future in self._futures if not future.done()}
        self._futures.add(pool.submit(self._work, self._number))
        return self._number

    def _work(self, number: int) -> None:
        """On a worker thread, which holds nothing of the call any more when the GUI hears of it.

        A widget whose last reference goes on a worker is destroyed there, and Qt crashes.
        """
        self._finished.append((number, *self._outcome(number)))
        if not self._closed.is_set():
            self._arrived.emit()

    def _outcome(self, number: int) -> tuple[Any, Exception | None]:
        call = self._calls[number]
        if not call.job and self._latest.get((id(call.owner), call.topic), 0) > number:
            return None, None  # asked again meanwhile
        try:
            return call.work(), None
        except Exception as error:  # handed to the GUI thread, which decides
            return None, error

    def _store(self, progress: Progress) -> None:
        self.progress = progress

    def _deliver(self) -> None:
        while self._finished and not self._closed.is_set():
            number, result, error = self._finished.popleft()
            self._hand_over(number, self._calls.pop(number), result, error)

    def _hand_over(
        self, number: int, call: _Call[Any], result: Any, error: Exception | None
    ) -> None:
        if call.job:
            self.job = None
            self.job_ended.emit(call.topic)
        elif self._latest.get((id(call.owner), call.topic)) != number:
            return
        if not shiboken6.isValid(call.owner):
            return
        if error is None:
            call.done(result)
        elif isinstance(error, Cancelled):
            log.info("%s stopped by the user", call.topic)
        elif call.failed is not None:
            call.failed(error)
        else:
            self.failed.emit(error)
