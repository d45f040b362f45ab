"""Words in the user's language: the English text is the key into a JSON catalogue."""

import logging
from functools import cache

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

from kindred.engine.paths import RESOURCES

LANGUAGES = {"system": "System language", "en": "English", "zh_CN": "简体中文"}
CATALOGUES = RESOURCES / "translations"
_log = logging.getLogger(__name__)
_words: dict[str, str] = {}
_language = "en"


def set_language(name: str) -> str:
    """Choose "en", "zh_CN" or "system" for every later `tr`; returns the language in force.

    A language without a catalogue is English: a wrong word in the settings never stops the window.
    """
    global _words, _language
    if name == "system":
        chinese = QLocale.system().language() == QLocale.Language.Chinese
        name = "zh_CN" if chinese else "en"
    _words = catalogue(name)
    _language = name if _words else "en"
    return _language


def language() -> str:
    """The language in force: "en" or "zh_CN"."""
    return _language


def tr(text: str, /, **values: object) -> str:
    """The text in the chosen language, its {placeholders} filled in from `values`."""
    found = _words.get(text, text)
    return found.format(**values) if values else found


def trn(one: str, many: str, count: int, /, **values: object) -> str:
    """Like `tr`, with the text for one thing or for many; {count} is always filled in."""
    return tr(one if count == 1 else many, count=f"{count:,}", **values)


def later(text: str) -> str:
    """Marks a text of a table for the catalogue; it is translated by `tr` where it is shown."""
    return text


def plural(one: str, many: str) -> tuple[str, str]:
    """Marks the texts for one thing and for many; they are translated by `trn` where shown."""
    return one, many


def qt_translator() -> QTranslator | None:
    """Qt's own words (Cancel, Yes, ...) in the chosen language; to be installed on the app."""
    translator = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    return translator if translator.load(f"qtbase_{_language}", folder) else None


@cache
def catalogue(name: str) -> dict[str, str]:
    """English text -> text in the language; empty for English and for an unknown language."""
    file = CATALOGUES / f"{name}.json"
    if name == "en" or file not in set(CATALOGUES.glob("*.json")):
        return {}
    import json  # needed in few languages only

    words: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return words
