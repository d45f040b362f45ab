"""The photos of the current group as a list model: copies folded, what differs worked out."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, Qt

from kindred.engine.types import EditName, Group, Kind, Member, PhotoInfo
from kindred.gui.review.marks import Marks
from kindred.gui.services.formatting import (
    bytes_text,
    companions_text,
    edits_text,
    moment_text,
    when_text,
)
from kindred.gui.services.i18n import tr, trn
from kindred.gui.services.requests import Mark
from kindred.gui.widgets.value_list import Index

CARD = Qt.ItemDataRole.UserRole + 1
OPTIONAL = ("taken", "camera")  # shown where some photo of the group has it
TEXTS = ("dimensions", "size", *OPTIONAL)
ADDED = {EditName.OVERLAID, EditName.BORDERED, EditName.SCREENSHOT}  # bytes and pixels, no picture
ENLARGED = 0.8  # of the pixels; a photo with less detail was enlarged
CLEARLY_SHARPER = 1.25  # times, as in the rules of the keeper
CLEARLY_EXPOSED = 0.1


@dataclass(frozen=True, slots=True)
class Card:
    """What one photo card shows."""

    member: Member
    index: int  # in the group's members
    keeper: bool
    mark: Mark | None
    texts: Mapping[str, str]  # by the names in TEXTS, where known
    known: frozenset[str] = frozenset()  # names that some photo of the group has
    differs: frozenset[str] = frozenset()  # names whose values are not all the same in the group
    best: frozenset[str] = frozenset()  # names for which no other photo is better
    praise: tuple[str, ...] = ()  # what is clearly better than in other shots of a similar group
    folded: tuple[Member, ...] = ()  # copies that this card stands for
    unfolded: bool = False  # one of several copies that are all shown


def texts(member: Member, *, shots: bool) -> dict[str, str]:
    """The facts of a photo that are compared, in words; shots: several can be of one minute."""
    info = member.photo.info
    told = moment_text if shots else when_text
    found = {
        "dimensions": tr("{width} × {height}", width=info.width, height=info.height),
        "size": bytes_text(member.photo.size),
        "taken": told(info.taken_at) if info.taken_at else "",
        "camera": info.camera or "",
    }
    return {name: text for name, text in found.items() if text}


def ranks(member: Member) -> dict[str, Any]:
    """For the facts that can be better: a value that is larger when it is.

    Pixels count as far as they show detail, and what was added to the picture does not.
    """
    info = member.photo.info
    pixels = info.width * info.height / 1e6
    detail = float(f"{info.detail or pixels:.2g}")
    added = not ADDED.isdisjoint(edit.name for edit in member.edits)
    earliest = "".join(chr(0x10FFFF - ord(letter)) for letter in info.taken_at or "")
    return {
        "dimensions": 0 if added else detail,
        "size": 0 if added or detail < ENLARGED * pixels else member.photo.size,
        "taken": earliest,
    }


@dataclass(frozen=True, slots=True)
class Facts:
    """What the facts of a group's photos are to each other, by the names in TEXTS."""

    known: frozenset[str] = frozenset()  # stated by at least one photo
    differs: frozenset[str] = frozenset()  # not the same for all
    best: Mapping[str, frozenset[int]] = field(default_factory=dict)  # name -> best members
    sharper: frozenset[int] = frozenset()  # shots of a similar group, clearly so than another
    exposed: frozenset[int] = frozenset()  # better


def compared(group: Group) -> Facts:
    """Which facts differ in the group, and which members are best in them."""
    shots = group.kind is Kind.SIMILAR
    facts = [texts(member, shots=shots) for member in group.members]
    scores = [ranks(member) for member in group.members]
    differs = frozenset(name for name in TEXTS if len({fact.get(name) for fact in facts}) > 1)
    best: dict[str, frozenset[int]] = {}
    for name in differs & scores[0].keys():
        top = max(score[name] for score in scores)
        rows = frozenset(row for row, score in enumerate(scores) if score[name] == top)
        best[name] = rows if len(rows) < len(scores) else frozenset()
    known = frozenset().union(*facts)
    if not shots:
        return Facts(known, differs, best)
    infos = {row: group.members[row].photo.info for row, _copies in folds(group, frozenset())}
    sharpest = max(info.sharpness for info in infos.values())
    exposed = max(info.exposure for info in infos.values())
    return Facts(
        known,
        differs,
        best,
        _some({row for row in infos if infos[row].sharpness * CLEARLY_SHARPER > sharpest}, infos),
        _some({row for row in infos if infos[row].exposure + CLEARLY_EXPOSED > exposed}, infos),
    )


def _some(rows: set[int], among: Collection[int]) -> frozenset[int]:
    """The rows, unless they are all there are: then none stands out."""
    return frozenset(rows if len(rows) < len(among) else ())


