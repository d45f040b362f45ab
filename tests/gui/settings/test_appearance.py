"""Theme and language are kept; the theme changes at once."""

from typing import Any

import pytest

from kindred.gui.services.preferences import Settings
from kindred.gui.settings.appearance import AppearanceSettings
from kindred.gui.widgets import theme


def test_the_theme_changes_at_once_and_the_language_is_kept(
    shown: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = []
    monkeypatch.setattr(theme, "choose", lambda _app, name: chosen.append(name))
    page = shown(AppearanceSettings)
    page.theme.setCurrentIndex(page.theme.findData("dark"))
    page.theme.activated.emit(page.theme.currentIndex())
    assert chosen == ["dark"] and settings.text("look/theme", "") == "dark"
    page.language.setCurrentIndex(page.language.findData("zh_CN"))
    heard = []
    page.language_changed.connect(lambda: heard.append(True))
    for _ in range(2):
        page.language.activated.emit(page.language.currentIndex())
    assert heard == [True]  # once: the same again is no change
    assert settings.text("look/language", "") == "zh_CN"
