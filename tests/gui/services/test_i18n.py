"""Words: the catalogue is complete, its placeholders agree, and unknown languages are English."""

import ast
import json
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from kindred.gui.services import i18n

ROOT = Path(__file__).resolve().parents[3]
TEXTS = {
    "tr": 1,
    "trn": 2,
    "later": 1,
    "plural": 2,
}  # function -> how many of its first arguments are texts


def texts() -> Iterator[tuple[str, str]]:
    """Every literal text handed to tr, trn or later in gui/, with where."""
    for file in sorted((ROOT / "gui").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                for argument in node.args[: TEXTS.get(node.func.id, 0)]:
                    branches = (
                        [argument.body, argument.orelse]
                        if isinstance(argument, ast.IfExp)
                        else [argument]
                    )
                    for text in branches:
                        if isinstance(text, ast.Constant) and isinstance(text.value, str):
                            yield f"{file.name}:{node.lineno}", text.value


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    i18n.set_language("en")


def test_every_text_has_a_chinese_entry() -> None:
    words = i18n.catalogue("zh_CN")
    missing = {text: where for where, text in texts() if text not in words}
    assert not missing, json.dumps(missing, indent=1, ensure_ascii=False)


def test_no_entry_is_left_over() -> None:
    used = {text for _, text in texts()} | set(i18n.LANGUAGES.values())
    assert not set(i18n.catalogue("zh_CN")) - used


def test_placeholders_agree() -> None:
    for english, chinese in i18n.catalogue("zh_CN").items():
        assert placeholders(english) == placeholders(chinese), english


def test_translation_and_plural(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "catalogue", lambda _name: {"{count} photos": "{count} 张照片"})
    assert i18n.trn("{count} photo", "{count} photos", 1200) == "1,200 photos"
    assert i18n.set_language("zh_CN") == "zh_CN"
    assert i18n.trn("{count} photo", "{count} photos", 1200) == "1,200 张照片"
    assert i18n.tr("no such text {a}", a=1) == "no such text 1"


def test_unknown_language_is_english() -> None:
    assert i18n.set_language("../../etc/passwd") == "en"
    assert i18n.set_language("tlh") == "en"
    assert i18n.language() == "en"
    assert i18n.qt_translator() is None or i18n.tr("Remove") == "Remove"
