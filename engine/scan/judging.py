"""The last part of a scan: what copies carry in their files, and whether one is in another.

Only copies that might be suggested for removal are read again and compared at full size. What was
found is stored by content and pair, so nothing is done twice.
"""

import contextlib
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kindred.engine.decoding import decode
from kindred.engine.digest import digest_bytes
from kindred.engine.errors import DecodeError, StoreError
from kindred.engine.file_types import MOVIE_SUFFIXES
from kindred.engine.judgement.losses import MAY_HOLD_THE_SAME
from kindred.engine.judgement.provenance import is_camera_file
from kindred.engine.metadata import facts as reader
from kindred.engine.metadata.movies import media_digest
from kindred.engine.pairs import KINDS, Edges, Pairs
from kindred.engine.progress import Stage
from kindred.engine.scan.crash_notes import Suspect, Work
from kindred.engine.scan.live_photos import settle_movies
from kindred.engine.scan.matching import verify_pairs
from kindred.engine.scan.workers import Scan, in_workers
from kindred.engine.store import Store
from kindred.engine.types import (
    ContentCheck,
    FileFacts,
    FoundFile,
    Kind,
    Photo,
    Relation,
)
from kindred.engine.verification import content, verify
from kindred.engine.verification.derived import of_one_framing
from kindred.engine.verification.views import OpenedPictures

log = logging.getLogger(__name__)

STAYING = 3  # photos of a set of copies that each other one is compared with, at most
MOST_PIXELS = 64_000_000  # of a lossless picture whose pixels are looked at
SAME_TONE = 3.0  # levels by which the signatures of two photos of one tone differ at most
AT_ONCE = 4  # files or pairs a batch: they are large
KEPT_BYTES = 256 << 20  # of pictures that were opened for a check, for the next one
NOT_CONTAINED = ContentCheck(first_in_second=False, second_in_first=False, same_framing=True)

Pair = tuple[int, int]


def judge(work: Scan) -> None:
    """Read the facts of all copies that lack them, and check the pairs that might be suggested."""
    store, model = work.store, work.embedder.id
    copied = _copied(store.edges(model, verify.VERSION))
    copies = store.photos(sorted({*store.repeated(), *copied}))
    # Files of the same bytes carry the same; only what lies beside them may differ.
    read = copied | {photo.content for photo in copies if photo.companions}
    photos = {photo.content: photo for photo in copies if photo.content in read}
    read_facts(work, list(photos.values()))
    facts = store.facts(photos)
    settle_movies(store, copies, facts)
    _read_movies(work, copies)
    relations = [
        relation
        for relation in store.relations(model, verify.VERSION, list(photos))
        if relation.kind is Kind.COPY
    ]
    relations = _with_the_same_pages(work, relations, facts)
    _check_pairs(work, [relation for relation in relations if not relation.derived], photos, facts)
    # Of what the hubs of groups have not all of, something else may have it.
    known = store.checks(photos, content.VERSION)
    derived = [relation for relation in relations if relation.derived]
    signatures = store.signatures(list(photos)).astype(np.int16)
    wanted = pairs_to_open(
        derived, photos, facts, known, signatures=dict(zip(photos, signatures, strict=True))
    )
    if wanted:
        work.meter.start(Stage.VERIFYING, len(wanted))
        opened = [r for r in verify_pairs(work, _as_pairs(wanted)) if r.kind is Kind.COPY]
        _check_pairs(work, _with_the_same_pages(work, opened, facts), photos, facts)


def _as_pairs(relations: Sequence[Relation]) -> Pairs:
    return Pairs(
        np.array([relation.first for relation in relations], np.int64),
        np.array([relation.second for relation in relations], np.int64),
        np.array([relation.similarity for relation in relations], np.float32),
    )


def _check_pairs(
    work: Scan,
    relations: Sequence[Relation],
    photos: Mapping[int, Photo],
    facts: Mapping[int, FileFacts],
) -> None:
    store = work.store
    wanted = pairs_to_check(relations, photos, facts, store.checks(photos, content.VERSION))
    work.meter.start(Stage.CHECKING_COPIES, len(wanted))
    opened = OpenedPictures(limit=KEPT_BYTES)
    act = partial(_check, photos=photos, facts=facts, opened=opened)
    for found in in_workers(work, wanted, act, size=AT_ONCE):
        store.add_checks(content.VERSION, found)
        work.meter.advance(len(found))
        work.meter.groups_changed()


