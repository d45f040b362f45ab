"""How values lie in the store's columns: paths, times, ids, and what is known of a photo."""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, fields
from datetime import datetime
from pathlib import Path

from kindred.engine.messages import Code, Message, Value, tell
from kindred.engine.paths import absolute, plain_text
from kindred.engine.types import PhotoInfo

_DEFAULTS = {f.name: f.default for f in fields(PhotoInfo) if f.default is not MISSING}


def to_path(stored: bytes) -> Path:
    """A stored path."""
    return Path(os.fsdecode(stored))


def id_list(contents: Iterable[int]) -> str:
    """Content numbers as one parameter for json_each, whatever their count."""
    return json.dumps([int(content) for content in contents])


def dump_message(message: Message | None) -> str:
    """A message as JSON; none is empty. Names that are not UTF-8 become escapes."""
    return "" if message is None else json.dumps(_plain(message))


def load_message(stored: str) -> Message | None:
    """The message written by `dump_message`; a sentence of an earlier version is its own text."""
    if not stored:
        return None
    try:
        found = _message(json.loads(stored))
    except (ValueError, RecursionError):
        found = None
    return found or tell(Code.TEXT, text=stored)


def _plain(message: Message) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, value in message.values.items():
        if isinstance(value, Message):
            values[name] = _plain(value)
        else:
            values[name] = plain_text(value) if isinstance(value, str) else value
    return {"code": message.code, "values": values}


def _message(stored: object) -> Message | None:
    """None for what is no message; raises ValueError for a code that a newer version wrote."""
    if not isinstance(stored, dict) or not isinstance(stored.get("values"), dict):
        return None
    values: dict[str, Value] = {}
    for name, value in stored["values"].items():
        if isinstance(value, list):
            values[name] = tuple(map(str, value))
        else:
            values[name] = _message(value) if isinstance(value, dict) else value
    return Message(Code(str(stored.get("code"))), values)


def load_info(stored: str) -> PhotoInfo:
    """The PhotoInfo written by `dump_info`."""
    values = json.loads(stored)
    if "keywords" in values:
        values["keywords"] = tuple(values["keywords"])
    return PhotoInfo(**values)


def dump_info(info: PhotoInfo) -> str:
    """A PhotoInfo as JSON, without what is at its default: 225 bytes for a typical photo."""
    values = ((f.name, getattr(info, f.name)) for f in fields(PhotoInfo))
    return json.dumps({name: v for name, v in values if v != _DEFAULTS.get(name, MISSING)})


def now() -> str:
    """This moment, ISO 8601 with the zone."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def ns(mtime_ns: int) -> int | str:
    """A time as stored: years after 2262 do not fit an integer of SQLite."""
    return mtime_ns if -(2**63) <= mtime_ns < 2**63 else str(mtime_ns)


def ranges(roots: Sequence[Path]) -> Iterator[tuple[bytes, bytes]]:
    """Bounds lower <= path < upper of the paths below each root, none twice, or of all paths."""
    if not roots:
        yield b"", b"\xff"
    separator = os.fsencode(os.sep)
    lowers = sorted({os.fsencode(absolute(root)).rstrip(separator) + separator for root in roots})
    last: bytes | None = None
    for lower in lowers:
        if last is None or not lower.startswith(last):
            yield lower, lower[:-1] + bytes([lower[-1] + 1])
            last = lower
