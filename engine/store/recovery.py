"""What the user settled, out of a damaged store, its backups and its log."""

import contextlib
import logging
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kindred.engine.messages import Code, Message, tell
from kindred.engine.store import settled_log
from kindred.engine.store.backups import beside, newest_backup, open_copy
from kindred.engine.store.converters import now
from kindred.engine.store.schema import KEPT_TABLES, MIGRATIONS
from kindred.engine.types import State

HEADER = 100  # bytes at the start of a file of SQLite
_PAGE = 4096  # bytes, as SQLite makes them unless told otherwise
_FIXED = {  # bytes of the header that are the same in every store; see sqlite.org/fileformat2.html
    0: b"SQLite format 3\0",
    20: bytes((0, 64, 32, 32)),
    44: (4).to_bytes(4, "big"),  # format of the schema
    52: bytes(4),  # no automatic vacuum
    56: (1).to_bytes(4, "big"),  # UTF-8
    64: bytes(4),
    72: bytes(20),
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recovered:
    """How many of what the user settled came back; `missing` is None where nobody can know."""

    decisions: int
    removals: int
    folders: int
    settings: int
    missing: int | None = 0

    @property
    def message(self) -> Message:
        if self.missing is None:
            return tell(
                Code.CAME_BACK_UNSURE,
                decisions=self.decisions,
                removals=self.removals,
                folders=self.folders,
                settings=self.settings,
            )
        if self.missing:
            return tell(
                Code.CAME_BACK_IN_PART,
                decisions=self.decisions,
                removals=self.removals,
                folders=self.folders,
                settings=self.settings,
                missing=self.missing,
            )
        return tell(
            Code.CAME_BACK_WHOLE,
            decisions=self.decisions,
            removals=self.removals,
            folders=self.folders,
            settings=self.settings,
        )


def header_is_sound(store: Path) -> bool:
    """Whether the header says what it says in every store: SQLite obeys much of it."""
    with store.open("rb") as file:
        header = file.read(HEADER)
    size = int.from_bytes(header[16:18], "big")
    fixed = all(header[at : at + len(said)] == said for at, said in _FIXED.items() if at != 44)
    page = size == 1 or (size >= 512 and size & (size - 1) == 0)
    formats = int.from_bytes(header[44:48], "big") in (1, 2, 3, 4)
    return len(header) == HEADER and fixed and page and formats and {*header[18:20]} <= {1, 2}


def rebuild(damaged: Path | None, store: Path) -> Recovered | None:
    """Make a store of what was settled: None when nothing is left of it.

    The newest sound backup and the lines of the log since then are all there was. Where lines are
    missing, the damaged file is read row by row, and the backup fills in what cannot be read.
    """
    lines = settled_log.read(store)
    place = beside(store, "backup0")
    backup = newest_backup(store)
    known = _revision(backup) if backup else None
    later, gaps = settled_log.since(lines, known)
    reached = later[-1].number if later else known[1] if known else 0
    # Without a number of its own the store is of an older program, or nothing can be told of it.
    salvaged = _salvage(damaged, beside(store, "salvage")) if damaged else None
    seen = _revision(salvaged) if salvaged else None
    whole = bool(known or later) and not gaps and (seen is None or seen[1] <= reached)
    if not backup and not later and not salvaged:
        return None
    with contextlib.closing(open_copy(None if salvaged and not whole else backup, place)) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("BEGIN")
        if salvaged and not whole:
            for source in filter(None, (salvaged, backup)):
                _fill(db, source)
            later = settled_log.since(lines, None)[0]
            later = [line for line in later if known is None or line.number > known[1]]
        settled_log.replay(db, later)
        _mend_batches(db)
        db.execute("COMMIT")
        found = _counts(db, missing=gaps if whole or gaps else None)
    place.replace(store)
    beside(store, "salvage").unlink(missing_ok=True)
    return found


def counts(store: Path) -> Recovered:
    """What is settled in a store. Raises sqlite3.Error."""
    with contextlib.closing(sqlite3.connect(store)) as db:
        return _counts(db, missing=0)


def has_forgotten(db: sqlite3.Connection, store: Path) -> bool:
    """Whether a store knows of nothing settled though things were: its own log is gone."""
    if _any_settled(db):
        return False
    backup = newest_backup(store)
    if backup is not None:
        with contextlib.closing(sqlite3.connect(backup)) as other:
            if _any_settled(other):
                return True
    return bool(settled_log.read(store))


def _any_settled(db: sqlite3.Connection) -> bool:
    tables = [name for name in KEPT_TABLES if settled_log.columns_of(db, name)]
    first = (db.execute(f"SELECT 1 FROM {name} LIMIT 1") for name in tables)  # noqa: S608 - our own
    return any(rows.fetchone() for rows in first)


def catch_up(db: sqlite3.Connection, store: Path, *, crashed: bool) -> int:
    """Put into a sound store what its log has and it lost with its own; how many rows.

    SQLite passes over what is damaged of its own log. After a crash the rows that were settled
    before are compared too: it does not see a changed value.
    """
    known = settled_log.revision(db)
    if known is None or (not crashed and settled_log.newest(store, known[0]) <= known[1]):
        return 0
    lines = settled_log.read(store)
    mine = [
        line for line in lines if line.store == known[0] and (crashed or line.number > known[1])
    ]
    if not mine or mine[-1].number < known[1]:  # killed before the line of what it knows
        return 0
    last: dict[tuple[object, ...], settled_log.Row] = {}
    for line in _without_gap(mine):
        for row in line.rows:
            key = tuple(row.values.get(name) for name in settled_log.key_of(db, row.table))
            last[row.table, *key] = row
    changed = 0
    db.execute("PRAGMA foreign_keys = OFF")  # a row is dropped before it is put again
    db.execute("BEGIN IMMEDIATE")
    for row in last.values():
        keys = settled_log.key_of(db, row.table)
        where = " AND ".join(f"{name} IS ?" for name in keys)
        if not set(keys) <= row.values.keys():
            continue
        names = settled_log.known(db, row.table, row.values)
        found = db.execute(
            f"SELECT {', '.join(names)} FROM {row.table} WHERE {where}",  # noqa: S608 - our own
            [row.values[name] for name in keys],
        ).fetchone()
        if row.dropped and found is not None:
            settled_log.drop(db, row.table, row.values)
            changed += 1
        elif not row.dropped and found != tuple(row.values[name] for name in names):
            settled_log.put(db, row.table, row.values)
            changed += 1
            if row.table == "journal" and row.values.get("restored_to") is None:
                gone = row.values.get("state") == State.REMOVED
                place = row.values.get("path")
                db.execute("UPDATE paths SET missing = 1 WHERE path = ? AND ?", (place, gone))
    if mine[-1].number > known[1]:
        settled_log.set_revision(db, (known[0], mine[-1].number))
    db.execute("COMMIT")
    db.execute("PRAGMA foreign_keys = ON")
    return changed


def _without_gap(lines: list[settled_log.Line]) -> list[settled_log.Line]:
    """The newest lines that follow each other: what lies before a gap may have changed in it."""
    start = len(lines) - 1
    while start > 0 and lines[start - 1].number == lines[start].number - 1:
        start -= 1
    return lines[start:]


def _revision(store: Path) -> settled_log.Revision | None:
    with contextlib.closing(sqlite3.connect(store)) as db:
        try:
            return settled_log.revision(db)
        except sqlite3.Error:
            return None


def _salvage(damaged: Path, target: Path) -> Path | None:
    """A store of the settled rows that can be read in a damaged one; None when there are none."""
    copy = damaged.with_name(f"{target.name}-copy")
    rows = 0
    try:
        for suffix in ("", "-wal"):
            part = damaged.with_name(damaged.name + suffix)
            if part.exists():
                shutil.copyfile(part, copy.with_name(copy.name + suffix))
        _mend_header(copy)
        with (
            contextlib.closing(open_copy(None, target)) as db,
            contextlib.closing(sqlite3.connect(copy)) as source,
        ):
            db.execute("PRAGMA foreign_keys = OFF")
            source.text_factory = _text
            db.execute("BEGIN")
            for table in KEPT_TABLES:
                for values in _readable(source, table):
                    with contextlib.suppress(sqlite3.Error):  # values that make no sense
                        settled_log.put(db, table, values)
                        rows += 1
            db.execute("COMMIT")
    except (sqlite3.Error, OSError):
        log.warning("nothing could be read in %s", damaged, exc_info=True)
        return None
    finally:
        for suffix in ("", "-wal", "-shm"):
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)
    return target if rows else None


