"""Bringing removed files back, and finding out what a crash left of a removal."""

import contextlib
import itertools
import logging
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kindred.engine.confirmed import Confirmed
from kindred.engine.digest import digest_file
from kindred.engine.file_types import MOVIE_SUFFIXES, PHOTO_SUFFIXES, SIDECAR_SUFFIXES
from kindred.engine.messages import Code, Message, cause, tell
from kindred.engine.progress import CancelToken, Meter, ProgressSink, Stage, ignore
from kindred.engine.removal.drives import away_drive
from kindred.engine.removal.file_checks import change, identity
from kindred.engine.removal.trash import (
    forget_info,
    forget_stray_info,
    move_new,
    partial_of,
    trash_folders,
)
from kindred.engine.store import Store
from kindred.engine.types import Batch, BatchItem, State

log = logging.getLogger(__name__)

_COARSEST = 2 * 10**9  # nanoseconds to which FAT keeps times


Permit = Callable[[BatchItem], bool]
"""Whether what the journal says of a file is to be acted on."""

Bins = Callable[[Path], Sequence[Path]]
"""The folders in which the trash may have put a file that was at a path."""


def permit(confirmed: Confirmed, *, bins: Bins = trash_folders) -> Permit:
    """Allow moves between a trash and a photo's place in a folder that the user confirmed.

    The journal may be somebody else's: it is asked where files were, not believed.
    """
    folders = {folder.resolve() for folder in confirmed.folders}

    def allowed(item: BatchItem) -> bool:
        real = item.path.parent.resolve()
        ours = item.path.suffix.lower() in PHOTO_SUFFIXES | SIDECAR_SUFFIXES | MOVIE_SUFFIXES
        beside = item.restored_to is None or item.restored_to in _few(_places(item.path))
        trashes = {*bins(item.path), *confirmed.trashes}
        in_trash = item.trashed_to is None or item.trashed_to.parent in trashes
        return ours and beside and in_trash and not folders.isdisjoint({real, *real.parents})

    return allowed


def _few(places: Iterator[Path]) -> list[Path]:
    return list(itertools.islice(places, 100))


def _anything(_item: BatchItem) -> bool:
    return True


def undo(
    batch: int,
    *,
    store: Store,
    token: CancelToken | None = None,
    progress: ProgressSink = ignore,
    allowed: Permit = _anything,
    bins: Bins = trash_folders,
) -> Batch:
    """Bring a removal back: path, bytes and time of each file that is still in the trash.

    A file whose old place is taken goes beside it, with a note. What cannot be brought back stays
    in the trash, with a note, and can be tried again: so does what is not `allowed`, or was on a
    drive that is away. What was saved in sidecars of the photos that stayed is taken out when
    nothing of the removal is left in the trash. Stopping leaves the rest in the trash. Raises
    ActionError when there is no such batch, StoreError.
    """
    store.claim()
    units = [
        [item for item in unit if item.state is State.REMOVED]
        for unit in _units(store.batch(batch).items)
    ]
    units = [unit for unit in units if unit]
    meter = Meter(progress)
    meter.start(Stage.RESTORING, len(units))
    back = []
    for unit in units:
        if token is not None and token.stopped:
            break
        back += [bring_back(item, store, allowed=allowed, bins=bins) for item in unit]
        meter.advance(1)
    items = store.batch(batch).items
    if not any(item.state is State.REMOVED for item in items):
        for item in reversed(items):  # the last one may have been written over the first
            if item.state is State.WRITTEN:
                _take_back(item, store, allowed)
    store.unsettle_duplicates(item.digest for item in back if item.digest)
    return store.batch(batch)


def recover(
    store: Store, *, bins: Bins = trash_folders, allowed: Permit = _anything
) -> list[BatchItem]:
    """Find out what became of files that a crash left half removed or half restored.

    A unit of which a part never left, or came back, is put together again. What is not `allowed` is
    left as it is, with a note. Does nothing in a second process. Returns what was settled.
    """
    if not store.claimed:
        return []
    batches = store.batches()
    unfinished = {item.row for item in store.unfinished()}
    units = [unit for batch in batches for unit in _units(batch.items)]
    units = [unit for unit in units if any(i.row in unfinished for i in unit) or _half_back(unit)]
    taken = {item.trashed_to for batch in batches for item in batch.items}
    settled = []
    for items in units:
        if not all(map(allowed, items)):
            for item in items:
                _leave_alone(item, store)
            continue
        unit: list[BatchItem] = []  # what went before of the photo and its companions
        for item in items:
            now = item
            if item.row in unfinished:
                try:
                    if item.state is State.PLANNED:
                        now = _recover_removal(item, store, bins, taken, unit)
                    else:
                        now = _recover_undo(item, store)
                    settled.append(now)
                except OSError:
                    log.warning("%s is left for the next start", item.path, exc_info=True)
            unit.append(now)
        if _half_back(unit):
            note = tell(Code.ENDED_UNDOING)
            settled += [
                bring_back(item, store, note=note, bins=bins)
                for item in unit
                if item.state is State.REMOVED
            ]
    return settled


