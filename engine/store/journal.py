"""What the user settled: decisions, folders, settings, and the journal of removals.

All of it names contents by digest and files by path, and is backed up beside the store.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from kindred.engine.errors import ActionError
from kindred.engine.store.converters import ns, plain_text, to_path
from kindred.engine.store.database import Database

_BATCHES = """
    SELECT batch, started_at, path, trashed_to, state, note, restored_to, size, mtime_ns, digest,
        companion, journal.id
    FROM journal JOIN batches ON batches.id = batch
"""
_NEWEST_FIRST = " ORDER BY batch DESC, journal.id"
_BATCH = _BATCHES + "WHERE batch = ?" + _NEWEST_FIRST
_UNFINISHED = (
    _BATCHES + "WHERE state = ? OR (state = ? AND restored_to IS NOT NULL)" + _NEWEST_FIRST
)


class State(StrEnum):
    """Where a file of a batch is."""

    PLANNED = "planned"  # about to go
    REMOVED = "removed"  # in the trash
    RESTORED = "restored"  # back from the trash
    KEPT = "kept"  # never left
    FAILED = "failed"  # neither in its place nor found in the trash; the note says what is known


class Verdict(StrEnum):
    """What the user settled about two contents."""

    DIFFERENT = "not duplicates"
    DUPLICATE = "removed as a duplicate"


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One file of a removal; `note` is a sentence for the user or empty."""

    path: Path
    trashed_to: Path | None
    state: State
    note: str = ""
    restored_to: Path | None = None
    size: int = 0  # bytes
    mtime_ns: int = 0
    digest: str | None = None  # None for a companion
    companion: bool = False
    row: int = 0  # the journal's row number


