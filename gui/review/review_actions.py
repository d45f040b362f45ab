"""The actions of the review page: marks and decisions, and undoing them step by step."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from kindred.engine.types import Group, Kind, Member, Tier
from kindred.gui.review.marks import Marks
from kindred.gui.services.context import Context
from kindred.gui.services.i18n import tr, trn
from kindred.gui.services.requests import MarkRequest


@dataclass(slots=True)
class _Rejection:
    """A group found to be no duplicates."""

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
        self._steps: list[_Rejection | None] = []  # None: a mark

    def clear(self) -> None:
        """Earlier steps cannot be undone any more."""
        self._steps.clear()

    def keep_best(self, group: Group) -> bool:
        """Mark the first photo keep and its copies remove; whether that could be done."""
        return self._step(done=self._marks.keep_first(group))

    def toggle(self, members: Sequence[Member]) -> None:
        """Mark the photos of a card for removal, or take the marks back where all have one.

        The first is the one that the card shows.
        """
        if members[0].protected:
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
        count = self._marks.mark_suggested(groups, tiers)
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

    def reject(self, group: Group) -> None:
        """Remember that the group's photos are not duplicates of each other; none of them stays
        marked for removal."""
        if group.kind is Kind.IDENTICAL:  # decisions are about contents, and here there is one
            self.said.emit(tr("These files have the same bytes."))
            return
        library = self._context.library
        doomed = self._marks.removed & {member.photo.path for member in group.members}
        step = _Rejection(marked=bool(doomed) and self._marks.set(doomed, None))

        def reject() -> None:
            step.pairs = library.reject(group)

        self._steps.append(step)
        self.rejected.emit(group)
        self.marked.emit()
        self.settle(reject)
        self.said.emit(tr("Remembered as not duplicates."))

    def undo(self) -> None:
        """Take back the last mark or the last "not duplicates"."""
        if not self._steps:
            self.said.emit(tr("Nothing to undo here. Removals are undone on the History page."))
            return
        step = self._steps.pop()
        self.said.emit("")
        if step is None or step.marked:
            self._marks.undo()
            self.marked.emit()
        if step is not None:
            library = self._context.library
            self.settle(lambda: library.unreject(step.pairs))  # the library has them by then

    def settle(self, act: Callable[[], object]) -> None:
        """Have the library remember a decision."""
        self._context.tasks.change(self, act, lambda _none: self.settled.emit())

    def _step(self, *, done: bool) -> bool:
        """Note a step that can be undone, or say why there was none."""
        if done:
            self._steps.append(None)
            self.said.emit("")
            self.marked.emit()
        else:
            self.said.emit(tr("One photo of every group has to stay."))
        return done
