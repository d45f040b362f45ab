"""The tables of the store, as numbered migrations: script n takes user_version from n - 1 to n.

A released script is never edited; a change is a new script at the end.

* Paths are BLOBs of os.fsencode, so that names that are not UTF-8 survive.
* mtime_ns has no declared type: a time after 2262 does not fit an integer and is kept as text.
* Vectors and signatures are ordinary rowid tables: blobs in a WITHOUT ROWID table take three times
  the space.
* A photo's reach is the similarity of the last faint neighbour it had room for when searched.
* Panel vectors are of the pictures inside a photo (a collage, a screenshot), several of a content.
* An index is named by the BLAKE3 of the file beside the store that holds it.
* A skipped file whose bytes were read has a path and a content too, without signature or vector:
  only its being identical to another is known. It hides no companion that is a picture.
* Facts (of a file, beside its first picture) are by content, checks (is one picture in another) by
  pair of contents; both carry the version of what found them.
* Pictures name the picture data (metadata left out) of contents that decisions name, so that a
  decision holds when a rating is written into the file later.
* Movies name the pictures and sound of movies beside copies, as their files were then.
* What the user settled (decisions, journal, protected, settings, splits, roots) names contents by
  digest and files by path, never by row number, so that it can be copied into a fresh store.
"""

import contextlib
import sqlite3

from kindred.engine.errors import NewerStoreError
from kindred.engine.messages import Code

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE contents (
        id INTEGER PRIMARY KEY,
        digest TEXT NOT NULL UNIQUE,
        info TEXT NOT NULL
    );
    CREATE TABLE signatures (
        content INTEGER PRIMARY KEY REFERENCES contents,
        signature BLOB NOT NULL
    );
    CREATE TABLE paths (
        id INTEGER PRIMARY KEY,
        path BLOB NOT NULL UNIQUE,
        content INTEGER NOT NULL REFERENCES contents,
        size INTEGER NOT NULL,
        mtime_ns NOT NULL,
        missing INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX paths_of_content ON paths (content);
    CREATE TABLE skipped (
        path BLOB PRIMARY KEY,
        reason TEXT NOT NULL,
        detail TEXT NOT NULL,
        size INTEGER,
        mtime_ns
    );
    CREATE TABLE units (path BLOB PRIMARY KEY, main BLOB NOT NULL);
    CREATE INDEX units_of_main ON units (main);
    CREATE VIEW shown AS
        SELECT paths.path, content, size, mtime_ns FROM paths
        WHERE missing = 0 AND NOT EXISTS (
            SELECT 1 FROM units JOIN paths AS photo ON photo.path = main
            WHERE units.path = paths.path AND photo.missing = 0
        );

    CREATE TABLE models (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE vectors (
        id INTEGER PRIMARY KEY,
        model INTEGER NOT NULL REFERENCES models,
        content INTEGER NOT NULL REFERENCES contents,
        vector BLOB NOT NULL,
        UNIQUE (model, content)
    );
    CREATE TABLE searched (
        model INTEGER NOT NULL,
        content INTEGER NOT NULL,
        PRIMARY KEY (model, content)
    ) WITHOUT ROWID;
    CREATE TABLE pairs (
        model INTEGER NOT NULL,
        first INTEGER NOT NULL,
        second INTEGER NOT NULL,
        similarity REAL NOT NULL,
        PRIMARY KEY (model, first, second),
        CHECK (first < second)
    ) WITHOUT ROWID;
    CREATE TABLE relations (
        first INTEGER NOT NULL,
        second INTEGER NOT NULL,
        version INTEGER NOT NULL,
        kind TEXT NOT NULL,
        similarity REAL NOT NULL,
        confidence REAL NOT NULL,
        evidence TEXT,
        PRIMARY KEY (first, second, version),
        CHECK (first < second)
    ) WITHOUT ROWID;

    CREATE TABLE decisions (
        first TEXT NOT NULL,
        second TEXT NOT NULL,
        verdict TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (first, second),
        CHECK (first < second)
    );
    CREATE TABLE batches (id INTEGER PRIMARY KEY AUTOINCREMENT, started_at TEXT NOT NULL);
    CREATE TABLE journal (
        id INTEGER PRIMARY KEY,
        batch INTEGER NOT NULL REFERENCES batches,
        path BLOB NOT NULL,
        companion INTEGER NOT NULL,
        digest TEXT,
        size INTEGER NOT NULL,
        mtime_ns NOT NULL,
        state TEXT NOT NULL,
        trashed_to BLOB,
        restored_to BLOB,
        note TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX journal_of_batch ON journal (batch);
    CREATE TABLE protected (folder BLOB PRIMARY KEY);
    CREATE TABLE splits (path BLOB PRIMARY KEY);
    CREATE TABLE roots (folder BLOB PRIMARY KEY, scanned_at TEXT NOT NULL);
    CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    """,
    "CREATE TABLE indexes (model INTEGER PRIMARY KEY REFERENCES models, digest TEXT NOT NULL);",
    "ALTER TABLE searched ADD COLUMN reach REAL NOT NULL DEFAULT -1;",
    """
    CREATE TABLE facts (
        content INTEGER PRIMARY KEY REFERENCES contents,
        version INTEGER NOT NULL,
        picture TEXT,
        facts TEXT NOT NULL
    );
    CREATE INDEX facts_of_picture ON facts (picture);
    CREATE TABLE checks (
        first INTEGER NOT NULL,
        second INTEGER NOT NULL,
        version INTEGER NOT NULL,
        found TEXT NOT NULL,
        PRIMARY KEY (first, second, version),
        CHECK (first < second)
    ) WITHOUT ROWID;
    CREATE TABLE pictures (digest TEXT PRIMARY KEY, picture TEXT NOT NULL);
    """,
    """
    DROP VIEW shown;
    CREATE VIEW shown AS
        SELECT paths.path, content, size, mtime_ns FROM paths
        WHERE missing = 0 AND NOT EXISTS (
            SELECT 1 FROM units JOIN paths AS photo ON photo.path = main
            WHERE units.path = paths.path AND photo.missing = 0
            AND NOT EXISTS (SELECT 1 FROM skipped WHERE skipped.path = main)
        );
    """,
    """
    CREATE TABLE movies (
        path BLOB PRIMARY KEY,
        size INTEGER NOT NULL,
        mtime_ns NOT NULL,
        digest TEXT NOT NULL
    );
    """,
    """
    CREATE TABLE panel_vectors (
        id INTEGER PRIMARY KEY,
        model INTEGER NOT NULL REFERENCES models,
        content INTEGER NOT NULL REFERENCES contents,
        vector BLOB NOT NULL
    );
    CREATE INDEX panel_vectors_of_content ON panel_vectors (model, content);
    """,
)

# What the user settled: small, and worth more than everything that a scan can find again.
KEPT_TABLES = (
    "decisions", "batches", "journal", "protected", "splits", "roots", "settings",
    "pictures",
)  # fmt: skip


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a store of any earlier version to the newest, in one transaction.

    Raises NewerStoreError, and changes nothing, when the store is newer than this program.
    """
    if _version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)
        if version > len(MIGRATIONS):
            raise NewerStoreError(Code.LIBRARY_NEWER)
        for script in MIGRATIONS[version:]:
            for statement in script.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite ends it by itself when the disk fails
            connection.execute("ROLLBACK")
        raise


def is_whole(connection: sqlite3.Connection) -> bool:
    """Whether the tables are those that the migrations make; SQLite's own check cannot know."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        migrate(fresh)
        return _tables(fresh) <= _tables(connection)


def _tables(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    return set(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
