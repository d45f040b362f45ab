"""A log beside the store of what the user settles: a line for each transaction, with its checksum.

Backups are made once a minute at most. Whatever damages the store after a kill, the newest backup
and the lines since then hold all that was settled. A line says which rows were put or dropped; it
is data, and only rows of the settled tables come of it.
"""

import contextlib
import json
import logging
import os
import re
import secrets
import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kindred.engine.store.schema import KEPT_TABLES

LOGS = 3  # as many as backups, from each of which the lines reach until now
REVISION = "revision"  # setting: the store's name, and the number of its last settled transaction

Value = str | int | float | bytes | None
Values = Mapping[str, Value]
Revision = tuple[str, int]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a settled table that was put, or dropped."""

    table: str
    values: Values
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What one transaction settled."""

    store: str
    number: int
    rows: tuple[Row, ...]


def watch(db: sqlite3.Connection) -> None:
    """Note every change of a settled table through this connection, until `take`."""
    tables = {table: columns for table in KEPT_TABLES if (columns := columns_of(db, table))}
    widest = max(map(len, tables.values()))
    places = ", ".join(f"c{n}" for n in range(widest))
    db.execute(
        f"CREATE TEMP TABLE settled_changes (step INTEGER PRIMARY KEY, name, dropped, {places})"
    )
    for table, columns in tables.items():
        into = ", ".join(f"c{n}" for n in range(len(columns)))
        for event, side, dropped in (
            ("INSERT", "NEW", 0),
            ("UPDATE", "NEW", 0),
            ("DELETE", "OLD", 1),
        ):
            values = ", ".join(f"{side}.{column}" for column in columns)
            ours = f"WHEN {side}.key <> '{REVISION}'" if table == "settings" else ""
            noted = f"INSERT INTO settled_changes (name, dropped, {into})"
            db.execute(
                f"CREATE TEMP TRIGGER settled_{table}_{event} AFTER {event} ON main.{table} {ours}"
                f" BEGIN {noted} VALUES ('{table}', {dropped}, {values}); END"
            )


def take(db: sqlite3.Connection) -> Line | None:
    """What the open transaction settled, numbered in the store; None when it settled nothing."""
    changes = db.execute("SELECT * FROM settled_changes ORDER BY step").fetchall()
    if not changes:
        return None
    db.execute("DELETE FROM settled_changes")
    name, number = revision(db) or (secrets.token_hex(4), 0)
    set_revision(db, (name, number + 1))
    rows = tuple(
        Row(table, dict(zip(columns_of(db, table), values, strict=False)), bool(dropped))
        for _, table, dropped, *values in changes
    )
    return Line(name, number + 1, rows)


def revision(db: sqlite3.Connection) -> Revision | None:
    """The store's name, and how many transactions settled something so far."""
    row = db.execute("SELECT value FROM settings WHERE key = ?", (REVISION,)).fetchone()
    try:
        name, number = json.loads(row[0]) if row else (None, 0)
        return (str(name), int(number)) if name else None
    except (ValueError, TypeError):
        return None


def set_revision(db: sqlite3.Connection, now: Revision) -> None:
    db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (REVISION, json.dumps(now)))


def append(store: Path, line: Line) -> None:
    """Write a line down. Raises OSError."""
    rows = [
        [row.table, int(row.dropped), {name: _plain(v) for name, v in row.values.items()}]
        for row in line.rows
    ]
    text = json.dumps([line.store, line.number, rows]).encode()
    descriptor = os.open(_file(store, 1), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # It begins with a line end: the one before may have been cut short.
        data = memoryview(b"\n%08x %s\n" % (zlib.crc32(text), text))
        while data:
            data = data[os.write(descriptor, data) :]
    finally:
        os.close(descriptor)


def read(store: Path) -> list[Line]:
    """The lines that are whole, oldest first."""
    found: dict[Revision, Line] = {}
    for number in range(LOGS, 0, -1):
        with contextlib.suppress(OSError):
            for data in _file(store, number).read_bytes().splitlines():
                if (line := _line(data)) is not None:
                    found[line.store, line.number] = line
    return sorted(found.values(), key=lambda line: line.number)


def newest(store: Path, name: str) -> int:
    """The number of the last line of a store; looked for without reading what the lines say."""
    start = re.compile(rb'^[0-9a-f]{8} \["%s", (\d+),' % name.encode(), re.MULTILINE)
    numbers = [0]
    for number in range(1, LOGS + 1):
        with contextlib.suppress(OSError):
            numbers += map(int, start.findall(_file(store, number).read_bytes()))
    return max(numbers)


def since(lines: Iterable[Line], known: Revision | None) -> tuple[list[Line], int]:
    """The lines that what is known lacks, and how many are missing between them."""
    ordered = list(lines)
    name, number = known or (ordered[-1].store if ordered else "", 0)
    later = [line for line in ordered if line.store == name and line.number > number]
    return later, (later[-1].number - number - len(later)) if later else 0


def replay(db: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """Put and drop the rows of lines, in an open transaction."""
    for line in lines:
        for row in line.rows:
            (drop if row.dropped else put)(db, row.table, row.values)
        set_revision(db, (line.store, line.number))


def put(db: sqlite3.Connection, table: str, values: Values) -> None:
    """Insert a row, or put it in the place of the one of its key; of the columns that are known."""
    names = known(db, table, values)
    into, marks = ", ".join(names), ", ".join("?" * len(names))
    db.execute(
        f"INSERT OR REPLACE INTO {table} ({into}) VALUES ({marks})",  # noqa: S608 - our own names
        [values[name] for name in names],
    )


def drop(db: sqlite3.Connection, table: str, values: Values) -> None:
    """Delete the row of a key."""
    keys = key_of(db, table)
    if set(keys) <= values.keys():
        where = " AND ".join(f"{name} IS ?" for name in keys)
        db.execute(
            f"DELETE FROM {table} WHERE {where}",  # noqa: S608 - our own names
            [values[name] for name in keys],
        )


def known(db: sqlite3.Connection, table: str, values: Values) -> list[str]:
    """The columns of a table that there are values for: names in a file are not believed."""
    return [name for name in columns_of(db, table) if name in values]


def columns_of(db: sqlite3.Connection, table: str) -> list[str]:
    """The names of a table's columns, none where there is no such table."""
    return [name for (name,) in db.execute("SELECT name FROM pragma_table_info(?)", (table,))]


def key_of(db: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a settled table's primary key."""
    rows = db.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))
    return [name for (name,) in rows]


def rotate(store: Path) -> None:
    """Begin a new log: a backup has just been made. Raises OSError."""
    for number in range(LOGS - 1, 0, -1):
        if _file(store, number).exists():
            _file(store, number).replace(_file(store, number + 1))


def _file(store: Path, number: int) -> Path:
    return store.with_name(f"{store.name}-settled{number}")


def _plain(value: Value) -> object:
    return {"hex": value.hex()} if isinstance(value, bytes) else value


def _line(data: bytes) -> Line | None:
    """A line that is whole, or None."""
    checksum, _, text = data.partition(b" ")
    try:
        if int(checksum, 16) != zlib.crc32(text):
            return None
        store, number, rows = json.loads(text)
        made = tuple(
            Row(table, {name: _value(v) for name, v in values.items()}, bool(dropped))
            for table, dropped, values in rows
            if table in KEPT_TABLES
        )
        return Line(str(store), int(number), made)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _value(plain: object) -> Value:
    if isinstance(plain, dict):
        return bytes.fromhex(plain["hex"])
    if plain is None or isinstance(plain, str | int | float):
        return plain
    raise TypeError(plain)
