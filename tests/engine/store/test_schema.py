"""A store from every earlier schema opens, with everything that was in it."""

import os
import sqlite3
import sys
from pathlib import Path

import numpy as np
import pytest

from kindred.engine.cli.words import message_text
from kindred.engine.store import Store, schema
from kindred.engine.store.contents import NewContent
from kindred.engine.types import FoundFile, Kind, PhotoInfo, Relation, Verdict


def made_by_version(path: Path, version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store as the program of that schema left it: what this one writes, its tables fewer."""
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:version])
        store = Store(path)
        new = [
            NewContent(f"{n:064x}", PhotoInfo(4, 3, "PNG"), np.zeros(4, np.uint8)) for n in (1, 2)
        ]
        numbers = store.add_contents(new)
        files = [FoundFile(Path(f"/photos/{number}.png"), 9, 8) for number in numbers]
        store.set_paths(zip(files, numbers, strict=True))
        store.add_vectors("m", [(number, [1.0, 0.0]) for number in numbers])
        store.add_relations(1, [Relation(numbers[0], numbers[1], Kind.COPY, 0.9, 0.8)])
        with store.write(kept=True) as db:
            pair = *(f"{n:064x}" for n in (1, 2)), Verdict.DIFFERENT, "2026-01-01T00:00:00+00:00"
            db.execute("INSERT INTO decisions VALUES (?, ?, ?, ?)", pair)
        store.set_setting("key", "value")
        store.close()


@pytest.mark.parametrize("version", range(1, len(schema.MIGRATIONS)))
def test_an_earlier_store_opens(tmp_path, monkeypatch, version):
    path = tmp_path / "store.db"
    made_by_version(path, version, monkeypatch)
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (version,)
    connection.close()
    store = Store(path)
    assert store.notice is None
    assert [photo.path.name for photo in store.photos()] == ["1.png", "2.png"]
    assert store.vectors("m")[1].tolist() == [[1, 0], [1, 0]]
    assert [(first, second) for first, second, _ in store.settled(Verdict.DIFFERENT)] == [(1, 2)]
    assert store.setting("key", None) == "value"
    store.save_index("m", lambda file: file.write_bytes(b"index"))
    assert store.saved_index("m") is not None
    store.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
    connection.close()


@pytest.mark.parametrize("version", range(1, len(schema.MIGRATIONS)))
def test_a_backup_of_an_earlier_schema_is_restored(tmp_path, monkeypatch, version):
    path = tmp_path / "store.db"
    made_by_version(path, version, monkeypatch)
    path.write_bytes(b"no database at all")
    store = Store(path)
    assert "recovered" in message_text(store.notice)
    assert store.setting("key", None) == "value"
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_file_that_may_not_grow_is_told_as_that(tmp_path):
    """The rest is `python -m benchmarks.hostile filesize`."""
    import resource

    child = os.fork()
    if child == 0:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
            schema.migrate(sqlite3.connect(tmp_path / "store.db", isolation_level=None))
        except sqlite3.OperationalError as error:
            code = 2 if "rollback" in str(error) else 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
