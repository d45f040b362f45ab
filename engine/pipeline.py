"""scan(): folders in; contents, vectors and relations in the store. It alone knows the order.

Every worker thread takes a few files the whole way - read, digest, decode, embed - because a
central batch on all cores fights the decoders for them. The calling thread alone writes, one
transaction a batch, so a scan that is stopped or killed goes on where it was.
"""

import logging
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine import calibrate, decode, neighbours, scanner, units, verify
from engine.embedder import Embedder
from engine.enlarged import real_detail
from engine.errors import Cancelled, DecodeError
from engine.progress import CancelToken, Clock, Meter, ProgressSink
from engine.records import NewContent
from engine.signature import signature
from engine.store import Store
from engine.types import (
    FoundFile,
    Relation,
    ScanOptions,
    ScanReport,
    SkippedFile,
)
from engine.views import views_of

log = logging.getLogger(__name__)

FILES_AT_ONCE = 16  # on the CPU; the network is as fast per photo in larger batches
PAIRS_AT_ONCE = 32
FIRST_ROUND = 256  # photos until the first groups show; each further round is twice as long
UNLIKELY = 6  # candidates a photo whose similarity is below that of similar shots
AHEAD = 2  # batches a worker that are read before the writer has taken the earlier ones

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Read:
    """What a worker found out about some files."""

    known: list[tuple[FoundFile, int]]  # their content was there already, embedded
    new: list[tuple[FoundFile, NewContent]]
    vectors: NDArray[np.float32]  # one row for each of `new`
    skipped: list[tuple[SkippedFile, FoundFile]]


@dataclass(frozen=True, slots=True)
class _Scan:
    """What the stages of one scan share."""

    store: Store
    embedder: Embedder
    token: CancelToken
    meter: Meter
    clock: Clock
    workers: int


def scan(
    roots: Sequence[Path],
    *,
    store: Store,
    embedder: Embedder,
    options: ScanOptions,
    token: CancelToken,
    progress: ProgressSink,
) -> ScanReport:
    """Bring the store up to date with `roots`; a stopped scan keeps what it has and says so.

    Raises KindredError when a root is not a folder or the store cannot be written.
    """
    work = _Scan(
        store, embedder, token, Meter(progress), Clock(), options.workers or os.cpu_count() or 1
    )
    stopped = False
    try:
        _stages(work, roots, options)
    except Cancelled:
        stopped = True
    return ScanReport(
        photos=store.photo_count(roots),
        skipped=tuple(store.skipped(roots)),
        stages=work.clock.times(),
        model=embedder.id,
        device=embedder.device,
        stopped=stopped,
    )


def _stages(work: _Scan, roots: Sequence[Path], options: ScanOptions) -> None:
    store = work.store
    roots = _there(store, roots)
    files, unusable = _walk(work, roots, options)
    with work.clock.stage("look up", len(files)):
        lookup = store.lookup(files, roots)
        store.add_roots(roots)
        store.mark_missing(lookup)
        store.add_skipped((skipped, None) for skipped in unusable)
        store.set_units(roots, units.companions(file.path for file in files))
    del files
    unread = {file.path: file for file in lookup.unread}
    for _content, file in store.without_vector(work.embedder.id, roots):
        unread.setdefault(file.path, file)
    work.meter.start("Embedding", len(unread))
    since_compared, round_size = 0, FIRST_ROUND
    size = FILES_AT_ONCE if work.embedder.device == "cpu" else work.embedder.batch
    for read in _pooled(work, list(unread.values()), _read, size=size):
        since_compared += _remember(work, read)
        if since_compared >= round_size:
            _compare(work)
            since_compared, round_size = 0, round_size * 2
            work.meter.resume("Embedding")
    _compare(work)


def _there(store: Store, roots: Sequence[Path]) -> list[Path]:
    """The roots but those scanned before that are away now: a drive that is not plugged in.

    Their photos are kept as missing. A root that was never there is left for the walk to refuse.
    """
    away = [root for root in roots if root in store.roots() and not root.is_dir()]
    for root in away:
        store.mark_missing(store.lookup([], [root]))
    return [root for root in roots if root not in away]


