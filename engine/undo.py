"""Bringing removed files back, and finding out what a crash left of a removal."""

import contextlib
import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from engine.disk import change, reason
from engine.journal import Batch, BatchItem, State
from engine.store import Store
from engine.trash import forget_info, move_new, trash_folders


def undo(batch: int, *, store: Store) -> Batch:
    """Bring a removal back: path, bytes and time of each file that is still in the trash.

    A file whose old place is taken goes beside it, with a note. What cannot be brought back stays
    in the trash, with a note, and can be tried again. Raises ActionError when there is no such
    batch, StoreError.
    """
    store.claim()
    removed = [item for item in store.batch(batch).items if item.state is State.REMOVED]
    for item in removed:
        bring_back(item, store)
    store.unsettle_duplicates(item.digest for item in removed if item.digest)
    return store.batch(batch)


def recover(
    store: Store, *, bins: Callable[[Path], Sequence[Path]] = trash_folders
) -> list[BatchItem]:
    """Find out what became of files that a crash left half removed or half restored.

    Does nothing in a second process. `bins` gives the folders in which the trash may have put a
    file. Returns what was settled.
    """
    unfinished = store.unfinished() if store.claimed else []
    if not unfinished:
        return []
    taken = {item.trashed_to for batch in store.batches() for item in batch.items}
    return [
        _recover_removal(item, store, bins, taken)
        if item.state is State.PLANNED
        else _recover_undo(item, store)
        for item in unfinished
    ]


def bring_back(item: BatchItem, store: Store, *, note: str = "") -> BatchItem:
    """Bring one removed file back, as `undo` does; `note` is what to say when all went well."""
    place = item.trashed_to
    if place is None or not os.path.lexists(place):
        if not change(item.path, item.size, item.mtime_ns):
            note = "It was back already."
            return store.mark(item, State.RESTORED, restored_to=item.path, note=note)
        note = "It is no longer in the trash."
        return store.mark(item, State.REMOVED, trashed_to=place, note=note)
    try:
        item.path.parent.mkdir(parents=True, exist_ok=True)
        for target in _places(item.path):
            # Written down first: a crash after the move is then no riddle.
            store.mark(item, State.REMOVED, trashed_to=place, restored_to=target)
            with contextlib.suppress(FileExistsError):
                move_new(place, target)
                break
    except OSError as error:
        note = f"It could not be brought back: {reason(error)}."
        return store.mark(item, State.REMOVED, trashed_to=place, note=note)
    if target != item.path:
        note = f"Its old place is taken; it is beside it as {target.name}."
    return _finish(item, target, store, note)


def _finish(item: BatchItem, target: Path, store: Store, note: str) -> BatchItem:
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
    bins: Callable[[Path], Sequence[Path]],
    taken: set[Path | None],
) -> BatchItem:
    before = "Kindred ended before it was removed."
    if not change(item.path, item.size, item.mtime_ns):
        return store.mark(item, State.KEPT, note=before)
    for folder in bins(item.path):
        for place in _candidates(item, folder):
            if place not in taken:
                taken.add(place)
                note = "Kindred ended while it was removed."
                return store.mark(item, State.REMOVED, trashed_to=place, note=note)
    if os.path.lexists(item.path):
        return store.mark(item, State.KEPT, note=before)
    note = "Kindred ended while it was removed; look for it in the system's trash."
    return store.mark(item, State.REMOVED, note=note)


def _candidates(item: BatchItem, folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        for place in sorted(folder.iterdir()):
            if place.suffix != item.path.suffix or change(place, item.size, item.mtime_ns):
                continue
            if item.digest is None or _digest(place) == item.digest:
                yield place


def _recover_undo(item: BatchItem, store: Store) -> BatchItem:
    place, target = item.trashed_to, item.restored_to
    if target is None or not os.path.lexists(target):
        return store.mark(item, State.REMOVED, trashed_to=place)
    if place is not None and os.path.lexists(place):
        if target.samefile(place):
            place.unlink()  # the last step of move_new
        elif change(target, item.size, item.mtime_ns):  # not ours
            return store.mark(item, State.REMOVED, trashed_to=place)
    return _finish(item, target, store, "Kindred ended while it was brought back.")


def _places(path: Path) -> Iterator[Path]:
    yield path
    yield path.with_stem(f"{path.stem} (restored)")
    for number in itertools.count(2):
        yield path.with_stem(f"{path.stem} (restored {number})")


def _digest(path: Path) -> str:
    from blake3 import blake3

    return str(blake3().update_mmap(path).hexdigest())
