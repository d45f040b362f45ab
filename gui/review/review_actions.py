"""The actions of the review page: marks and decisions, undone and done again step by step."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from kindred.engine.types import Group, Kind, Member, Tier
from kindred.gui.review.marks import Marks
from kindred.gui.services.context import Context
from kindred.gui.services.i18n import tr, trn
from kindred.gui.services.requests import Mark, MarkRequest


@dataclass(slots=True)
class _Rejection:
    """A group found to be no duplicates."""

    group: Group
    marked: bool  # whether marks went with it
    pairs: Sequence[tuple[int, int]] = ()  # the pairs that were new, once the library has them


class ReviewActions(QObject):
    """Carries out what the user asks for, or says why it cannot be done."""

    marked = Signal()  # marks have changed
    rejected = Signal(object)  # a group that is no longer shown
    settled = Signal()  # the library knows of a decision
    said = Signal(object)  # words for the user

    def __init__(self, context: Context, marks: Marks, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._marks = context, marks
        self._done: list[_Rejection | None] = []  # None: a mark
        self._undone: list[_Rejection | None] = []

    def keep(self, group: Group, paths: Collection[Path]) -> bool:
        """Keep these photos and mark what loses nothing by that; whether that could be done."""
        return self._kept(group, done=self._marks.keep(group, paths))

    def keep_only(self, group: Group, paths: Collection[Path]) -> bool:
        """Keep these photos and mark all others of the group; whether that could be done."""
        return self._kept(group, done=self._marks.keep_only(group, paths))

    def keep_suggested(self, group: Group) -> bool:
        """Keep what the group suggests, mark what loses nothing by that; whether that was done."""
        return self._kept(group, done=self._marks.keep_suggested(group))

    def _kept(self, group: Group, *, done: bool) -> bool:
        if self._step(done=done):
            self.said.emit(left_text(group, self._marks))
        return done

    def toggle(self, members: Sequence[Member]) -> None:
        """Mark photos for removal, or take the marks back where all have one."""
        if not members:
            self.said.emit(tr("This photo is in a protected folder."))
            return
        paths = [member.photo.path for member in members if not member.protected]
        marked = all(self._marks.of(path) == "remove" for path in paths)
        self._step(done=self._marks.set(paths, None if marked else "remove"))

    def mark(self, asked: MarkRequest) -> None:
        """Mark one photo as the compare view asks, or take that mark back."""
        path, mark = asked.path, asked.mark
        if not self._marks.groups_of([path]):  # it left the group while it was compared
            self.said.emit(tr("This photo is in no group any more."))
            return
        self._step(done=self._marks.set([path], None if self._marks.of(path) == mark else mark))

    def mark_suggested(self, groups: Sequence[Group], tiers: Collection[Tier]) -> None:
        """Mark what the groups suggest to remove in some tiers, and what stays for it."""
        self._tell_marked(self._marks.mark_suggested(groups, tiers))

    def mark_pairs(self, pairs: Sequence[tuple[Member, Sequence[Member]]]) -> None:
        """Mark the first of each keep and the others remove, where no mark says otherwise."""
        several: list[dict[Path, Mark | None]] = []
        for stays, going in pairs:
            several.append({member.photo.path: "remove" for member in going})
            several[-1][stays.photo.path] = "keep"
        self._tell_marked(self._marks.set_several(several))

    def _tell_marked(self, count: int) -> None:
        if count:
            self._step(done=True)
            self.said.emit(
                trn(
                    "{count} photo marked for removal.", "{count} photos marked for removal.", count
                )
            )
        else:
            self.said.emit(
                tr("Nothing more to mark: these groups are marked already, or in another way.")
            )

    def unmark(self, paths: Collection[Path]) -> None:
        """Take the marks of photos back."""
        self._step(done=self._marks.set(paths, None))

    def reject(self, group: Group) -> None:
        """Remember that the group's photos are not duplicates of each other; none of them stays
        marked for removal."""
        if group.kind is Kind.IDENTICAL:  # decisions are about contents, and here there is one
            self.said.emit(tr("These files are exact copies of each other."))
            return
        doomed = self._marks.removed & {member.photo.path for member in group.members}
        step = _Rejection(group, marked=bool(doomed) and self._marks.set(doomed, None))
        self._done.append(step)
        self._undone.clear()
        self._reject(step)
        self.marked.emit()
        self.said.emit(tr("Remembered as not duplicates."))

    def _reject(self, step: _Rejection) -> None:
        library = self._context.library

        def reject() -> None:
            step.pairs = library.reject(step.group)

        self.rejected.emit(step.group)
        self.settle(reject)

    def undo(self) -> None:
        """Take back the last mark or the last "not duplicates"."""
        if not self._done:
            self.said.emit(tr("Nothing to undo here. Removals are undone on the History page."))
            return
        step, before = self._done.pop(), self._marks.all
        self._undone.append(step)
        self.said.emit(tr("Taken back. Ctrl+Shift+Z does it again."))
        if step is None or step.marked:
            self._marks.undo()
            self.marked.emit()
        if step is None and self._done and self._marks.all == before:
            self.undo()  # only photos that were removed since had a part in that step
        if step is not None:
            library = self._context.library
            self.settle(lambda: library.unreject(step.pairs))  # the library has them by then

    def redo(self) -> None:
        """Do the last step again that `undo` took back."""
        if not self._undone:
            self.said.emit(tr("There is nothing to do again."))
            return
        step = self._undone.pop()
        self._done.append(step)
        self.said.emit("")
        if step is None or step.marked:
            self._marks.redo()
            self.marked.emit()
        if step is not None:
            self._reject(step)

    def settle(self, act: Callable[[], object]) -> None:
        """Have the library remember a decision."""
        self._context.tasks.change(self, act, lambda _none: self.settled.emit())

    def _step(self, *, done: bool) -> bool:
        """Note a step that can be undone, or say why there was none."""
        if done:
            self._done.append(None)
            self._undone.clear()
            self.said.emit("")
            self.marked.emit()
        else:
            self.said.emit(tr("One photo of every group has to stay."))
        return done


def left_text(group: Group, marks: Marks) -> str:
    """How many photos of a group are not marked, and what may be done with them."""
    left = sum(marks.of(member.photo.path) is None for member in group.members)
    if not left:
        return ""
    return trn(
        "{count} photo of the last group is left to you: X marks one, Shift+K all of them.",
        "{count} photos of the last group are left to you: X marks one, Shift+K all of them.",
        left,
    )
