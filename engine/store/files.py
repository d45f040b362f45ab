"""The store's record of files: which content each holds, what is missing, what was skipped."""

import json
import os
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kindred.engine.paths import plain_text
from kindred.engine.store.converters import dump_info, ns, ranges, to_path
from kindred.engine.store.database import Database
from kindred.engine.types import FoundFile, PhotoInfo, SkippedFile, SkipReason, Stamp

# Skipped for a reason that may have passed although the file looks the same: tried again.
_PASSING = frozenset({SkipReason.VANISHED, SkipReason.CHANGED, SkipReason.UNREADABLE})
# What a bad minute of the machine can look like too: believed when a second scan says so.
_DOUBTFUL = SkipReason.TOO_SLOW, SkipReason.CRASHED


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a walk over `roots` means to the store."""

    unread: list[Stamp]  # new or changed: to be read
    unchanged: int  # photos as they were
    still_skipped: int  # files unusable before, and unchanged since
    gone: tuple[bytes, ...]  # stored paths that the walk did not find
    back: tuple[bytes, ...]  # stored as missing, found again unchanged
    stale: tuple[bytes, ...]  # skipped paths that the walk did not find


class Files(Database):
    """Paths, skipped files and units."""

    def lookup(self, files: Iterable[Stamp], roots: Sequence[Path]) -> Lookup:
        """Compare a walk over `roots` with the store, file by file; reads only."""
        known: dict[bytes, tuple[bytes, int, int | str, int]] = {}
        skipped: dict[bytes, tuple[str, int | None, int | str | None]] = {}
        with self.read() as db:
            for bounds in ranges(roots):
                rows = db.execute(
                    "SELECT path, size, mtime_ns, missing FROM paths WHERE path >= ? AND path < ?",
                    bounds,
                )
                known |= {row[0]: row for row in rows}
                for path, *skip in db.execute(
                    "SELECT path, reason, size, mtime_ns FROM skipped WHERE path >= ? AND path < ?",
                    bounds,
                ):
                    skipped[path] = tuple(skip)
        unread, back = [], []
        unchanged = still_skipped = 0
        encoding = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
        for file in files:
            path = file[0].encode(*encoding)
            row = known.pop(path, None)
            if path in skipped:
                reason, size, mtime_ns = skipped.pop(path)
                if (size, mtime_ns) == (file[1], ns(file[2])) and reason not in _PASSING:
                    still_skipped += 1
                else:
                    unread.append(file)
            elif row and row[1] == file[1] and (row[2] == file[2] or row[2] == ns(file[2])):
                unchanged += 1
                if row[3]:
                    back.append(path)
            else:
                unread.append(file)
        gone = tuple(path for path, row in known.items() if not row[3])
        return Lookup(unread, unchanged, still_skipped, gone, tuple(back), tuple(skipped))

    def mark_missing(self, lookup: Lookup) -> None:
        """Remember which photos the walk of `lookup` did not find any more, or found again."""
        with self.write() as db:
            db.executemany(
                "UPDATE paths SET missing = 1 WHERE path = ?", ((path,) for path in lookup.gone)
            )
            db.executemany(
                "UPDATE paths SET missing = 0 WHERE path = ?", ((path,) for path in lookup.back)
            )
            # What is back later is read anew.
            for table in ("paths", "skipped"):
                paths = ((path,) for path in lookup.stale)
                db.executemany(f"DELETE FROM {table} WHERE path = ?", paths)  # noqa: S608

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

        Without its FoundFile (what the walk itself could not use) a file is tried again each scan;
        where it was too slow or the decoder failed, once.
        """
        with self.write() as db:
            for skipped, file in batch:
                path = os.fsencode(skipped.path)
                before = db.execute(
                    "SELECT 1 FROM skipped WHERE path = ? AND reason IN (?, ?)", (path, *_DOUBTFUL)
                ).fetchone()
                sure = before or skipped.reason not in _DOUBTFUL
                size, mtime = (file.size, ns(file.mtime_ns)) if file and sure else (None, None)
                db.execute(
                    "INSERT OR REPLACE INTO skipped VALUES (?, ?, ?, ?, ?)",
                    (path, skipped.reason, plain_text(skipped.detail), size, mtime),
                )
                db.execute("UPDATE paths SET missing = 1 WHERE path = ?", (path,))

    def try_skipped_again(self) -> None:
        """Have the next scan read all skipped files, as if they had changed."""
        with self.write() as db:
            db.execute("UPDATE skipped SET size = NULL, mtime_ns = NULL")

    def add_undecoded(self, batch: Iterable[tuple[FoundFile, str]]) -> None:
        """Remember the digests of skipped files that were read, in one transaction.

        Files of the same bytes are then a group; nothing else follows from such a content. One
        that was decoded before stays as it was.
        """
        info = dump_info(PhotoInfo(width=0, height=0, format=""))
        with self.write() as db:
            for file, digest in batch:
                row = (digest, info)
                db.execute("INSERT OR IGNORE INTO contents (digest, info) VALUES (?, ?)", row)
                db.execute(
                    "INSERT OR REPLACE INTO paths (path, content, size, mtime_ns)"
                    " SELECT ?, id, ?, ? FROM contents WHERE digest = ?"
                    " AND NOT EXISTS (SELECT 1 FROM signatures WHERE content = contents.id)",
                    (os.fsencode(file.path), file.size, ns(file.mtime_ns), digest),
                )

    def skipped(self, roots: Sequence[Path] = ()) -> list[SkippedFile]:
        """The skipped files, of all folders or those below `roots`, by path."""
        rows: list[tuple[bytes, str, str]] = []
        with self.read() as db:
            for lower, upper in ranges(roots):
                rows += db.execute(
                    "SELECT path, reason, detail FROM skipped WHERE path >= ? AND path < ?",
                    (lower, upper),
                )
        with self.making_sense():
            return [SkippedFile(to_path(p), SkipReason(r), d) for p, r, d in sorted(set(rows))]

    def set_units(
        self,
        roots: Sequence[Path],
        units: Mapping[str, Sequence[str]] | Mapping[Path, Sequence[Path]],
    ) -> None:
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

    def leave_units(self, companions: Iterable[Path]) -> None:
        """Take some files out of the units that they are in."""
        with self.write(shown=True) as db:
            paths = ((os.fsencode(path),) for path in companions)
            db.executemany("DELETE FROM units WHERE path = ?", paths)

    def without_photo(self, digests: Collection[str]) -> set[str]:
        """Those of these contents of which no photo is there."""
        with self.read() as db:
            present = db.execute(
                "SELECT DISTINCT digest FROM contents JOIN paths ON paths.content = contents.id"
                " WHERE missing = 0 AND digest IN (SELECT value FROM json_each(?))",
                (json.dumps(list(digests)),),
            )
            return set(digests) - {digest for (digest,) in present}

    def split(self, main: Path) -> None:
        """Take the unit of `main` apart, now and in later scans."""
        with self.write(kept=True, shown=True) as db:
            path = os.fsencode(main)
            db.execute("INSERT OR IGNORE INTO splits VALUES (?)", (path,))
            db.execute("DELETE FROM units WHERE main = ?", (path,))
