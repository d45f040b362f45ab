"""scan(): folders in; contents, vectors and relations in the store. It alone knows the order.

Every worker thread takes a few files the whole way - read, digest, decode, embed - because a
central batch on all cores fights the decoders for them. The calling thread alone writes, one
transaction a batch, so a scan that is stopped or killed goes on where it was.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from kindred.engine.decoding import decode
from kindred.engine.decoding.small_pictures import SmallPictures
from kindred.engine.embedding.embedder import Embedder
from kindred.engine.errors import Cancelled
from kindred.engine.progress import CancelToken, Clock, Meter, ProgressSink, Stage
from kindred.engine.scan import companions, walker
from kindred.engine.scan.crash_notes import CrashNotes
from kindred.engine.scan.judging import give_up, judge
from kindred.engine.scan.live_photos import without_apart
from kindred.engine.scan.matching import match_photos
from kindred.engine.scan.reading import Reading, read, remember
from kindred.engine.scan.workers import Scan, give_back_memory, in_workers
from kindred.engine.store import Store
from kindred.engine.types import Folder, Photo, ScanOptions, ScanReport, SkippedFile, Stamp

_DECODER = "decoder version"  # setting
SHARES = 4  # of the files for each worker at least: none waits long for the others at the end
FIRST_ROUND = 256  # photos until the first groups show; each further round is four times as long


def scan(
    roots: Sequence[Path],
    *,
    store: Store,
    embedder: Embedder,
    pictures: SmallPictures,
    options: ScanOptions,
    token: CancelToken,
    progress: ProgressSink,
) -> ScanReport:
    """Bring the store up to date with `roots`; a stopped scan keeps what it has and says so.

    Raises KindredError when a root is not a folder or the store cannot be written.
    """
    workers = options.workers or os.cpu_count() or 1
    notes = CrashNotes(store.path)
    work = Scan(store, embedder, token, Meter(progress), Clock(), workers, notes, pictures)
    stopped = False
    ignored: Counter[str] = Counter()
    try:
        give_up(store, notes.suspect())
        with notes.kept():
            _stages(work, roots, options, ignored)
    except Cancelled:
        stopped = True
    finally:
        pictures.tidy()
        give_back_memory()
    return ScanReport(
        photos=store.photo_count(roots),
        skipped=tuple(store.skipped(roots)),
        ignored=dict(ignored),
        stages=work.clock.times(),
        model=embedder.id,
        device=embedder.device,
        stopped=stopped,
    )


def _stages(work: Scan, roots: Sequence[Path], options: ScanOptions, ignored: Counter[str]) -> None:
    store = work.store
    roots = _present_roots(store, roots)
    if not roots:  # to the store no folder means all of them
        return
    if store.setting(_DECODER, 1) != decode.VERSION:
        store.try_skipped_again()
        store.set_setting(_DECODER, decode.VERSION)
    unusable: list[SkippedFile] = []
    mixed: list[Folder] = []
    work.meter.start(Stage.LOOKING, 0)
    with work.clock.stage("walk", 0):
        found = walker.walk(
            roots,
            follow_links=options.follow_links,
            include_hidden=options.include_hidden,
            token=work.token,
            on_skipped=unusable.append,
        )
        by_root: dict[str, Counter[str]] = {str(root): Counter() for root in roots}
        lookup = store.lookup(_photos_of(work, _counted(found, by_root), mixed), roots)
    for counts in by_root.values():
        ignored.update(counts)
    work.clock.count("walk", lookup.unchanged + len(lookup.unread) + lookup.still_skipped)
    with work.clock.stage("look up", len(lookup.unread)):
        store.add_roots(roots)
        store.mark_missing(lookup)
        store.add_skipped((skipped, None) for skipped in unusable)
        store.set_ignored(by_root)
        store.set_units(roots, without_apart(store, companions.companions(mixed)))
        unread = lookup.unread
        if left := store.without_vector(work.embedder.id, roots):
            paths = {path for path, *_ in unread}
            unread += [file for file in left if file[0] not in paths]
    del lookup, mixed
    work.meter.read_and_compare(Stage.EMBEDDING, len(unread))
    since_compared, round_size = 0, FIRST_ROUND
    size = max(1, min(work.embedder.batch, len(unread) // (SHARES * work.workers)))
    for reading in in_workers(work, unread, _read, size=size):
        since_compared += _remember(work, reading)
        if since_compared >= round_size:
            match_photos(work)
            judge(work)
            work.meter.compared()
            since_compared, round_size = 0, round_size * 4
            work.meter.resume(Stage.EMBEDDING)
    del unread
    match_photos(work)
    judge(work)
    work.meter.compared()


def _present_roots(store: Store, roots: Sequence[Path]) -> list[Path]:
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


def _counted(folders: Iterable[Folder], by_root: Mapping[str, Counter[str]]) -> Iterator[Folder]:
    """The folders of a walk; what was ignored in them is added to its root's count."""
    roots = sorted(by_root, key=len, reverse=True)
    for folder in folders:
        # Linked folders lie elsewhere.
        inside = (
            r for r in roots if f"{folder.path}{os.sep}".startswith(f"{r.rstrip(os.sep)}{os.sep}")
        )
        by_root[next(inside, roots[-1])].update(folder.ignored)
        yield folder


def _photos_of(work: Scan, folders: Iterable[Folder], mixed: list[Folder]) -> Iterator[Stamp]:
    """The photos of a walk; its folders that may have units are added to `mixed`."""
    for folder in folders:
        if companions.may_have_units(folder):
            mixed.append(folder)
        work.meter.advance(len(folder.photos))
        yield from folder.photos


def _read(work: Scan, stamps: Sequence[Stamp]) -> Reading:
    """Runs in a worker thread."""
    embedded = partial(work.store.embedded, work.embedder.id)
    return read(
        stamps,
        embedder=work.embedder,
        embedded=embedded,
        keep=work.pictures.keep,
        token=work.token,
        clock=work.clock,
    )


def _remember(work: Scan, reading: Reading) -> int:
    """Write what a worker found; returns how many photos have a new vector."""
    with work.clock.stage("store", len(reading)):
        remember(work.store, work.embedder.id, reading)
    work.meter.show(
        [Photo(f.path, new.digest, 0, f.size, f.mtime_ns, new.info) for f, new in reading.new]
    )
    work.meter.advance(len(reading), skipped=len(reading.skipped))
    return len(reading.new)
