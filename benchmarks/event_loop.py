"""How long the GUI thread is away from its event loop, which a user feels as a hanging window."""

import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

TICK_MS = 5


class Turns(QObject):
    """Between `start` and `stop`, for every tick of a 5 ms timer: how late it came (milliseconds),
    and how much processor time the GUI thread took since the tick before.

    Lateness has everything in it that the user feels: painting, events, waiting for the lock of
    the interpreter, other programs. Processor time is the window's own part.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.late: list[float] = []
        self.busy: list[float] = []
        self._ticked = self._spent = 0.0
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self.late.clear()
        self.busy.clear()
        self._ticked, self._spent = time.perf_counter(), time.thread_time()
        self._timer.start()

    def stop(self, name: str) -> None:
        """Print what was measured."""
        self._timer.stop()
        print(f"{name:20} late {summary(self.late)}")
        print(f"{'':20} busy {summary(self.busy)}", flush=True)

    def _tick(self) -> None:
        now, spent = time.perf_counter(), time.thread_time()
        self.late.append(max(0.0, (now - self._ticked) * 1000 - TICK_MS))
        self.busy.append((spent - self._spent) * 1000)
        self._ticked, self._spent = now, spent


def summary(values: Sequence[float]) -> str:
    """Median, 99th percentile and maximum, in milliseconds."""
    if len(values) < 2:
        return "too few"
    cuts = statistics.quantiles(values, n=100)
    return f"p50 {cuts[49]:5.1f}, p99 {cuts[98]:5.1f}, max {max(values):5.1f} ms of {len(values):,}"


def resident() -> float:
    """MiB of this process that lie in memory now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20
