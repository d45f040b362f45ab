"""What a QuickTime or MP4 movie says of itself: Live Photo identifier, time and length."""

import functools
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from blake3 import blake3

from kindred.engine.metadata.isobmff import boxes
from kindred.engine.metadata.times import tolerant
from kindred.engine.metadata.xmp import clean

_MAX_HEADER = 16 << 20  # bytes of the part that describes the movie
_MAX_BOXES = 10_000
LONGEST = 6.0  # seconds: twice a Live Photo's
NEAR = 5.0  # seconds between a photo and its movie: phones write the beginning or the end
_QUARTER, _ZONES = 900.0, 26 * 3600.0  # seconds
_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)  # of QuickTime
_IDENTIFIER = b"com.apple.quicktime.content.identifier"
_TAKEN = b"com.apple.quicktime.creationdate"


@dataclass(frozen=True, slots=True)
class Movie:
    """What is known of a movie; what it does not say is None."""

    content_id: str | None = None  # the same as that of its Live Photo
    taken_at: str | None = None  # ISO 8601, local, with a zone
    created_at: datetime | None = None  # in UTC; some cameras write the end of the recording
    seconds: float | None = None  # its length


def read_movie(path: Path) -> Movie | None:
    """What a movie says; None where it cannot be read or is no movie. Raises nothing."""
    return tolerant(_read, path)


def belongs(movie: Movie | None, *, content_id: str | None, taken_at: str | None) -> bool:
    """Whether a movie of a photo's name is the movie of that photo, as far as can be told.

    content_id, taken_at: of the photo. Two identifiers decide; else a movie of a few seconds that
    began about when the photo was taken belongs to it, and one that says nothing, so that a unit
    is never broken.
    """
    if movie is None:
        return True
    if movie.content_id and content_id:
        return movie.content_id.lower() == content_id.lower()
    if movie.seconds is not None and movie.seconds > LONGEST:
        return False
    taken = tolerant(datetime.fromisoformat, taken_at) if taken_at else None
    began = tolerant(datetime.fromisoformat, movie.taken_at) if movie.taken_at else movie.created_at
    if taken is None or began is None:
        return True
    apart = abs((taken.replace(tzinfo=None) - began.replace(tzinfo=None)).total_seconds())
    # Which zone a camera means is often not said; zones differ by quarters of an hour.
    off = min(apart % _QUARTER, _QUARTER - apart % _QUARTER)
    return apart <= _ZONES and off <= NEAR + (movie.seconds or 0)


def same_movie(one: Path, other: Path) -> bool:
    """Whether two files hold the same pictures and sound, whatever is written about them.

    Raises OSError.
    """
    parts = [[size for _, size in _media(path)] for path in (one, other)]
    return parts[0] == parts[1] and media_digest(one) == media_digest(other)


def media_digest(path: Path) -> str:
    """The BLAKE3 of a movie's pictures and sound, 64 hex digits. Raises OSError."""
    found = path.stat()
    return _digest_of(path, found.st_size, found.st_mtime_ns)


@functools.lru_cache(maxsize=4096)
def _digest_of(path: Path, _size: int, _mtime_ns: int) -> str:
    """Groups are made anew many times while a window is open."""
    return _digest(path, list(_media(path)))


def _read(path: Path) -> Movie | None:
    with path.open("rb") as file:
        for kind, start, size in _boxes(file):
            if kind == b"moov" and size <= _MAX_HEADER:
                file.seek(start)
                return _describe(file.read(size))
    return None


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Type, first byte and length of what is inside each box at the top."""
    end = file.seek(0, 2)
    at = 0
    for _ in range(_MAX_BOXES):
        file.seek(at)
        header = file.read(16)
        if len(header) < 8:
            return
        size, kind = struct.unpack_from(">I4s", header)
        before = 8
        if size == 1 and len(header) == 16:
            (size,) = struct.unpack_from(">Q", header, 8)
            before = 16
        elif size == 0:
            size = end - at
        if size < before or at + size > end:
            return
        yield kind, at + before, size - before
        at += size


def _describe(moov: bytes) -> Movie:
    said: dict[bytes, str] = {}
    created: datetime | None = None
    seconds: float | None = None
    for kind, start, end in boxes(moov, 0, len(moov)):
        if kind == b"mvhd":
            created, seconds = tolerant(_header, moov[start:end]) or (None, None)
        elif kind == b"meta":
            said |= tolerant(_values, moov[start:end]) or {}
    return Movie(said.get(_IDENTIFIER), said.get(_TAKEN), created, seconds)


def _header(data: bytes) -> tuple[datetime | None, float | None]:
    layout = ">4xQQIQ" if data[0] == 1 else ">4xIIII"
    created, _, scale, duration = struct.unpack_from(layout, data)
    moment = _EPOCH + timedelta(seconds=created) if created else None
    return moment, duration / scale if scale else None


def _values(meta: bytes) -> dict[bytes, str]:
    """Keys and texts, as Apple writes them: a table of keys, and values by their number."""
    start = 0 if meta[4:8] == b"hdlr" else 4  # MP4 has a version there, QuickTime has not
    keys: list[bytes] = []
    values: dict[bytes, str] = {}
    for kind, at, end in boxes(meta, start, len(meta)):
        if kind == b"keys":
            place = at + 8
            while place + 8 <= end and len(keys) < _MAX_BOXES:
                size = int.from_bytes(meta[place : place + 4], "big")
                if size < 8:
                    break
                keys.append(meta[place + 8 : place + size])
                place += size
        elif kind == b"ilst":
            for number, inner, stop in boxes(meta, at, end):
                index = int.from_bytes(number, "big") - 1
                for name, first, last in boxes(meta, inner, stop):
                    text = clean(meta[first + 8 : last]) if name == b"data" else None
                    if text and 0 <= index < len(keys):
                        values.setdefault(keys[index], text)
    return values


def _media(path: Path) -> Iterator[tuple[int, int]]:
    """First byte and length of each part with pictures and sound; of all where none is found."""
    with path.open("rb") as file:
        parts = [(start, size) for kind, start, size in _boxes(file) if kind == b"mdat"]
        yield from parts or [(0, file.seek(0, 2))]


def _digest(path: Path, parts: list[tuple[int, int]]) -> str:
    state = blake3()
    with path.open("rb") as file:
        for start, size in parts:
            file.seek(start)
            while size > 0 and (chunk := file.read(min(size, 1 << 20))):
                state.update(chunk)
                size -= len(chunk)
    return state.hexdigest()
