"""Pictures against the library and against each other: ranking, comparing, explaining."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kindred.engine.decoding import decode
from kindred.engine.embedding import explanation
from kindred.engine.embedding import similarity as measures
from kindred.engine.embedding.embedder import Embedder
from kindred.engine.retrieval import neighbours
from kindred.engine.store import Store
from kindred.engine.types import Calibration, FoundFile, Hit, Kind, Relation
from kindred.engine.verification import verify
from kindred.engine.verification.signature import signature
from kindred.engine.verification.views import View, opener

if TYPE_CHECKING:
    from kindred.engine.decoding.decode import Decoded


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
) -> list[Hit]:
    """The photos below `roots` (or all) nearest to a picture, best first, at most `top`.

    Raises DecodeError when the picture cannot be used.
    """
    query = embedder.embed(_pixels(_decoded(picture, embedder), embedder))[0]
    ids, vectors = store.vectors(embedder.id)
    here = np.isin(ids, store.contents(roots))
    found, similarity = neighbours.nearest(ids[here], vectors[here], query, top=top)
    likeness = dict(zip(found.tolist(), similarity.tolist(), strict=True))
    photos = store.photos(likeness, roots=roots)
    photos.sort(key=lambda photo: (-likeness[photo.content], photo.path))
    return [Hit(photo, likeness[photo.content]) for photo in photos[:top]]


def compare(
    first: Path, second: Path, *, embedder: Embedder, calibration: Calibration
) -> Comparison:
    """The three measures of two pictures and their relation. Raises DecodeError."""
    digests = [decode.digest(_read(path)) for path in (first, second)]
    pictures = [_decoded(path, embedder) for path in (first, second)]
    one, other = (embedder.embed(_pixels(picture, embedder))[0] for picture in pictures)
    cosine = float(measures.cosine(one, other))
    if digests[0] == digests[1]:
        relation = Relation(0, 1, Kind.IDENTICAL, cosine, 1.0)
    else:
        views = [
            View(number, picture.info, signature(picture.rgb), opener(path))
            for number, (picture, path) in enumerate(zip(pictures, (first, second), strict=True))
        ]
        relation = verify.verify(*views, similarity=cosine, calibration=calibration)
    return Comparison(
        cosine,
        float(measures.euclidean(one, other)),
        float(measures.tanimoto(one, other)),
        relation,
    )


def explained(first: Path, second: Path, *, embedder: Embedder) -> explanation.Explanation:
    """Which regions of two pictures the network finds alike. Raises DecodeError."""
    one, other = (
        embedder.features(_pixels(_decoded(path, embedder), embedder))[0]
        for path in (first, second)
    )
    return explanation.explain(one, other)


def _decoded(picture: Path | bytes, embedder: Embedder) -> "Decoded":
    data = picture if isinstance(picture, bytes) else _read(picture)
    name = "picture" if isinstance(picture, bytes) else picture.name
    return decode.decode(data, name=name, side=embedder.side)


def _read(path: Path) -> bytes:
    """The bytes of a regular file, never those of a device that has no end."""
    found = path.stat()
    return decode.read_bytes(FoundFile(path, found.st_size, found.st_mtime_ns))


def _pixels(picture: "Decoded", embedder: Embedder) -> NDArray[np.uint8]:
    """A batch of one for the network."""
    return decode.squash(picture.rgb, side=embedder.side)[None]
