"""Times as metadata write them, and metadata that makes a reader raise."""

import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")

_TIME = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?")
_OFFSET = re.compile(r"[+-]\d\d:\d\d|Z")
_EARLIEST_YEAR = 1826  # of the oldest photograph that survives; clocks that were never set say 0


def tolerant(function: Callable[..., T], *arguments: Any) -> T | None:
    """The function's value, or None where the metadata makes it raise, which may be anything."""
    try:
        return function(*arguments)
    except Exception as error:
        log.debug("metadata left alone: %r", error)
        return None


def time(text: Any) -> str | None:
    """An EXIF or ISO time as ISO 8601, with up to six digits of sub-seconds and the offset.

    A day without a time is its first moment. Raises ValueError for a moment that never was.
    """
    match = _TIME.match(str(text)[:40])
    if match is None or int(match[1]) < _EARLIEST_YEAR:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    moment = datetime(year, month, day, hour, minute, second).isoformat()
    rest = str(text)[match.end() : 40]
    fraction = re.match(r"\.(\d{1,9})", rest)
    zone = _OFFSET.search(rest)
    return moment + (f".{fraction[1][:6]}" if fraction else "") + (zone[0] if zone else "")
