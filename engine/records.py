"""The store's record of files: which contents exist, which paths hold them, what was skipped."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.database import Database
from engine.errors import StoreError
from engine.types import FoundFile, Photo, PhotoInfo, SkippedFile, SkipReason

# Skipped for a reason that may have passed although the file looks the same: tried again.
_PASSING = frozenset({SkipReason.VANISHED, SkipReason.CHANGED, SkipReason.UNREADABLE})
_DEFAULTS = {f.name: f.default for f in fields(PhotoInfo) if f.default is not MISSING}

_ALL_PHOTOS = """
    SELECT path, digest, content, size, mtime_ns, info
    FROM shown JOIN contents ON contents.id = content WHERE path >= ? AND path < ?
"""
_SOME_PHOTOS = """
    SELECT path, digest, content, size, mtime_ns, info
    FROM shown JOIN contents ON contents.id = content
    WHERE content IN (SELECT value FROM json_each(?)) AND path >= ? AND path < ?
"""
_ONE_PHOTO = """
    SELECT path, digest, content, size, mtime_ns, info
    FROM paths JOIN contents ON contents.id = content WHERE path = ? AND missing = 0
"""
_ALL_UNITS = "SELECT main, path FROM units ORDER BY path"
_SOME_UNITS = """
    SELECT main, units.path FROM paths JOIN units ON main = paths.path
    WHERE content IN (SELECT value FROM json_each(?)) ORDER BY units.path
"""
_PhotoRow = tuple[bytes, str, int, int, int | str, str]


@dataclass(frozen=True, slots=True)
class NewContent:
    """A content to remember. `signature` is a uint8 array of a size fixed by engine.signature."""

    digest: str
    info: PhotoInfo
    signature: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a walk over `roots` means to the store."""

    unread: tuple[FoundFile, ...]  # new or changed: to be read
    unchanged: int  # photos as they were
    still_skipped: tuple[SkippedFile, ...]  # unusable before, and unchanged since
    gone: tuple[bytes, ...]  # stored paths that the walk did not find
    back: tuple[bytes, ...]  # stored as missing, found again unchanged
    stale: tuple[bytes, ...]  # skipped paths that the walk did not find


