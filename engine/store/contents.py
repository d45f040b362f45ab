"""The store's record of contents, and of the photos that hold them."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kindred.engine.errors import ActionError, StoreError
from kindred.engine.messages import Code
from kindred.engine.store.converters import dump_info, id_list, load_info, ranges, to_path
from kindred.engine.store.database import Database
from kindred.engine.types import Photo, PhotoInfo

_ALL_PHOTOS = """
    SELECT path, digest, content, size, mtime_ns, info
    FROM shown JOIN contents ON contents.id = content WHERE path >= ? AND path < ?
    AND NOT EXISTS (SELECT 1 FROM skipped WHERE skipped.path = shown.path)
"""
_SOME_PHOTOS = """
    SELECT path, digest, content, size, mtime_ns, info
    FROM shown JOIN contents ON contents.id = content
    WHERE content IN (SELECT value FROM json_each(?)) AND path >= ? AND path < ?
"""
# Pictures beside a main photo that cannot be decoded are photos of their own.
_ALL_UNITS = """
    SELECT main, path FROM units WHERE NOT (
        EXISTS (SELECT 1 FROM skipped WHERE skipped.path = main)
        AND EXISTS (SELECT 1 FROM paths WHERE paths.path = units.path)
    ) ORDER BY path
"""
_SOME_UNITS = """
    SELECT main, units.path FROM paths JOIN units ON main = paths.path
    WHERE content IN (SELECT value FROM json_each(?)) AND NOT (
        EXISTS (SELECT 1 FROM skipped WHERE skipped.path = main)
        AND EXISTS (SELECT 1 FROM paths AS part WHERE part.path = units.path)
    ) ORDER BY units.path
"""
_COMPANION_DIGESTS = """
    SELECT part.path, digest FROM paths JOIN units ON main = paths.path
    JOIN paths AS part ON part.path = units.path JOIN contents ON contents.id = part.content
    WHERE paths.content IN (SELECT value FROM json_each(:ids)) AND part.missing = 0
    UNION ALL
    SELECT movies.path, digest FROM paths JOIN units ON main = paths.path
    JOIN movies ON movies.path = units.path
    WHERE paths.content IN (SELECT value FROM json_each(:ids))
"""
# Detail measured beside another photo (Relations.set_details) is not what the file itself tells.
_REMEMBER = """
    INSERT INTO contents (digest, info) VALUES (?, ?) ON CONFLICT (digest) DO UPDATE SET info =
        CASE WHEN json_extract(info, '$.detail')
            < coalesce(json_extract(excluded.info, '$.detail'), 1e99)
        THEN json_set(excluded.info, '$.detail', json_extract(info, '$.detail'))
        ELSE excluded.info END
    RETURNING id
