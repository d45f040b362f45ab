"""Which groups are listed and in what order: tiers with their sums, sorting, strictness."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from kindred.engine.types import ScanOptions, Tier
from kindred.gui.review.find_field import FindField
from kindred.gui.review.group_model import SORTS
from kindred.gui.review.tier_bar import TierBar
from kindred.gui.services.i18n import tr
from kindred.gui.services.preferences import Settings
from kindred.gui.widgets.labels import muted
from kindred.gui.widgets.theme import decorate

PAUSE_MS = 120  # after the slider has rested this long, the groups are made again
STEPS = 100


class GroupFilter(QWidget):
    """The controls over the list of groups; remembers sorting and strictness."""

    changed = Signal()  # tiers or sorting; the same groups, listed in another way
    strictness_changed = Signal()  # groups have to be made again

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.field = FindField(settings)
        self.field.changed.connect(self.changed)
        self.tiers = TierBar()
        remembered = settings.text("review/tiers", "").split(",")
        self.tiers.choose({tier for tier in Tier if tier in remembered})
        self.tiers.changed.connect(self._chosen)
        self._sort = QComboBox()
        labels = {
            "space": tr("space freed"),
            "photos": tr("number of photos"),
            "date": tr("date taken"),
            "similarity": tr("similarity"),
            "name": tr("name"),
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

        self._strict = QWidget()
        self._strict.setLayout(_row(tr("Loose"), self.slider, tr("Strict")))
        self.more = QToolButton()
        decorate(self.more, "settings", role="quiet")
        self.more.setCheckable(True)
        self.more.setToolTip(tr("Show how strictly photos are grouped"))
        self.more.setAccessibleName(self.more.toolTip())
        self.more.setChecked(settings.flag("review/more", default=True))
        self.more.toggled.connect(self._more)
        self._strict.setVisible(self.more.isChecked())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.field)
        layout.addWidget(self.tiers)
        sort = _row(tr("Sort"), self._sort)
        sort.addWidget(self.more)
        layout.addLayout(sort)
        layout.addWidget(self._strict)

    @property
    def sort(self) -> str:
        return str(self._sort.currentData())

    @property
    def strictness(self) -> float:
        """0 (loose) to 1 (strict)."""
        return self.slider.value() / STEPS

    def _chosen(self) -> None:
        chosen = self.tiers.chosen
        self._settings.put(
            "review/tiers", ",".join(sorted(chosen)) if len(chosen) < len(Tier) else ""
        )
        self.changed.emit()

    def set_short(self, *, on: bool) -> None:
        """Leave out what is seldom needed where the window is low."""
        self._strict.setVisible(self.more.isChecked() and not on)

    def _more(self, on: object) -> None:
        self._settings.put("review/more", bool(on))
        self._strict.setVisible(bool(on))

    def _sorted(self) -> None:
        self._settings.put("review/sort", self.sort)
        self.changed.emit()

    def _moved(self) -> None:
        self._settings.put("review/strictness", self.strictness)
        self.strictness_changed.emit()


def _row(before: str, widget: QWidget, after: str = "") -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for part in (before, widget, after):
        if isinstance(part, QWidget):
            row.addWidget(part, 1)
        elif part:
            row.addWidget(muted(part))
    return row
