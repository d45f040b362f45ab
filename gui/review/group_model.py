"""The groups of the review page as a cheap list model, filtered and sorted in plain Python."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from kindred.engine.judgement.capture_times import shown_time
from kindred.engine.judgement.suggestions import tiers_of
from kindred.engine.types import Group, Kind, Tier
from kindred.gui.review.marks import Index, Marks
from kindred.gui.services.engine_words import TIERS
from kindred.gui.services.formatting import bytes_text, photos_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.services.requests import Mark
from kindred.gui.widgets.value_list import ValueModel


def _closeness(group: Group) -> float:
    return min((member.similarity for member in group.members[1:]), default=1.0)


SORTS: dict[str, Callable[[Group, int], Any]] = {  # of a group and its bytes; largest first
    "space": lambda group, frees: (group.kind is not Kind.SIMILAR, frees),  # sure savings first
    "photos": lambda group, _frees: len(group.members),
    "date": lambda group, _frees: max(shown_time(member.photo).text for member in group.members),
    "similarity": lambda group, _frees: _closeness(group),
    "name": lambda group, _frees: group.keeper.path.name.lower(),
}
RISING = {"name"}  # the smallest first


def arrange(
    groups: Sequence[Group], found: Index, *, tiers: Collection[Tier], sort: str
) -> list[Group]:
    """The groups with photos in the tiers, in the order of the sort; equals stay as given."""
    some = set(tiers)
    wanted = [group for group in groups if not some.isdisjoint(found.tiers[group.key])]
    key = SORTS.get(sort, SORTS["space"])
    falling = sort not in RISING
    return sorted(wanted, key=lambda group: key(group, found.frees[group.key]), reverse=falling)


def tiers_text(tiers: Collection[Tier]) -> str:
    """The tiers of a group in words, the safest first: "exact copy, edited"."""
    return ", ".join(tr(TIERS[tier]) for tier in Tier if tier in tiers)


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
        kind=tiers_text(tiers_of(group)),
        photos=photos_text(len(group.members)),
        bytes=bytes_text(group.frees),
    )
    done = state(group, marks)
    return said if done is None else f"{said} · {done[1]}"
