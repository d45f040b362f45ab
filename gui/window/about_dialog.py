"""What Kindred is: version, licences, and where it keeps what it knows."""

import importlib.metadata
import json
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from kindred.engine.paths import RESOURCES, Home, visible_text
from kindred.gui.services.i18n import tr
from kindred.gui.widgets import theme
from kindred.gui.widgets.buttons import button
from kindred.gui.widgets.file_menu import open_file
from kindred.gui.widgets.labels import PlainLabel, heading, hint, muted, title
from kindred.gui.widgets.screen_fit import open_at


def version() -> str:
    """Of the installed package; empty in a checkout."""
    try:
        return importlib.metadata.version("kindred")
    except importlib.metadata.PackageNotFoundError:
        return ""


def components() -> str:
    """What Kindred is built on, a line each, from the bill of materials that it ships."""
    try:
        told = json.loads((RESOURCES / "sbom.json").read_text("utf-8"))
        return "\n".join(
            f"{part['name']} {part.get('version', '')}".strip() for part in told["components"]
        )
    except (OSError, ValueError, LookupError, TypeError):
        return ""


class AboutDialog(QDialog):
    """Names the version, the licences and the folders."""

    def __init__(self, parent: QWidget | None, where: Home) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About Kindred"))
        open_at(self, 620, 560)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(26, 22, 26, 18)
        layout.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(16)
        words = QVBoxLayout()
        words.addWidget(title("Kindred"))
        number = version()
        words.addWidget(muted(tr("Version {version}", version=number) if number else ""))
        logo = PlainLabel()
        logo.setPixmap(theme.icon("kindred").pixmap(64, 64))
        head.addWidget(logo)
        head.addLayout(words, 1)
        layout.addLayout(head)
        layout.addWidget(
            PlainLabel(
                tr(
                    "Finds duplicate and similar photos, shows why, and removes the rest safely."
                    " Nothing leaves this computer. Apache License 2.0."
                ),
                wraps=True,
            )
        )
        layout.addWidget(heading(tr("Where it keeps things")))
        layout.addLayout(_places(where))
        layout.addWidget(hint(tr("Your photos stay where they are.")))
        layout.addWidget(heading(tr("Made with")))
        made = QPlainTextEdit(components())
        made.setReadOnly(True)
        made.setAccessibleName(tr("Made with"))
        made.setFont(QFont(self.font()))
        layout.addWidget(made, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)


def _places(where: Home) -> QGridLayout:
    table = QGridLayout()
    table.setHorizontalSpacing(14)
    for row, (name, folder) in enumerate(
        (
            (tr("Library and history"), where.data),
            (tr("Small pictures"), where.cache),
            (tr("Log"), where.logs),
        )
    ):
        place = PlainLabel(visible_text(folder), wraps=True)
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        table.addWidget(PlainLabel(name), row, 0)
        table.addWidget(place, row, 1)
        table.addWidget(
            button(
                tr("Open"),
                "folder",
                str(folder),
                partial(open_file, folder),
                accessible=tr("Open {folder}", folder=folder),
            ),
            row,
            2,
        )
    table.setColumnStretch(1, 1)
    return table
