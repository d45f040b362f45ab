"""Copies of what the user settled, beside the store: made, rotated, and brought back."""

import contextlib
import logging
import os
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

from kindred.engine.errors import NewerStoreError
from kindred.engine.paths import private
from kindred.engine.store import settled_log
from kindred.engine.store.schema import KEPT_TABLES, migrate

BACKUPS = 3

log = logging.getLogger(__name__)


def beside(store: Path, suffix: str) -> Path:
    """A file that belongs to the store."""
    return store.with_name(f"{store.name}-{suffix}")


def save(store: Path) -> None:
    """Write the small tables to backup1; the older ones move to backup2 and backup3.

    Raises OSError, sqlite3.Error.
    """
    copy_settled(store, beside(store, "backup0"))
    settled_log.rotate(store)
    for number in range(BACKUPS - 1, -1, -1):
        source = beside(store, f"backup{number}")
        if source.exists():
            source.replace(beside(store, f"backup{number + 1}"))


def newest_backup(store: Path) -> Path | None:
    """The newest backup that opens; brought to the newest schema."""
    for number in range(1, BACKUPS + 1):
        backup = beside(store, f"backup{number}")
        if backup.exists() and _opens(backup):
            return backup
    return None


def open_copy(source: Path | None, target: Path) -> sqlite3.Connection:
    """A new store at `target` with all that is in `source`, or with nothing."""
    for suffix in ("", "-journal", "-wal", "-shm"):  # a journal would be rolled back into the copy
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    if source is not None:
        shutil.copyfile(source, target)
    db = sqlite3.connect(target, isolation_level=None)
    migrate(db)
    private(target)
    return db


def salvage(newer: Path, store: Path) -> bool:
    """Make a store of what can be read in one of a newer program; whether it could."""
    copy = beside(store, "backup0")
    try:
        copy_settled(newer, copy)
    except sqlite3.Error:
        log.warning("nothing could be read in %s", newer, exc_info=True)
        return False
    copy.replace(store)
    return True


def copy_settled(source: Path, target: Path) -> None:
    """Make `target` a store that holds only what the user settled in `source`.

    `source` may be newer than this program: what both know is copied. Raises sqlite3.Error.
    """
    with contextlib.closing(open_copy(None, target)) as db:
        db.execute("ATTACH ? AS source", (os.fspath(source),))
        db.execute("BEGIN")
        for table in KEPT_TABLES:
            columns = ", ".join(_columns(db, "main", table) & _columns(db, "source", table))
            if columns:  # an older program had fewer tables
                db.execute(
                    f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM source.{table}"  # noqa: S608 - our own names
                )
        db.execute("COMMIT")


def move_away(store: Path, *, why: str) -> str:
    """Give a store that cannot be used, and its log, another name; returns it."""
    aside = f"{store.name}.{why}-{datetime.now():%Y%m%d-%H%M%S-%f}"
    for suffix in ("", "-wal", "-shm"):
        part = store.with_name(store.name + suffix)
        if part.exists():
            part.rename(store.with_name(aside + suffix))
    beside(store, "damaged").unlink(missing_ok=True)
    return aside


def _columns(db: sqlite3.Connection, schema: str, table: str) -> set[str]:
    rows = db.execute("SELECT name FROM pragma_table_info(?, ?)", (table, schema))
    return {name for (name,) in rows}


def _opens(backup: Path) -> bool:
    with contextlib.closing(sqlite3.connect(backup, isolation_level=None)) as db:
        try:
            if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                return False
            migrate(db)
        except (sqlite3.DatabaseError, NewerStoreError):
            return False
    return True
