"""Words in the user's language: gettext catalogues, whose keys are the English texts."""

import logging
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from kindred.engine.paths import RESOURCES, visible_text

if TYPE_CHECKING:
    from gettext import GNUTranslations

CATALOGUES = RESOURCES / "translations"  # NAME.po is edited, NAME.mo is made of it and read
_log = logging.getLogger(__name__)
_words: "GNUTranslations | None" = None
_language = "en"
_qt: QTranslator | None = None


def set_language(name: str) -> str:
    """Choose a name of LANGUAGES for every later `tr`; returns the language in force.

    A language without a catalogue is English: a wrong word in the settings never stops the window.
    """
    global _words, _language
    if name == "system":
        name = _of_the_system()
    _words = catalogue(name)
    _language = name if _words else "en"
    return _language


def language() -> str:
    """The language in force: a name of LANGUAGES, but never "system"."""
    return _language


def tr(text: str, /, **values: object) -> str:
    """The text in the chosen language, its {placeholders} filled in from `values`."""
    found = _words.gettext(text) if _words and text else text
    return found.format(**_visible(values)) if values else found


def trn(one: str, many: str, count: int, /, **values: object) -> str:
    """Like `tr`, in the form that the language has for `count`; {count} is always filled in."""
    english = one if count == 1 else many
    found = _words.ngettext(one, many, count) if _words else english
    return found.format(**{"count": f"{count:,}"} | _visible(values))


def _visible(values: Mapping[str, object]) -> dict[str, object]:
    """Values with the text of files made visible: names may hold what turns a sentence round."""
    return {
        name: visible_text(value, lines=True) if isinstance(value, str | Path) else value
        for name, value in values.items()
    }


def later(text: str) -> str:
    """Marks a text of a table for the catalogues; it is translated by `tr` where it is shown."""
    return text


def plural(one: str, many: str) -> tuple[str, str]:
    """Marks the texts for one thing and for many; they are translated by `trn` where shown."""
    return one, many


LANGUAGES = {
    "system": later("System language"),
    "en": "English",
    "pl": "Polski",
    "zh_CN": "简体中文",
}


def qt_translator() -> QTranslator | None:
    """Qt's own words (Cancel, Yes, ...) in the chosen language; to be installed on the app."""
    translator = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    return translator if translator.load(f"qtbase_{_language}", folder) else None


def speak(name: str, app: QCoreApplication) -> None:
    """Choose a language for what is made from now on, and for Qt's own words."""
    global _qt
    set_language(name)
    if _qt is not None:
        app.removeTranslator(_qt)
    _qt = qt_translator()
    if _qt is not None:
        app.installTranslator(_qt)


@cache
def catalogue(name: str) -> "GNUTranslations | None":
    """The words of a language; None for English and for an unknown language."""
    if name in ("system", "en") or name not in LANGUAGES:
        return None
    from gettext import GNUTranslations  # English needs none

    try:
        with (CATALOGUES / f"{name}.mo").open("rb") as file:
            return GNUTranslations(file)
    except OSError:
        _log.warning("the words of %s are missing", name, exc_info=True)
        return None


def _of_the_system() -> str:
    """The first of the user's languages that there are words for."""
    for tag in QLocale.system().uiLanguages():
        spoken = tag.replace("_", "-").split("-")[0]
        for name in LANGUAGES:
            if name.split("_")[0] == spoken:
                return name
    return "en"