def _text(data: bytes) -> str:
    return data.decode("utf-8")  # a row whose text is none is not taken


def _readable(db: sqlite3.Connection, table: str) -> Iterator[dict[str, settled_log.Value]]:
    """The rows before the first place that cannot be read, and those behind the last one."""
    seen = set()
    for order in ("", " ORDER BY rowid DESC"):
        try:
            cursor = db.execute(f"SELECT rowid, * FROM {table}{order}")  # noqa: S608 - our own
            names = [about[0] for about in cursor.description][1:]
            while (row := cursor.fetchone()) is not None:
                if row[0] not in seen:
                    seen.add(row[0])
                    yield dict(zip(names, row[1:], strict=True))
            return
        except (sqlite3.Error, UnicodeDecodeError, OverflowError):
            continue


def _mend_header(store: Path) -> None:
    """Write what every header says over the one of a copy."""
    data = store.read_bytes()
    if len(data) < HEADER:
        return
    header = bytearray(data[:HEADER])
    header[16:20] = _PAGE.to_bytes(2, "big") + bytes((2, 2))
    for at, said in _FIXED.items():
        header[at : at + len(said)] = said
    header[60:64] = len(MIGRATIONS).to_bytes(4, "big")
    header[28:32] = (len(data) // _PAGE).to_bytes(4, "big")
    header[92:96] = header[24:28]
    with store.open("r+b") as file:
        file.write(header)


def _fill(db: sqlite3.Connection, source: Path) -> None:
    """Add the rows that are not there yet."""
    with contextlib.closing(sqlite3.connect(source)) as other:
        for table in KEPT_TABLES:
            for values in _readable(other, table):
                names = settled_log.known(db, table, values)
                into, marks = ", ".join(names), ", ".join("?" * len(names))
                with contextlib.suppress(sqlite3.Error):
                    db.execute(
                        f"INSERT OR IGNORE INTO {table} ({into}) VALUES ({marks})",  # noqa: S608 - our own
                        [values[name] for name in names],
                    )


def _mend_batches(db: sqlite3.Connection) -> None:
    """Give removals whose own row is lost one, so that what was removed can be put back."""
    db.execute(
        "INSERT OR IGNORE INTO batches (id, started_at)"
        " SELECT DISTINCT batch, ? FROM journal WHERE batch NOT IN (SELECT id FROM batches)",
        (now(),),
    )


def _counts(db: sqlite3.Connection, *, missing: int | None) -> Recovered:
    def count(table: str, but: str = "") -> int:
        rows = db.execute(f"SELECT count(*) FROM {table}{but}").fetchone()  # noqa: S608 - our own
        return int(rows[0])

    ours = f" WHERE key <> '{settled_log.REVISION}'"
    return Recovered(
        count("decisions"), count("batches"), count("protected"), count("settings", ours), missing
    )
