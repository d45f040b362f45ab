"""One field to find groups by, with a chip for each condition that was typed."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from kindred.engine.judgement.finding import WORDS, Field, Term, Vocabulary, terms
from kindred.engine.types import EditName, Tier
from kindred.gui.review.tier_bar import NAMES
from kindred.gui.services.engine_words import EDITS, TIERS
from kindred.gui.services.i18n import later, tr
from kindred.gui.services.preferences import Settings
from kindred.gui.widgets.labels import plain_tip

PAUSE_MS = 150  # after the last key
CHIPS = 6  # at most; more conditions are only in the field
SETTING = "review/find"

FIELDS = {
    Field.TEXT: later("name, folder or camera"),
    Field.NAME: later("name"),
    Field.FOLDER: later("folder"),
    Field.CAMERA: later("camera"),
    Field.DATE: later("date"),
    Field.BEFORE: later("date"),
    Field.AFTER: later("date"),
    Field.FORMAT: later("format"),
    Field.LARGER: later("size"),
    Field.SMALLER: later("size"),
    Field.TIER: later("sort of copy"),
    Field.EDIT: later("what was done"),
}


class FindField(QWidget):
    """The text is remembered; a click on a chip takes its condition out."""

    changed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.terms: list[Term] = []
        self._words = vocabulary()
        self.edit = QLineEdit()
        self.edit.setClearButtonEnabled(True)
        self.edit.setPlaceholderText(tr("Find: name, folder, camera, 2017-07, > 5 MB…"))
        self.edit.setAccessibleName(tr("Find groups"))
        about = tr(
            "Lists the groups with such a photo (Ctrl+F). Words of its name, folder or camera;"
            " 2017-07, before 2010, after 2015; jpeg, png, raw; > 5 MB, < 500 kB; exact,"
            " lesser, edited, similar; cropped, turned, mirrored, greyscale, screenshot;"
            " folder:Backup, name:IMG, camera:Canon"
        )
        self.edit.setToolTip(plain_tip(about))
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._find)
        self.edit.textChanged.connect(lambda _text: self._pause.start())
        self.edit.installEventFilter(self)
        QShortcut(QKeySequence.StandardKey.Find, self, self._focus)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.edit)
        layout.addLayout(self._chips)
        self.edit.setText(settings.text(SETTING, ""))
        self._pause.stop()
        self._read()

    @property
    def chips(self) -> list[QPushButton]:
        items = [self._chips.itemAt(place) for place in range(self._chips.count())]
        found = [item.widget() for item in items if item is not None]
        return [chip for chip in found if isinstance(chip, QPushButton)]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Esc empties the field."""
        pressed = event.type() == QEvent.Type.KeyPress and self.edit.text()
        if pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.edit.clear()
            return True
        return super().eventFilter(watched, event)

    def find_text(self, text: str) -> None:
        """Put a text into the field and find by it at once."""
        self.edit.setText(text)
        self._pause.stop()
        self._find()

    def _focus(self) -> None:
        self.edit.setFocus()
        self.edit.selectAll()

    def _find(self) -> None:
        self._settings.put(SETTING, self.edit.text())
        self._read()
        self.changed.emit()

    def _read(self) -> None:
        self.terms = terms(self.edit.text(), words=self._words)
        while (item := self._chips.takeAt(0)) is not None:
            if (chip := item.widget()) is not None:
                chip.deleteLater()
        for term in self.terms[:CHIPS]:
            self._chips.addWidget(self._chip(term))
        self._chips.addStretch()

    def _chip(self, term: Term) -> QPushButton:
        chip = QPushButton(f"{term.said} ×".replace("&", "&&"))
        chip.setProperty("role", "chip")
        chip.setMinimumWidth(24)
        said = tr("{field}: {text}", field=tr(FIELDS[term.field]), text=term.said)
        chip.setAccessibleName(tr("Take out {condition}", condition=said))
        chip.setToolTip(plain_tip(f"{said}\n{tr('A click takes it out')}"))
        chip.clicked.connect(lambda _checked=False: self._take_out(term))
        return chip

    def _take_out(self, term: Term) -> None:
        left = " ".join(self.edit.text().replace(term.said, " ", 1).split())
        self.find_text(left)


def vocabulary() -> Vocabulary:
    """The words for tiers and edits, in English and in the language of the window."""
    found = dict(WORDS)
    found |= {tr(EDITS[name]).lower(): name for name in EditName if name in WORDS.values()}
    for names in (TIERS, NAMES):
        found |= {tr(names[tier]).lower(): tier for tier in Tier}
    return found
