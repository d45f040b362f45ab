"""What the store knows for the loss ledger: facts of files, and content checks of pairs."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any

from kindred.engine.store.converters import id_list, ns, to_path
from kindred.engine.store.database import Database
from kindred.engine.types import ContentCheck, Encoding, FileFacts, FoundFile

Pair = tuple[int, int]

_FACTS = {field.name: field for field in fields(FileFacts)}
_ENCODING = {field.name: field for field in fields(Encoding)}


class Judgements(Database):
    """Facts by content and version of their reader; checks by pair and version of the check."""

    def facts(self, contents: Iterable[int]) -> dict[int, FileFacts]:
        """What is known of the files of some contents, whatever version of the reader found it."""
        with self.read() as db, self.making_sense():
            return {
                content: load_facts(stored, version=version)
                for content, version, stored in db.execute(
                    "SELECT content, version, facts FROM facts"
                    " WHERE content IN (SELECT value FROM json_each(?))",
                    (id_list(contents),),
                )
            }

    def add_facts(self, found: Mapping[int, FileFacts]) -> None:
        """Remember facts of contents, in one transaction."""
        with self.write(shown=True) as db:
            db.executemany(
                "INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)",
                (
                    (content, facts.version, facts.picture, dump_facts(facts))
                    for content, facts in found.items()
                ),
            )
            db.executemany(
                "INSERT OR REPLACE INTO pictures SELECT digest, ? FROM contents WHERE id = ?"
                " AND EXISTS (SELECT 1 FROM decisions WHERE digest IN (first, second))",
                (
                    (facts.picture, content)
                    for content, facts in found.items()
                    if facts.picture is not None
                ),
            )

    def checks(self, contents: Iterable[int], version: int) -> dict[Pair, ContentCheck]:
        """The content checks among some contents by one version of the check."""
        ids = id_list(contents)
        with self.read() as db, self.making_sense():
            return {
                (first, second): _check(stored)
                for first, second, stored in db.execute(
                    "SELECT first, second, found FROM checks WHERE version = ?"
                    " AND first IN (SELECT value FROM json_each(?))"
                    " AND +second IN (SELECT value FROM json_each(?))",
                    (version, ids, ids),
                )
            }

    def add_checks(self, version: int, found: Mapping[Pair, ContentCheck]) -> None:
        """Remember content checks of pairs (first < second), in one transaction."""
        with self.write(shown=True) as db:
            db.executemany(
                "INSERT OR REPLACE INTO checks VALUES (?, ?, ?, ?)",
                (
                    (first, second, version, json.dumps(asdict(check)))
                    for (first, second), check in found.items()
                ),
            )

    def movies(self) -> set[FoundFile]:
        """The movies whose pictures and sound have a digest, as their files were then."""
        with self.read() as db, self.making_sense():
            rows = db.execute("SELECT path, size, mtime_ns FROM movies")
            return {FoundFile(to_path(path), size, int(mtime)) for path, size, mtime in rows}

    def add_movies(self, found: Mapping[FoundFile, str]) -> None:
        """Remember digests of the pictures and sound of movies, in one transaction."""
        with self.write(shown=True) as db:
            db.executemany(
                "INSERT OR REPLACE INTO movies VALUES (?, ?, ?, ?)",
                (
                    (os.fsencode(file.path), file.size, ns(file.mtime_ns), digest)
                    for file, digest in found.items()
                ),
            )


def dump_facts(facts: FileFacts) -> str:
    """Facts as JSON, without what is at its default."""
    values = _differing(facts, _FACTS)
    values.pop("version", None)
    if "encoding" in values:
        values["encoding"] = _differing(facts.encoding, _ENCODING)
    return json.dumps(values)


def load_facts(stored: str, *, version: int) -> FileFacts:
    """The facts written by `dump_facts`; fields that this program does not know are passed over."""
    values = {name: _tuples(v) for name, v in json.loads(stored).items() if name in _FACTS}
    encoding = {
        name: _tuples(v) for name, v in values.pop("encoding", {}).items() if name in _ENCODING
    }
    return FileFacts(**values | {"version": version, "encoding": Encoding(**encoding)})


def _differing(value: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a frozen value that are not at their defaults."""
    made = {
        name: field.default if field.default is not MISSING else field.default_factory()
        for name, field in known.items()
    }
    return {name: getattr(value, name) for name in known if getattr(value, name) != made[name]}


def _tuples(value: Any) -> Any:
    return tuple(_tuples(part) for part in value) if isinstance(value, list) else value


def _check(stored: str) -> ContentCheck:
    return ContentCheck(**{name: _tuples(value) for name, value in json.loads(stored).items()})
