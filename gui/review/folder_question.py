"""Asks which of two folders holds the albums, where only folders tell exact copies apart."""

import json
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from kindred.engine.paths import visible_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.services.preferences import Settings
from kindred.gui.widgets import theme
from kindred.gui.widgets.labels import ElidedLabel, plain_tip

FolderChoice = tuple[Path, Path, int]  # two folders, and how many photos lie in both
ASKED = "review/folders_asked"
SHOWN = 24  # characters of a folder's name on a button


class FolderQuestion(QFrame):
    """Hidden while there is nothing to ask; each pair of folders is asked about once."""

    chosen = Signal(object)  # Path of the folder whose photos stay

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setProperty("role", "topbar")
        self._settings = settings
        self._choices: tuple[FolderChoice, ...] = ()
        self._asked: FolderChoice | None = None
        self.words = ElidedLabel()
        self.folders = [self._button(place) for place in (0, 1)]
        self.close_button = QPushButton()
        theme.decorate(self.close_button, "cross", role="quiet")
        self.close_button.setToolTip(tr("Do not ask about these folders again"))
        self.close_button.setAccessibleName(tr("Do not ask about these folders again"))
        self.close_button.clicked.connect(self._dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(self.words, 1)
        parts: list[QWidget] = [*self.folders, self.close_button]
        for part in parts:
            row.addWidget(part)
        self.hide()

    def ask(self, choices: tuple[FolderChoice, ...]) -> None:
        """Ask about the first pair of folders that was not asked about before."""
        self._choices = choices
        known = self._known()
        self._asked = next((one for one in choices if _key(one) not in known), None)
        self.setVisible(self._asked is not None)
        if self._asked is None:
            return
        one, two, count = self._asked
        self.words.say(
            trn(
                "{count} photo lies in both folders. Which are your albums?",
                "{count} photos lie in both folders. Which are your albums?",
                count,
            )
        )
        for made, folder, other in zip(self.folders, (one, two), (two, one), strict=True):
            name = folder.name if folder.name != other.name else str(folder)
            shown = name if len(name) <= SHOWN else f"…{name[-SHOWN:]}"
            made.setText(
                visible_text(shown).replace("&", "&&")
            )  # a single one would underline a letter
            tip = tr("Keep the photos in {folder}; those in the other can go", folder=folder)
            made.setToolTip(plain_tip(tip))
            made.setAccessibleName(tip)

    def _button(self, place: int) -> QPushButton:
        made = QPushButton()
        made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.decorate(made, "folder")
        made.clicked.connect(lambda _checked=False: self._choose(place))
        return made

    def _choose(self, place: int) -> None:
        if self._asked is not None:
            folder = self._asked[place]
            self._dismiss()
            self.chosen.emit(folder)

    def _dismiss(self) -> None:
        if self._asked is not None:
            self._settings.put(ASKED, json.dumps([*self._known(), _key(self._asked)]))
        self.ask(self._choices)

    def _known(self) -> list[list[str]]:
        try:
            known = json.loads(self._settings.text(ASKED, "[]"))
        except ValueError:
            return []
        return known if isinstance(known, list) else []


def _key(choice: FolderChoice) -> list[str]:
    return [str(folder) for folder in choice[:2]]
