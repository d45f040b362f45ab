"""Progress as a value that is polled, and one token that pauses or stops a job."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kindred.engine.errors import Cancelled

if TYPE_CHECKING:
    from kindred.engine.types import StageTime


class Stage(StrEnum):
    """What a job does."""

    LOOKING = "Looking for photos"
    EMBEDDING = "Embedding"
    COMPARING = "Comparing"
    VERIFYING = "Verifying"
    READING_COPIES = "Reading copies"
    CHECKING_COPIES = "Checking copies"
    REMOVING = "Removing"
    DOWNLOADING = "Downloading"


@dataclass(frozen=True, slots=True)
class Progress:
    """A snapshot of a running job; `total` is 0 while it is not known."""

    stage: str = ""  # a Stage, or empty before the first
    done: int = 0
    total: int = 0
    per_second: float = 0.0  # photos per second in this stage
    seconds_left: float | None = None
    skipped: int = 0
    groups_version: int = 0  # grows whenever new groups can be read from the library


RECENT = 50  # advances the rate is taken over

ProgressSink = Callable[[Progress], None]


def ignore(_progress: Progress) -> None:
    """A ProgressSink for callers who do not care."""


class CancelToken:
    """Pause and stop, checked by the job at every file, batch and query block."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._run = threading.Event()
        self._run.set()

    def stop(self) -> None:
        """Ask the job to stop; a paused job wakes up to do so."""
        self._stop.set()
        self._run.set()

    def pause(self) -> None:
        self._run.clear()

    def resume(self) -> None:
        self._run.set()

    @property
    def paused(self) -> bool:
        return not self._run.is_set()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def check(self) -> None:
        """Wait while paused; raise Cancelled when stopped."""
        # Ten times as fast as to wait for what is there; a pause that came after the stop is none.
        if not self._run.is_set() and not self._stop.is_set():
            self._run.wait()
        if self._stop.is_set():
            raise Cancelled


class Meter:
    """Turns counts into Progress snapshots; the rate is that of the last advances of a stage."""

    def __init__(self, sink: ProgressSink, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._sink = sink
        self._clock = clock
        self._stage = ""
        self._done: dict[str, int] = {}
        self._total: dict[str, int] = {}
        self._recent: deque[tuple[float, int]] = deque(maxlen=RECENT)  # time, done
        self._skipped = 0
        self._version = 0

    def start(self, stage: str, total: int) -> None:
        """Begin a stage of `total` items (0: not known yet)."""
        self._done[stage], self._total[stage] = 0, total
        self.resume(stage)

    def resume(self, stage: str) -> None:
        """Go on with a stage that another one interrupted."""
        self._stage = stage
        self._recent.clear()
        self._recent.append((self._clock(), self._done[stage]))
        self._send()

    def advance(self, count: int, *, skipped: int = 0) -> None:
        self._done[self._stage] += count
        self._skipped += skipped
        self._recent.append((self._clock(), self._done[self._stage]))
        self._send()

    def groups_changed(self) -> None:
        self._version += 1
        self._send()

    def _send(self) -> None:
        done, total = self._done[self._stage], self._total[self._stage]
        (since, before), (now, _) = self._recent[0], self._recent[-1]
        rate = (done - before) / (now - since) if now > since else 0.0
        left = (total - done) / rate if rate > 0 and total else None
        self._sink(Progress(self._stage, done, total, rate, left, self._skipped, self._version))


class Clock:
    """Seconds and items of each stage, summed over all threads."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def stage(self, name: str, count: int) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - started
            with self._lock:
                self._seconds[name] = self._seconds.get(name, 0.0) + spent
                self._counts[name] += count

    def count(self, name: str, count: int) -> None:
        """Count items of a stage whose number was not known when it began."""
        with self._lock:
            self._counts[name] += count

    def times(self) -> dict[str, StageTime]:
        from kindred.engine.types import (
            StageTime,  # here, for the window needs this module before those
        )

        with self._lock:
            return {
                name: StageTime(seconds, self._counts[name])
                for name, seconds in self._seconds.items()
            }
