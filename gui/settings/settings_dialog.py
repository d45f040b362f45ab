"""The settings: a list of pages on the left; every change takes effect at once."""

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kindred.gui.services.context import Context
from kindred.gui.services.i18n import tr
from kindred.gui.settings.appearance import AppearanceSettings
from kindred.gui.settings.folders import FolderSettings
from kindred.gui.settings.keeper_rules import KeeperRulesSettings
from kindred.gui.settings.model import ModelSettings
from kindred.gui.settings.similarity import SimilaritySettings
from kindred.gui.settings.storage import StorageSettings
from kindred.gui.widgets.labels import plain_tip
from kindred.gui.widgets.screen_fit import open_at


class SettingsDialog(QDialog):
    """Pages are made when they are first shown: some read the library.

    It closes when another language was chosen, which `speaks_anew` tells.
    """

    def __init__(self, parent: QWidget | None, context: Context) -> None:
        super().__init__(parent)
        self._context = context
        self.speaks_anew = False
        self.setWindowTitle(tr("Settings"))
        open_at(self, 860, 600)
        pages = (
            (tr("Appearance"), AppearanceSettings),
            (tr("Which photo stays"), KeeperRulesSettings),
            (tr("Folders"), FolderSettings),
            (tr("Model"), ModelSettings),
            (tr("Similarity"), SimilaritySettings),
            (tr("Storage and about"), StorageSettings),
        )
        self._makers = [maker for _, maker in pages]
        self.pages: dict[int, QScrollArea] = {}
        self.list = QListWidget()
        self.list.setProperty("role", "panel")
        self.list.setFixedWidth(190)
        self.list.setAccessibleName(tr("Pages of the settings"))
        self.list.setToolTip(plain_tip(self.list.accessibleName()))
        self.list.ensurePolished()  # otherwise rows are laid out without the style's padding
        self.list.addItems([name for name, _ in pages])
        self._stack = QStackedWidget()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addWidget(self.list)
        row.addWidget(self._stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 16)
        layout.setSpacing(14)
        layout.addLayout(row, 1)
        layout.addWidget(buttons)
        self.list.currentRowChanged.connect(self._show)
        self.list.setCurrentRow(0)

    def _show(self, number: int) -> None:
        if number not in self.pages:
            page = QScrollArea(widgetResizable=True)
            page.setFrameShape(QFrame.Shape.NoFrame)
            made = self._makers[number](self._context)
            if isinstance(made, AppearanceSettings):
                made.language_changed.connect(self._speak_anew)
            page.setWidget(made)
            self.pages[number] = page
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(self.pages[number])

    def _speak_anew(self) -> None:
        self.speaks_anew = True
        self.accept()
