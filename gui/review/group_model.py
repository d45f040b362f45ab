"""The groups of the review page as a cheap list model, filtered and sorted in plain Python."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from kindred.engine.types import Group, Kind
from kindred.gui.review.marks import Marks
from kindred.gui.services.formatting import bytes_text, kind_text, photos_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.services.requests import Mark
from kindred.gui.widgets.value_list import ValueModel

KINDS = (Kind.IDENTICAL, Kind.COPY, Kind.SIMILAR)


def _closeness(group: Group) -> float:
    return min((member.similarity for member in group.members[1:]), default=1.0)


SORTS: dict[str, Callable[[Group, int], Any]] = {  # of a group and its bytes; largest first
    "space": lambda group, frees: (group.kind is not Kind.SIMILAR, frees),  # sure savings first
    "photos": lambda group, _frees: len(group.members),
    "date": lambda group, _frees: group.taken_at,
    "similarity": lambda group, _frees: _closeness(group),
}


def arrange(
    groups: Sequence[Group], frees: Mapping[str, int], *, kinds: Collection[Kind], sort: str
) -> list[Group]:
    """The groups of the kinds, largest first in the sort; equals stay in the given order."""
    wanted = [group for group in groups if group.kind in kinds]
    key = SORTS.get(sort, SORTS["space"])
    return sorted(wanted, key=lambda group: key(group, frees[group.key]), reverse=True)


def counts(groups: Sequence[Group]) -> dict[Kind, int]:
    """Kind -> number of groups, for every kind a group can have."""
    found = Counter(group.kind for group in groups)
    return {kind: found[kind] for kind in KINDS}


class GroupModel(ValueModel):
    """One row a group; set as a whole."""

    def __init__(self, marks: Marks) -> None:
        super().__init__(partial(_said, marks))
        self._rows: dict[str, int] = {}

    @property
    def groups(self) -> Sequence[Group]:
        return self._values

    def set_groups(self, groups: list[Group]) -> None:
        self._rows = {group.key: row for row, group in enumerate(groups)}
        self.set_values(groups)

    def row_of(self, key: str) -> int | None:
        return self._rows.get(key)


def state(group: Group, marks: Marks) -> tuple[Mark, str] | None:
    """The mark of the group and its words; None where nothing is marked."""
    marked = sum(marks.of(member.photo.path) == "remove" for member in group.members)
    if marked:
        return "remove", trn("{count} to remove", "{count} to remove", marked)
    return ("keep", tr("reviewed")) if marks.of(group.keeper.path) == "keep" else None


def _said(marks: Marks, group: Group) -> str:
    said = tr(
        "{kind}: {photos}, frees {bytes}",
        kind=kind_text(group.kind),
        photos=photos_text(len(group.members)),
        bytes=bytes_text(group.frees),
    )
    done = state(group, marks)
    return said if done is None else f"{said} · {done[1]}"
