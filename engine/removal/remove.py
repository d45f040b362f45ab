"""Removing photos: planned, checked against the disk, journalled before it happens."""

import contextlib
import functools
import os
import stat
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kindred.engine.digest import digest_bytes
from kindred.engine.errors import Cancelled, KindredError, PlanError
from kindred.engine.messages import Code, Message, cause, tell
from kindred.engine.metadata import carry_over
from kindred.engine.metadata.carry_over import MetadataOffer, SidecarChange
from kindred.engine.progress import CancelToken, Meter, ProgressSink, Stage
from kindred.engine.removal.drives import remember_drives
from kindred.engine.removal.file_checks import change, guard, identity
from kindred.engine.removal.trash import Trash
from kindred.engine.removal.undo import bring_back
from kindred.engine.store import Store
from kindred.engine.store.journal import Entry
from kindred.engine.types import (
    Batch,
    BatchItem,
    Group,
    Judgement,
    Kind,
    Loss,
    LossKind,
    Member,
    Photo,
    State,
    Tier,
    Verdict,
    Why,
)

REASONS_NAMED = 5  # of those for which a whole removal is refused


@dataclass(frozen=True, slots=True)
class PlannedRemoval:
    """A photo to remove, the photo of its group that stays, and what is lost or carried over."""

    photo: Photo
    kept: Photo
    kind: Kind  # of the group
    judgement: Judgement = field(default_factory=Judgement)
    carries: MetadataOffer | None = None  # saved in a sidecar of `kept` before the photo goes


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A marked photo that stays where it is, and why."""

    photo: Photo
    note: Message


@dataclass(frozen=True, slots=True)
class RemovalPlan:
    """What a removal would do; `frees` is in bytes, names that share a file counted once."""

    removals: tuple[PlannedRemoval, ...]
    frees: int
    left_out: tuple[LeftOut, ...] = ()


def plan(
    groups: Sequence[Group], remove: Collection[Path], *, protected: Sequence[Path]
) -> RemovalPlan:
    """Check what the user marked against the groups and the disk; changes nothing.

    A marked photo is left out, with a note, when it is another name of a photo in the groups, is
    no longer the file that was seen, or has a part in a protected folder; and so are those of a
    group that would be left without a photo that is on the disk. Raises PlanError when a marked
    photo is in no group, or when nothing is left to remove.
    """
    wanted = set(remove)
    members = {m.photo.path: m.photo for group in groups for m in group.members}
    if not wanted:
        raise PlanError(Code.NOTHING_MARKED)
    if strangers := wanted - members.keys():
        raise PlanError(Code.NOT_IN_GROUPS, paths=_names(strangers))
    names: dict[object, list[Path]] = defaultdict(list)
    for path in members:
        names[identity(path)].append(path)
    is_protected = guard(protected)
    found_unfit = {path: _unfit(members[path], names, is_protected) for path in sorted(wanted)}
    notes = {path: note for path, note in found_unfit.items() if note}
    going = {part for path in wanted - notes.keys() for part in (path, *members[path].companions)}
    found: dict[Path, PlannedRemoval] = {}
    for group in sorted(groups, key=lambda group: group.kind is Kind.SIMILAR):
        photos = {member.photo.path: member.photo for member in group.members}
        leaving = [m for m in group.members if m.photo.path in wanted and m.photo.path not in notes]
        if not leaving:
            continue
        staying = [p for p in photos.values() if p.path not in going and _is_present(p)]
        if not staying:  # they stay then, and another group may keep them
            note = tell(Code.NONE_LEFT, paths=_names(photos))
            notes |= {member.photo.path: note for member in leaving}
            going -= {part for m in leaving for part in (m.photo.path, *m.photo.companions)}
            continue
        for member in leaving:
            found.setdefault(member.photo.path, _planned(member, staying, group))
    removals = tuple(removal for path, removal in found.items() if path not in notes)
    left_out = tuple(LeftOut(members[path], note) for path, note in notes.items())
    if not removals:
        raise PlanError(Code.NOTHING_REMOVABLE, left_out=_refusal(notes))
    return RemovalPlan(removals, _frees(going), left_out)


def _planned(member: Member, staying: Sequence[Photo], group: Group) -> PlannedRemoval:
    """With the photo that has all of this one, if that stays; else with the group's best."""
    kind = group.kind
    judgement = member.judgement
    kept = next((photo for photo in staying if photo.path == judgement.stays), None)
    if kept is None:
        kept = staying[0]
        judgement = _towards(kept, member, group)
    carries = None if kind is Kind.SIMILAR else carry_over.offer_of(kept, judgement.losses)
    return PlannedRemoval(member.photo, kept, kind, judgement, carries)


def without_carrying(plan: RemovalPlan) -> RemovalPlan:
    """The same removal where nothing is saved first: what would have been carried over is lost.

    Such a photo is no longer one of which all stays.
    """
    return replace(plan, removals=tuple(_without_carrying(one) for one in plan.removals))


