"""What capture times tell: a burst, and that two photos cannot be one exposure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise

from kindred.engine.types import PhotoInfo

GAP = 1.0  # seconds; also what cameras that write no sub-seconds leave between frames
FEWEST = 3  # shots; two can be two attempts at one photo


def is_burst(shots: Iterable[PhotoInfo]) -> bool:
    """Whether the shots, one of each stack of a similar group, were taken in one go.

    At least FEWEST, all by one camera, and in order of capture each at most GAP seconds after the
    one before. Capture times with sub-seconds are used as they are; without, several frames may
    have the same second.
    """
    infos = list(shots)
    times = sorted(time for info in infos if (time := _seconds(info.taken_at)) is not None)
    if len(infos) < FEWEST or len(times) < len(infos):
        return False
    if len({info.camera for info in infos}) > 1:
        return False
    return all(later - earlier <= GAP for earlier, later in pairwise(times))


def taken_apart(first: PhotoInfo, second: PhotoInfo) -> bool:
    """Whether two files as one camera wrote them say that they were taken at different times.

    As a camera wrote them: same camera, size, format and compression. An edited copy keeps the
    capture time of its original, so an equal time says nothing. Times are compared as the camera's
    clock showed them, and in whole seconds where one has no more.
    """
    if first.camera is None or _written(first) != _written(second):
        return False
    times = [_clock(info.taken_at) for info in (first, second)]
    if None in times:
        return False
    if any("." not in (info.taken_at or "") for info in (first, second)):
        times = [time and time.replace(microsecond=0) for time in times]
    return times[0] != times[1]


def _written(info: PhotoInfo) -> tuple[object, ...]:
    return info.camera, info.width, info.height, info.format, info.jpeg_quality


def _clock(taken_at: str | None) -> datetime | None:
    """ISO 8601 without its zone."""
    try:
        return datetime.fromisoformat(taken_at or "").replace(tzinfo=None)
    except ValueError:
        return None


def _seconds(taken_at: str | None) -> float | None:
    """ISO 8601 to seconds; times without a zone are compared as they are."""
    try:
        taken = datetime.fromisoformat(taken_at or "")
    except ValueError:
        return None
    return (taken if taken.tzinfo else taken.replace(tzinfo=UTC)).timestamp()
