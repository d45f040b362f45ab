"""The keys of the window on one page."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from kindred.gui.services.i18n import later, tr
from kindred.gui.widgets.labels import PlainLabel, heading, muted

# Two columns; in each, the places and what every key does there.
KEYS: tuple[tuple[tuple[str, dict[str, str]], ...], ...] = (
    (
        (
            later("Everywhere"),
            {
                "Ctrl+1 – Ctrl+6": later("Library, Review, Search, History, Folders, New here?"),
                "Ctrl+V": later("Search with the picture on the clipboard"),
                "Ctrl+,": later("Settings"),
                "F10": later("Menu"),
                "F11": later("Full screen"),
                "F1": later("Keys"),
            },
        ),
        (later("Library"), {"Ctrl+O": later("Choose a folder to scan")}),
        (
            later("Review"),
            {
                "Ctrl+F": later("Find groups"),
                "↑  ↓": later("Another group"),
                "←  →  1 – 9": later("Another photo of the group"),
                "Ctrl, Shift": later("With a click: choose several photos"),
                "Space": later("Compare it with the suggested one"),
                "K": later("Keep the chosen photo, mark what can go, go to the next group"),
                "Shift+K": later("Keep only the chosen photos, mark all others"),
                "Alt+1 – Alt+9": later("Keep so many of the best shots, mark all others"),
                "B": later("Keep the suggested photo, go to the next group"),
                "X": later("Mark the photo for removal, or take the mark back"),
                "N": later("Not duplicates"),
                "F": later("Show or fold the copies of a photo"),
                "Ctrl+Z": later("Take back the last mark or decision"),
                "Ctrl+Shift+Z": later("Do again what was taken back"),
                "Del": later("Remove what is marked, after a summary"),
            },
        ),
    ),
    (
        (
            later("Compare"),
            {
                "1 – 5": later("Side by side, swipe, flicker, difference, explain"),
                "←  →": later("Another photo beside the first"),
                "↑  ↓": later("The photo that K and X mark"),
                "K  X": later("Mark it keep, or for removal"),
                "+  −": later("Zoom"),
                "Z": later("One screen pixel for each pixel of the sharper photo"),
                "F": later("All of both photos"),
                "R": later("Draw a rectangle to search by that part"),
                "S": later("Flicker: the other photo now"),
                "P": later("Flicker: pause or go on"),
                "Ctrl+Z": later("Take back the last mark or decision"),
                "Esc": later("Back to the group"),
            },
        ),
        (later("Search"), {"C": later("Compare the chosen photo with the picture")}),
        (
            later("History"),
            {
                "Ctrl+Z": later("Put the chosen removal back"),
                "Del": later("Forget a decision"),
            },
        ),
    ),
)


class KeysDialog(QDialog):
    """Lists the keys, by the page on which they work."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys"))
        columns = QHBoxLayout()
        columns.setSpacing(36)
        for column in KEYS:
            columns.addLayout(_table(column))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(16)
        layout.addLayout(columns)
        layout.addWidget(buttons)


def _table(column: tuple[tuple[str, dict[str, str]], ...]) -> QGridLayout:
    table = QGridLayout()
    table.setHorizontalSpacing(18)
    table.setVerticalSpacing(8)
    for where, keys in column:
        table.addWidget(heading(tr(where)), table.rowCount(), 0, 1, 2)
        for key, does in keys.items():
            row = table.rowCount()
            table.addWidget(_key(key), row, 0)
            table.addWidget(PlainLabel(tr(does)), row, 1)
    table.setRowStretch(table.rowCount(), 1)
    return table


def _key(name: str) -> QLabel:
    label = muted(name)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label
