"""Tells a burst by its capture times."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise

from kindred.engine.types import PhotoInfo

GAP = 1.0  # seconds, unless the user says else; cameras without sub-seconds leave it too
FEWEST = 3  # shots; two can be two attempts at one photo


def is_burst(shots: Iterable[PhotoInfo], *, gap: float = GAP) -> bool:
    """Whether the shots, one of each stack of a similar group, were taken in one go.

    At least FEWEST, all by one camera, and in order of capture each at most `gap` seconds after the
    one before. Capture times with sub-seconds are used as they are; without, several frames may
    have the same second.
    """
    infos = list(shots)
    times = sorted(time for info in infos if (time := _seconds(info.taken_at)) is not None)
    if len(infos) < FEWEST or len(times) < len(infos):
        return False
    if len({info.camera for info in infos}) > 1:
        return False
    return all(later - earlier <= gap for earlier, later in pairwise(times))


def _seconds(taken_at: str | None) -> float | None:
    """ISO 8601 to seconds; times without a zone are compared as they are."""
    try:
        taken = datetime.fromisoformat(taken_at or "")
    except ValueError:
        return None
    return (taken if taken.tzinfo else taken.replace(tzinfo=UTC)).timestamp()