"""
_PhotoRow = tuple[bytes, str, int, int, int | str, str]


@dataclass(frozen=True, slots=True)
class NewContent:
    """A content to remember. `signature` is a uint8 array made by verification.signature."""

    digest: str
    info: PhotoInfo
    signature: npt.NDArray[np.uint8]


class Contents(Database):
    """Contents, signatures and photos."""

    def add_contents(self, batch: Sequence[NewContent]) -> list[int]:
        """Remember contents, in one transaction; known ones are updated. Returns their numbers."""
        numbers = []
        with self.write() as db:
            for new in batch:
                values = (new.digest, dump_info(new.info))
                (number,) = db.execute(_REMEMBER, values).fetchone()
                db.execute(
                    "INSERT OR REPLACE INTO signatures VALUES (?, ?)",
                    (number, new.signature.tobytes()),
                )
                numbers.append(number)
        return numbers

    def photos(
        self, contents: Iterable[int] | None = None, *, roots: Sequence[Path] = ()
    ) -> list[Photo]:
        """Photos that are there, by path: of some contents or all, below `roots` or anywhere.

        A companion of another photo is not a photo of its own. Some contents' photos may be skipped
        files, without a size (Files.add_undecoded).
        """
        query = _ALL_PHOTOS
        some: tuple[str, ...] = ()
        if contents is not None:
            query, some = _SOME_PHOTOS, (id_list(contents),)
        rows: list[_PhotoRow] = []
        companions: dict[bytes, list[Path]] = {}
        with self.read() as db, self.making_sense():
            for bounds in ranges(roots):
                rows += db.execute(query, (*some, *bounds))
            units = db.execute(_ALL_UNITS if contents is None else _SOME_UNITS, some)
            for main, path in units:
                companions.setdefault(main, []).append(to_path(path))
            return [_photo(row, tuple(companions.get(row[0], ()))) for row in sorted(rows)]

    def photo_at(self, path: Path) -> Photo:
        """The photo at a path. Raises ActionError when there is none."""
        with self.read() as db:
            row = db.execute("SELECT content FROM shown WHERE path = ?", (os.fsencode(path),))
            contents = [content for (content,) in row]
        for photo in self.photos(contents) if contents else ():
            if photo.path == path:
                return photo
        raise ActionError(Code.NOT_IN_LIBRARY, path=str(path))

    def companion_digests(self, contents: Iterable[int]) -> dict[Path, str]:
        """The digests of companions of some contents' photos: pictures, and movies once read."""
        with self.read() as db, self.making_sense():
            rows = db.execute(_COMPANION_DIGESTS, {"ids": id_list(contents)})
            return {to_path(path): digest for path, digest in rows}

    def contents(self, roots: Sequence[Path] = ()) -> npt.NDArray[np.int64]:
        """The contents that have a photo (below `roots`), ascending, int64[n]."""
        rows: list[tuple[int]] = []
        with self.read() as db:
            for bounds in ranges(roots):
                rows += db.execute(
                    "SELECT content FROM shown WHERE path >= ? AND path < ?", bounds
                ).fetchall()
        return np.unique(np.array(rows, np.int64))

    def photo_count(self, roots: Sequence[Path] = ()) -> int:
        """How many photos are there (below `roots`); companions that are pictures count too.

        Skipped files do not.
        """
        query = (
            "SELECT count(*) FROM paths WHERE missing = 0 AND path >= ? AND path < ?"
            " AND NOT EXISTS (SELECT 1 FROM skipped WHERE skipped.path = paths.path)"
        )
        with self.read() as db:
            return sum(db.execute(query, bounds).fetchone()[0] for bounds in ranges(roots))

    def folder_counts(self) -> dict[Path, tuple[int, int]]:
        """Photos and bytes directly in each folder; skipped files are none."""
        query = (
            "SELECT path, size FROM paths WHERE missing = 0"
            " AND NOT EXISTS (SELECT 1 FROM skipped WHERE skipped.path = paths.path)"
        )
        found: dict[bytes, tuple[int, int]] = {}
        with self.read() as db:
            for path, size in db.execute(query):
                folder = os.path.dirname(path)  # noqa: PTH120 - bytes, of very many
                number, total = found.get(folder, (0, 0))
                found[folder] = number + 1, total + size
        return {to_path(folder): counts for folder, counts in found.items()}

    def signatures(self, contents: Sequence[int] | npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
        """The signatures of contents, in their order, uint8[n, bytes]. Raises StoreError."""
        with self.read() as db:
            found = dict(
                db.execute(
                    "SELECT content, signature FROM signatures"
                    " WHERE content IN (SELECT value FROM json_each(?))",
                    (id_list(contents),),
                ).fetchall()
            )
        try:
            rows = [found[int(content)] for content in contents]
            return np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1 if rows else 0)
        except (KeyError, ValueError) as error:
            raise StoreError(Code.NO_SIGNATURES) from error


def _photo(row: _PhotoRow, companions: tuple[Path, ...]) -> Photo:
    path, digest, content, size, mtime_ns, info = row
    return Photo(to_path(path), digest, content, size, int(mtime_ns), load_info(info), companions)