def _without_carrying(removal: PlannedRemoval) -> PlannedRemoval:
    if not any(loss.carried for loss in removal.judgement.losses):
        return removal
    losses = tuple(replace(loss, carried=False) for loss in removal.judgement.losses)
    judgement = Judgement(Tier.EDITED, None, losses, Why.LOSES)
    return replace(removal, judgement=judgement, carries=None)


def _towards(kept: Photo, member: Member, group: Group) -> Judgement:
    """What is known of a photo that goes though another than the one it was judged by stays."""
    photo, judgement = member.photo, replace(member.judgement, stays=None)
    if group.kind is Kind.SIMILAR or kept.path == group.keeper.path:
        return judgement
    if photo.digest == kept.digest and not photo.companions:
        return Judgement(Tier.EXACT, why=Why.SAME_BYTES)
    if len(group.members) == 2 and judgement.why in (Why.FOLDERS, Why.ALIKE):  # either may go
        return judgement
    return Judgement(Tier.EDITED, losses=(Loss(LossKind.UNCHECKED),), why=Why.UNCHECKED)


def _unfit(
    photo: Photo, names: Mapping[object, Sequence[Path]], is_protected: Callable[[Path], bool]
) -> Message | None:
    """Why a marked photo cannot be removed, whatever else is marked; or nothing."""
    unit = (photo.path, *photo.companions)
    if photo.path.is_symlink():
        return tell(Code.LINK)
    if any(map(is_protected, unit)):
        return tell(Code.PROTECTED)
    for part in unit:
        key = identity(part)
        others = [name for name in names.get(key, ()) if name not in unit] if key else []
        if others:
            return tell(Code.NAMES_OF_ONE, paths=_names(others))
    if changed := change(photo.path, photo.size, photo.mtime_ns):
        return tell(Code.NOT_SAME, name=photo.path.name, problem=changed)
    return None


def _refusal(notes: Mapping[Path, Message]) -> tuple[Message, ...]:
    paths: dict[Message, list[Path]] = defaultdict(list)
    for path, note in notes.items():
        paths[note].append(path)
    some = list(paths.items())[:REASONS_NAMED]
    return tuple(tell(Code.LEFT_OUT, paths=_names(same), note=note) for note, same in some)


def _is_present(photo: Photo) -> bool:
    return not change(photo.path, photo.size, photo.mtime_ns)


def remove(
    plan: RemovalPlan, *, store: Store, trash: Trash, token: CancelToken, progress: ProgressSink
) -> Batch:
    """Move the photos of a plan, each with its companions, to the trash.

    Each is compared with the store just before, its bytes by their digest; one that changed, or
    whose kept photo changed or went, or whose words cannot be carried over to that, stays, with a
    note, and the rest goes on. The kept photo is looked at last: where it is not as it was after
    the other has moved, that comes back, and what else was to go for the same photo stays.
    Stopping leaves the rest where it is. Raises StoreError when the journal cannot be written: then
    nothing, or nothing further, is touched.
    """
    store.claim()
    remember_drives({removal.photo.path.parent for removal in plan.removals}, store)
    units = [_entries(removal.photo) for removal in plan.removals]
    batch = store.begin_batch([entry for unit in units for entry in unit])
    items = iter(batch.items)
    is_protected = guard(store.protected())
    bytes_changed = functools.cache(_bytes_changed)  # reads a photo that stays once
    meter = Meter(progress)
    meter.start(Stage.REMOVING, len(plan.removals))
    settled = []
    went: dict[Path, Message] = {}  # photos to keep that went with another, which came back
    for removal, entries in zip(plan.removals, units, strict=True):
        unit, kept = [next(items) for _ in entries], removal.kept
        problem = (
            _stopped(token)
            or went.get(kept.path)
            or _objection(removal, unit, is_protected, bytes_changed)
            or _carry(removal, batch.id, store, trash)
        )
        if problem:
            for item in unit:
                store.mark(item, State.KEPT, note=problem)
        else:
            before = _seen(kept)
            moved = _remove_unit(unit, store, trash)
            if moved is not None and (lost := _lost(kept, before)):
                note = tell(Code.KEPT_WENT, name=kept.path.name, problem=lost)
                for item in moved:
                    bring_back(item, store, note=note)
                went[kept.path] = tell(Code.KEPT_WENT_BEFORE, name=kept.path.name)
            elif moved is not None and removal.kind is not Kind.SIMILAR:
                settled.append((removal.photo.content, kept.content))
        meter.advance(1)
    store.settle([pair for pair in settled if pair[0] != pair[1]], Verdict.DUPLICATE)
    return store.batch(batch.id)


