"""Nothing that the user settled is lost, whatever a kill and damage leave of the store."""

import contextlib
import os
import random
import shutil
import sqlite3
import stat
import sys
from pathlib import Path

import pytest

from kindred.engine.cli.words import message_text
from kindred.engine.messages import Code
from kindred.engine.store import Store, settled_log
from kindred.engine.store.journal import Entry
from kindred.engine.types import State

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="fork and kill -9"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]
ROOT = Path("/photos")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "kindred.sqlite"


def settle(path: Path, *folders: str) -> None:
    with contextlib.closing(Store(path)) as store:
        for folder in folders:
            store.protect(ROOT / folder)


def spoil(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def protected(store: Store) -> set[str]:
    return {folder.name for folder in store.protected()}


@pytest.mark.parametrize("seed", range(12))
def test_killed_and_damaged(path: Path, seed: int) -> None:
    """500 of these: python -m benchmarks.damaged_store."""
    from tests.support.damage import trial

    how, missing, _ = trial(path, seed)
    assert missing == [], how


@pytest.mark.parametrize("at", range(100))
def test_any_byte_of_the_header_heals(path: Path, at: int) -> None:
    settle(path, "a", "b")
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << random.Random(at).randrange(8)  # noqa: S311 - places, not secrets
    path.write_bytes(data)
    for _ in range(2):
        with contextlib.closing(Store(path)) as store:
            assert protected(store) == {"a", "b"}
            store.protect(ROOT / "a")
    assert store.notice is None


def test_what_came_back_is_told_with_counts(path: Path) -> None:
    with contextlib.closing(Store(path)) as store:
        store.protect(ROOT)
        store.set_setting("marks", {"a": 1})
        store.begin_batch([Entry(ROOT / "a.jpg", 10, 5, "ab", False)])
    spoil(path)
    with contextlib.closing(Store(path)) as store:
        assert store.notice.values["back"].code is Code.CAME_BACK_WHOLE
        said = message_text(store.notice)
    assert "removals: 1, protected folders: 1, settings: 1; nothing is missing" in said


def test_what_is_missing_between_the_lines_is_counted(path: Path) -> None:
    settle(path, "a", "b", "c", "d")
    for backup in path.parent.glob("*-backup*"):
        backup.unlink()
    for log in path.parent.glob("*-settled*"):
        lines = log.read_bytes().splitlines(keepends=True)
        log.write_bytes(b"".join(line for line in lines if b"2f63" not in line))  # /c
    spoil(path)
    with contextlib.closing(Store(path)) as store:
        assert protected(store) == {"a", "b", "d"}
        assert "changes that are missing: 1" in message_text(store.notice)


def test_rows_are_salvaged_where_no_backup_and_no_log_is_left(path: Path) -> None:
    with contextlib.closing(Store(path)) as store:
        for number in range(300):
            store.protect(ROOT / f"{number:03} {'long' * 20}")
    for part in [*path.parent.glob("*-backup*"), *path.parent.glob("*-settled*")]:
        part.unlink()
    with contextlib.closing(sqlite3.connect(path)) as db:
        leaves = "SELECT pageno FROM dbstat WHERE name = 'protected' AND pagetype = 'leaf'"
        pages = [number for (number,) in db.execute(leaves)]
    data = bytearray(path.read_bytes())
    middle = pages[len(pages) // 2]
    data[(middle - 1) * 4096 : middle * 4096] = b"\xa5" * 4096
    data[0] ^= 1  # so that it is found at once
    path.write_bytes(data)
    with contextlib.closing(Store(path)) as store:
        assert 200 < len(store.protected()) < 300
        assert "what you settled last may be missing" in message_text(store.notice)


def test_a_journal_that_a_killed_backup_left_is_not_rolled_into_the_next(path: Path) -> None:
    settle(path, "a", "b")
    half = path.with_name(f"{path.name}-backup0")
    with contextlib.closing(sqlite3.connect(half, isolation_level=None)) as db:
        db.execute("PRAGMA cache_size = 1")
        db.execute("CREATE TABLE t (x)")
        db.execute("BEGIN")
        db.executemany("INSERT INTO t VALUES (?)", [("x" * 3000,)] * 100)
        for suffix in ("", "-journal"):
            shutil.copy(f"{half}{suffix}", path.parent / f"killed{suffix}")
    for suffix in ("", "-journal"):
        shutil.move(path.parent / f"killed{suffix}", f"{half}{suffix}")
    spoil(path)
    with contextlib.closing(Store(path)) as store:
        assert protected(store) == {"a", "b"}


def test_what_the_stores_own_log_lost_comes_back(path: Path) -> None:
    store = Store(path)
    (item,) = store.begin_batch([Entry(ROOT / "a.jpg", 10, 5, "ab", False)]).items
    store.protect(ROOT / "late")
    store.mark(item, State.REMOVED, trashed_to=Path("/trash/a.jpg"))
    store.unprotect(ROOT / "late")
    kept = {part.name: part.read_bytes() for part in path.parent.iterdir()}
    store.close()
    for part in path.parent.iterdir():
        part.unlink()
    for name, data in kept.items():
        if not name.endswith(("-wal", "-shm")):
            (path.parent / name).write_bytes(data)
    with contextlib.closing(Store(path)) as store:
        assert store.notice is not None and protected(store) == set()
        assert store.batches()[0].items[0].state is State.REMOVED


def test_a_line_is_data_and_names_no_other_table_or_column(path: Path) -> None:
    settle(path, "a")
    rows = settled_log.Row("contents", {"id": 1}), settled_log.Row("protected", {"x); --": 1})
    evil = settled_log.Line("x", 9, rows)
    settled_log.append(path, evil)
    with path.with_name(f"{path.name}-settled1").open("ab") as log:
        log.write(b"\n00000000 [not a line\n\xff\n")
    found = settled_log.read(path)
    assert [row.table for row in found[-1].rows] == ["protected"]
    spoil(path)
    with contextlib.closing(Store(path)) as store:
        assert protected(store) == {"a"}


def test_the_log_of_another_store_is_not_taken(path: Path, tmp_path: Path) -> None:
    settle(path, "mine")
    other = tmp_path / "other" / "kindred.sqlite"
    settle(other, "theirs", "theirs too")
    shutil.copy(f"{other}-settled2", f"{path}-settled1")
    with contextlib.closing(Store(path)) as store:
        assert store.notice is None and protected(store) == {"mine"}


def test_nobody_else_can_read_it(path: Path) -> None:
    before = os.umask(0o022)
    try:
        store = Store(path)
        store.protect(ROOT)
        store.protect(ROOT / "a")
        names = {part.name: stat.S_IMODE(part.stat().st_mode) for part in path.parent.iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert {"kindred.sqlite", "kindred.sqlite-wal", "kindred.sqlite-backup1"} <= names.keys()
    assert {name for name, mode in names.items() if mode & 0o077} == set()
