"""Words: every text has them in every language, placeholders agree, plurals are the language's."""

import io
import runpy
import string
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.catalog import Catalog, Message
from PySide6.QtCore import QLocale

from kindred.gui.services import i18n

ROOT = Path(__file__).resolve().parents[3]
TOOL = SimpleNamespace(**runpy.run_path(str(ROOT / "packaging" / "translations.py")))
TRANSLATED = sorted(set(i18n.LANGUAGES) - {"system", "en"})
TEXTS = [message.id for message in TOOL.template() if message.id]
each_language = pytest.mark.parametrize("language", TRANSLATED)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    i18n.set_language("en")


def words(language: str) -> Catalog:
    return TOOL.read(i18n.CATALOGUES / f"{language}.po")


def texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def placeholders(text: str) -> list[tuple[str, str | None]]:
    """Names and formats of the values that a text shows."""
    return sorted({(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name})


def test_the_languages_are_those_with_words() -> None:
    assert sorted(file.stem for file in i18n.CATALOGUES.glob("*.po")) == TRANSLATED


@each_language
def test_no_text_of_the_window_is_missing_and_none_is_left_over(language: str) -> None:
    assert set(TEXTS) == {message.id for message in words(language) if message.id}
    assert TOOL.missing(words(language)) == []


@each_language
def test_placeholders_agree(language: str) -> None:
    for message in words(language):
        english = message.id if isinstance(message.id, str) else message.id[1]
        for text in texts(message) if message.id else ():
            assert placeholders(text) == placeholders(english), text


@each_language
def test_what_is_read_was_compiled_from_what_is_edited(language: str) -> None:
    found = i18n.catalogue(language)
    again = GNUTranslations(io.BytesIO(TOOL.mo_bytes(words(language))))
    assert found is not None
    for message in words(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        if len(ids) == 1 and message.id:
            assert found.gettext(message.id) == again.gettext(message.id)
        for count in range(30) if len(ids) == 2 else ():
            assert found.ngettext(*ids, count) == again.ngettext(*ids, count)


def test_the_tool_finds_every_sort_of_text_and_what_has_no_words() -> None:
    assert {"Keep", "Light", ("{count} photo", "{count} photos")} <= set(TEXTS)
    assert ("sharper, the other is softer", "sharper, the others are softer") in TEXTS
    half = Catalog(locale="pl")
    half.add("Keep", "")
    half.add(("{count} photo", "{count} photos"), ("{count} zdjęcie", "", ""))
    half.add("Light", "Jasny")
    assert TOOL.missing(half) == ["Keep", "('{count} photo', '{count} photos')"]


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ["0 photos", "1 photo", "2 photos", "5 photos", "22 photos", "1,200 photos"]),
        ("zh_CN", ["0 张照片", "1 张照片", "2 张照片", "5 张照片", "22 张照片", "1,200 张照片"]),
        ("pl", ["0 zdjęć", "1 zdjęcie", "2 zdjęcia", "5 zdjęć", "22 zdjęcia", "1,200 zdjęć"]),
    ],
)
def test_plural_forms(language: str, shown: list[str]) -> None:
    assert i18n.set_language(language) == language == i18n.language()
    counts = (0, 1, 2, 5, 22, 1200)
    assert [i18n.trn("{count} photo", "{count} photos", count) for count in counts] == shown


def test_a_text_without_words_is_english() -> None:
    i18n.set_language("pl")
    assert i18n.tr("no such text {a}", a=1) == "no such text 1"
    assert i18n.tr("") == ""
    assert i18n.trn("one thing", "{count} things", 12) == "12 things"


def test_unknown_language_is_english() -> None:
    assert i18n.set_language("../../etc/passwd") == "en"
    assert i18n.set_language("tlh") == "en"
    assert i18n.language() == "en"
    assert i18n.qt_translator() is None or i18n.tr("Remove") == "Remove"


@pytest.mark.parametrize(
    ("spoken", "chosen"),
    [
        (["pl-PL", "pl"], "pl"),
        (["zh-Hans-CN"], "zh_CN"),
        (["tlh", "pl_PL"], "pl"),
        (["en-GB", "pl"], "en"),
        (["tlh"], "en"),
        ([], "en"),
    ],
)
def test_the_systems_language(
    monkeypatch: pytest.MonkeyPatch, spoken: list[str], chosen: str
) -> None:
    monkeypatch.setattr(QLocale, "uiLanguages", lambda _self: spoken)
    assert i18n.set_language("system") == chosen


def test_damaged_or_missing_words_are_english(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(i18n, "CATALOGUES", tmp_path)
    i18n.catalogue.cache_clear()
    assert i18n.set_language("pl") == "en"
    i18n.catalogue.cache_clear()
    monkeypatch.undo()


@each_language
def test_qt_has_words_too(language: str) -> None:
    i18n.set_language(language)
    translator = i18n.qt_translator()
    assert translator is not None and translator.translate("QPlatformTheme", "Cancel") != ""