def _units(items: Sequence[BatchItem]) -> list[list[BatchItem]]:
    """Each photo with the companions that follow it; saved sidecars are no part of one."""
    units: list[list[BatchItem]] = []
    for item in items:
        if item.state is State.WRITTEN:
            continue
        if not item.companion or not units:
            units.append([])
        units[-1].append(item)
    return units


# Why a file stayed in the trash though another of its unit came back: it was tried.
_TRIED = frozenset(
    {Code.NOT_IN_TRASH, Code.NOT_BROUGHT_BACK, Code.TRASH_AWAY, Code.DRIVE_AWAY, Code.NOT_CONFIRMED}
)


def _half_back(unit: Sequence[BatchItem]) -> bool:
    """Whether an undo was cut short between two files of a photo."""
    waiting = [item for item in unit if item.state is State.REMOVED]
    tried = any(item.note is not None and item.note.code in _TRIED for item in waiting)
    return bool(waiting) and not tried and any(item.state is State.RESTORED for item in unit)


def _leave_alone(item: BatchItem, store: Store) -> BatchItem:
    note = tell(Code.NOT_CONFIRMED, folder=str(item.path.parent))
    if item.note == note:
        return item
    log.warning("%s: %s", item.path, note)
    return store.mark(
        item, item.state, trashed_to=item.trashed_to, restored_to=item.restored_to, note=note
    )


def bring_back(
    item: BatchItem,
    store: Store,
    *,
    note: Message | None = None,
    allowed: Permit = _anything,
    bins: Bins = trash_folders,
) -> BatchItem:
    """Bring one removed file back, as `undo` does; `note` is what to tell when all went well."""
    if not allowed(item):
        return _leave_alone(item, store)
    was = item.trashed_to
    try:
        if away := away_drive(item.path, was, store):
            note = tell(Code.DRIVE_AWAY, folder=str(away))
            return store.mark(item, State.REMOVED, trashed_to=was, note=note)
        place = _in_trash(item, bins)
        if place is None:
            if not change(item.path, item.size, item.mtime_ns, digest=item.digest):
                note = tell(Code.WAS_BACK)
                return store.mark(item, State.RESTORED, restored_to=item.path, note=note)
            note = tell(Code.NOT_IN_TRASH)
            if was is not None and not was.parent.is_dir():
                note = tell(Code.TRASH_AWAY, folder=str(was.parent))
            return store.mark(item, State.REMOVED, trashed_to=was, note=note)
        item.path.parent.mkdir(parents=True, exist_ok=True)
        for target in _places(item.path):
            # Written down first: a crash after the move is then no riddle.
            now = store.mark(item, State.REMOVED, trashed_to=place, restored_to=target)
            with contextlib.suppress(FileExistsError):
                move_new(place, target)
                break
    except OSError as error:
        note = tell(Code.NOT_BROUGHT_BACK, why=cause(error))
        return store.mark(item, State.REMOVED, trashed_to=was, note=note)
    if target != item.path:
        note = tell(Code.BESIDE, name=target.name)
    return _finish(now, target, store, note)


def _in_trash(item: BatchItem, bins: Bins) -> Path | None:
    """Where a removed file lies in the trash, which may have moved meanwhile. Raises OSError."""
    place = item.trashed_to
    if place is None:
        return None
    moved = (folder / place.name for folder in bins(item.path))
    return next((found for found in (place, *moved) if _is_it(item, found)), None)