@dataclass(frozen=True, slots=True)
class Batch:
    """One removal."""

    id: int
    started_at: str  # ISO 8601 with the zone
    items: tuple[BatchItem, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file about to be removed, as the journal needs it."""

    path: Path
    size: int
    mtime_ns: int
    digest: str | None
    companion: bool


class Journal(Database):
    """The small tables that are worth more than everything a scan can find again."""

    def settle(self, pairs: Iterable[tuple[int, int]], verdict: Verdict) -> None:
        """Remember a verdict about pairs of contents; the latest one counts."""
        now = _now()
        with self.write(kept=True) as db:
            for pair in pairs:
                digests = _digests(db, pair)
                db.execute(
                    "INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?)", (*digests, verdict, now)
                )

    def unsettle(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Forget the verdicts about pairs of contents."""
        with self.write(kept=True) as db:
            for pair in pairs:
                db.execute(
                    "DELETE FROM decisions WHERE first = ? AND second = ?", _digests(db, pair)
                )

    def unsettle_duplicates(self, digests: Iterable[str]) -> None:
        """Forget that contents were removed as duplicates, because they were brought back."""
        with self.write(kept=True) as db:
            db.executemany(
                "DELETE FROM decisions WHERE verdict = ?1 AND ?2 IN (first, second)",
                ((Verdict.DUPLICATE, digest) for digest in digests),
            )

    def settled(self, verdict: Verdict) -> list[tuple[int, int, str]]:
        """(first, second, when) of all pairs of known contents with this verdict, newest first."""
        with self.read() as db, self.making_sense():
            return [
                (min(a, b), max(a, b), at)
                for a, b, at in db.execute(
                    "SELECT a.id, b.id, at FROM decisions JOIN contents a ON a.digest = first"
                    " JOIN contents b ON b.digest = second WHERE verdict = ?"
                    " ORDER BY at DESC, a.id, b.id",
                    (verdict,),
                )
            ]

    def reject(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Remember that these pairs of contents are not duplicates."""
        self.settle(pairs, Verdict.DIFFERENT)

    def rejected(self) -> set[tuple[int, int]]:
        """The pairs (first < second) of contents that are not duplicates, by decision."""
        return {(first, second) for first, second, _ in self.settled(Verdict.DIFFERENT)}

    def protected(self) -> list[Path]:
        """The folders nothing is ever removed from."""
        return self._folders("SELECT folder FROM protected ORDER BY folder")

    def protect(self, folder: Path) -> None:
        with self.write(kept=True) as db:
            db.execute("INSERT OR IGNORE INTO protected VALUES (?)", (os.fsencode(folder),))

    def unprotect(self, folder: Path) -> None:
        with self.write(kept=True) as db:
            db.execute("DELETE FROM protected WHERE folder = ?", (os.fsencode(folder),))

    def roots(self) -> list[Path]:
        """The folders that were scanned."""
        return self._folders("SELECT folder FROM roots ORDER BY folder")

    def scanned_at(self) -> str:
        """When a folder was scanned last, ISO 8601; empty when none was."""
        with self.read() as db:
            return str(db.execute("SELECT coalesce(max(scanned_at), '') FROM roots").fetchone()[0])

    def add_roots(self, folders: Iterable[Path]) -> None:
        """Remember scanned folders, and when."""
        now = _now()
        with self.write(kept=True) as db:
            db.executemany(
                "INSERT OR REPLACE INTO roots VALUES (?, ?)",
                ((os.fsencode(f), now) for f in folders),
            )

    def forget_root(self, folder: Path) -> None:
        """Take a folder off the list; its photos stay known."""
        with self.write(kept=True) as db:
            db.execute("DELETE FROM roots WHERE folder = ?", (os.fsencode(folder),))

    def setting(self, key: str, default: Any) -> Any:
        """A setting of this library, as JSON gives it back."""
        with self.read() as db:
            row = db.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        with self.making_sense():
            return json.loads(row[0]) if row else default

    def set_setting(self, key: str, value: Any) -> None:
        with self.write(kept=True) as db:
            db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, json.dumps(value)))

    def begin_batch(self, entries: Sequence[Entry]) -> Batch:
        """Write down a removal before it happens, every file as planned; survives a power cut."""
        now, state = _now(), State.PLANNED
        with self.write(durable=True, kept=True) as db:
            batch = db.execute("INSERT INTO batches (started_at) VALUES (?)", (now,)).lastrowid
            db.executemany(
                "INSERT INTO journal (batch, path, size, mtime_ns, digest, companion, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        batch,
                        os.fsencode(e.path),
                        e.size,
                        ns(e.mtime_ns),
                        e.digest,
                        e.companion,
                        state,
                    )
                    for e in entries
                ),
            )
        return self._batches(_BATCH, (batch,))[0]

    def batches(self) -> list[Batch]:
        """All removals, the newest first."""
        return self._batches(_BATCHES + _NEWEST_FIRST, ())

    def batch(self, number: int) -> Batch:
        """One removal. Raises ActionError when there is none of that number."""
        found = self._batches(_BATCH, (number,))
        if not found:
            raise ActionError(f"There is no removal number {number}.")
        return found[0]

    def unfinished(self) -> list[BatchItem]:
        """What a crash left: files planned but not acted on, or on their way back."""
        rows = self._batches(_UNFINISHED, (State.PLANNED, State.REMOVED))
        return [item for batch in rows for item in batch.items]

    def mark(
        self,
        item: BatchItem,
        state: State,
        *,
        trashed_to: Path | None = None,
        restored_to: Path | None = None,
        note: str = "",
        durable: bool = False,
    ) -> BatchItem:
        """Write down what became of a file; its place in the store follows."""
        with self.write(durable=durable, kept=True, shown=True) as db:
            db.execute(
                "UPDATE journal SET state = ?, trashed_to = ?, restored_to = ?, note = ?"
                " WHERE id = ?",
                (state, _stored(trashed_to), _stored(restored_to), plain_text(note), item.row),
            )
            if state is State.REMOVED and restored_to is None:
                db.execute("UPDATE paths SET missing = 1 WHERE path = ?", (os.fsencode(item.path),))
            elif state is State.RESTORED and restored_to == item.path:
                db.execute(
                    "UPDATE paths SET missing = 0 WHERE path = ? AND size = ? AND mtime_ns = ?",
                    (os.fsencode(item.path), item.size, ns(item.mtime_ns)),
                )
        return replace(item, state=state, trashed_to=trashed_to, restored_to=restored_to, note=note)

    def _batches(self, query: str, values: tuple[object, ...]) -> list[Batch]:
        with self.read() as db:
            rows = db.execute(query, values).fetchall()
        items: dict[tuple[int, str], list[BatchItem]] = {}
        with self.making_sense():
            for batch, at, path, trash, state, note, back, size, mtime, digest, part, row in rows:
                items.setdefault((batch, at), []).append(
                    BatchItem(
                        to_path(path), _loaded(trash), State(state), note, _loaded(back), size,
                        int(mtime), digest, bool(part), row,
                    )
                )  # fmt: skip
        return [Batch(batch, at, tuple(found)) for (batch, at), found in items.items()]

    def _folders(self, query: str) -> list[Path]:
        with self.read() as db, self.making_sense():
            return [to_path(folder) for (folder,) in db.execute(query)]


def _digests(db: sqlite3.Connection, pair: tuple[int, int]) -> tuple[str, str]:
    rows = db.execute("SELECT digest FROM contents WHERE id IN (?, ?) ORDER BY digest", pair)
    first, second = (digest for (digest,) in rows)
    return first, second


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _stored(path: Path | None) -> bytes | None:
    return None if path is None else os.fsencode(path)


def _loaded(path: bytes | None) -> Path | None:
    return None if path is None else to_path(path)
