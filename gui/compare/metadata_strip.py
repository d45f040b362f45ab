"""The strip under the compared photos: keep and remove, and the metadata that differs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QWidget,
)

from kindred.engine.judgement.better import Fact, best
from kindred.engine.paths import visible_text
from kindred.engine.types import Edit, Photo
from kindred.gui.services.formatting import (
    bytes_text,
    companions_text,
    moment_text,
    taken_text,
    when_text,
)
from kindred.gui.services.i18n import later, tr
from kindred.gui.services.requests import Mark
from kindred.gui.widgets.labels import PlainLabel, plain_tip
from kindred.gui.widgets.theme import decorate

HEADER, ROW, SPACING, SCROLL_BAR = 20, 34, 4, 16  # logical pixels
WIDEST = 260  # logical pixels of a value; longer ones are shortened, and whole in the tooltip


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that differs; `better` is the index of the better photo, if one is."""

    label: str
    values: tuple[str, str]
    better: int | None = None


def differences(first: Photo, second: Photo, edits: Sequence[Edit] = ()) -> list[Difference]:
    """What differs between two photos, in the order in which it matters.

    edits: what was done from one to the other, as far as it is known.
    """
    better = best((first, second), ((), edits))
    found = []
    for label, (fact, words) in FACTS.items():
        one, two = words(first), words(second)
        if one != two:
            rows = better.get(fact, frozenset()) if fact is not None else frozenset()
            found.append(Difference(label, (one, two), next(iter(rows), None)))
    return found


def _dimensions(photo: Photo) -> str:
    return tr("{width} × {height}", width=photo.info.width, height=photo.info.height)


def _detail(photo: Photo) -> str:
    detail = photo.info.detail
    return tr("{count} MP", count=f"{detail:.1f}") if detail else ""


def _quality(photo: Photo) -> str:
    quality = photo.info.jpeg_quality
    return "" if quality is None else str(quality)


def _position(photo: Photo) -> str:
    info = photo.info
    if info.latitude is None or info.longitude is None:
        return ""
    return f"{info.latitude:.5f}, {info.longitude:.5f}"


