"""Words: the catalogue is complete, its placeholders agree, and unknown languages are English."""

import ast
import json
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from kindred.engine.grouping.groups import CENTRE, HUB
from kindred.engine.judgement.keeper import PRESETS, rank
from kindred.engine.judgement.keeper_rules import RULES
from kindred.engine.types import EditName, Kind, Photo, PhotoInfo, SkipReason
from kindred.gui.services import i18n

ROOT = Path(__file__).resolve().parents[3]
INFO = PhotoInfo(4, 3, "JPEG")
TWINS = [Photo(Path(name), "", number, 1, 0, INFO) for number, name in enumerate("ab")]
TEXTS = {"tr": 1, "trn": 2, "later": 1}  # function -> how many of its first arguments are texts


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


def engine_words() -> set[str]:
    """The fixed words of the engine that the window shows: kinds, rules, stages."""
    found = {str(word) for words in (Kind, SkipReason, EditName) for word in words}
    found |= {rule.label for rule in RULES.values()} | set(PRESETS) | set(i18n.LANGUAGES.values())
    found |= {reason.text for reason in rank(TWINS, rules=()).reasons} | {HUB.text, CENTRE.text}
    for file in (ROOT / "engine").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            starts = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if starts and node.func.attr == "start" and len(node.args) == 2:
                found |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    return found


def test_every_text_has_a_chinese_entry() -> None:
    words = i18n.catalogue("zh_CN")
    missing = {text: where for where, text in texts() if text not in words}
    missing |= {word: "engine" for word in engine_words() if word not in words}
    assert not missing, json.dumps(missing, indent=1, ensure_ascii=False)


def test_no_entry_is_left_over() -> None:
    used = {text for _, text in texts()} | engine_words()
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
