"""The store's vectors, and what the search and the verification say about pairs of contents."""

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.arrays import KINDS, Edges, Pairs
from engine.columns import id_list, ranges
from engine.database import Database
from engine.types import Edit, EditName, Kind, Registration, Relation, Stamp

Ids = npt.NDArray[np.int64]
_ALL_VECTORS = """
    SELECT content, vector FROM vectors
    WHERE model = (SELECT id FROM models WHERE name = ?) ORDER BY content
"""
_SOME_VECTORS = """
    SELECT content, vector FROM vectors WHERE content IN (SELECT value FROM json_each(?))
    AND model = (SELECT id FROM models WHERE name = ?) ORDER BY content
"""
_WITHOUT_VECTOR = """
    SELECT id FROM contents WHERE NOT EXISTS (
        SELECT 1 FROM vectors WHERE content = contents.id
        AND model = (SELECT id FROM models WHERE name = ?)
    )
"""
# Relations are facts about pixels; which of them count, and how alike, is up to the model's pairs.
_EDGES = """
    SELECT pairs.first, pairs.second, kind, pairs.similarity, confidence
    FROM pairs JOIN relations ON relations.first = pairs.first AND relations.second = pairs.second
    WHERE model = (SELECT id FROM models WHERE name = ?) AND version = ?
"""
_RELATIONS = """
    SELECT pairs.first, pairs.second, kind, pairs.similarity, confidence, evidence
    FROM pairs JOIN relations ON relations.first = pairs.first AND relations.second = pairs.second
    WHERE model = (SELECT id FROM models WHERE name = ?) AND version = ?
    AND pairs.first IN (SELECT value FROM json_each(?))
    AND pairs.second IN (SELECT value FROM json_each(?))
"""