def _modified(photo: Photo) -> str:
    try:
        return when_text(datetime.fromtimestamp(photo.mtime_ns // 10**9).isoformat())
    except (ValueError, OverflowError, OSError):  # a year no calendar has
        return ""


def _taken(photo: Photo) -> str:
    return taken_text(photo, moment_text)


FACTS: Mapping[str, tuple[Fact | None, Callable[[Photo], str]]] = {
    later("Dimensions"): (Fact.DIMENSIONS, _dimensions),
    later("Real detail"): (Fact.DETAIL, _detail),
    later("Size"): (Fact.SIZE, lambda photo: bytes_text(photo.size)),
    later("Format"): (Fact.FORMAT, lambda photo: photo.info.format),
    later("JPEG quality"): (Fact.QUALITY, _quality),
    later("Condition"): (
        Fact.CONDITION,
        lambda photo: tr("damaged") if photo.info.damaged else tr("complete"),
    ),
    later("Taken"): (Fact.TAKEN, _taken),
    later("Camera"): (Fact.CAMERA, lambda photo: photo.info.camera or ""),
    later("Position"): (Fact.POSITION, _position),
    later("Rating"): (Fact.RATING, lambda photo: "★" * (photo.info.rating or 0)),
    later("Keywords"): (Fact.KEYWORDS, lambda photo: ", ".join(photo.info.keywords)),
    later("Caption"): (Fact.CAPTION, lambda photo: photo.info.caption or ""),
    later("Together with"): (None, companions_text),
    later("Modified"): (None, _modified),
    later("Folder"): (None, lambda photo: str(photo.path.parent)),
}


@dataclass(frozen=True, slots=True)
class SideMark:
    """A mark is wanted for one of the two photos."""

    side: int  # 0 or 1
    mark: Mark


class MetadataStrip(QFrame):
    """Two rows, one for each photo; shows the marks it is given."""

    marked = Signal(object)  # SideMark
    chosen = Signal(object)  # 0 or 1

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 14, 4)
        self._grid = _grid()
        self._grid.addWidget(PlainLabel(), 0, 0)  # around an empty row there is no spacing
        self._names = [self._name(side) for side in (0, 1)]
        self._buttons = [self._mark_buttons(side) for side in (0, 1)]
        row.addLayout(self._grid)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.setFixedHeight(HEADER + 2 * ROW + 2 * SPACING + SCROLL_BAR)
        row.addWidget(self._scroll, 1)
        self.differences: list[Difference] = []

    def show_photos(
        self,
        first: Photo,
        second: Photo,
        edits: Sequence[Edit] = (),
        fates: tuple[str, str] = ("", ""),
    ) -> None:
        """Show what differs; fates: what becomes of what is in each, if it is removed."""
        for side, photo in enumerate((first, second)):
            name = (
                self._names[side]
                .fontMetrics()
                .elidedText(visible_text(photo.path.name), Qt.TextElideMode.ElideMiddle, WIDEST)
            )
            self._names[side].setText(visible_text(f"{side + 1}  {name}"))
            self._names[side].setAccessibleName(visible_text(photo.path.name))
            self._names[side].setToolTip(plain_tip(photo.path))
        self.differences = differences(first, second, edits)
        if any(fates):
            self.differences.insert(0, Difference(later("If removed"), fates))
        table = self._table()
        self._scroll.setWidget(table)
        table.setAutoFillBackground(False)  # which the scroll area has just turned on

    def show_marks(self, marks: tuple[Mark | None, Mark | None], *, protected: set[int]) -> None:
        for side, buttons in enumerate(self._buttons):
            for mark, button in buttons.items():
                button.setChecked(marks[side] == mark)
                button.setEnabled(mark == "keep" or side not in protected)

    def set_markable(self, *, on: bool) -> None:
        for buttons in self._buttons:
            for button in buttons.values():
                button.setVisible(on)

    def show_active(self, side: int) -> None:
        """The photo that the keys K and X act on."""
        for number, name in enumerate(self._names):
            name.setChecked(number == side)

    def _name(self, side: int) -> QToolButton:
        name = QToolButton()
        name.setCheckable(True)
        name.setAutoExclusive(True)
        name.setProperty("role", "quiet")
        name.clicked.connect(lambda: self.chosen.emit(side))
        name.setAccessibleDescription(tr("The photo that K and X act on"))
        name.setToolTip(plain_tip(name.accessibleDescription()))
        self._grid.addWidget(name, side + 1, 0, Qt.AlignmentFlag.AlignLeft)
        return name

    def _mark_buttons(self, side: int) -> dict[Mark, QToolButton]:
        made: dict[Mark, QToolButton] = {}
        looks: dict[Mark, tuple[str, str, str]] = {
            "keep": (tr("Keep"), "keep", tr("Keep this photo (K)")),
            "remove": (tr("Remove"), "trash", tr("Mark this photo for removal (X)")),
        }
        for column, (mark, (text, icon, tip)) in enumerate(looks.items(), start=1):
            button = QToolButton()
            decorate(button, icon, role=mark)
            button.setText(visible_text(text))
            button.setToolTip(plain_tip(tip))
            button.setAccessibleName(tip)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(
                lambda _=False, mark=mark: self.marked.emit(SideMark(side, mark))
            )
            self._grid.addWidget(button, side + 1, column)
            made[mark] = button
        return made

    def _table(self) -> QWidget:
        table = QWidget()
        grid = _grid()
        grid.setHorizontalSpacing(22)
        grid.setContentsMargins(12, 0, 12, 0)
        table.setLayout(grid)
        if not self.differences:
            grid.addWidget(_label(tr("Nothing else about them differs."), role="muted"), 1, 0)
        for column, difference in enumerate(self.differences):
            grid.addWidget(_label(tr(difference.label), role="muted"), 0, column)
            for side, value in enumerate(difference.values):
                grid.addWidget(_value(value, better=difference.better == side), side + 1, column)
        grid.setColumnStretch(len(self.differences) + 1, 1)
        return table


def _grid() -> QGridLayout:
    """A header and two rows of fixed heights, so that two such grids lie in line."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(SPACING)
    for row, height in enumerate((HEADER, ROW, ROW)):
        grid.setRowMinimumHeight(row, height)
    grid.setRowStretch(3, 1)
    return grid


def _value(text: str, *, better: bool) -> QLabel:
    label = _label("", role="better" if better else "")
    shown = label.fontMetrics().elidedText(visible_text(text), Qt.TextElideMode.ElideMiddle, WIDEST)
    label.setText((f"✓ {shown}" if better else shown) or "—")
    label.setToolTip(plain_tip(text))
    label.setAccessibleName(
        tr("{value}, the better one", value=text) if better else visible_text(text)
    )
    return label


def _label(text: str, *, role: str) -> QLabel:
    label = PlainLabel(text)
    label.setProperty("role", role)
    return label
