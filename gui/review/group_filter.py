"""Which groups are listed and in what order: kinds with counts, sorting, strictness."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from kindred.engine.types import Kind, ScanOptions
from kindred.gui.review.group_model import KINDS, SORTS
from kindred.gui.services.formatting import kind_text
from kindred.gui.services.i18n import tr
from kindred.gui.services.preferences import Settings
from kindred.gui.widgets.labels import muted

PAUSE_MS = 120  # after the slider has rested this long, the groups are made again
STEPS = 100


class GroupFilter(QWidget):
    """The controls over the list of groups; remembers sorting and strictness."""

    changed = Signal()  # kinds or sorting; the same groups, listed in another way
    strictness_changed = Signal()  # groups have to be made again

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._chips: dict[Kind, QPushButton] = {kind: self._made_chip(kind) for kind in KINDS}
        chips = QHBoxLayout()
        chips.setSpacing(6)
        for chip in self._chips.values():
            chips.addWidget(chip)
        chips.addStretch()

        self._sort = QComboBox()
        labels = {
            "space": tr("space freed"),
            "photos": tr("number of photos"),
            "date": tr("date taken"),
            "similarity": tr("similarity"),
        }
        for name in SORTS:
            self._sort.addItem(labels[name], name)
        self._sort.setCurrentIndex(
            max(0, self._sort.findData(settings.text("review/sort", "space")))
        )
        self._sort.setToolTip(tr("Which groups come first"))
        self._sort.setAccessibleName(tr("Sort groups by"))
        self._sort.currentIndexChanged.connect(self._sorted)

        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(10)
        strictness = settings.number("review/strictness", ScanOptions().strictness)
        self.slider.setValue(round(strictness * STEPS))
        self.slider.setToolTip(
            tr("Strict: only what is certainly the same. Loose: more, with more mistakes.")
        )
        self.slider.setAccessibleName(tr("Strictness"))
        self._rest = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._rest.timeout.connect(self._moved)
        self.slider.valueChanged.connect(lambda _value: self._rest.start())

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(chips)
        layout.addLayout(_row(tr("Sort"), self._sort))
        layout.addLayout(_row(tr("Loose"), self.slider, tr("Strict")))

    def chip(self, kind: Kind) -> QPushButton:
        return self._chips[kind]

    @property
    def kinds(self) -> set[Kind]:
        return {kind for kind, chip in self._chips.items() if chip.isChecked()}

    @property
    def sort(self) -> str:
        return str(self._sort.currentData())

    @property
    def strictness(self) -> float:
        """0 (loose) to 1 (strict)."""
        return self.slider.value() / STEPS

    def show_counts(self, counts: dict[Kind, int]) -> None:
        for kind, chip in self._chips.items():
            name, count = kind_text(kind), f"{counts[kind]:,}"
            chip.setText(f"{name} {count}")
            chip.setAccessibleName(tr("Show {kind} groups: {count}", kind=name, count=count))

    def _made_chip(self, kind: Kind) -> QPushButton:
        chip = QPushButton(kind_text(kind))
        chip.setCheckable(True)
        chip.setChecked(True)
        chip.setProperty("role", "chip")
        meanings = {
            Kind.IDENTICAL: tr("Files with the same bytes"),
            Kind.COPY: tr("The same picture: resized, cropped, edited or saved again"),
            Kind.SIMILAR: tr("Other shots of the same scene"),
        }
        chip.setToolTip(meanings[kind])
        chip.toggled.connect(lambda _on: self.changed.emit())
        return chip

    def _sorted(self) -> None:
        self._settings.put("review/sort", self.sort)
        self.changed.emit()

    def _moved(self) -> None:
        self._settings.put("review/strictness", self.strictness)
        self.strictness_changed.emit()


def _row(before: str, widget: QWidget, after: str = "") -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for part in (before, widget, after):
        if isinstance(part, QWidget):
            row.addWidget(part, 1)
        elif part:
            row.addWidget(muted(part))
    return row