def _walk(
    work: _Scan, roots: Sequence[Path], options: ScanOptions
) -> tuple[list[FoundFile], list[SkippedFile]]:
    unusable: list[SkippedFile] = []
    files: list[FoundFile] = []
    work.meter.start("Looking for photos", 0)
    with work.clock.stage("walk", 0):
        for file in scanner.walk(
            roots,
            follow_links=options.follow_links,
            include_hidden=options.include_hidden,
            token=work.token,
            on_skipped=unusable.append,
        ):
            files.append(file)
            if len(files) % 1000 == 0:
                work.meter.advance(1000)
    work.clock.count("walk", len(files))
    return files, unusable


def _pooled(
    work: _Scan,
    items: Sequence[Item],
    act: Callable[[_Scan, Sequence[Item]], Result],
    *,
    size: int,
) -> Iterator[Result]:
    """`act` on slices of `items` in the worker threads; results in order, few slices ahead."""
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(work.workers, thread_name_prefix="kindred-worker") as pool:
        try:
            for start in range(0, len(items), size):
                waiting.append(pool.submit(act, work, items[start : start + size]))
                if len(waiting) > work.workers * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _read(work: _Scan, files: Sequence[FoundFile]) -> _Read:
    """Read, digest, decode and embed some files; runs in a worker thread."""
    read = _Read([], [], np.empty((0, work.embedder.dim), np.float32), [])
    pixels: list[NDArray[np.uint8]] = []
    for file in files:
        work.token.check()
        try:
            _read_one(work, file, read, pixels)
        except DecodeError as error:
            read.skipped.append((SkippedFile(file.path, error.reason, str(error)), file))
    if not pixels:
        return read
    with work.clock.stage("embed", len(pixels)):
        vectors = work.embedder.embed(np.stack(pixels))
    return _Read(read.known, read.new, vectors, read.skipped)


def _read_one(work: _Scan, file: FoundFile, read: _Read, pixels: list[NDArray[np.uint8]]) -> None:
    with work.clock.stage("read", 1):
        data = decode.read_bytes(file)
    with work.clock.stage("digest", 1):
        digest = decode.digest(data)
    content = work.store.embedded(work.embedder.id, digest)
    if content is not None:
        read.known.append((file, content))
        return
    with work.clock.stage("decode", 1):
        picture = decode.decode(data, name=file.path.name, side=work.embedder.side)
    with work.clock.stage("measure", 1):
        new = NewContent(digest, picture.info, signature(picture.rgb))
        pixels.append(decode.squash(picture.rgb, side=work.embedder.side))
    read.new.append((file, new))


def _remember(work: _Scan, read: _Read) -> int:
    """Write what a worker found; returns how many photos have a new vector."""
    count = len(read.known) + len(read.new) + len(read.skipped)
    store = work.store
    with work.clock.stage("store", count), store.write():
        numbers = store.add_contents([new for _, new in read.new])
        store.add_vectors(work.embedder.id, zip(numbers, read.vectors, strict=True))
        files = (file for file, _ in read.new)
        store.set_paths([*read.known, *zip(files, numbers, strict=True)])
        store.add_skipped(read.skipped)
    work.meter.advance(count, skipped=len(read.skipped))
    return len(read.new)


def _scale(work: _Scan) -> dict[str, float]:
    """What cosines mean for this model; see engine.calibrate."""
    key = f"scale of {work.embedder.id}"
    scale: dict[str, float] = work.store.setting(key, {})
    if not scale:
        scale = calibrate.from_background(work.store.vectors(work.embedder.id)[1])
        work.store.set_setting(key, scale)
    return scale


def _compare(work: _Scan) -> None:
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
    for relations, details in _pooled(work, rows, act, size=PAIRS_AT_ONCE):
        with store.write():
            store.add_relations(verify.VERSION, relations)
            store.set_details(details)
        work.meter.advance(len(relations))
        work.meter.groups_changed()


def _verify(
    work: _Scan, rows: Sequence[tuple[int, int, float]], *, scale: dict[str, float]
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