def give_up(store: Store, suspect: Suspect | None) -> None:
    """Settle a pair that ended the program: it is compared again by another version only."""
    if suspect is None:
        return
    act, first, second = suspect
    log.error("the program ended while %s the pair %s, %s", act.name.lower(), first, second)
    if act is Work.VERIFYING:
        # Sure, so that it is not opened again as a copy of a copy (scan.matching).
        unknown = Relation(first, second, Kind.UNRELATED, 0.0, 1.0)
        store.add_relations(verify.VERSION, [unknown])
    else:
        store.add_checks(content.VERSION, {(first, second): NOT_CONTAINED})


def read_facts(work: Scan, photos: Sequence[Photo]) -> None:
    """Read what the files of photos carry, unless this version of the reader did before."""
    store = work.store
    known = store.facts([photo.content for photo in photos])
    unread = [
        photo
        for photo in photos
        if photo.content not in known or known[photo.content].version != reader.VERSION
    ]
    work.meter.start(Stage.READING_COPIES, len(unread))
    for found in in_workers(work, unread, _read, size=AT_ONCE):
        store.add_facts(found)
        work.meter.advance(len(found))


def _read_movies(work: Scan, photos: Sequence[Photo]) -> None:
    """Read the movies beside copies once, so that no group has to wait for it."""
    known = work.store.movies()
    unread = []
    for photo in photos:
        for path in photo.companions:
            if path.suffix.lower() in MOVIE_SUFFIXES:
                with contextlib.suppress(OSError):
                    found = path.stat()
                    file = FoundFile(path, found.st_size, found.st_mtime_ns)
                    if file not in known:
                        unread.append(file)
    work.meter.start(Stage.READING_COPIES, len(unread))
    for digests in in_workers(work, unread, _digest_movies, size=AT_ONCE):
        work.store.add_movies(digests)
        work.meter.advance(len(digests))


def _digest_movies(work: Scan, files: Sequence[FoundFile]) -> dict[FoundFile, str]:
    """The digests of some movies; runs in a worker thread."""
    found = {}
    for file in files:
        work.token.check()
        with contextlib.suppress(OSError), work.clock.stage("movies", 1):
            found[file] = media_digest(file.path)
    return found


def _with_the_same_pages(
    work: Scan, relations: Sequence[Relation], facts: Mapping[int, FileFacts]
) -> list[Relation]:
    """The relations but those of files whose further pages or frames differ.

    The verification saw their first pictures only: two documents may share a cover. They are no
    copies then, and remembered as similar.
    """
    others = [relation for relation in relations if _goes_on_otherwise(relation, facts)]
    if others:
        work.store.add_relations(
            verify.VERSION, (replace(r, kind=Kind.SIMILAR, edits=()) for r in others)
        )
        work.meter.groups_changed()
    return [relation for relation in relations if relation not in others]


def _goes_on_otherwise(relation: Relation, facts: Mapping[int, FileFacts]) -> bool:
    one, two = facts.get(relation.first), facts.get(relation.second)
    if one is None or two is None or (one.picture is not None and one.picture == two.picture):
        return False
    return min(one.pages, two.pages) > 1 or min(one.frames, two.frames) > 1


def pairs_to_check(
    relations: Sequence[Relation],
    photos: Mapping[int, Photo],
    facts: Mapping[int, FileFacts],
    known: Mapping[Pair, ContentCheck],
) -> list[Pair]:
    """The pairs of copies to compare at full size; about as many as there are copies.

    Each is compared with the few likeliest to stay, not with all others: the largest and those
    that a camera wrote. Same picture data needs no comparison.
    """
    order = {number: _likely_to_stay(photos[number], facts) for number in photos}
    near: dict[int, list[int]] = defaultdict(list)
    for relation in relations:
        pair = relation.first, relation.second
        if not all(number in facts for number in pair):
            continue
        if not {edit.name for edit in relation.edits} <= MAY_HOLD_THE_SAME:
            continue
        stays, goes = sorted(pair, key=order.__getitem__)
        near[goes].append(stays)
    wanted = []
    for goes, others in near.items():
        for stays in sorted(others, key=order.__getitem__)[:STAYING]:
            pictures = facts[goes].picture, facts[stays].picture
            pair = min(goes, stays), max(goes, stays)
            if pair not in known and (None in pictures or pictures[0] != pictures[1]):
                wanted.append(pair)
    return sorted(wanted)


