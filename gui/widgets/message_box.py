"""The window's message boxes: they take no text for markup."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from kindred.engine.paths import visible_text


def message_box(
    parent: QWidget | None,
    title: str,
    text: str,
    *,
    more: str = "",
    icon: QMessageBox.Icon = QMessageBox.Icon.Warning,
) -> QMessageBox:
    """A box without buttons yet, with what is said and what explains it."""
    box = QMessageBox(icon, visible_text(title), "", parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(visible_text(text, lines=True))
    box.setInformativeText(visible_text(more, lines=True))
    return box
