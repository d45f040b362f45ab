"""Search results as a list model: the hits in order, under headings of how alike they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, Qt

from kindred.engine.types import Calibration, Hit
from kindred.gui.services.i18n import later, tr, trn
from kindred.gui.widgets.labels import plain_tip
from kindred.gui.widgets.value_list import Index

ROW = Qt.ItemDataRole.UserRole + 1  # a Hit or a Heading
STEPS = (  # field of Calibration, the heading, the words of one hit
    ("copy_precision_99", later("Probably copies"), later("probably a copy")),
    ("similar", later("Similar"), later("similar")),
    ("", later("Less alike"), later("less alike")),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A line over the hits of one step; `above` is the similarity it begins at."""

    text: str
    count: int
    above: float | None


def step(similarity: float, calibration: Calibration | None) -> int:
    """The first of STEPS the similarity reaches; without a calibration, the last."""
    reached = (
        number
        for number, (field, _, _) in enumerate(STEPS[:-1])
        if calibration is not None and similarity >= getattr(calibration, field)
    )
    return next(reached, len(STEPS) - 1)


def likeness_text(similarity: float, calibration: Calibration | None) -> str:
    """How alike a hit is, in words; nothing where no calibration says so."""
    return tr(STEPS[step(similarity, calibration)][2]) if calibration else ""


def rows(hits: Sequence[Hit], calibration: Calibration | None) -> list[Heading | Hit]:
    """The hits, best first, each step under its heading."""
    found: list[Heading | Hit] = []
    for number, (field, text, _) in enumerate(STEPS):
        members = [hit for hit in hits if step(hit.similarity, calibration) == number]
        if members and calibration:
            above = getattr(calibration, field) if field else None
            found.append(Heading(tr(text), len(members), above))
        found.extend(members)
    return found


class HitModel(QAbstractListModel):
    """One row a heading or a hit."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Heading | Hit] = []
        self.calibration: Calibration | None = None

    def set_hits(self, hits: Sequence[Hit], calibration: Calibration | None) -> None:
        self.beginResetModel()
        self._rows, self.calibration = rows(hits, calibration), calibration
        self.endResetModel()

    def row(self, number: int) -> Heading | Hit:
        return self._rows[number]

    def first_hit(self) -> int | None:
        """The row of the best hit."""
        hits = (number for number, row in enumerate(self._rows) if isinstance(row, Hit))
        return next(hits, None)

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
            return row_text(row, self.calibration)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, Hit):
            return plain_tip(row_text(row, self.calibration))
        return None


def row_text(row: Heading | Hit, calibration: Calibration | None) -> str:
    """The row in words, for the tooltip and the screen reader."""
    if isinstance(row, Heading):
        return f"{row.text}, {trn('{count} photo', '{count} photos', row.count)}"
    likeness = tr("similarity {value}", value=f"{row.similarity:.3f}")
    said = likeness_text(row.similarity, calibration)
    return "\n".join([str(row.photo.path), f"{likeness}, {said}" if said else likeness])