def _entries(photo: Photo) -> list[Entry]:
    entries = [Entry(photo.path, photo.size, photo.mtime_ns, photo.digest, companion=False)]
    for path in photo.companions:
        with contextlib.suppress(OSError):
            found = path.lstat()
            if stat.S_ISREG(found.st_mode):
                entries.append(Entry(path, found.st_size, found.st_mtime_ns, None, companion=True))
    return entries


def _stopped(token: CancelToken) -> Message | None:
    try:
        token.check()
    except Cancelled:
        return tell(Code.STOPPED)
    return None


def _bytes_changed(photo: Photo) -> Message | None:
    return change(photo.path, photo.size, photo.mtime_ns, digest=photo.digest)


def _objection(
    removal: PlannedRemoval,
    unit: Sequence[BatchItem],
    is_protected: Callable[[Path], bool],
    bytes_changed: Callable[[Photo], Message | None],
) -> Message | None:
    kept = removal.kept
    if any(is_protected(item.path) for item in unit):
        return tell(Code.PROTECTED)
    if changed := change(kept.path, kept.size, kept.mtime_ns) or bytes_changed(kept):
        return tell(Code.KEPT_NOT_SAME, name=kept.path.name, problem=changed)
    for item in unit:
        if changed := change(item.path, item.size, item.mtime_ns, digest=item.digest):
            return tell(Code.NOT_SAME, name=item.path.name, problem=changed)
        if identity(item.path) == identity(kept.path):
            return tell(Code.NAME_OF_KEPT, name=kept.path.name)
    return None


def _seen(kept: Photo) -> tuple[int | None, set[Path]]:
    """What of a photo to keep changes when it is another name of what goes: see `_lost`."""
    changed_at = None
    with contextlib.suppress(OSError):
        changed_at = kept.path.lstat().st_ctime_ns
    return changed_at, {path for path in kept.companions if os.path.lexists(path)}


def _lost(kept: Photo, before: tuple[int | None, set[Path]]) -> Message | None:
    """What of a photo to keep, read again by its own path, went with another; or nothing.

    Device and file numbers may lie (one folder by two mounts, a system that takes two names for
    one), so this looks. A share's client may still serve bytes of what has gone; but the move of a
    file changes the time of its entry, and opening asks for that.
    """
    if changed := change(kept.path, kept.size, kept.mtime_ns, digest=kept.digest):
        return changed
    return None if _seen(kept) == before else tell(Code.FILE_CHANGED)


def _carry(removal: PlannedRemoval, batch: int, store: Store, trash: Trash) -> Message | None:
    """Save what the photo tells the one that stays; why that cannot be done, or nothing.

    Of a sidecar that is there a copy is moved to the trash, for undo to bring back.
    """
    if removal.carries is None:
        return None
    try:
        change = carry_over.plan_sidecar(removal.carries)
        if change is None:
            return None
        before = _trash_copy(change, trash) if change.before is not None else None
        size, digest = len(change.after), digest_bytes(change.after)
        entry = Entry(change.place, size, 0, digest, companion=True)
        store.add_written(batch, entry, before=before)
        carry_over.write_change(change)
    except (OSError, KindredError) as error:
        return tell(Code.WORDS_NOT_SAVED, why=cause(error))
    return None


def _trash_copy(change: SidecarChange, trash: Trash) -> Path:
    copy = carry_over.copy_before(change)
    try:
        return trash(copy)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


def _remove_unit(unit: Sequence[BatchItem], store: Store, trash: Trash) -> list[BatchItem] | None:
    """Move a photo and its companions to the trash, all or none; what was moved, or None."""
    moved: list[BatchItem] = []
    for number, item in enumerate(unit, 1):
        try:
            place = trash(item.path)
        except (OSError, KindredError) as error:
            if not os.path.lexists(item.path):
                note = tell(Code.TRASH_SAID, why=cause(error))
                moved.append(store.mark(item, State.REMOVED, note=note))
                continue
            store.mark(item, State.FAILED, note=tell(Code.NOT_REMOVED, why=cause(error)))
            for done in (item for item in moved if item.trashed_to):
                bring_back(done, store, note=tell(Code.PUT_BACK, name=item.path.name))
            for rest in unit[number:]:
                store.mark(rest, State.KEPT, note=tell(Code.PART_NOT_REMOVED, name=item.path.name))
            return None
        moved.append(store.mark(item, State.REMOVED, trashed_to=place))
    return moved


def _names(paths: Iterable[Path]) -> tuple[str, ...]:
    return tuple(sorted(str(path) for path in paths))


def _frees(going: Iterable[Path]) -> int:
    names: Counter[object] = Counter()
    found = {}
    for path in going:
        with contextlib.suppress(OSError):
            file = path.lstat()
            if stat.S_ISREG(file.st_mode):
                key = identity(path)
                names[key] += 1
                found[key] = file
    return sum(file.st_size for key, file in found.items() if names[key] >= file.st_nlink)
