"""What the user settled: decisions about pairs, folders, settings.

All of it names contents by digest and files by path, and is backed up beside the store.
"""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kindred.engine.store.converters import now, to_path
from kindred.engine.store.database import Database
from kindred.engine.types import Verdict

_IGNORED = "ignored files"  # setting: of each scanned folder, how many by ending
# Decisions name contents by the digest of their bytes; `pictures` says which picture data that was.
_NAME_PICTURES = """
    INSERT OR REPLACE INTO pictures SELECT digest, picture FROM facts
    JOIN contents ON contents.id = content WHERE content IN (?, ?) AND picture IS NOT NULL
"""
_HOLDERS = """
    SELECT digest, id FROM contents
    WHERE digest IN (SELECT first FROM decisions UNION SELECT second FROM decisions)
    UNION SELECT pictures.digest, facts.content FROM pictures
    JOIN facts ON facts.picture = pictures.picture
"""
_ALIKE = """
    SELECT digest FROM contents WHERE id = ?
    UNION SELECT pictures.digest FROM pictures JOIN facts ON facts.picture = pictures.picture
    WHERE facts.content = ?
"""


class Decisions(Database):
    """Verdicts, folders and settings: worth more than everything a scan can find again."""

    def settle(self, pairs: Iterable[tuple[int, int]], verdict: Verdict) -> None:
        """Remember a verdict about pairs of contents; the latest one counts."""
        at = now()
        with self.write(kept=True) as db:
            for pair in pairs:
                digests = _digests(db, pair)
                db.execute(
                    "INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?)", (*digests, verdict, at)
                )
                db.execute(_NAME_PICTURES, pair)

    def unsettle(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Forget the verdicts about pairs of contents, also those made of other bytes of theirs."""
        with self.write(kept=True) as db:
            for pair in pairs:
                ones, others = ([d for (d,) in db.execute(_ALIKE, (c, c))] for c in pair)
                db.executemany(
                    "DELETE FROM decisions WHERE first = ? AND second = ?",
                    ((min(one, other), max(one, other)) for one in ones for other in others),
                )

    def unsettle_duplicates(self, digests: Iterable[str]) -> None:
        """Forget that contents were removed as duplicates, because they were brought back."""
        with self.write(kept=True) as db:
            db.executemany(
                "DELETE FROM decisions WHERE verdict = ?1 AND ?2 IN (first, second)",
                ((Verdict.DUPLICATE, digest) for digest in digests),
            )

    def settled(self, verdict: Verdict) -> list[tuple[int, int, str]]:
        """(first, second, when) of all pairs of known contents with this verdict, newest first.

        A verdict is about pictures: it holds for contents of other bytes and the same picture data,
        such as a file into which a rating was written later.
        """
        with self.read() as db, self.making_sense():
            holders: dict[str, list[int]] = {}
            for digest, content in db.execute(_HOLDERS):
                holders.setdefault(digest, []).append(content)
            found: dict[tuple[int, int], str] = {}
            for first, second, at in db.execute(
                "SELECT first, second, at FROM decisions WHERE verdict = ? ORDER BY at DESC",
                (verdict,),
            ):
                for one in holders.get(first, ()):
                    for other in holders.get(second, ()):
                        if one != other:
                            found.setdefault((min(one, other), max(one, other)), str(at))
        newest = sorted(found.items())
        newest.sort(key=lambda item: item[1], reverse=True)
        return [(*pair, at) for pair, at in newest]

    def reject(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Remember that these pairs of contents are not duplicates."""
        self.settle(pairs, Verdict.DIFFERENT)

    def rejected(self) -> set[tuple[int, int]]:
        """The pairs (first < second) of contents that are not duplicates, by decision."""
        return {(first, second) for first, second, _ in self.settled(Verdict.DIFFERENT)}

    def protected(self) -> list[Path]:
        """The folders nothing is ever removed from."""
        return self._folders("SELECT folder FROM protected ORDER BY folder")

    def protect(self, folder: Path) -> None:
        with self.write(kept=True) as db:
            db.execute("INSERT OR IGNORE INTO protected VALUES (?)", (os.fsencode(folder),))

    def unprotect(self, folder: Path) -> None:
        with self.write(kept=True) as db:
            db.execute("DELETE FROM protected WHERE folder = ?", (os.fsencode(folder),))

    def roots(self) -> list[Path]:
        """The folders that were scanned."""
        return self._folders("SELECT folder FROM roots ORDER BY folder")

    def scanned_at(self) -> str:
        """When a folder was scanned last, ISO 8601; empty when none was."""
        with self.read() as db:
            return str(db.execute("SELECT coalesce(max(scanned_at), '') FROM roots").fetchone()[0])

    def add_roots(self, folders: Iterable[Path]) -> None:
        """Remember scanned folders, and when."""
        at = now()
        with self.write(kept=True) as db:
            db.executemany(
                "INSERT OR REPLACE INTO roots VALUES (?, ?)",
                ((os.fsencode(f), at) for f in folders),
            )

    def forget_root(self, folder: Path) -> None:
        """Take a folder off the list; its photos stay known."""
        with self.write(kept=True) as db:
            db.execute("DELETE FROM roots WHERE folder = ?", (os.fsencode(folder),))

    def setting(self, key: str, default: Any) -> Any:
        """A setting of this library, as JSON gives it back."""
        with self.read() as db:
            row = db.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        with self.making_sense():
            return json.loads(row[0]) if row else default

    def set_setting(self, key: str, value: Any) -> None:
        with self.write(kept=True) as db:
            db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, json.dumps(value)))

    def set_ignored(self, by_folder: Mapping[str, Mapping[str, int]]) -> None:
        """Remember how many files below scanned folders are no pictures, by ending."""
        self.set_setting(_IGNORED, self.setting(_IGNORED, {}) | by_folder)

    def ignored(self) -> dict[str, int]:
        """How many files of all scanned folders are no pictures, by ending, most first."""
        roots = self.roots()
        outermost = {str(root) for root in roots if not set(root.parents) & set(roots)}
        counts: Counter[str] = Counter()
        for folder, found in self.setting(_IGNORED, {}).items():
            if folder in outermost:
                counts.update(found)
        return dict(counts.most_common())

    def _folders(self, query: str) -> list[Path]:
        with self.read() as db, self.making_sense():
            return [to_path(folder) for (folder,) in db.execute(query)]


def _digests(db: sqlite3.Connection, pair: tuple[int, int]) -> tuple[str, str]:
    rows = db.execute("SELECT digest FROM contents WHERE id IN (?, ?) ORDER BY digest", pair)
    first, second = (digest for (digest,) in rows)
    return first, second
