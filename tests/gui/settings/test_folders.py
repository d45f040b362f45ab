"""Protected and preferred folders reach the library."""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from kindred.gui.services import i18n
from kindred.gui.settings.folders import FolderSettings
from tests.support.settings_library import SettingsLibrary


def test_folders_are_protected_preferred_and_taken_off(
    shown: Any, settings_library: SettingsLibrary, qtbot: QtBot, tmp_path: Path
) -> None:
    page = shown(FolderSettings)
    page.protected.add(tmp_path)
    page.preferred.add(tmp_path / "best")
    qtbot.waitUntil(lambda: page.protected.folders == [tmp_path] == settings_library.guarded)
    qtbot.waitUntil(lambda: page.preferred.folders == [tmp_path / "best"])
    page.protected.list.setCurrentRow(0)
    page.protected.remove()
    qtbot.waitUntil(lambda: settings_library.guarded == [] == page.protected.folders)
    assert settings_library.values["preferred folders"] == [str(tmp_path / "best")]


def test_buttons_are_called_by_list_and_action_in_every_language(shown: Any) -> None:
    i18n.set_language("zh_CN")
    page = shown(FolderSettings)
    names = [button.accessibleName() for button in page.protected.findChildren(QPushButton)]
    assert names == [
        f"{i18n.tr('Protected folders')}: {i18n.tr(action)}"
        for action in ("Add a folder…", "Take off the list")
    ]
    assert not [letter for name in names for letter in name if "a" <= letter.lower() <= "z"]
