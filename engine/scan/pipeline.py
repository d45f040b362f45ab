"""scan(): folders in; contents, vectors and relations in the store. It alone knows the order.

Every worker thread takes a few files the whole way - read, digest, decode, embed - because a
central batch on all cores fights the decoders for them. The calling thread alone writes, one
transaction a batch, so a scan that is stopped or killed goes on where it was.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kindred.engine.decoding import decode
from kindred.engine.embedding.embedder import Embedder
from kindred.engine.errors import Cancelled, DecodeError
from kindred.engine.progress import CancelToken, Clock, Meter, ProgressSink
from kindred.engine.scan import companions, walker
from kindred.engine.scan.matching import compare
from kindred.engine.scan.workers import Scan, give_back_memory, pooled
from kindred.engine.store import Store
from kindred.engine.store.contents import NewContent
from kindred.engine.types import Folder, FoundFile, ScanOptions, ScanReport, SkippedFile, Stamp
from kindred.engine.verification.signature import signature

SHARES = 4  # of the files for each worker at least: none waits long for the others at the end
FIRST_ROUND = 256  # photos until the first groups show; each further round is four times as long


@dataclass(frozen=True, slots=True)
class _Read:
    """What a worker found out about some files."""

    known: list[tuple[FoundFile, int]]  # their content was there already, embedded
    new: list[tuple[FoundFile, NewContent]]
    vectors: NDArray[np.float32]  # one row for each of `new`
    skipped: list[tuple[SkippedFile, FoundFile]]


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
    work = Scan(
        store, embedder, token, Meter(progress), Clock(), options.workers or os.cpu_count() or 1
    )
    stopped = False
    try:
        _stages(work, roots, options)
    except Cancelled:
        stopped = True
    finally:
        give_back_memory()
    return ScanReport(
        photos=store.photo_count(roots),
        skipped=tuple(store.skipped(roots)),
        stages=work.clock.times(),
        model=embedder.id,
        device=embedder.device,
        stopped=stopped,
    )


def _stages(work: Scan, roots: Sequence[Path], options: ScanOptions) -> None:
    store = work.store
    roots = _there(store, roots)
    if not roots:  # to the store no folder means all of them
        return
    unusable: list[SkippedFile] = []
    mixed: list[Folder] = []
    work.meter.start("Looking for photos", 0)
    with work.clock.stage("walk", 0):
        found = walker.walk(
            roots,
            follow_links=options.follow_links,
            include_hidden=options.include_hidden,
            token=work.token,
            on_skipped=unusable.append,
        )
        lookup = store.lookup(_seen(work, found, mixed), roots)
    work.clock.count("walk", lookup.unchanged + len(lookup.unread) + lookup.still_skipped)
    with work.clock.stage("look up", len(lookup.unread)):
        store.add_roots(roots)
        store.mark_missing(lookup)
        store.add_skipped((skipped, None) for skipped in unusable)
        store.set_units(roots, companions.companions(mixed))
        unread = lookup.unread
        if left := store.without_vector(work.embedder.id, roots):
            paths = {path for path, *_ in unread}
            unread += [file for file in left if file[0] not in paths]
    del lookup, mixed
    work.meter.start("Embedding", len(unread))
    since_compared, round_size = 0, FIRST_ROUND
    size = max(1, min(work.embedder.batch, len(unread) // (SHARES * work.workers)))
    for read in pooled(work, unread, _read, size=size):
        since_compared += _remember(work, read)
        if since_compared >= round_size:
            compare(work)
            since_compared, round_size = 0, round_size * 4
            work.meter.resume("Embedding")
    del unread
    compare(work)


def _there(store: Store, roots: Sequence[Path]) -> list[Path]:
    """The roots but those scanned before that are away now: a drive that is not plugged in.

    Their photos are kept as missing. A root that was never there is left for the walk to refuse.
    """
    known = store.roots()
    away = [
        root
        for root in roots
        if root in known and not os.path.isdir(root)  # noqa: PTH112 - see scanner.walk
    ]
    for root in away:
        store.mark_missing(store.lookup([], [root]))
    return [root for root in roots if root not in away]


def _seen(work: Scan, folders: Iterable[Folder], mixed: list[Folder]) -> Iterator[Stamp]:
    """The photos of a walk; its folders that may have units are added to `mixed`."""
    for folder in folders:
        if companions.mixed(folder):
            mixed.append(folder)
        work.meter.advance(len(folder.photos))
        yield from folder.photos


def _read(work: Scan, stamps: Sequence[Stamp]) -> _Read:
    """Read, digest, decode and embed some files; runs in a worker thread."""
    read = _Read([], [], np.empty((0, work.embedder.dim), np.float32), [])
    pixels: list[NDArray[np.uint8]] = []
    for path, size, mtime_ns in stamps:
        work.token.check()
        file = FoundFile(Path(path), size, mtime_ns)
        try:
            _read_one(work, file, read, pixels)
        except DecodeError as error:
            read.skipped.append((SkippedFile(file.path, error.reason, str(error)), file))
    if not pixels:
        return read
    with work.clock.stage("embed", len(pixels)):
        vectors = work.embedder.embed(np.stack(pixels))
    return _Read(read.known, read.new, vectors, read.skipped)


def _read_one(work: Scan, file: FoundFile, read: _Read, pixels: list[NDArray[np.uint8]]) -> None:
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


def _remember(work: Scan, read: _Read) -> int:
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
