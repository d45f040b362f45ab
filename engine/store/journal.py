"""The journal of removals: what went to the trash, and what became of it.

It names files by path and digest, and is backed up beside the store.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kindred.engine.errors import ActionError
from kindred.engine.messages import Code, Message
from kindred.engine.store.converters import dump_message, load_message, now, ns, to_path
from kindred.engine.store.database import Database
from kindred.engine.types import Batch, BatchItem, State

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
_ADD = """
    INSERT INTO journal (batch, path, size, mtime_ns, digest, companion, state)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file about to be removed, as the journal needs it."""

    path: Path
    size: int
    mtime_ns: int
    digest: str | None
    companion: bool


class Journal(Database):
    """Batches of removed files; each is written down before it is acted on."""

    def begin_batch(self, entries: Sequence[Entry]) -> Batch:
        """Write down a removal before it happens, every file as planned; survives a power cut."""
        started_at = now()
        with self.write(durable=True, kept=True) as db:
            batch = db.execute(
                "INSERT INTO batches (started_at) VALUES (?)", (started_at,)
            ).lastrowid
            db.executemany(_ADD, [_row(batch, entry, State.PLANNED) for entry in entries])
        return self._batches(_BATCH, (batch,))[0]

    def add_written(self, batch: int, entry: Entry, *, before: Path | None) -> None:
        """Write down a sidecar that is about to be written, and where a copy of the old one lies.

        The entry's digest is of the new one. Survives a power cut.
        """
        with self.write(durable=True, kept=True) as db:
            row = db.execute(_ADD, _row(batch, entry, State.WRITTEN)).lastrowid
            db.execute("UPDATE journal SET trashed_to = ? WHERE id = ?", (_stored(before), row))

    def batches(self) -> list[Batch]:
        """All removals, the newest first."""
        return self._batches(_BATCHES + _NEWEST_FIRST, ())

    def batch(self, number: int) -> Batch:
        """One removal. Raises ActionError when there is none of that number."""
        found = self._batches(_BATCH, (number,))
        if not found:
            raise ActionError(Code.NO_BATCH, number=number)
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
        note: Message | None = None,
        durable: bool = False,
    ) -> BatchItem:
        """Write down what became of a file; its place in the store follows."""
        with self.write(durable=durable, kept=True, shown=True) as db:
            db.execute(
                "UPDATE journal SET state = ?, trashed_to = ?, restored_to = ?, note = ?"
                " WHERE id = ?",
                (state, _stored(trashed_to), _stored(restored_to), dump_message(note), item.row),
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
                        to_path(path), _loaded(trash), State(state), load_message(note),
                        _loaded(back), size, int(mtime), digest, bool(part), row,
                    )
                )  # fmt: skip
        return [Batch(batch, at, tuple(found)) for (batch, at), found in items.items()]


def _row(batch: int | None, e: Entry, state: State) -> tuple[object, ...]:
    return (
        batch, os.fsencode(e.path), e.size, ns(e.mtime_ns), e.digest, e.companion, state,
    )  # fmt: skip


def _stored(path: Path | None) -> bytes | None:
    return None if path is None else os.fsencode(path)


def _loaded(path: bytes | None) -> Path | None:
    return None if path is None else to_path(path)
