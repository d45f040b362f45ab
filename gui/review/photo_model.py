"""The photos of the current group as a list model: folded copies, and the facts that differ."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, Qt, QUrl

from kindred.engine.judgement.better import Fact, best
from kindred.engine.paths import visible_text
from kindred.engine.types import Group, Kind, Member, PhotoInfo, Tier
from kindred.gui.review.marks import Marks
from kindred.gui.services.engine_words import WHYS, loss_text, losses_texts, verdict_text
from kindred.gui.services.formatting import (
    alike_text,
    bytes_text,
    companions_text,
    edits_text,
    moment_text,
    sort_text,
    taken_text,
    when_text,
)
from kindred.gui.services.i18n import tr, trn
from kindred.gui.services.requests import Mark
from kindred.gui.widgets.labels import plain_tip
from kindred.gui.widgets.value_list import Index

CARD = Qt.ItemDataRole.UserRole + 1
OPTIONAL = (Fact.TAKEN, Fact.CAMERA)  # shown where some photo of the group has it
TEXTS = (Fact.DIMENSIONS, Fact.SIZE, *OPTIONAL)


@dataclass(frozen=True, slots=True)
class Card:
    """What one photo card shows."""

    member: Member
    index: int  # in the group's members
    keeper: bool
    mark: Mark | None
    texts: Mapping[Fact, str]  # of TEXTS, where known
    known: frozenset[Fact] = frozenset()  # facts that some photo of the group states
    differs: frozenset[Fact] = frozenset()  # facts that are not the same for the whole group
    best: frozenset[Fact] = frozenset()  # facts in which no other photo is better
    verdict: str = ""  # its tier and why it may go, or is left to the user
    losses: tuple[str, ...] = ()  # what would be lost, and what will be saved
    short: str = ""  # what it is to the one that stays, in a word or two
    praise: tuple[str, ...] = ()  # what is clearly better than in other shots of a similar group
    folded: tuple[Member, ...] = ()  # copies that this card stands for
    unfolded: bool = False  # one of several copies that are all shown


def texts(member: Member, *, shots: bool) -> dict[Fact, str]:
    """The facts that cards compare, as text; of `shots` with seconds, for bursts."""
    info = member.photo.info
    told = moment_text if shots else when_text
    found = {
        Fact.DIMENSIONS: tr("{width} × {height}", width=info.width, height=info.height)
        if info.width
        else tr("cannot be shown"),
        Fact.SIZE: bytes_text(member.photo.size),
        Fact.TAKEN: taken_text(member.photo, told),
        Fact.CAMERA: info.camera or "",
    }
    return {name: text for name, text in found.items() if text}


@dataclass(frozen=True, slots=True)
class Facts:
    """How the facts of a group's photos compare."""

    known: frozenset[Fact] = frozenset()  # stated by at least one photo
    differs: frozenset[Fact] = frozenset()  # not the same for all
    best: Mapping[Fact, frozenset[int]] = field(default_factory=dict)  # fact -> best members
    sharper: frozenset[int] = frozenset()  # shots of a similar group, clearly so than another
    exposed: frozenset[int] = frozenset()  # better


def facts_of(group: Group) -> Facts:
    """Which facts differ in the group, and which members are best in them."""
    shots = group.kind is Kind.SIMILAR
    members = group.members
    said = [texts(member, shots=shots) for member in members]
    differs = frozenset(name for name in TEXTS if len({text.get(name) for text in said}) > 1)
    ranked = best([member.photo for member in members], [member.edits for member in members])
    known = frozenset().union(*said)
    better = {fact: rows for fact, rows in ranked.items() if fact in differs}
    if not shots:
        return Facts(known, differs, better)
    shown = [row for row, _copies in folds(group, frozenset())]  # not what is folded
    ranked = best([members[row].photo for row in shown])
    sharper, exposed = (
        frozenset(shown[place] for place in ranked.get(fact, ()))
        for fact in (Fact.SHARPNESS, Fact.EXPOSURE)
    )
    return Facts(known, differs, better, sharper, exposed)


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
        self._facts = facts_of(group) if group else Facts()
        self.endResetModel()

    @property
    def shape(self) -> float:
        """Width over height of the shown photos, in the middle between upright and lying ones."""
        infos = [self.card(row).member.photo.info for row in range(len(self._rows))]
        logs = [math.log(max(1, info.width) / max(1, info.height)) for info in infos]
        return math.exp(sum(logs) / len(logs)) if logs else 1.0

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
            best=frozenset(fact for fact, rows in self._facts.best.items() if index in rows),
            verdict=(said := verdict(self.group, member)),
            losses=tuple(losses_texts(member.judgement)) if said else (),
            short="" if index == 0 else sort_text(member),
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

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Photos can be dragged out."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else flags

    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's name
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802 - Qt's name
        """The files of the cards, as file managers and mail programs take them."""
        paths = [path for index in indexes for path in self.paths(index.row())]
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        return data

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == CARD:
            return self.card(index.row())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return visible_text(card_text(self.card(index.row())), lines=True)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(card_text(self.card(index.row())))
        return None


def verdict(group: Group, member: Member) -> str:
    """The tier of a photo of a group of copies, and why it may go or is left to the user."""
    judgement, keeper = member.judgement, member is group.members[0]
    if judgement.tier is Tier.SIMILAR or (keeper and judgement.why is None):
        return ""
    if keeper and judgement.why is not None:
        return tr(WHYS[judgement.why])
    said = verdict_text(judgement)
    if judgement.stays in (None, group.keeper.path):
        return said
    return tr("{said}; {name} stays", said=said, name=judgement.stays.name)


def praise(facts: Facts, index: int) -> tuple[str, ...]:
    """What a shot is clearly better in, as text."""
    said = []
    if index in facts.sharper:
        said.append(tr("sharpest") if len(facts.sharper) == 1 else tr("sharper"))
    if index in facts.exposed:
        said.append(tr("best exposed") if len(facts.exposed) == 1 else tr("better exposed"))
    return tuple(said)


def card_text(card: Card) -> str:
    """The whole card in words, for the tooltip and the screen reader."""
    photo, info = card.member.photo, card.member.photo.info
    lines = [str(photo.path), " · ".join(card.texts.values())]
    if card.keeper:
        lines.append(tr("suggested to keep"))
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
    lines += [card.verdict, *(loss_text(loss) for loss in card.member.judgement.losses)]
    if card.member.edits:
        lines.append(edits_text(card.member.edits))
    if photo.companions:
        lines.append(tr("together with {names}", names=companions_text(photo)))
    if not card.keeper:
        lines.append(alike_text(card.member.similarity))
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