def _take_back(item: BatchItem, store: Store, allowed: Permit) -> BatchItem:
    """Put the sidecar that was there before in the place of one that was written."""
    if not allowed(item):
        return _leave_alone(item, store)
    before = item.trashed_to
    try:
        if not os.path.lexists(item.path):
            note = tell(Code.WRITTEN_GONE)
            return store.mark(item, State.KEPT, trashed_to=before, note=note)
        now = None if item.path.is_symlink() else digest_file(item.path)
        if before is not None and os.path.lexists(before) and now == digest_file(before):
            _forget(before)  # an undo before was cut short after it put the old one back
            return store.mark(item, State.RESTORED, restored_to=item.path)
        if now != item.digest:
            note = tell(Code.WRITTEN_CHANGED)
            return store.mark(item, State.KEPT, trashed_to=before, note=note)
        if before is None:
            item.path.unlink()
        else:
            part = partial_of(item.path)
            try:
                shutil.copy2(before, part)
                part.replace(item.path)
            finally:
                part.unlink(missing_ok=True)
            _forget(before)
    except OSError as error:
        note = tell(Code.NOT_BROUGHT_BACK, why=cause(error))
        return store.mark(item, State.WRITTEN, trashed_to=before, note=note)
    return store.mark(item, State.RESTORED, restored_to=item.path)


def _forget(place: Path) -> None:
    place.unlink()
    with contextlib.suppress(OSError):
        forget_info(place)


def _is_it(item: BatchItem, place: Path) -> bool:
    """Whether what lies in the trash is what was removed: an emptied trash gives names again.

    Raises OSError.
    """
    if not os.path.lexists(place):
        return False
    found = place.lstat()
    if not stat.S_ISREG(found.st_mode) or found.st_size != item.size:
        return False
    if item.digest is not None:
        return digest_file(place) == item.digest
    return abs(found.st_mtime_ns - item.mtime_ns) <= _COARSEST


def _finish(item: BatchItem, target: Path, store: Store, note: Message | None) -> BatchItem:
    if item.trashed_to:
        with contextlib.suppress(OSError):
            forget_info(item.trashed_to)
    with contextlib.suppress(OSError):
        if target.lstat().st_mtime_ns != item.mtime_ns:
            os.utime(target, ns=(item.mtime_ns, item.mtime_ns))
    return store.mark(item, State.RESTORED, restored_to=target, note=note)


def _recover_removal(
    item: BatchItem,
    store: Store,
    bins: Bins,
    taken: set[Path | None],
    unit: list[BatchItem],
) -> BatchItem:
    for folder in bins(item.path):
        with contextlib.suppress(OSError):
            forget_stray_info(item.path, folder)
    mine = identity(item.path.parent)
    folders = (folder for folder in bins(item.path) if identity(folder) != mine)
    found = (place for folder in folders for place in _candidates(item, folder))
    places = (place for place in found if place not in taken)
    if not change(item.path, item.size, item.mtime_ns):
        with contextlib.suppress(OSError):
            if item.path.lstat().st_nlink > 1:  # perhaps it was half way through move_new
                for place in places:
                    if place.samefile(item.path):
                        place.unlink()
                        forget_info(place)
        return _keep(item, store, unit)
    for place in places:
        taken.add(place)
        note = tell(Code.ENDED_REMOVING)
        return store.mark(item, State.REMOVED, trashed_to=place, note=note)
    if os.path.lexists(item.path):
        return _keep(item, store, unit)
    return store.mark(item, State.REMOVED, note=tell(Code.ENDED_REMOVING_LOST))


def _keep(item: BatchItem, store: Store, unit: list[BatchItem]) -> BatchItem:
    """Settle that a file never left; first, for a crash may come, those of its unit come back."""
    note = tell(Code.ENDED_PUT_BACK, name=item.path.name)
    for number, part in enumerate(unit):
        if part.state is State.REMOVED and part.trashed_to:
            unit[number] = bring_back(part, store, note=note)
    return store.mark(item, State.KEPT, note=tell(Code.ENDED_BEFORE))


def _candidates(item: BatchItem, folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        for place in sorted(folder.iterdir()):
            if place.suffix == item.path.suffix and not change(
                place, item.size, item.mtime_ns, digest=item.digest
            ):
                yield place


def _recover_undo(item: BatchItem, store: Store) -> BatchItem:
    place, target = item.trashed_to, item.restored_to
    is_back = target is not None and _is_it(item, target)
    if place is not None and not os.path.lexists(place):
        place = None
    if target is not None and (place or is_back):
        partial_of(target).unlink(missing_ok=True)
    if target is None or not is_back:
        return store.mark(item, State.REMOVED, trashed_to=item.trashed_to)
    if place and target.samefile(place) and target.lstat().st_nlink > 1:
        place.unlink()  # the last step of move_new
    return _finish(item, target, store, tell(Code.ENDED_RESTORING))


def _places(path: Path) -> Iterator[Path]:
    yield path
    yield path.with_stem(f"{path.stem} (restored)")
    for number in itertools.count(2):
        yield path.with_stem(f"{path.stem} (restored {number})")
