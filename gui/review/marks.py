"""What the user wants done with photos: marks by path, apart from groups, so that they survive
regrouping; no mark may leave a group without a photo."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kindred.engine.judgement.suggestions import (
    BULK,
    Suggestion,
    TierSum,
    folder_choices,
    may_go,
    suggestions,
    tier_sums,
    tiers_of,
)
from kindred.engine.types import Group, Photo, Tier
from kindred.gui.services.requests import Mark

SUGGESTED = (Tier.EXACT, Tier.LESSER, Tier.EDITED)
Entry = tuple[Mark, str]  # with the digest of the photo that was marked
Step = dict[Path, Entry | None]  # what each path is to have


@dataclass(frozen=True, slots=True)
class Index:
    """Groups with what marks need to know of them."""

    groups: list[Group]
    holding: Mapping[Path, list[Group]]  # the groups a photo is in
    photos: Mapping[Path, Photo]
    protected: frozenset[Path]
    frees: Mapping[str, int]  # by the key of a group
    suggested: Mapping[str, tuple[Suggestion, ...]]  # by the key of a group, where there are any
    folders: tuple[tuple[Path, Path, int], ...]  # pairs that alone tell exact copies apart
    tiers: Mapping[str, frozenset[Tier]]  # by the key of a group
    sums: Mapping[Tier, TierSum]


def index(groups: list[Group]) -> Index:
    """Look through the groups once; for a reading thread, since there may be many."""
    holding: defaultdict[Path, list[Group]] = defaultdict(list)
    photos: dict[Path, Photo] = {}
    protected: set[Path] = set()
    frees = {group.key: group.frees for group in groups}
    for group in groups:
        for member in group.members:
            path = member.photo.path
            holding[path].append(group)
            photos[path] = member.photo
            if member.protected:
                protected.add(path)
    suggested = {group.key: tuple(suggestions([group], SUGGESTED)) for group in groups}
    suggested = {key: some for key, some in suggested.items() if some}
    folders = tuple(folder_choices(groups))
    return Index(
        groups,
        dict(holding),
        photos,
        frozenset(protected),
        frees,
        suggested,
        folders,
        {group.key: tiers_of(group) for group in groups},
        tier_sums(groups),
    )


class Marks:
    """The marks of one window, with the steps to undo them."""

    def __init__(self) -> None:
        self._marks: dict[Path, Entry] = {}
        self._done: list[Step] = []  # what each path had before a step
        self._undone: list[Step] = []  # what each path had before a step was taken back
        self._index = index([])
        self.on_change: Callable[[], object] = lambda: None
        self._saved: dict[Path, Entry] = {}  # of an earlier window, not put back yet

    @property
    def all(self) -> Mapping[Path, Mark]:
        return {path: mark for path, (mark, _) in self._marks.items()}

    @property
    def removed(self) -> set[Path]:
        """The photos marked for removal that are still in some group."""
        return {
            path
            for path, (mark, _) in self._marks.items()
            if mark == "remove" and path in self._index.photos
        }

    @property
    def frees(self) -> int:
        """Bytes of the photos marked for removal."""
        return sum(self._index.photos[path].size for path in self.removed)

    @property
    def touched(self) -> set[str]:
        """The keys of the groups in which a photo is marked."""
        return {group.key for group in self.groups_of(self._marks)}

    def marked_in(self, groups: Iterable[Group]) -> list[Path]:
        """The marked photos of groups."""
        paths = {member.photo.path for group in groups for member in group.members}
        return sorted(paths & self._marks.keys())

    def of(self, path: Path) -> Mark | None:
        entry = self._marks.get(path)
        return None if entry is None else entry[0]

    def show(self, index: Index) -> None:
        """Take the groups there are now; marks stay, but not on what is protected by now, on files
        that hold other bytes by now, and in groups of which nothing would be left."""
        self._index = index
        self._clean()
        self._put_back()

    def _clean(self) -> None:
        photos = self._index.photos
        other = {
            path
            for path in self._marks.keys() & photos.keys()
            if self._marks[path][1] != photos[path].digest
        }
        for path in other | (self.removed & self._index.protected):
            del self._marks[path]
        for group in self.groups_of(self.removed):
            if self._emptied(group):
                for member in group.members:
                    self._marks.pop(member.photo.path)

    def restore(self, saved: Mapping[str, Entry]) -> None:
        """Put back what `saved` gave, on photos that hold the same bytes, as they are shown."""
        self._saved = {Path(path): (mark, digest) for path, (mark, digest) in saved.items()}
        self._put_back()

    def saved(self) -> dict[str, Entry]:
        """Path -> mark and digest, also of photos that are in no group now; for JSON."""
        return {str(path): entry for path, entry in (self._saved | self._marks).items()}

    def _put_back(self) -> None:
        for group in self.groups_of(self._saved):
            wanted: dict[Path, Mark | None] = {}
            for member in group.members:
                mark, digest = self._saved.pop(member.photo.path, (None, ""))
                if digest == member.photo.digest and member.photo.path not in self._marks:
                    wanted[member.photo.path] = mark
            self._put(wanted)

    def groups_of(self, paths: Iterable[Path]) -> list[Group]:
        """The groups that hold any of the paths, each once."""
        found = {group.key: group for path in paths for group in self._index.holding.get(path, ())}
        return list(found.values())

    def set(self, paths: Iterable[Path], mark: Mark | None) -> bool:
        """Mark the paths; False, and nothing changes, when one is protected or in no group, or a
        group would be left without a photo."""
        return self._step(self._put(dict.fromkeys(paths, mark)))

    def keep(self, group: Group, paths: Iterable[Path]) -> bool:
        """Mark photos of a group keep, and remove what loses nothing while they stay.

        What is marked otherwise in the group stays so. One step to undo. False, and nothing
        changes, where a group would be left without a photo.
        """
        kept = set(paths)
        going = [member.photo.path for member in may_go(group, kept)]
        wanted: dict[Path, Mark | None] = dict.fromkeys(going, "remove")
        wanted |= dict.fromkeys(kept, "keep")
        return self._step(self._put(wanted))

    def keep_only(self, group: Group, paths: Iterable[Path]) -> bool:
        """Like `keep`, but all others of the group are marked remove that no folder protects."""
        kept = set(paths)
        others = [m.photo.path for m in group.members if not m.protected]
        wanted: dict[Path, Mark | None] = dict.fromkeys(others, "remove")
        wanted |= dict.fromkeys(kept, "keep")
        return self._step(self._put(wanted))

    def keep_suggested(self, group: Group) -> bool:
        """Mark what the group suggests to keep, and remove what loses nothing by that."""
        found = self._index.suggested.get(group.key, ())
        staying = {one.staying.path for one in found if one.judgement.tier in BULK}
        going = {one.photo.path for one in found if one.judgement.tier in BULK}
        return self.keep(group, {group.keeper.path, *staying} - going)

    def mark_suggested(self, groups: Iterable[Group], tiers: Collection[Tier]) -> int:
        """Mark what the groups suggest in some tiers; how many more photos are to be removed.

        One step to undo. What stays for a photo is marked keep, and nothing else is marked. A group
        that a mark contradicts is left alone, and one that would be left without a photo.
        """
        several: list[Mapping[Path, Mark | None]] = []
        for group in groups:
            wanted: dict[Path, Mark | None] = {}
            for found in self._index.suggested.get(group.key, ()):
                if found.judgement.tier in tiers:
                    wanted |= {found.staying.path: "keep", found.photo.path: "remove"}
            several.append(wanted)
        return self.set_several(several)

    def set_several(self, several: Iterable[Mapping[Path, Mark | None]]) -> int:
        """Mark what each of several groups is to have; how many more photos are to be removed.

        One step to undo. What another mark contradicts is left alone, and what would empty a group.
        """
        step: Step = {}
        removed = len(self.removed)
        for wanted in several:
            if all(self.of(path) in (None, mark) for path, mark in wanted.items()):
                for path, was in (self._put(wanted) or {}).items():
                    step.setdefault(path, was)
        if any(self._marks.get(path) != was for path, was in step.items()):
            self._step(step)
        return len(self.removed) - removed

    def undo(self) -> bool:
        """Take back the last step, but for marks that `show` would drop; whether there was one."""
        return self._swap(self._done, self._undone)

    def redo(self) -> bool:
        """Take the last step again that `undo` took back; whether there was one."""
        return self._swap(self._undone, self._done)

    def _swap(self, source: list[Step], target: list[Step]) -> bool:
        if not source:
            return False
        step = source.pop()
        target.append({path: self._marks.get(path) for path in step})
        self._write(step)
        self._clean()
        return True

    def _step(self, before: Step | None) -> bool:
        """Note a step that can be taken back; whether there was one."""
        if before is None:
            return False
        self._done.append(before)
        self._undone.clear()
        return True

    def drop(self, paths: Iterable[Path]) -> None:
        """Forget the marks of photos that were removed, in earlier steps too."""
        for path in paths:
            self._marks.pop(path, None)
            for step in (*self._done, *self._undone):
                step.pop(path, None)
        self.on_change()

    def _put(self, wanted: Mapping[Path, Mark | None]) -> Step | None:
        """Mark as wanted; what was there before, or None where it may not be: nothing changed."""
        photos = self._index.photos
        marked = [path for path, mark in wanted.items() if mark is not None]
        doomed = [path for path in marked if wanted[path] == "remove"]
        if not photos.keys() >= set(marked) or not self._index.protected.isdisjoint(doomed):
            return None
        before: Step = {path: self._marks.get(path) for path in wanted}
        self._write(
            {
                path: None if mark is None else (mark, photos[path].digest)
                for path, mark in wanted.items()
            }
        )
        if any(map(self._emptied, self.groups_of(doomed))):
            self._write(before)
            return None
        return before

    def _emptied(self, group: Group) -> bool:
        return all(self.of(member.photo.path) == "remove" for member in group.members)

    def _write(self, entries: Mapping[Path, Entry | None]) -> None:
        for path, entry in entries.items():
            if entry is None:
                self._marks.pop(path, None)
            else:
                self._marks[path] = entry
        self.on_change()