def folds(group: Group, unfolded: frozenset[int]) -> list[tuple[int, tuple[Member, ...]]]:
    """(index, copies folded under it) of the members that are shown.

    Only similar groups fold: the first photo of a stack stands for its copies.
    """
    if group.kind is not Kind.SIMILAR:
        return [(index, ()) for index in range(len(group.members))]
    sizes = Counter(member.stack for member in group.members)
    shown: list[tuple[int, tuple[Member, ...]]] = []
    seen: set[int] = set()
    for index, member in enumerate(group.members):
        if sizes[member.stack] == 1 or member.stack in unfolded:
            shown.append((index, ()))
        elif member.stack not in seen:
            seen.add(member.stack)
            rest = [other for other in group.members[index + 1 :] if other.stack == member.stack]
            shown.append((index, tuple(rest)))
    return shown


class PhotoModel(QAbstractListModel):
    """One row a card of the current group."""

    def __init__(self, marks: Marks) -> None:
        super().__init__()
        self._marks = marks
        self.group: Group | None = None
        self._rows: list[tuple[int, tuple[Member, ...]]] = []
        self._unfolded: frozenset[int] = frozenset()
        self._facts = Facts()

    def set_group(self, group: Group | None) -> None:
        self.beginResetModel()
        if group is None or self.group is None or group.key != self.group.key:
            self._unfolded = frozenset()
        self.group = group
        self._rows = folds(group, self._unfolded) if group else []
        self._facts = compared(group) if group else Facts()
        self.endResetModel()

    @property
    def optional(self) -> int:
        """How many of the optional facts the cards show."""
        return len(self._facts.known.intersection(OPTIONAL))

    def toggle_fold(self, row: int) -> None:
        """Unfold the copies under a card, or fold them again."""
        if self.group is not None:
            self._unfolded = self._unfolded ^ {self.card(row).member.stack}
            self.set_group(self.group)

    def marks_changed(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def card(self, row: int) -> Card:
        assert self.group is not None  # noqa: S101 - rows exist only with a group
        index, folded = self._rows[row]
        member = self.group.members[index]
        return Card(
            member=member,
            index=index,
            keeper=index == 0,
            mark=self._marks.of(member.photo.path),
            texts=texts(member, shots=self.group.kind is Kind.SIMILAR),
            known=self._facts.known,
            differs=self._facts.differs,
            best=frozenset(name for name, rows in self._facts.best.items() if index in rows),
            praise=praise(self._facts, index),
            folded=folded,
            unfolded=self.group.kind is Kind.SIMILAR and member.stack in self._unfolded,
        )

    def paths(self, row: int) -> list[Path]:
        """The files a card stands for."""
        card = self.card(row)
        return [card.member.photo.path, *(member.photo.path for member in card.folded)]

    def row_of(self, path: Path) -> int | None:
        for row in range(len(self._rows)):
            if path in self.paths(row):
                return row
        return None

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == CARD:
            return self.card(index.row())
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return describe(self.card(index.row()))
        return None


def praise(facts: Facts, index: int) -> tuple[str, ...]:
    """What is pointed out of a shot, in words."""
    said = []
    if index in facts.sharper:
        said.append(tr("sharpest") if len(facts.sharper) == 1 else tr("sharper"))
    if index in facts.exposed:
        said.append(tr("best exposed") if len(facts.exposed) == 1 else tr("better exposed"))
    return tuple(said)


def describe(card: Card) -> str:
    """The whole card in words, for the tooltip and the screen reader."""
    photo, info = card.member.photo, card.member.photo.info
    lines = [str(photo.path), " · ".join(card.texts.values())]
    if card.keeper:
        lines.append(tr("suggested keeper"))
    if card.mark is not None:
        lines.append(tr("marked: keep") if card.mark == "keep" else tr("marked: remove"))
    if card.folded:
        lines.append(
            trn(
                "{count} copy is folded under it and marked with it; F shows it",
                "{count} copies are folded under it and marked with it; F shows them",
                len(card.folded),
            )
        )
    if card.unfolded:
        lines.append(tr("one of several copies; F folds them"))
    if card.member.protected:
        lines.append(tr("in a protected folder: never removed"))
    if card.member.edits:
        lines.append(edits_text(card.member.edits))
    if photo.companions:
        lines.append(tr("together with {names}", names=companions_text(photo)))
    if not card.keeper:
        lines.append(tr("similarity {value}", value=f"{card.member.similarity:.2f}"))
    lines.append(extra(info))
    return "\n".join(line for line in lines if line)


def extra(info: PhotoInfo) -> str:
    """Facts that only the tooltip shows."""
    found = [info.format]
    if info.jpeg_quality is not None:
        found.append(tr("quality {quality}", quality=info.jpeg_quality))
    if info.damaged:
        found.append(tr("damaged"))
    if info.latitude is not None:
        found.append(tr("has a place"))
    return " · ".join(found)