class Records(Database):
    """Contents, paths and skipped files."""

    def lookup(self, files: Iterable[FoundFile], roots: Sequence[Path]) -> Lookup:
        """Compare a finished walk over `roots` with the store; reads only."""
        known: dict[bytes, tuple[int, int | str, int]] = {}
        skipped: dict[bytes, tuple[str, str, int | None, int | str | None]] = {}
        with self.read() as db:
            for lower, upper in ranges(roots):
                for path, *row in db.execute(
                    "SELECT path, size, mtime_ns, missing FROM paths WHERE path >= ? AND path < ?",
                    (lower, upper),
                ):
                    known[path] = tuple(row)
                for path, *row in db.execute(
                    "SELECT path, reason, detail, size, mtime_ns FROM skipped"
                    " WHERE path >= ? AND path < ?",
                    (lower, upper),
                ):
                    skipped[path] = tuple(row)
        unread, still, back = [], [], []
        unchanged = 0
        for file in files:
            path = os.fsencode(file.path)
            was_skipped = skipped.pop(path, None)
            was_known = known.pop(path, None)
            stamp = (file.size, ns(file.mtime_ns))
            if was_skipped is not None:
                reason = SkipReason(was_skipped[0])
                if was_skipped[2:] == stamp and reason not in _PASSING:
                    still.append(SkippedFile(file.path, reason, was_skipped[1]))
                else:
                    unread.append(file)
            elif was_known is not None and was_known[:2] == stamp:
                unchanged += 1
                if was_known[2]:
                    back.append(path)
            else:
                unread.append(file)
        gone = tuple(path for path, row in known.items() if not row[2])
        return Lookup(tuple(unread), unchanged, tuple(still), gone, tuple(back), tuple(skipped))

    def mark_missing(self, lookup: Lookup) -> None:
        """Remember which photos the walk of `lookup` did not find any more, or found again."""
        with self.write() as db:
            db.executemany(
                "UPDATE paths SET missing = 1 WHERE path = ?", ((path,) for path in lookup.gone)
            )
            db.executemany(
                "UPDATE paths SET missing = 0 WHERE path = ?", ((path,) for path in lookup.back)
            )
            db.executemany("DELETE FROM skipped WHERE path = ?", ((p,) for p in lookup.stale))

    def forget_path(self, path: Path) -> None:
        """Mark one path as missing, after it was removed."""
        with self.write() as db:
            db.execute("UPDATE paths SET missing = 1 WHERE path = ?", (os.fsencode(path),))

    def contents_of(self, digests: Iterable[str]) -> dict[str, int]:
        """The content numbers of those digests that are known."""
        with self.read() as db:
            return dict(
                db.execute(
                    "SELECT digest, id FROM contents"
                    " WHERE digest IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(digests)),),
                ).fetchall()
            )

    def content_of(self, digest: str) -> int | None:
        """The content number of a digest, None when it is not known."""
        return self.contents_of([digest]).get(digest)

    def add_contents(self, batch: Sequence[NewContent]) -> list[int]:
        """Remember contents, in one transaction; known ones are updated. Returns their numbers."""
        numbers = []
        with self.write() as db:
            for new in batch:
                (number,) = db.execute(
                    "INSERT INTO contents (digest, info) VALUES (?, ?)"
                    " ON CONFLICT (digest) DO UPDATE SET info = excluded.info RETURNING id",
                    (new.digest, _dump(new.info)),
                ).fetchone()
                db.execute(
                    "INSERT OR REPLACE INTO signatures VALUES (?, ?)",
                    (number, new.signature.tobytes()),
                )
                numbers.append(number)
        return numbers

    def set_paths(self, batch: Iterable[tuple[FoundFile, int]]) -> None:
        """Remember which content each file holds, in one transaction."""
        with self.write() as db:
            rows = [
                (os.fsencode(file.path), content, file.size, ns(file.mtime_ns))
                for file, content in batch
            ]
            db.executemany(
                "INSERT INTO paths (path, content, size, mtime_ns) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (path) DO UPDATE SET content = excluded.content,"
                " size = excluded.size, mtime_ns = excluded.mtime_ns, missing = 0",
                rows,
            )
            db.executemany("DELETE FROM skipped WHERE path = ?", ((row[0],) for row in rows))

    def add_skipped(self, batch: Iterable[tuple[SkippedFile, FoundFile | None]]) -> None:
        """Remember files that cannot be used, in one transaction.

        Without its FoundFile (what the walk itself could not use) a file is tried again each scan.
        """
        with self.write() as db:
            for skipped, file in batch:
                path = os.fsencode(skipped.path)
                size, mtime = (file.size, ns(file.mtime_ns)) if file else (None, None)
                db.execute(
                    "INSERT OR REPLACE INTO skipped VALUES (?, ?, ?, ?, ?)",
                    (path, skipped.reason, plain_text(skipped.detail), size, mtime),
                )
                db.execute("UPDATE paths SET missing = 1 WHERE path = ?", (path,))

    def skipped(self, roots: Sequence[Path] = ()) -> list[SkippedFile]:
        """The skipped files, of all folders or those below `roots`, by path."""
        rows: list[tuple[bytes, str, str]] = []
        with self.read() as db:
            for lower, upper in ranges(roots):
                rows += db.execute(
                    "SELECT path, reason, detail FROM skipped WHERE path >= ? AND path < ?",
                    (lower, upper),
                )
        return [SkippedFile(to_path(p), SkipReason(r), d) for p, r, d in sorted(set(rows))]

    def set_units(self, roots: Sequence[Path], units: Mapping[Path, Sequence[Path]]) -> None:
        """Remember the companions of each main photo below `roots`, except units the user split."""
        with self.write() as db:
            split = {path for (path,) in db.execute("SELECT path FROM splits")}
            new = {
                os.fsencode(companion): main
                for photo, companions in units.items()
                if (main := os.fsencode(photo)) not in split
                for companion in companions
            }
            old: dict[bytes, bytes] = {}
            for bounds in ranges(roots):
                old |= db.execute(
                    "SELECT path, main FROM units WHERE path >= ? AND path < ?", bounds
                )
            db.executemany("DELETE FROM units WHERE path = ?", ((p,) for p in old.keys() - new))
            db.executemany("INSERT OR REPLACE INTO units VALUES (?, ?)", new.items() - old.items())

    def split(self, main: Path) -> None:
        """Take the unit of `main` apart, now and in later scans."""
        with self.write(kept=True) as db:
            path = os.fsencode(main)
            db.execute("INSERT OR IGNORE INTO splits VALUES (?)", (path,))
            db.execute("DELETE FROM units WHERE main = ?", (path,))

    def photos(
        self, contents: Iterable[int] | None = None, *, roots: Sequence[Path] = ()
    ) -> list[Photo]:
        """Photos that are there, by path: of some contents or all, below `roots` or anywhere.

        A companion of another photo is not a photo of its own.
        """
        query = _ALL_PHOTOS
        some: tuple[str, ...] = ()
        if contents is not None:
            query, some = _SOME_PHOTOS, (id_list(contents),)
        rows: list[_PhotoRow] = []
        companions: dict[bytes, list[Path]] = {}
        with self.read() as db:
            for bounds in ranges(roots):
                rows += db.execute(query, (*some, *bounds))
            units = db.execute(_ALL_UNITS if contents is None else _SOME_UNITS, some)
            for main, path in units:
                companions.setdefault(main, []).append(to_path(path))
        return [_photo(row, tuple(companions.get(row[0], ()))) for row in sorted(rows)]

    def photo_at(self, path: Path) -> Photo | None:
        """The photo at a path, a companion too (then without its unit); None when there is none."""
        stored = os.fsencode(path)
        with self.read() as db:
            row = db.execute(_ONE_PHOTO, (stored,)).fetchone()
            mine = db.execute("SELECT path FROM units WHERE main = ? ORDER BY path", (stored,))
            return _photo(row, tuple(to_path(p) for (p,) in mine)) if row else None

    def contents(self, roots: Sequence[Path] = ()) -> npt.NDArray[np.int64]:
        """The contents that have a photo (below `roots`), ascending, int64[n]."""
        rows: list[tuple[int]] = []
        with self.read() as db:
            for bounds in ranges(roots):
                rows += db.execute(
                    "SELECT content FROM shown WHERE path >= ? AND path < ?", bounds
                ).fetchall()
        return np.unique(np.array(rows, np.int64))

    def photo_count(self, roots: Sequence[Path] = ()) -> int:
        """How many photos are there (below `roots`); companions that are pictures count too."""
        query = "SELECT count(*) FROM paths WHERE missing = 0 AND path >= ? AND path < ?"
        with self.read() as db:
            return sum(db.execute(query, bounds).fetchone()[0] for bounds in ranges(roots))

    def infos(self, contents: Iterable[int]) -> dict[int, PhotoInfo]:
        """What is known of some contents."""
        with self.read() as db:
            rows = db.execute(
                "SELECT id, info FROM contents WHERE id IN (SELECT value FROM json_each(?))",
                (id_list(contents),),
            )
            return {number: load_info(info) for number, info in rows}

    def signatures(self, contents: Sequence[int] | npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
        """The signatures of contents, in their order, uint8[n, bytes]. Raises StoreError."""
        with self.read() as db:
            found = dict(
                db.execute(
                    "SELECT content, signature FROM signatures"
                    " WHERE content IN (SELECT value FROM json_each(?))",
                    (id_list(contents),),
                ).fetchall()
            )
        try:
            rows = [found[int(content)] for content in contents]
            return np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1 if rows else 0)
        except (KeyError, ValueError) as error:
            raise StoreError("The library lacks signatures; scan the folders again.") from error


