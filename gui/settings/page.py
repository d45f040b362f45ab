"""What every page of the settings is made of: headed parts from top to bottom."""

from collections.abc import Mapping

from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from kindred.gui.widgets.labels import heading, hint, plain_tip

SPACING = 12  # logical pixels


class SettingsPage(QWidget):
    """A page that a subclass fills from top to bottom."""

    def __init__(self) -> None:
        super().__init__()
        self._parts = QVBoxLayout(self)
        self._parts.setSpacing(SPACING)

    def begin(self, title: str, meaning: str = "") -> None:
        """Begin a part of the page with its name, and what it is about."""
        if self._parts.count():
            self._parts.addSpacing(SPACING)
        self._parts.addWidget(heading(title))
        if meaning:
            self._parts.addWidget(hint(meaning))

    def add(self, *parts: QWidget | QLayout, stretch: int = 0) -> None:
        """Add what belongs to the part; with a `stretch` it takes the room that is left."""
        for part in parts:
            if isinstance(part, QWidget):
                self._parts.addWidget(part, stretch)
            else:
                self._parts.addLayout(part, stretch)

    def end(self) -> None:
        """Leave the room below the last part empty."""
        self._parts.addStretch(1)


def row(*widgets: QWidget, stretch: QWidget | None = None) -> QHBoxLayout:
    """Widgets beside each other; `stretch` takes the room that is left, or else the right side."""
    made = QHBoxLayout()
    for widget in widgets:
        made.addWidget(widget, int(widget is stretch))
    if stretch is None:
        made.addStretch(1)
    return made


def form(rows: Mapping[str, QWidget]) -> QFormLayout:
    """Named widgets below each other."""
    made = QFormLayout()
    made.setHorizontalSpacing(18)
    made.setVerticalSpacing(SPACING)
    for name, widget in rows.items():
        made.addRow(name, widget)
    return made


def choice(names: Mapping[str, str], chosen: str, *, name: str, tip: str) -> QComboBox:
    """A box to choose one of some values, each with its label."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(plain_tip(tip))
    for value, label in names.items():
        box.addItem(label, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box
