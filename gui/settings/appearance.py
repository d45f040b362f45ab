"""Settings of how the window looks: theme and language."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication

from kindred.gui.services.context import Context
from kindred.gui.services.i18n import LANGUAGES, later, tr
from kindred.gui.settings.page import SettingsPage, choice, form
from kindred.gui.widgets import theme

THEMES = {
    "system": later("Like the system"),
    "light": later("Light"),
    "dark": later("Dark"),
}


class AppearanceSettings(SettingsPage):
    """Theme and language, both kept in the window's settings."""

    language_changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._settings = context.settings
        self.theme = choice(
            {name: tr(label) for name, label in THEMES.items()},
            self._settings.text("look/theme", "system"),
            name=tr("Theme"),
            tip=tr("Light or dark"),
        )
        self.theme.activated.connect(lambda _index: self._set_theme())
        self.language = choice(
            {name: tr(label) for name, label in LANGUAGES.items()},
            self._settings.text("look/language", "system"),
            name=tr("Language"),
            tip=tr("The language of the window"),
        )
        self.language.activated.connect(lambda _index: self._set_language())
        self.begin(tr("Appearance"))
        self.add(form({tr("Theme"): self.theme, tr("Language"): self.language}))
        self.end()

    def _set_theme(self) -> None:
        name = self.theme.currentData()
        self._settings.put("look/theme", name)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.choose(app, name)

    def _set_language(self) -> None:
        if self.language.currentData() != self._settings.text("look/language", "system"):
            self._settings.put("look/language", self.language.currentData())
            self.language_changed.emit()
