"""Search results as a list model: the hits in order, under headings of what they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, Qt

from kindred.engine.paths import visible_text
from kindred.engine.types import EditName, Hit, Kind, Relation, Tier
from kindred.gui.services.engine_words import TIERS
from kindred.gui.services.formatting import alike_text, edits_text, kind_text
from kindred.gui.services.i18n import later, tr, trn
from kindred.gui.widgets.labels import plain_tip
from kindred.gui.widgets.value_list import Index

ROW = Qt.ItemDataRole.UserRole + 1  # a Hit or a Heading
HEADINGS = (  # of what was found by comparing, and of what is only alike
    ({Kind.IDENTICAL, Kind.COPY}, later("Copies")),
    ({Kind.SIMILAR}, later("Other shots")),
    ({Kind.UNRELATED, None}, later("By likeness")),
)
SAVED_AGAIN = {EditName.REENCODED, EditName.RESIZED}  # no edits, as users see it


@dataclass(frozen=True, slots=True)
class Heading:
    """A line over the hits of one sort."""

    text: str
    count: int


def relation_text(relation: Relation | None) -> str:
    """What a hit was found to be, in words; nothing where it was not compared, or is something
    else."""
    if relation is None or relation.kind is Kind.UNRELATED:
        return ""
    if relation.kind is Kind.IDENTICAL:
        return tr(TIERS[Tier.EXACT])
    if relation.kind is Kind.SIMILAR:
        return tr(TIERS[Tier.SIMILAR])
    edits = edits_text(relation.edits)
    if {edit.name for edit in relation.edits} <= SAVED_AGAIN:
        return tr("copy: {edits}", edits=edits) if edits else kind_text(Kind.COPY)
    return tr("copy, edited: {edits}", edits=edits)


def is_copy(hit: Hit) -> bool:
    """Whether the hit was compared with the picture and found to be a copy."""
    return hit.relation is not None and hit.relation.kind in (Kind.IDENTICAL, Kind.COPY)


def rows(hits: Sequence[Hit]) -> list[Heading | Hit]:
    """The hits, best first, each sort under its heading."""
    found: list[Heading | Hit] = []
    for kinds, text in HEADINGS:
        members = [hit for hit in hits if (hit.relation and hit.relation.kind) in kinds]
        if members:
            found.append(Heading(tr(text), len(members)))
        found.extend(members)
    return found


class HitModel(QAbstractListModel):
    """One row a heading or a hit."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Heading | Hit] = []

    def set_hits(self, hits: Sequence[Hit]) -> None:
        self.beginResetModel()
        self._rows = rows(hits)
        self.endResetModel()

    def row(self, number: int) -> Heading | Hit:
        return self._rows[number]

    def first_hit(self) -> int | None:
        """The row of the best hit."""
        hits = (number for number, row in enumerate(self._rows) if isinstance(row, Hit))
        return next(hits, None)

    def row_of(self, path: Path) -> int | None:
        """The row of the hit with this path."""
        for number, row in enumerate(self._rows):
            if isinstance(row, Hit) and row.photo.path == path:
                return number
        return None

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self._rows[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return visible_text(row_text(row), lines=True)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, Hit):
            return plain_tip(row_text(row))
        return None


def row_text(row: Heading | Hit) -> str:
    """The row in words, for the tooltip and the screen reader."""
    if isinstance(row, Heading):
        return f"{row.text}, {trn('{count} photo', '{count} photos', row.count)}"
    alike, said = alike_text(row.similarity), relation_text(row.relation)
    return "\n".join([str(row.photo.path), f"{said}, {alike}" if said else alike])
