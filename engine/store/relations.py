"""What the store knows of pairs of contents, by the search and by the verification."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import repeat
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kindred.engine.pairs import KINDS, Edges, Pairs
from kindred.engine.store.converters import id_list, ranges
from kindred.engine.store.database import Database
from kindred.engine.store.vectors import model_number
from kindred.engine.types import Edit, EditName, Kind, Registration, Relation

Ids = npt.NDArray[np.int64]
Reach = npt.NDArray[np.float32]
_ROWS = 65_536  # made into Python objects at once
_RENAMED = {"inside a screenshot": "inside another picture"}  # edits, before version 7
_ADD_PAIRS = "INSERT OR REPLACE INTO pairs VALUES (?, ?, ?, ?)"
_ADD_LIKELIER = """
    INSERT INTO pairs VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET similarity = max(similarity, excluded.similarity)
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
    AND +pairs.second IN (SELECT value FROM json_each(?))
"""  # the + keeps SQLite from looking up every first with every second


class Relations(Database):
    """Candidate pairs by model id, relations by version of the verification."""

    def add_pairs(self, model: str, pairs: Pairs, *, keep_likelier: bool = False) -> None:
        """Remember candidate pairs; of one that is known, perhaps only the larger similarity."""
        how = _ADD_LIKELIER if keep_likelier else _ADD_PAIRS
        with self.write() as db:
            number = model_number(db, model)
            for start in range(0, len(pairs), _ROWS):
                part = slice(start, start + _ROWS)
                columns = (pairs.first[part], pairs.second[part], pairs.similarity[part])
                rows = zip(*(column.tolist() for column in columns), strict=True)
                db.executemany(how, ((number, *row) for row in rows))

    def set_searched(
        self, model: str, contents: Iterable[int], reach: Iterable[float] = repeat(-1.0)
    ) -> None:
        """Remember whose neighbours were searched, and their reach (see retrieval.neighbours).

        reach: -1 where it is not known.
        """
        with self.write() as db:
            number = model_number(db, model)
            db.executemany(
                "INSERT OR REPLACE INTO searched VALUES (?, ?, ?)",
                ((number, int(c), float(r)) for c, r in zip(contents, reach, strict=False)),
            )

    def reach(self, model: str) -> tuple[Ids, Reach]:
        """The contents whose neighbours were searched, int64[n] ascending, and their reach."""
        with self.read() as db:
            rows = db.execute(
                "SELECT content, reach FROM searched JOIN models ON models.id = model"
                " WHERE name = ? ORDER BY content",
                (model,),
            )
            table = np.fromiter(rows, np.dtype([("content", "i8"), ("reach", "f4")]))
        return table["content"].copy(), table["reach"].copy()

    def unsearched(self, model: str) -> Ids:
        """Contents with a vector of the model whose neighbours were not searched yet, ascending."""
        with self.read() as db:
            rows = db.execute(
                "SELECT content FROM vectors JOIN models ON models.id = model WHERE name = ?"
                " AND NOT EXISTS (SELECT 1 FROM searched WHERE searched.model = vectors.model"
                " AND searched.content = vectors.content) ORDER BY content",
                (model,),
            )
            return np.fromiter((content for (content,) in rows), np.int64)

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
        """Candidate pairs of a model that this version of the verification has not seen, sorted."""
        with self.read() as db:
            return _pairs(
                db.execute(
                    "SELECT first, second, similarity FROM pairs"
                    " WHERE model = (SELECT id FROM models WHERE name = ?) AND NOT EXISTS ("
                    "  SELECT 1 FROM relations WHERE relations.first = pairs.first"
                    "  AND relations.second = pairs.second AND version = ?) ORDER BY first, second",
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

    def newest_version(self, version: int) -> int:
        """`version`, or the newest before it where the verification of that found nothing yet.

        So a library that an earlier program filled shows its groups before it is scanned again.
        """
        with self.read() as db:
            if db.execute("SELECT 1 FROM relations WHERE version = ?", (version,)).fetchone():
                return version
            query = "SELECT max(version) FROM relations WHERE version < ?"
            return db.execute(query, (version,)).fetchone()[0] or version

    def edges(self, model: str, version: int) -> Edges:
        """The verified pairs of a model as arrays, without their evidence."""
        with self.read() as db:
            rows = db.execute(_EDGES, (model, version)).fetchall()
        codes = {kind.value: code for code, kind in enumerate(KINDS)}
        first, second, kinds, similarity, confidence = zip(*rows, strict=True) if rows else [()] * 5
        with self.making_sense():
            found = [codes[kind] for kind in kinds]
        return Edges(
            np.array(first, np.int64),
            np.array(second, np.int64),
            np.array(found, np.int8),
            np.array(similarity, np.float32),
            np.array(confidence, np.float32),
        )

    def relations(self, model: str, version: int, contents: Iterable[int]) -> list[Relation]:
        """The verified pairs of a model, with evidence, whose contents are both in `contents`."""
        ids = id_list(contents)
        with self.read() as db:
            rows = db.execute(_RELATIONS, (model, version, ids, ids)).fetchall()
        with self.making_sense():
            return [_relation(*row) for row in rows]

    def copies(
        self, model: str, version: int, contents: Iterable[int], *, confidence: float
    ) -> list[Relation]:
        """Those of `relations` that are copies of at least this confidence."""
        ids = id_list(contents)
        query = f"{_RELATIONS} AND kind = ? AND confidence >= ?"
        with self.read() as db:
            rows = db.execute(query, (model, version, ids, ids, Kind.COPY, confidence)).fetchall()
        with self.making_sense():
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

    def photo_sizes(self) -> tuple[Ids, Ids]:
        """The content and the bytes of every file that is there, int64[n] each; companions too."""
        with self.read() as db:
            rows = db.execute("SELECT content, size FROM paths WHERE missing = 0").fetchall()
        table = np.array(rows, np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

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


def _pairs(rows: Iterable[tuple[int, int, float]]) -> Pairs:
    table = np.fromiter(rows, np.dtype([("first", "i8"), ("second", "i8"), ("cosine", "f4")]))
    return Pairs(table["first"], table["second"], table["cosine"])


def _evidence(relation: Relation) -> str | None:
    if not relation.edits and relation.registration is None and not relation.derived:
        return None
    registration = relation.registration
    return json.dumps(
        {
            "edits": [asdict(edit) for edit in relation.edits],
            "registration": asdict(registration) if registration else None,
            **({"derived": True} if relation.derived else {}),
        }
    )


def _relation(
    first: int, second: int, kind: str, similarity: float, confidence: float, evidence: str | None
) -> Relation:
    stored = json.loads(evidence) if evidence else {"edits": [], "registration": None}
    edits = tuple(
        Edit(
            EditName(_RENAMED.get(e["name"], e["name"])),
            e["amount"],
            e["box"] and tuple(e["box"]),
            e["on_first"],
        )
        for e in stored["edits"]
    )
    at = stored["registration"]
    registration = at and Registration(tuple(at["matrix"]), at["mirrored"], at["inliers"])
    derived = stored.get("derived") is True
    return Relation(first, second, Kind(kind), similarity, confidence, edits, registration, derived)
