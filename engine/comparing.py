"""Neighbours of the photos that are new, and what they are to each other: a scan's second half."""

import logging
from collections.abc import Sequence
from functools import partial

import numpy as np

from engine import calibrate, neighbours, verify
from engine.enlarged import real_detail
from engine.errors import DecodeError
from engine.types import Relation
from engine.views import views_of
from engine.workers import Scan, pooled

log = logging.getLogger(__name__)

PAIRS_AT_ONCE = 32
UNLIKELY = 6  # candidates a photo whose similarity is below that of similar shots


def _scale(work: Scan) -> dict[str, float]:
    """What cosines mean for this model; see engine.calibrate."""
    key = f"scale of {work.embedder.id}"
    scale: dict[str, float] = work.store.setting(key, {})
    if not scale:
        scale = calibrate.from_background(work.store.vectors(work.embedder.id)[1])
        work.store.set_setting(key, scale)
    return scale


def compare(work: Scan) -> None:
    """Find the neighbours of the photos that are new, and verify what they are to each other."""
    store, model, scale = work.store, work.embedder.id, _scale(work)
    new = store.unsearched(model)
    if len(new):
        work.meter.start("Comparing", len(new))
        with work.clock.stage("neighbours", len(new)):
            ids, vectors = store.vectors(model)
            mask, least = np.isin(ids, new), scale["candidate"]
            pairs = neighbours.candidates(ids, vectors, threshold=least, token=work.token, new=mask)
            pairs = neighbours.worth_verifying(pairs, likely=scale["similar"], k=UNLIKELY)
            store.add_pairs(model, pairs, searched=new)
        work.meter.advance(len(new))
    pairs = store.unverified(model, verify.VERSION)
    if not len(pairs):
        return
    import cv2

    cv2.setNumThreads(1)  # every worker is one thread
    work.meter.start("Verifying", len(pairs))
    # The likely ones first, for groups show early; then by photo, which is described once.
    order = np.lexsort((pairs.second, pairs.first, pairs.similarity < scale["similar"]))
    columns = (part[order].tolist() for part in (pairs.first, pairs.second, pairs.similarity))
    rows = list(zip(*columns, strict=True))
    act = partial(_verify, scale=scale)
    for relations, details in pooled(work, rows, act, size=PAIRS_AT_ONCE):
        with store.write():
            store.add_relations(verify.VERSION, relations)
            store.set_details(details)
        work.meter.advance(len(relations))
        work.meter.groups_changed()


def _verify(
    work: Scan, rows: Sequence[tuple[int, int, float]], *, scale: dict[str, float]
) -> tuple[list[Relation], dict[int, float]]:
    """The relations of some candidate pairs, and the real detail of enlarged photos among them.

    Runs in a worker thread.
    """
    contents = {content for row in rows for content in row[:2]}
    photos = {photo.content: photo for photo in work.store.photos(contents)}
    views = views_of(photos, work.store)
    relations: list[Relation] = []
    details: dict[int, float] = {}
    for first, second, similarity in rows:
        work.token.check()
        if first not in views or second not in views:
            continue  # its files went away meanwhile; a later scan decides
        with work.clock.stage("verify", 1):
            try:
                relation = verify.verify(
                    views[first], views[second], similarity=similarity, calibration=scale
                )
            except (DecodeError, OSError):
                log.info("pair %s, %s not verified", first, second, exc_info=True)
                continue
        relations.append(relation)
        with work.clock.stage("detail", 1):
            details |= real_detail(relation, photos)
    return relations, details
