"""The dialogs for an expected failure and for a bug."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from kindred.engine.paths import visible_text
from kindred.gui.services.engine_words import error_text
from kindred.gui.services.i18n import tr
from kindred.gui.widgets import theme
from kindred.gui.widgets.labels import PlainLabel, heading
from kindred.gui.widgets.message_box import message_box
from kindred.gui.widgets.screen_fit import open_at


def show_error(parent: QWidget | None, error: Exception) -> None:
    """One plain sentence about an expected failure."""
    box = message_box(parent, "Kindred", error_text(error))
    box.addButton(QMessageBox.StandardButton.Ok)
    box.exec()


def show_bug(parent: QWidget | None, details: str) -> None:
    """Says that Kindred made a mistake, with details that can be copied."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(tr("Something went wrong"))
    open_at(dialog, 680, 420)
    title = heading(tr("Something went wrong in Kindred"))
    text = PlainLabel(
        tr(
            "This is a mistake in Kindred, not in your photos."
            " The details below help to find it; they name folders of this computer."
        ),
        wraps=True,
    )
    box = QPlainTextEdit(visible_text(details, lines=True), readOnly=True)
    box.setAccessibleName(tr("Details"))
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    copy = buttons.addButton(tr("Copy details"), QDialogButtonBox.ButtonRole.ActionRole)
    theme.decorate(copy, "copy")
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(22, 20, 22, 18)
    layout.setSpacing(12)
    for widget in (title, text, box, buttons):
        layout.addWidget(widget)
    dialog.exec()
    dialog.deleteLater()