def to_path(stored: bytes) -> Path:
    """A stored path."""
    return Path(os.fsdecode(stored))


def id_list(contents: Iterable[int]) -> str:
    """Content numbers as one parameter for json_each, whatever their count."""
    return json.dumps([int(content) for content in contents])


def plain_text(text: str) -> str:
    """Text that SQLite takes: bytes of a file name that are not UTF-8 become escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def load_info(stored: str) -> PhotoInfo:
    """The PhotoInfo written by `_dump`."""
    values = json.loads(stored)
    if "keywords" in values:
        values["keywords"] = tuple(values["keywords"])
    return PhotoInfo(**values)


def _photo(row: _PhotoRow, companions: tuple[Path, ...]) -> Photo:
    path, digest, content, size, mtime_ns, info = row
    return Photo(to_path(path), digest, content, size, int(mtime_ns), load_info(info), companions)


def _dump(info: PhotoInfo) -> str:
    values = ((f.name, getattr(info, f.name)) for f in fields(PhotoInfo))
    return json.dumps({name: v for name, v in values if v != _DEFAULTS.get(name, MISSING)})


def ns(mtime_ns: int) -> int | str:
    return mtime_ns if -(2**63) <= mtime_ns < 2**63 else str(mtime_ns)


def ranges(roots: Sequence[Path]) -> Iterator[tuple[bytes, bytes]]:
    """Bounds lower <= path < upper of the paths below each root, none twice, or of all paths."""
    if not roots:
        yield b"", b"\xff"
    separator = os.fsencode(os.sep)
    lowers = sorted({os.fsencode(root.absolute()).rstrip(separator) + separator for root in roots})
    last: bytes | None = None
    for lower in lowers:
        if last is None or not lower.startswith(last):
            yield lower, lower[:-1] + bytes([lower[-1] + 1])
            last = lower
