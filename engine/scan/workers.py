"""What the stages of one scan share, and the threads that do their work."""

import contextlib
import ctypes
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from kindred.engine.decoding.small_pictures import SmallPictures
from kindred.engine.embedding.embedder import Embedder
from kindred.engine.progress import CancelToken, Clock, Meter
from kindred.engine.scan.crash_notes import CrashNotes
from kindred.engine.store import Store

AHEAD = 2  # batches a worker that are read before the writer has taken the earlier ones

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Scan:
    """What the stages of one scan share."""

    store: Store
    embedder: Embedder
    token: CancelToken
    meter: Meter
    clock: Clock
    workers: int
    notes: CrashNotes
    pictures: SmallPictures


def in_workers(
    work: Scan,
    items: Sequence[Item],
    act: Callable[[Scan, Sequence[Item]], Result],
    *,
    size: int,
) -> Iterator[Result]:
    """`act` on slices of `items` in the worker threads; results in order, few slices ahead."""
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(work.workers, thread_name_prefix="kindred-worker") as pool:
        try:
            for start in range(0, len(items), size):
                waiting.append(pool.submit(act, work, items[start : start + size]))
                if len(waiting) > work.workers * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def give_back_memory() -> None:
    """Return to the system what the C library holds free: glibc keeps holes for ever otherwise.

    With a scan a minute it held 60 MiB more, and a few more every hour (docs/reliability.md).
    """
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # other C libraries have no such function
            ctypes.CDLL(None).malloc_trim(0)
