"""The bar over the compared photos: back, previous and next, the modes, and the zoom."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QToolButton,
    QWidget,
)

from kindred.engine.paths import visible_text
from kindred.gui.compare.canvas import Mode
from kindred.gui.services.i18n import later, tr
from kindred.gui.widgets.labels import ElidedLabel, plain_tip

MODES = {  # mode: label, key, tooltip
    Mode.SIDES: (later("Side by side"), "1", later("Both photos, zoomed and moved together")),
    Mode.SWIPE: (later("Swipe"), "2", later("Laid over each other, with a line to drag")),
    Mode.FLICKER: (later("Flicker"), "3", later("Laid over each other, shown in turn")),
    Mode.DIFFERENCE: (later("Difference"), "4", later("What changed, in colour and in words")),
    Mode.EXPLAIN: (later("Explain"), "5", later("What Kindred sees as the same in both")),
}


class CompareBar(QFrame):
    """Buttons only; what they do is the compare view's."""

    back = Signal()
    stepped = Signal(object)  # -1 or 1
    mode_chosen = Signal(object)  # Mode
    fit = Signal()
    actual_size = Signal()
    part = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "topbar")
        self._title = ElidedLabel()
        self._title.setProperty("role", "heading")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 14, 8)
        row.addWidget(button(tr("Back"), tr("Back to the group (Esc)"), self.back.emit))
        row.addSpacing(8)
        previous = button("‹", tr("Previous photo (←)"), lambda: self.stepped.emit(-1))
        following = button("›", tr("Next photo (→)"), lambda: self.stepped.emit(1))
        self._steps = (previous, following)
        row.addWidget(previous)
        row.addWidget(following)
        row.addSpacing(8)
        row.addWidget(self._title, 1)
        group = QButtonGroup(self)
        self._modes: dict[Mode, QToolButton] = {}
        for mode, (label, key, tip) in MODES.items():
            made = button(tr(label), f"{tr(tip)} ({key})", partial(self.mode_chosen.emit, mode))
            made.setCheckable(True)
            group.addButton(made)
            row.addWidget(made)
            self._modes[mode] = made
        row.addSpacing(16)
        drawn = tr("Draw a rectangle on a photo to search by that part (R)")
        row.addWidget(button(tr("Part"), drawn, self.part.emit))
        row.addWidget(button(tr("Fit"), tr("All of both photos (F)"), self.fit.emit))
        one_to_one = tr("One screen pixel for each pixel of the sharper photo (Z)")
        row.addWidget(button("1:1", one_to_one, self.actual_size.emit))

    @property
    def title(self) -> str:
        return self._title.words

    def show_title(self, text: str, *, others: int) -> None:
        """What is compared; `others` photos can be stepped through."""
        self._title.say(text)
        for step in self._steps:
            step.setEnabled(others > 1)

    def show_mode(self, mode: Mode) -> None:
        self._modes[mode].setChecked(True)


def button(text: str, tip: str, action: Callable[[], object]) -> QToolButton:
    """A button that leaves the keyboard focus, and so the keys, with the photos."""
    made = QToolButton()
    made.setText(visible_text(text))
    made.setToolTip(plain_tip(tip))
    made.setAccessibleName(tip)
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.clicked.connect(lambda: action())
    return made