def pairs_to_open(
    derived: Sequence[Relation],
    photos: Mapping[int, Photo],
    facts: Mapping[int, FileFacts],
    known: Mapping[Pair, ContentCheck],
    *,
    signatures: Mapping[int, NDArray[np.int16]],
) -> list[Relation]:
    """The derived copies to see for themselves: one may have all of another that no hub has.

    Each is seen beside the one that is most like it, if there is one of the same tone and framing.
    """
    order = {number: _likely_to_stay(photos[number], facts) for number in photos}
    contained = {pair[0] for pair, check in known.items() if check.first_in_second}
    contained |= {pair[1] for pair, check in known.items() if check.second_in_first}
    nearest: dict[int, tuple[float, tuple[bool, int, int], Relation]] = {}
    for relation in derived:
        pair = relation.first, relation.second
        if relation.kind is not Kind.COPY or not all(number in facts for number in pair):
            continue
        stays, goes = sorted(pair, key=order.__getitem__)
        pictures = facts[goes].picture, facts[stays].picture
        if goes in contained or (pictures[0] is not None and pictures[0] == pictures[1]):
            continue
        apart = float(np.abs(signatures[goes] - signatures[stays]).mean())
        if apart > SAME_TONE or not of_one_framing(
            relation, *(photos[number].info for number in pair)
        ):
            continue
        found = apart, order[stays], relation
        nearest[goes] = min(nearest.get(goes, found), found, key=lambda one: one[:2])
    return sorted((n[2] for n in nearest.values()), key=lambda found: (found.first, found.second))


def _copied(edges: Edges) -> set[int]:
    """The contents that are a copy of another."""
    copies = edges.kind == KINDS.index(Kind.COPY)
    return set(np.concatenate([edges.first[copies], edges.second[copies]]).tolist())


def _likely_to_stay(photo: Photo, facts: Mapping[int, FileFacts]) -> tuple[bool, int, int]:
    info = photo.info
    known = facts.get(photo.content)
    from_camera = known is not None and is_camera_file(known)
    return not from_camera, -info.width * info.height, photo.content


def _read(work: Scan, photos: Sequence[Photo]) -> dict[int, FileFacts]:
    """The facts of some photos' files; runs in a worker thread."""
    found = {}
    for photo in photos:
        work.token.check()
        with work.clock.stage("facts", 1):
            facts = facts_of(photo)
        if facts is not None:
            found[photo.content] = facts
    return found


def facts_of(photo: Photo) -> FileFacts | None:
    """What the file of a photo carries; None where it cannot be read or holds other bytes."""
    try:
        data = decode.read_bytes(FoundFile(photo.path, photo.size, photo.mtime_ns))
    except DecodeError as error:
        log.info("facts of %s not read: %s", photo.path, error)
        return None
    if digest_bytes(data) != photo.digest:
        return None
    return reader.read_facts(data, name=photo.path.name, pixels=partial(_pixels, photo))


def _pixels(photo: Photo) -> NDArray[np.uint8] | None:
    """The picture of a file whose facts need it; None where it is too large to be worth that."""
    if photo.info.width * photo.info.height > MOST_PIXELS:
        return None
    try:
        return decode.open_upright(photo.path, max_side=None)
    except DecodeError:
        return None


def _check(
    work: Scan,
    pairs: Sequence[Pair],
    *,
    photos: Mapping[int, Photo],
    facts: Mapping[int, FileFacts],
    opened: OpenedPictures,
) -> dict[Pair, ContentCheck]:
    """Whether each of some pairs hold the same; runs in a worker thread.

    A pair that cannot be compared counts as holding different things, until another version of
    the check sees it.
    """
    found = {}
    for pair in pairs:
        work.token.check()
        colours = {facts[number].colours for number in pair}
        stored = len(colours) == 1 and None not in colours
        first, second = (_side(photos[n], facts[n], opened, stored=stored) for n in pair)
        with work.clock.stage("check", 1):
            try:
                with work.notes.about(Work.CHECKING, *pair):
                    found[pair] = content.check_content(first, second)
            except (DecodeError, OSError, StoreError):
                log.info("%s not checked", pair, exc_info=True)
            except Exception:
                log.exception("the check of %s failed", [str(photos[n].path) for n in pair])
                found[pair] = NOT_CONTAINED
    return found


def _side(photo: Photo, facts: FileFacts, opened: OpenedPictures, *, stored: bool) -> content.Side:
    """`stored`: as the values are stored, before a profile; compression changed those."""

    def open_(max_side: int | None) -> NDArray[np.uint8]:
        make = partial(decode.open_upright, photo.path, max_side=max_side, stored=stored)
        return opened.get((photo.content, max_side, stored), make)

    return content.Side(photo.info, facts.encoding, open_)
