"""Neighbours of the photos that are new, and what they are to each other: a scan's second half."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kindred.engine.embedding.calibration import BACKGROUND, from_background, from_json
from kindred.engine.errors import DecodeError
from kindred.engine.pairs import KINDS, Edges, Pairs
from kindred.engine.progress import Stage
from kindred.engine.retrieval import neighbours, vector_index
from kindred.engine.scan.crash_notes import Work
from kindred.engine.scan.hubs import STRONG, Hubs, StrongCopy, contents_of, is_strong
from kindred.engine.scan.workers import Scan, give_back_memory, in_workers
from kindred.engine.types import Calibration, Kind, Relation
from kindred.engine.verification import verify
from kindred.engine.verification.upscaling import real_detail
from kindred.engine.verification.views import views_of

log = logging.getLogger(__name__)

PAIRS_AT_ONCE = 32  # at most; fewer where a round has few, so that no worker waits long
ROWS = 65_536  # pairs made into Python numbers at once
RARELY = 50  # an index is saved when one in so many of its photos is new
UNLIKELY = 6  # candidates a photo whose similarity is below that of similar shots
# Candidates a photo, and of those with as many likely ones: a long burst is one group. No photo's
# pictures are opened for more than the first number; the other pairs of a crowd are similar.
NEAR, CROWD = 32, 256
SIGNATURES_AT_ONCE = 4096  # pairs whose signatures are in memory
HUBS = 2  # photos of a set of copies that the copies of its copies are compared with
CROWD_AT_ONCE = 65_536  # photos whose CROWD neighbours are in memory

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


def match_photos(work: Scan) -> None:
    """Find the neighbours of the photos that are new, and verify what they are to each other."""
    new = work.store.unsearched(work.embedder.id)
    if len(new):
        _search(work, new)
        give_back_memory()  # the index was there in many small parts
    _verify_all(work)
    _verify_with_hubs(work)


def _search(work: Scan, new: Ids) -> None:
    """Remember the candidate pairs of the photos that are new, and then that they were searched.

    Some pairs at a time, so that nobody else who writes waits long.
    """
    store, model = work.store, work.embedder.id
    if not work.embedder.calibration and len(store.reach(model)[0]) < BACKGROUND:
        new = store.with_vector(model)  # a few photos, perhaps of one event, set no scale
        _estimate(work, new)
    work.meter.start(Stage.COMPARING, len(new))
    with work.clock.stage("neighbours", len(new)):
        calibration = _calibration(work)
        search = _searching(work, new, likely=calibration.similar)
        found = search(
            asked=new,
            k=NEAR,
            threshold=calibration.candidate,
            faintest=calibration.faintest,
            before=store.reach(model),
        )
        _remember(work, found)
        _remember_promising(work, found)
        for start in range(0, len(found.crowd), CROWD_AT_ONCE):
            some = found.crowd[start : start + CROWD_AT_ONCE]
            _remember(work, search(asked=some, k=CROWD, threshold=calibration.similar))
        _remember_panels(work, new, threshold=calibration.similar)
        store.set_searched(model, new, found.reach)
    work.meter.advance(len(new))


def _remember(work: Scan, found: neighbours.Candidates) -> None:
    for pairs in found.pairs():
        work.token.check()
        work.store.add_pairs(work.embedder.id, pairs)


def _remember_promising(work: Scan, found: neighbours.Candidates) -> None:
    """Of the pairs that are further apart those whose signatures agree: crops, toned photos."""
    store = work.store
    for further in found.further():
        for start in range(0, len(further), SIGNATURES_AT_ONCE):
            work.token.check()
            pairs = further.of(np.arange(start, min(start + SIGNATURES_AT_ONCE, len(further))))
            contents = contents_of(pairs)
            signatures = store.signatures(contents)
            rows = (np.searchsorted(contents, ends) for ends in (pairs.first, pairs.second))
            promising = [
                verify.is_promising(signatures[one], signatures[two])
                for one, two in zip(*rows, strict=True)
            ]
            store.add_pairs(work.embedder.id, pairs.of(np.array(promising, np.bool_)))


def _remember_panels(work: Scan, new: Ids, *, threshold: float) -> None:
    """Candidates of the pictures inside collages, screenshots and the like.

    Those inside new photos are looked for among all photos, those inside others among the new.
    """
    store, model = work.store, work.embedder.id
    owners, vectors = store.panel_vectors(model)
    fresh = np.isin(owners, new)
    ids = store.with_vector(model)
    for rows, among in ((fresh, ids), (~fresh, new)):
        if not rows.any():
            continue
        for pairs in neighbours.find_panels(
            owners[rows],
            vectors[rows],
            among,
            lambda some: store.vectors(model, some.tolist())[1],
            threshold=threshold,
            token=work.token,
        ):
            store.add_pairs(model, pairs, keep_likelier=True)


def _calibration(work: Scan) -> Calibration:
    """What cosines mean for this model: measured with it, or estimated from these photos."""
    return (
        work.embedder.calibration
        or from_json(work.store.setting(_scale_key(work), None))
        or _estimate(work, work.store.with_vector(work.embedder.id))
    )


def _estimate(work: Scan, ids: Ids) -> Calibration:
    """Make a calibration of some of the photos `ids`, all that have a vector."""
    some = np.random.default_rng(0).permutation(ids)[:BACKGROUND]
    vectors = work.store.vectors(work.embedder.id, some.tolist())[1]
    calibration = from_background(vectors)
    work.store.set_setting(_scale_key(work), asdict(calibration))
    return calibration


def _scale_key(work: Scan) -> str:
    return f"scale of {work.embedder.id}"


def _searching(work: Scan, new: Ids, *, likely: float) -> Callable[..., neighbours.Candidates]:
    """`neighbours.find_candidates` among all photos."""
    store, model = work.store, work.embedder.id
    ids = store.with_vector(model)

    def vectors_of(contents: Ids) -> Vectors:
        return store.vectors(model, contents.tolist())[1]

    return partial(
        neighbours.find_candidates,
        ids,
        vectors_of,
        likely=likely,
        faint=UNLIKELY,
        lists=_lists(work, ids, vectors_of, asked=len(new)),
        token=work.token,
    )


def _lists(
    work: Scan, ids: Ids, vectors_of: vector_index.VectorsOf, *, asked: int
) -> vector_index.VectorIndex | None:
    """The saved index brought up to date, or a new one; None where none is worth making."""
    store, model = work.store, work.embedder.id
    file = store.saved_index(model)
    lists = vector_index.load(file, dim=work.embedder.dim) if file else None
    if lists is None and not neighbours.wants_index(asked, len(ids)):
        return None
    if lists is None or lists.outgrown:
        lists = vector_index.build(ids, vectors_of)
    added = lists.hold(ids, vectors_of, token=work.token)
    if added * RARELY >= len(ids):
        try:
            store.save_index(model, lists.save)
        except OSError:
            log.warning("the index cannot be saved", exc_info=True)
    return lists


def _verify_all(work: Scan) -> None:
    store = work.store
    pairs = store.unverified(work.embedder.id, verify.VERSION)
    if not len(pairs):
        return
    calibration = _calibration(work)
    near = neighbours.among_nearest(pairs, k=NEAR)
    with store.write():
        store.add_relations(
            verify.VERSION,
            (
                verify.by_cosine(first, second, similarity=similarity, calibration=calibration)
                for start in range(0, len(pairs), ROWS)
                for first, second, similarity in _rows(
                    pairs, start + np.flatnonzero(~near[start : start + ROWS])
                )
            ),
        )
    # The likely ones first, for groups show early.
    likely = near & (pairs.similarity >= calibration.similar)
    hubs = _hubs(work, pairs.of(near))
    work.meter.start(Stage.VERIFYING, int(near.sum()))
    with _ready_to_verify():
        for some in (likely[near], np.ones(int(near.sum()), np.bool_)):
            _verify_by_hubs(work, hubs, pairs.of(near), some, calibration)


def _verify_with_hubs(work: Scan) -> None:
    """Verify copies of copies with the hub of their set, though the network finds them unlike.

    A small crop or a collage often is a candidate of another edit only, and a group needs its
    members to be copies of its hub.
    """
    store, model = work.store, work.embedder.id
    edges = store.edges(model, verify.VERSION)
    first, second = copies_of_hubs(edges)
    if not len(first):
        return
    ids, vectors = store.vectors(model, np.unique(np.concatenate([first, second])).tolist())
    rows = np.searchsorted(ids, first), np.searchsorted(ids, second)
    cosine = np.einsum("nd,nd->n", vectors[rows[0]], vectors[rows[1]])
    pairs = Pairs(first, second, np.minimum(cosine, 1).astype(np.float32))
    store.add_pairs(model, pairs, keep_likelier=True)
    work.meter.start(Stage.VERIFYING, len(pairs))
    verify_pairs(work, pairs, related=True)


def copies_of_hubs(edges: Edges) -> tuple[Ids, Ids]:
    """Pairs of contents that are copies of one copy and were not opened, first < second.

    Only pairs with one of the HUBS photos of a set that have most copies.
    """
    near: dict[int, set[int]] = defaultdict(set)
    seen: set[tuple[int, int]] = set()
    columns = edges.first, edges.second, edges.kind, edges.confidence
    for first, second, code, sure in zip(*(c.tolist() for c in columns), strict=True):
        kind = KINDS[code]
        if kind is not Kind.UNRELATED or sure == 1:
            seen.add((first, second))
        if kind is Kind.COPY:
            near[first].add(second)
            near[second].add(first)
    wanted: set[tuple[int, int]] = set()
    for middle, copies in near.items():
        hubs = sorted((middle, *copies), key=lambda one: (-len(near[one]), one))[:HUBS]
        for hub in hubs:
            wanted |= {(min(hub, one), max(hub, one)) for one in copies if one != hub}
    left = np.array(sorted(wanted - seen), np.int64).reshape(-1, 2)
    return left[:, 0], left[:, 1]


@dataclass(frozen=True, slots=True)
class _Compared:
    """What a worker found out about some pairs."""

    count: int  # of pairs; those whose files went away have no relation
    relations: list[Relation] = field(default_factory=list)
    strong: list[StrongCopy] = field(default_factory=list)
    details: dict[int, float] = field(default_factory=dict)  # real detail of enlarged photos


def verify_pairs(work: Scan, pairs: Pairs, *, related: bool = False) -> list[Relation]:
    """Open these pairs, each beside its other, and remember what they are.

    related: all are copies of one copy, and opened however unlike they seem.
    """
    found: list[Relation] = []
    places = np.arange(len(pairs))
    with _ready_to_verify():
        for compared in _compare(work, pairs, places, _calibration(work), related=related):
            found += compared.relations
            work.meter.advance(compared.count)
            work.meter.groups_changed()
    return found


def _hubs(work: Scan, pairs: Pairs) -> Hubs:
    store, contents = work.store, contents_of(pairs)
    copies = store.copies(work.embedder.id, verify.VERSION, contents.tolist(), confidence=STRONG)
    ends = {end for copy in copies for end in (copy.first, copy.second)}
    infos = {photo.content: photo.info for photo in store.photos(ends)} if ends else {}
    known = [
        StrongCopy(copy, (infos[copy.first], infos[copy.second]))
        for copy in copies
        if copy.first in infos
        and copy.second in infos
        and is_strong(copy, infos[copy.first], infos[copy.second])
    ]
    return Hubs(pairs, pixels=store.sizes(contents)[0], known=known)


def _verify_by_hubs(
    work: Scan, hubs: Hubs, pairs: Pairs, among: NDArray[np.bool_], calibration: Calibration
) -> None:
    """Settle the pairs that are `among` them, and open as few as will do."""

    def settle(places: Ids) -> None:
        copies, strong = [], []
        for compared in _compare(work, pairs, places, calibration):
            copies += [found for found in compared.relations if found.kind is Kind.COPY]
            strong += compared.strong
            work.meter.advance(compared.count)
            work.meter.groups_changed()
        hubs.learn(places, copies, strong)
        _remember_unopened(work, hubs.derived(among))

    while len(places := hubs.next_round(among)):
        settle(places)
    settle(hubs.witnesses(among))
    must, need_not = hubs.left(among)
    settle(must)
    for start in range(0, len(need_not), ROWS):
        rows = _rows(pairs, need_not[start : start + ROWS])
        by_cosine = partial(verify.by_cosine, calibration=calibration)
        _remember_unopened(work, [by_cosine(one, two, similarity=s) for one, two, s in rows])


def _remember_unopened(work: Scan, relations: Sequence[Relation]) -> None:
    work.token.check()
    work.store.add_relations(verify.VERSION, relations)
    work.meter.advance(len(relations))
    if relations:
        work.meter.groups_changed()


@contextmanager
def _ready_to_verify() -> Iterator[None]:
    import cv2

    cv2.setNumThreads(1)  # every worker is one thread
    try:
        yield
    finally:
        verify.clear_caches()


def _compare(
    work: Scan, pairs: Pairs, places: Ids, calibration: Calibration, *, related: bool = False
) -> Iterator[_Compared]:
    """Open pairs, the files of each batch in the store before the next is handed out."""
    size = max(1, min(PAIRS_AT_ONCE, len(places) // (4 * work.workers)))
    act = partial(_verify, pairs=pairs, calibration=calibration, related=related)
    for compared in in_workers(work, places.tolist(), act, size=size):
        with work.store.write():
            work.store.add_relations(verify.VERSION, compared.relations)
            work.store.set_details(compared.details)
        yield compared


def _verify(
    work: Scan,
    places: Sequence[int],
    *,
    pairs: Pairs,
    calibration: Calibration,
    related: bool,
) -> _Compared:
    """The relations of some candidate pairs, and the real detail of enlarged photos among them.

    Runs in a worker thread.
    """
    rows = _rows(pairs, np.array(places))
    contents = {content for row in rows for content in row[:2]}
    photos = {photo.content: photo for photo in work.store.photos(contents)}
    signatures = work.store.signatures(list(photos))
    views = views_of(photos.values(), signatures, pictures=work.pictures)
    done = _Compared(len(rows))
    for first, second, similarity in rows:
        work.token.check()
        if first not in views or second not in views:
            continue  # its files went away meanwhile; a later scan decides
        with work.clock.stage("verify", 1):
            try:
                how = verify.verify_related if related else verify.verify
                with work.notes.about(Work.VERIFYING, first, second):
                    relation = how(
                        views[first], views[second], similarity=similarity, calibration=calibration
                    )
            except (DecodeError, OSError):
                log.info("pair %s, %s not verified", first, second, exc_info=True)
                continue
            except Exception:  # no two pictures may end the scan of a library
                log.exception("pair %s, %s cannot be verified", first, second)
                relation = Relation(first, second, Kind.UNRELATED, similarity, 0.0)
        done.relations.append(relation)
        infos = photos[first].info, photos[second].info
        if relation.kind is Kind.COPY and is_strong(relation, *infos):
            done.strong.append(StrongCopy(relation, infos))
        with work.clock.stage("detail", 1):
            done.details.update(real_detail(relation, photos))
    return done


def _rows(pairs: Pairs, places: Ids | NDArray[np.int32]) -> list[tuple[int, int, float]]:
    """Some of the pairs as Python numbers, which take ten times the memory."""
    columns = (column[places].tolist() for column in (pairs.first, pairs.second, pairs.similarity))
    return list(zip(*columns, strict=True))
