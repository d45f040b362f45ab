"""Settings of how the window looks: theme and language."""

from PySide6.QtWidgets import QApplication, QComboBox, QFormLayout, QVBoxLayout, QWidget

from kindred.gui.services.context import Context
from kindred.gui.services.i18n import LANGUAGES, later, tr
from kindred.gui.widgets import theme
from kindred.gui.widgets.labels import heading, hint

THEMES = {
    "system": later("Like the system"),
    "light": later("Light"),
    "dark": later("Dark"),
}


class LookSettings(QWidget):
    """Theme and language, both kept in the window's settings."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._settings = context.settings
        self.theme = _choice(THEMES, self._settings.text("look/theme", "system"))
        self.theme.setAccessibleName(tr("Theme"))
        self.theme.setToolTip(tr("Light or dark"))
        self.theme.activated.connect(lambda _index: self._set_theme())
        self.language = _choice(LANGUAGES, self._settings.text("look/language", "system"))
        self.language.setAccessibleName(tr("Language"))
        self.language.setToolTip(tr("The language of the window"))
        self.language.activated.connect(lambda _index: self._set_language())
        self._note = hint("")
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(12)
        form.addRow(tr("Theme"), self.theme)
        form.addRow(tr("Language"), self.language)
        layout = QVBoxLayout(self)
        layout.setSpacing(14)
        layout.addWidget(heading(tr("Appearance")))
        layout.addLayout(form)
        layout.addWidget(self._note)
        layout.addStretch(1)

    def _set_theme(self) -> None:
        name = self.theme.currentData()
        self._settings.put("look/theme", name)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.choose(app, name)

    def _set_language(self) -> None:
        self._settings.put("look/language", self.language.currentData())
        self._note.setText(tr("The language changes when Kindred is started again."))


def _choice(names: dict[str, str], chosen: str) -> QComboBox:
    box = QComboBox()
    for name, label in names.items():
        box.addItem(tr(label), name)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box
