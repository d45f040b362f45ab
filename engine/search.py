"""Pictures against the library and against each other: ranking, comparing, explaining."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kindred.engine.decoding import decode
from kindred.engine.digest import digest_bytes
from kindred.engine.embedding import explanation
from kindred.engine.embedding.embedder import Embedder
from kindred.engine.embedding.similarity import cosine, euclidean, tanimoto
from kindred.engine.errors import DecodeError
from kindred.engine.paths import absolute
from kindred.engine.retrieval import neighbours
from kindred.engine.store import Store
from kindred.engine.types import (
    Calibration,
    FoundFile,
    Hit,
    Kind,
    Photo,
    Relation,
    SkipReason,
)
from kindred.engine.verification import verify
from kindred.engine.verification.signature import signature
from kindred.engine.verification.views import View, opener

if TYPE_CHECKING:
    from kindred.engine.decoding.decode import Decoded


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found, and what it was asked with.

    `picture` is the query scaled down, uint8 (h, w, 3), upright. `query` is it as a photo, where it
    is a file: the library's own, or one whose content is 0. `hits` come best first; a photo of the
    library that is searched for is its own best hit.
    """

    picture: NDArray[np.uint8]
    query: Photo | None
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture that was read and decoded once."""

    data: bytes
    decoded: "Decoded"
    file: FoundFile | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two pictures by the three measures (embedding.similarity) and their relation."""

    cosine: float
    euclidean: float
    tanimoto: float
    relation: Relation


def search(
    picture: Path | bytes,
    *,
    store: Store,
    embedder: Embedder,
    top: int,
    roots: Sequence[Path],
) -> SearchResult:
    """The photos below `roots` (or all) nearest to a picture, at most `top`.

    Raises DecodeError when the picture cannot be used.
    """
    asked = _read(picture, embedder)
    query = embedder.embed(_pixels(asked, embedder))[0]
    ids, vectors = store.vectors(embedder.id)
    here = np.isin(ids, store.contents(roots))
    found, similarity = neighbours.nearest(ids[here], vectors[here], query, top=top)
    likeness = dict(zip(found.tolist(), similarity.tolist(), strict=True))
    photos = store.photos(likeness, roots=roots)
    photos.sort(key=lambda photo: (-likeness[photo.content], photo.path))
    hits = tuple(Hit(photo, likeness[photo.content]) for photo in photos[:top])
    return SearchResult(asked.decoded.rgb, _as_photo(asked, hits), hits)


def compare(
    first: Path, second: Path, *, embedder: Embedder, calibration: Calibration
) -> Comparison:
    """The three measures of two pictures and their relation. Raises DecodeError."""
    pictures = [_read(path, embedder) for path in (first, second)]
    one, other = (embedder.embed(_pixels(picture, embedder))[0] for picture in pictures)
    similarity = float(cosine(one, other))
    if pictures[0].data == pictures[1].data:
        relation = Relation(0, 1, Kind.IDENTICAL, similarity, 1.0)
    else:
        views = [
            View(number, decoded.info, signature(decoded.rgb), opener(path))
            for number, (decoded, path) in enumerate(
                zip((picture.decoded for picture in pictures), (first, second), strict=True)
            )
        ]
        relation = verify.verify(*views, similarity=similarity, calibration=calibration)
    return Comparison(
        similarity,
        float(euclidean(one, other)),
        float(tanimoto(one, other)),
        relation,
    )


def explain(first: Path, second: Path, *, embedder: Embedder) -> explanation.Explanation:
    """Which regions of two pictures the network finds alike. Raises DecodeError."""
    one, other = (
        embedder.features(_pixels(_read(path, embedder), embedder))[0] for path in (first, second)
    )
    return explanation.explain(one, other)


def _as_photo(picture: _Picture, hits: Sequence[Hit]) -> Photo | None:
    """The library's photo of a file that still has these bytes, or one that no library holds."""
    file = picture.file
    if file is None:
        return None
    digest = digest_bytes(picture.data)
    own = (hit.photo for hit in hits if hit.photo.path == file.path and hit.photo.digest == digest)
    info = picture.decoded.info
    return next(own, Photo(file.path, digest, 0, file.size, file.mtime_ns, info))


def _read(picture: Path | bytes, embedder: Embedder) -> _Picture:
    """Read and decode a picture. Raises DecodeError."""
    if isinstance(picture, bytes):
        return _Picture(picture, decode.decode(picture, name="picture", side=embedder.side))
    try:
        state = picture.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DecodeError(SkipReason.VANISHED, str(error)) from error
    except OSError as error:
        raise DecodeError(SkipReason.UNREADABLE, str(error)) from error
    file = FoundFile(absolute(picture), state.st_size, state.st_mtime_ns)
    data = decode.read_bytes(file)
    decoded = decode.decode(data, name=picture.name, side=embedder.side)
    return _Picture(data, decoded, file)


def _pixels(picture: _Picture, embedder: Embedder) -> NDArray[np.uint8]:
    """A batch of one for the network."""
    return decode.squash(picture.decoded.rgb, side=embedder.side)[None]