class Evidence(Database):
    """Vectors and candidate pairs by model id, relations by version of the verification."""

    def add_vectors(self, model: str, batch: Iterable[tuple[int, npt.ArrayLike]]) -> None:
        """Remember (content, unit vector) of one model, in one transaction, as float16."""
        with self.write() as db:
            number = _number(db, model)
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
        if not rows:
            return np.empty(0, np.int64), np.empty((0, 0), np.float32)
        ids, blobs = zip(*rows, strict=True)
        stored = np.frombuffer(b"".join(blobs), np.float16).reshape(len(ids), -1)
        vectors = stored.astype(np.float32)
        # float16 moves the length by up to 0.1%.
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.array(ids, np.int64), vectors / np.maximum(lengths, 1e-12)

    def embedded(self, model: str, digest: str) -> int | None:
        """The content of a digest when the model has embedded it, else None."""
        with self.read() as db:
            row = db.execute(
                "SELECT contents.id FROM contents JOIN vectors ON content = contents.id"
                " WHERE digest = ? AND model = (SELECT id FROM models WHERE name = ?)",
                (digest, model),
            ).fetchone()
        return int(row[0]) if row else None

    def without_vector(self, model: str, roots: Sequence[Path] = ()) -> list[Stamp]:
        """A file that is there of each content (below `roots`) the model has not embedded."""
        found: dict[int, Stamp] = {}
        with self.read() as db:
            lacking = db.execute(_WITHOUT_VECTOR, (model,)).fetchall()
            if not lacking:
                return []
            contents = id_list(content for (content,) in lacking)
            for bounds in ranges(roots):
                for content, path, size, mtime_ns in db.execute(
                    "SELECT content, path, size, mtime_ns FROM shown"
                    " WHERE content IN (SELECT value FROM json_each(?))"
                    " AND path >= ? AND path < ? ORDER BY path",
                    (contents, *bounds),
                ):
                    found.setdefault(content, (os.fsdecode(path), size, int(mtime_ns)))
        return list(found.values())

    def add_pairs(self, model: str, pairs: Pairs, *, searched: Iterable[int]) -> None:
        """Remember candidate pairs, and whose neighbours were searched to find them."""
        with self.write() as db:
            number = _number(db, model)
            db.executemany(
                "INSERT OR REPLACE INTO pairs VALUES (?, ?, ?, ?)",
                (
                    (number, *row)
                    for row in zip(
                        pairs.first.tolist(),
                        pairs.second.tolist(),
                        pairs.similarity.tolist(),
                        strict=True,
                    )
                ),
            )
            db.executemany(
                "INSERT OR IGNORE INTO searched VALUES (?, ?)", ((number, int(c)) for c in searched)
            )

    def unsearched(self, model: str) -> Ids:
        """Contents with a vector of the model whose neighbours were not searched yet, ascending."""
        with self.read() as db:
            rows = db.execute(
                "SELECT content FROM vectors JOIN models ON models.id = model WHERE name = ?"
                " AND NOT EXISTS (SELECT 1 FROM searched WHERE searched.model = vectors.model"
                " AND searched.content = vectors.content) ORDER BY content",
                (model,),
            ).fetchall()
        return np.array(rows, np.int64).reshape(-1)

    def pairs(self, model: str) -> Pairs:
        """All candidate pairs of a model."""
        with self.read() as db:
            return _pairs(
                db.execute(
                    "SELECT first, second, similarity FROM pairs"
                    " WHERE model = (SELECT id FROM models WHERE name = ?)",
                    (model,),
                )
            )

    def unverified(self, model: str, version: int) -> Pairs:
        """Candidate pairs of a model that this version of the verification has not seen."""
        with self.read() as db:
            return _pairs(
                db.execute(
                    "SELECT first, second, similarity FROM pairs"
                    " WHERE model = (SELECT id FROM models WHERE name = ?) AND NOT EXISTS ("
                    "  SELECT 1 FROM relations WHERE relations.first = pairs.first"
                    "  AND relations.second = pairs.second AND version = ?)",
                    (model, version),
                )
            )

    def add_relations(self, version: int, relations: Iterable[Relation]) -> None:
        """Remember what the verification found, in one transaction."""
        with self.write() as db:
            db.executemany(
                "INSERT OR REPLACE INTO relations VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (r.first, r.second, version, r.kind, r.similarity, r.confidence, _evidence(r))
                    for r in relations
                ),
            )

    def edges(self, model: str, version: int) -> Edges:
        """The verified pairs of a model as arrays, without their evidence."""
        with self.read() as db:
            rows = db.execute(_EDGES, (model, version)).fetchall()
        codes = {kind.value: code for code, kind in enumerate(KINDS)}
        first, second, kinds, similarity, confidence = zip(*rows, strict=True) if rows else [()] * 5
        return Edges(
            np.array(first, np.int64),
            np.array(second, np.int64),
            np.array([codes[kind] for kind in kinds], np.int8),
            np.array(similarity, np.float32),
            np.array(confidence, np.float32),
        )

    def relations(self, model: str, version: int, contents: Iterable[int]) -> list[Relation]:
        """The verified pairs of a model, with evidence, whose contents are both in `contents`."""
        ids = id_list(contents)
        with self.read() as db:
            rows = db.execute(_RELATIONS, (model, version, ids, ids)).fetchall()
        return [_relation(*row) for row in rows]

    def set_details(self, details: Mapping[int, float]) -> None:
        """Remember the megapixels of real detail of contents that were found to be enlarged."""
        with self.write() as db:
            db.executemany(
                "UPDATE contents SET info = json_set(info, '$.detail', ?) WHERE id = ?",
                ((megapixels, content) for content, megapixels in details.items()),
            )

    def repeated(self, roots: Sequence[Path] = ()) -> list[int]:
        """The contents that more than one photo (below `roots`) holds, ascending."""
        rows: list[tuple[int]] = []
        with self.read() as db:
            for bounds in ranges(roots):
                rows += db.execute("SELECT content FROM shown WHERE path >= ? AND path < ?", bounds)
        contents, counts = np.unique(np.array(rows, np.int64), return_counts=True)
        found: list[int] = contents[counts > 1].tolist()
        return found

    def sizes(self, contents: Ids) -> tuple[Ids, npt.NDArray[np.bool_]]:
        """Pixels int64[n] and flatness bool[n] of `contents`, which are ascending."""
        with self.read() as db:
            rows = db.execute(
                "SELECT json_extract(info, '$.width') * json_extract(info, '$.height'),"
                " coalesce(json_extract(info, '$.flat'), 0) FROM contents"
                " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
                (id_list(contents),),
            ).fetchall()
        table = np.array(rows, np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1].astype(np.bool_)


def _number(db: sqlite3.Connection, model: str) -> int:
    db.execute("INSERT OR IGNORE INTO models (name) VALUES (?)", (model,))
    (number,) = db.execute("SELECT id FROM models WHERE name = ?", (model,)).fetchone()
    return int(number)


def _pairs(rows: Iterable[tuple[int, int, float]]) -> Pairs:
    array = np.array(list(rows), np.float64).reshape(-1, 3)
    return Pairs(
        array[:, 0].astype(np.int64), array[:, 1].astype(np.int64), array[:, 2].astype(np.float32)
    )


def _evidence(relation: Relation) -> str | None:
    if not relation.edits and relation.registration is None:
        return None
    registration = relation.registration
    return json.dumps(
        {
            "edits": [asdict(edit) for edit in relation.edits],
            "registration": asdict(registration) if registration else None,
        }
    )


def _relation(
    first: int, second: int, kind: str, similarity: float, confidence: float, evidence: str | None
) -> Relation:
    stored = json.loads(evidence) if evidence else {"edits": [], "registration": None}
    edits = tuple(
        Edit(EditName(e["name"]), e["amount"], e["box"] and tuple(e["box"]), e["on_first"])
        for e in stored["edits"]
    )
    at = stored["registration"]
    registration = at and Registration(tuple(at["matrix"]), at["mirrored"], at["inliers"])
    return Relation(first, second, Kind(kind), similarity, confidence, edits, registration)
