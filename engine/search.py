"""Pictures against the library and against each other: ranking, comparing, explaining."""

import io
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kindred.engine.decoding import decode
from kindred.engine.decoding.small_pictures import SmallPictures
from kindred.engine.digest import digest_bytes
from kindred.engine.embedding import explanation
from kindred.engine.embedding.embedder import Embedder
from kindred.engine.embedding.similarity import cosine, euclidean, measures, tanimoto
from kindred.engine.errors import ActionError, DecodeError
from kindred.engine.paths import absolute
from kindred.engine.retrieval import neighbours
from kindred.engine.store import Store
from kindred.engine.types import (
    SEARCH,
    Calibration,
    FoundFile,
    Group,
    Hit,
    Judgement,
    Kind,
    Loss,
    LossKind,
    Member,
    Photo,
    PhotoInfo,
    Relation,
    SkipReason,
    Tier,
    Why,
)
from kindred.engine.verification import verify
from kindred.engine.verification.edits import reverse
from kindred.engine.verification.signature import signature
from kindred.engine.verification.views import View, opener, views_of

if TYPE_CHECKING:
    from kindred.engine.decoding.decode import Decoded


PART_SIDE = 4096  # pixels of the longer side of a picture that a part is cut from
COMPARED = 12  # of the nearest hits; each takes a moment

log = logging.getLogger(__name__)


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


def part_of(
    picture: Path | bytes, box: tuple[float, float, float, float], *, embedder: Embedder
) -> bytes:
    """A part of a picture as a picture of its own (PNG); box: left, top, right, bottom in 0..1.

    Raises DecodeError.
    """
    whole = _opener(_read(picture, embedder))(PART_SIDE)
    height, width = whole.shape[:2]
    left, right = (round(min(max(edge, 0.0), 1.0) * width) for edge in (box[0], box[2]))
    top, bottom = (round(min(max(edge, 0.0), 1.0) * height) for edge in (box[1], box[3]))
    left, top = min(left, width - 1), min(top, height - 1)
    part = whole[top : max(bottom, top + 1), left : max(right, left + 1)]
    file = io.BytesIO()
    Image.fromarray(part).save(file, "PNG", compress_level=1)
    return file.getvalue()


def relate(
    picture: Path | bytes,
    hits: Sequence[Hit],
    *,
    store: Store,
    embedder: Embedder,
    pictures: SmallPictures,
    calibration: Calibration,
) -> tuple[Hit, ...]:
    """The hits of a search, the nearest of them compared with the picture and with their relation.

    Copies that a scan has verified are not compared again. What the user said is no duplicate has
    no relation. Raises DecodeError when the picture cannot be used.
    """
    asked = _read(picture, embedder)
    digest = digest_bytes(asked.data)
    query = _content(asked, digest, store)
    photos = {hit.photo.content: hit.photo for hit in hits}
    likeness = {hit.photo.content: hit.similarity for hit in hits}
    found = {
        content: Relation(query, content, Kind.IDENTICAL, likeness[content], 1.0)
        for content, photo in photos.items()
        if photo.digest == digest
    }
    rejected = {sum(pair) - query for pair in store.rejected() if query in pair}
    known = _verified(store, embedder.id, query, photos)
    found |= {content: known[content] for content in known.keys() - rejected}
    left = sorted(photos.keys() - found.keys() - rejected, key=lambda c: (-likeness[c], c))
    near = [content for content in left if likeness[content] >= calibration.candidate][:COMPARED]
    signatures = store.signatures(near)
    views = views_of([photos[content] for content in near], signatures, pictures=pictures)
    view = View(query, asked.decoded.info, signature(asked.decoded.rgb), _opener(asked))
    for content, other in views.items():
        similarity = likeness[content]
        relation = _compared(view, other, similarity=similarity, calibration=calibration)
        if relation is not None:
            found[content] = relation
    infos = {query: asked.decoded.info} | {c: photo.info for c, photo in photos.items()}
    shown = {content: _seen_from(query, relation, infos) for content, relation in found.items()}
    return tuple(replace(hit, relation=shown.get(hit.photo.content)) for hit in hits)


def group_of(query: Photo, hits: Sequence[Hit]) -> Group:
    """A picture and photos that it was compared with, as a group in which the picture stays.

    Of copies that no scan has judged it is not known what would be lost.
    """
    members = [_member(query, hit) for hit in hits]
    kind = Kind.COPY if all(m.relation is not Kind.SIMILAR for m in members) else Kind.SIMILAR
    return Group(SEARCH, kind, (Member(query, Kind.IDENTICAL, 1.0), *members))


def _member(query: Photo, hit: Hit) -> Member:
    relation, photo = hit.relation, hit.photo
    if relation is None or relation.kind not in (Kind.IDENTICAL, Kind.COPY):
        return Member(photo, Kind.SIMILAR, hit.similarity)
    if photo.digest == query.digest and not photo.companions:
        judgement = Judgement(Tier.EXACT, why=Why.SAME_BYTES)
    else:
        judgement = Judgement(Tier.EDITED, losses=(Loss(LossKind.UNCHECKED),), why=Why.UNCHECKED)
    return Member(
        photo, relation.kind, hit.similarity, relation.confidence, relation.edits,
        judgement=judgement,
    )  # fmt: skip


def _verified(
    store: Store, model: str, query: int, contents: Collection[int]
) -> dict[int, Relation]:
    """Copies of a content of the library that a scan has found, by the other content."""
    if not query:
        return {}
    relations = store.relations(model, verify.VERSION, {query, *contents})
    copies = (r for r in relations if r.kind is Kind.COPY and not r.derived)
    return {
        relation.first + relation.second - query: relation
        for relation in copies
        if query in (relation.first, relation.second)
    }


def _seen_from(query: int, relation: Relation, infos: Mapping[int, PhotoInfo]) -> Relation | None:
    """A relation with the edits from the query on; None where nothing but likeness shows it."""
    if relation.kind is Kind.SIMILAR and relation.registration is None:
        return None
    if relation.first == query:
        return relation
    return reverse(relation, infos[relation.first], infos[relation.second])


def _compared(
    query: View, hit: View, *, similarity: float, calibration: Calibration
) -> Relation | None:
    try:
        return verify.verify(query, hit, similarity=similarity, calibration=calibration)
    except (DecodeError, OSError):
        log.info("a hit cannot be compared", exc_info=True)
    except Exception:  # no two pictures may end a search
        log.exception("a hit cannot be compared")
    return None


def _content(picture: _Picture, digest: str, store: Store) -> int:
    """The content of the library's photo that is the file; 0 where there is none."""
    if picture.file is None:
        return 0
    try:
        own = store.photo_at(picture.file.path)
    except ActionError:
        return 0
    return own.content if own.digest == digest else 0


def _opener(picture: _Picture) -> Callable[[int], NDArray[np.uint8]]:
    """The picture as verification asks for it; its bytes are in memory."""
    name = picture.file.path.name if picture.file is not None else "picture"
    return lambda side: decode.show_upright(picture.data, name=name, max_side=side)


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
    pictures = [_pixels(_read(path, embedder), embedder) for path in (first, second)]
    one, other = (embedder.features(pixels)[0] for pixels in pictures)
    found = explanation.explain(one, other)
    return replace(found, measures=measures(*(embedder.embed(one)[0] for one in pictures)))


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
