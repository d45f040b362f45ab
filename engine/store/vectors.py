"""The store's vectors, by model id, and the file beside the store that holds their index."""

import logging
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kindred.engine.digest import digest_file
from kindred.engine.store.converters import id_list, ranges
from kindred.engine.store.database import Database
from kindred.engine.types import Stamp

log = logging.getLogger(__name__)

Ids = npt.NDArray[np.int64]
_ALL_VECTORS = """
    SELECT content, vector FROM vectors
    WHERE model = (SELECT id FROM models WHERE name = ?) ORDER BY content
"""
_SOME_VECTORS = """
    SELECT content, vector FROM vectors WHERE content IN (SELECT value FROM json_each(?))
    AND model = (SELECT id FROM models WHERE name = ?) ORDER BY content
"""
_ALL_PANELS = """
    SELECT content, vector FROM panel_vectors
    WHERE model = (SELECT id FROM models WHERE name = ?) ORDER BY content, id
"""
_COUNTS = """
    SELECT (SELECT count(*) FROM signatures), count(*) FROM vectors
    WHERE model = (SELECT id FROM models WHERE name = ?)
"""
_WITHOUT_VECTOR = """
    SELECT id FROM contents WHERE NOT EXISTS (
        SELECT 1 FROM vectors WHERE content = contents.id
        AND model = (SELECT id FROM models WHERE name = ?)
    )
"""


class Vectors(Database):
    """Unit vectors of contents by model id."""

    def add_vectors(self, model: str, batch: Iterable[tuple[int, npt.ArrayLike]]) -> None:
        """Remember (content, unit vector) of one model, in one transaction, as float16."""
        with self.write() as db:
            number = model_number(db, model)
            db.executemany(
                "INSERT OR REPLACE INTO vectors (model, content, vector) VALUES (?, ?, ?)",
                ((number, int(c), np.asarray(v, np.float16).tobytes()) for c, v in batch),
            )

    def vectors(
        self, model: str, contents: Iterable[int] | None = None
    ) -> tuple[Ids, npt.NDArray[np.float32]]:
        """Vectors of one model: contents int64[n] ascending, unit vectors float32[n, d].

        All of them, or those of `contents` that have one.
        """
        with self.read() as db:
            if contents is None:
                rows = db.execute(_ALL_VECTORS, (model,)).fetchall()
            else:
                rows = db.execute(_SOME_VECTORS, (id_list(contents), model)).fetchall()
        return _unit_vectors(rows)

    def add_panel_vectors(self, model: str, batch: Mapping[int, npt.NDArray[np.float32]]) -> None:
        """Remember the unit vectors (n, d) of the panels of contents, in place of those known."""
        with self.write() as db:
            number = model_number(db, model)
            db.executemany(
                "DELETE FROM panel_vectors WHERE model = ? AND content = ?",
                ((number, int(content)) for content in batch),
            )
            db.executemany(
                "INSERT INTO panel_vectors (model, content, vector) VALUES (?, ?, ?)",
                (
                    (number, int(content), np.asarray(vector, np.float16).tobytes())
                    for content, vectors in batch.items()
                    for vector in vectors
                ),
            )

    def panel_vectors(self, model: str) -> tuple[Ids, npt.NDArray[np.float32]]:
        """Vectors of all panels of one model: contents int64[n] ascending, float32[n, d]."""
        with self.read() as db:
            return _unit_vectors(db.execute(_ALL_PANELS, (model,)).fetchall())

    def with_vector(self, model: str) -> Ids:
        """The contents that have a vector of the model, ascending."""
        with self.read() as db:
            rows = db.execute(
                "SELECT content FROM vectors JOIN models ON models.id = model WHERE name = ?"
                " ORDER BY content",
                (model,),
            )
            return np.fromiter((content for (content,) in rows), np.int64)

    def without_vector(self, model: str, roots: Sequence[Path] = ()) -> list[Stamp]:
        """A file that is there of each content (below `roots`) the model has not embedded."""
        found: dict[int, Stamp] = {}
        with self.read() as db:
            contents, vectors = db.execute(_COUNTS, (model,)).fetchone()
            if contents == vectors:  # every vector is of a decoded content: none is missing
                return []
            lacking = db.execute(_WITHOUT_VECTOR, (model,))
            contents = id_list(content for (content,) in lacking)
            for bounds in ranges(roots):
                for content, path, size, mtime_ns in db.execute(
                    "SELECT content, path, size, mtime_ns FROM shown"
                    " WHERE content IN (SELECT value FROM json_each(?))"
                    " AND path >= ? AND path < ?"
                    " AND NOT EXISTS (SELECT 1 FROM skipped WHERE skipped.path = shown.path)"
                    " ORDER BY path",
                    (contents, *bounds),
                ):
                    with self.making_sense():
                        found.setdefault(content, (os.fsdecode(path), size, int(mtime_ns)))
        return list(found.values())

    def embedded(self, model: str, digest: str) -> int | None:
        """The content of a digest when the model has embedded it, else None."""
        with self.read() as db:
            row = db.execute(
                "SELECT contents.id FROM contents JOIN vectors ON content = contents.id"
                " WHERE digest = ? AND model = (SELECT id FROM models WHERE name = ?)",
                (digest, model),
            ).fetchone()
        return int(row[0]) if row else None

    def saved_index(self, model: str) -> Path | None:
        """The file that `save_index` wrote last for the model; None if it is not as it was."""
        with self.read() as db:
            row = db.execute(
                "SELECT digest FROM indexes JOIN models ON models.id = model WHERE name = ?",
                (model,),
            ).fetchone()
        if row is None:
            return None
        file = self._index_file(row[0])
        try:
            return file if digest_file(file) == row[0] else None
        except OSError:
            return None

    def save_index(self, model: str, write: Callable[[Path], None]) -> None:
        """Have `write` make a file, kept beside the store as the model's index. Raises OSError.

        The store names the file by the digest of its bytes, so none that is cut short, changed or
        left by a store that was set aside is taken for it; that one goes only when the store names
        the new one, so neither does a crash leave the store without.
        """
        fresh = self._beside("index-partial")
        write(fresh)
        digest = digest_file(fresh)
        fresh.replace(self._index_file(digest))
        with self.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO indexes VALUES (?, ?)", (model_number(db, model), digest)
            )
            named = {
                self._index_file(digest) for (digest,) in db.execute("SELECT digest FROM indexes")
            }
        for old in self.path.parent.glob(f"{self.path.name}-index-*"):
            if old not in named:
                old.unlink()

    def _index_file(self, digest: str) -> Path:
        return self._beside(f"index-{digest[:16]}")


def _unit_vectors(rows: Sequence[tuple[int, bytes]]) -> tuple[Ids, npt.NDArray[np.float32]]:
    if not rows:
        return np.empty(0, np.int64), np.empty((0, 0), np.float32)
    ids, blobs = zip(*rows, strict=True)
    stored = np.frombuffer(b"".join(blobs), np.float16).reshape(len(ids), -1)
    vectors = stored.astype(np.float32)
    # float16 moves the length by up to 0.1%.
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.maximum(lengths, 1e-12)
    return np.array(ids, np.int64), vectors


def model_number(db: sqlite3.Connection, model: str) -> int:
    """The row number of a model id, which is made where there is none."""
    db.execute("INSERT OR IGNORE INTO models (name) VALUES (?)", (model,))
    (number,) = db.execute("SELECT id FROM models WHERE name = ?", (model,)).fetchone()
    return int(number)
