"""A page that has nothing to show yet: what to do, framed as a place to drop things on."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kindred.gui.widgets import labels, theme

WIDEST = 620  # logical pixels


def drop_zone(icon: str, title: str, what: str, *below: QWidget | str) -> QWidget:
    """A title and a paragraph below an icon; then widgets, and texts of less weight."""
    paragraph = labels.PlainLabel(what, wraps=True)
    zone = QFrame()
    zone.setProperty("role", "drop")
    zone.setMaximumWidth(WIDEST)
    inside = QVBoxLayout(zone)
    inside.setContentsMargins(48, 40, 48, 40)
    inside.setSpacing(14)
    for part in (theme.picture(icon, 64), labels.title(title), paragraph, *map(_shown, below)):
        if isinstance(part, QLabel):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
        if part is paragraph:
            inside.addWidget(part)
        else:
            inside.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
    row = QHBoxLayout()
    row.addStretch()
    row.addWidget(zone, 4)
    row.addStretch()
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.addStretch(2)
    layout.addLayout(row)
    layout.addStretch(3)
    return page


def _shown(part: QWidget | str) -> QWidget:
    return part if isinstance(part, QWidget) else labels.muted(part)
