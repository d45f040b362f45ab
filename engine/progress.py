"""Progress as a value that is polled, and one token that pauses or stops a job."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kindred.engine.errors import Cancelled

if TYPE_CHECKING:
    from kindred.engine.types import Photo, StageTime


class Stage(StrEnum):
    """What a job does."""

    LOOKING = "Looking for photos"
    EMBEDDING = "Embedding"
    COMPARING = "Comparing"
    VERIFYING = "Verifying"
    READING_COPIES = "Reading copies"
    CHECKING_COPIES = "Checking copies"
    REMOVING = "Removing"
    RESTORING = "Putting back"
    DOWNLOADING = "Downloading"
    COPYING = "Copying"
    WRITING = "Writing"


@dataclass(frozen=True, slots=True)
class Whole:
    """How far a scan is from its beginning to its end, counted in photos to read and compare."""

    done: int
    total: int
    seconds_left: float | None = None  # None while nothing was read


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
    whole: Whole | None = None  # of a scan, once it is known how many photos there are
    latest: tuple[Photo, ...] = ()  # the photos read last, the newest first


RECENT = 50  # advances the rate is taken over
LATEST = 12  # photos read last that are told
COMPARING = 0.5  # seconds of comparing for a second of reading, until a round of it was done
CALM = 0.15  # how much of a new estimate of the time left is taken at once

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
        self._whole: _Estimate | None = None
        self._latest: tuple[Photo, ...] = ()

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

    def read_and_compare(self, stage: str, total: int) -> None:
        """Begin to read `total` photos in a stage; whatever follows compares what was read."""
        self._whole = _Estimate(stage, total, self._clock())
        self.start(stage, total)

    def compared(self) -> None:
        """All that was read so far is compared."""
        if self._whole is not None:
            self._whole.compared()
            self._send()

    def show(self, photos: Sequence[Photo]) -> None:
        """Tell which photos were read last, the newest last."""
        self._latest = (*reversed(photos), *self._latest)[:LATEST]

    def groups_changed(self) -> None:
        self._version += 1
        self._send()

    def _send(self) -> None:
        done, total = self._done[self._stage], self._total[self._stage]
        (since, before), (now, _) = self._recent[0], self._recent[-1]
        rate = (done - before) / (now - since) if now > since else 0.0
        left = (total - done) / rate if rate > 0 and total else None
        whole = None
        if self._whole is not None:
            whole = self._whole.at(self._clock(), self._stage, done, left)
        self._sink(
            Progress(
                self._stage,
                done,
                total,
                rate,
                left,
                self._skipped,
                self._version,
                whole,
                self._latest,
            )
        )


class _Estimate:
    """The time left of a scan that reads and compares in turns, smoothed."""

    def __init__(self, reading: str, total: int, now: float) -> None:
        self._reading, self._total = reading, total
        self._began = self._last = now
        self._read = self._compared = 0  # photos
        self._read_seconds = self._compare_seconds = self._round_seconds = 0.0
        self._left: float | None = None
        self._told = 0.0  # never less is said to be done

    def compared(self) -> None:
        self._compared = self._read
        self._compare_seconds += self._round_seconds
        self._round_seconds = 0.0

    def at(self, now: float, stage: str, done: int, stage_left: float | None) -> Whole:
        """How far the scan is, when `done` items of a stage are done, with its seconds left."""
        passed, self._last = now - self._last, now
        if stage == self._reading:
            self._read = done
            self._read_seconds += passed
        else:
            self._round_seconds += passed
        if not self._read or not self._total:
            return Whole(0, self._total)
        each = self._read_seconds / self._read
        comparing = COMPARING * each
        if self._compared:
            comparing = self._compare_seconds / self._compared
        waiting = (self._total - self._compared) * comparing - self._round_seconds
        if stage != self._reading and stage_left is not None:
            waiting = max(waiting, stage_left)
        guess = (self._total - self._read) * each + max(0.0, waiting)
        if self._left is None:
            self._left = guess
        else:
            before = max(0.0, self._left - passed)
            self._left = before + CALM * (guess - before)
        spent = now - self._began
        share = spent / (spent + self._left) if self._left > 0 else 1.0
        if self._compared < self._total:
            share = min(share, 0.99)
        self._told = max(self._told, share)
        return Whole(int(self._told * self._total), self._total, self._left)


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
