"""Neighbours of the photos that are new, and what they are to each other: a scan's second half."""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kindred.engine.embedding.calibration import BACKGROUND, from_background, from_json
from kindred.engine.errors import DecodeError
from kindred.engine.pairs import KINDS, Edges, Pairs
from kindred.engine.progress import Stage
from kindred.engine.retrieval import neighbours, vector_index
from kindred.engine.scan.crash_notes import Work
from kindred.engine.scan.workers import Scan, give_back_memory, in_workers
from kindred.engine.types import Calibration, Kind, Relation
from kindred.engine.verification import verify
from kindred.engine.verification.upscaling import real_detail
from kindred.engine.verification.views import views_of

log = logging.getLogger(__name__)

PAIRS_AT_ONCE = 32
ROWS = 65_536  # pairs made into Python numbers at once
RARELY = 50  # an index is saved when one in so many of its photos is new
UNLIKELY = 6  # candidates a photo whose similarity is below that of similar shots
# Candidates a photo, and of those with as many likely ones: a long burst is one group. No photo's
# pictures are opened for more than the first number; the other pairs of a crowd are similar.
NEAR, CROWD = 32, 256
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
            asked=new, k=NEAR, threshold=calibration.candidate, before=store.reach(model)
        )
        _remember(work, found)
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
    # The likely ones first, for groups show early; then by photo, which is described once.
    likely = pairs.similarity >= calibration.similar
    parts = (np.flatnonzero(near & part).astype(np.int32) for part in (likely, ~likely))
    order = np.concatenate(list(parts))
    del near, likely
    _verify_in_workers(work, pairs, order, calibration)


def _verify_with_hubs(work: Scan) -> None:
    """Verify copies of copies with the hub of their set, though the network finds them unlike.

    A small crop or a collage often is a candidate of another edit only, and a group needs its
    members to be copies of its hub.
    """
    store, model = work.store, work.embedder.id
    edges = store.edges(model, verify.VERSION)
    calibration = _calibration(work)
    first, second = copies_of_hubs(edges)
    if not len(first):
        return
    ids, vectors = store.vectors(model, np.unique(np.concatenate([first, second])).tolist())
    rows = np.searchsorted(ids, first), np.searchsorted(ids, second)
    cosine = np.einsum("nd,nd->n", vectors[rows[0]], vectors[rows[1]])
    pairs = Pairs(first, second, np.minimum(cosine, 1).astype(np.float32))
    store.add_pairs(model, pairs, keep_likelier=True)
    order = np.arange(len(pairs), dtype=np.int32)
    _verify_in_workers(work, pairs, order, calibration, related=True)


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


def _verify_in_workers(
    work: Scan,
    pairs: Pairs,
    order: NDArray[np.int32],
    calibration: Calibration,
    *,
    related: bool = False,
) -> None:
    """related: all are copies of one copy, and opened however unlike they seem."""
    import cv2

    store = work.store
    cv2.setNumThreads(1)  # every worker is one thread
    work.meter.start(Stage.VERIFYING, len(order))
    act = partial(_verify, pairs=pairs, order=order, calibration=calibration, related=related)
    try:
        for relations, details in in_workers(work, range(len(order)), act, size=PAIRS_AT_ONCE):
            with store.write():
                store.add_relations(verify.VERSION, relations)
                store.set_details(details)
            work.meter.advance(len(relations))
            work.meter.groups_changed()
    finally:
        verify.clear_caches()


def _verify(
    work: Scan,
    places: Sequence[int],
    *,
    pairs: Pairs,
    order: NDArray[np.int32],
    calibration: Calibration,
    related: bool,
) -> tuple[list[Relation], dict[int, float]]:
    """The relations of some candidate pairs, and the real detail of enlarged photos among them.

    Runs in a worker thread.
    """
    rows = _rows(pairs, order[places[0] : places[-1] + 1])
    contents = {content for row in rows for content in row[:2]}
    photos = {photo.content: photo for photo in work.store.photos(contents)}
    views = views_of(photos.values(), work.store.signatures(list(photos)))
    relations: list[Relation] = []
    details: dict[int, float] = {}
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
        relations.append(relation)
        with work.clock.stage("detail", 1):
            details |= real_detail(relation, photos)
    return relations, details


def _rows(pairs: Pairs, places: Ids | NDArray[np.int32]) -> list[tuple[int, int, float]]:
    """Some of the pairs as Python numbers, which take ten times the memory."""
    columns = (column[places].tolist() for column in (pairs.first, pairs.second, pairs.similarity))
    return list(zip(*columns, strict=True))
