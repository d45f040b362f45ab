"""The keeper rules: order, switches and presets reach the library, and are previewed."""

from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kindred.engine.judgement import keeper
from kindred.gui.settings.keeper_rules import KeeperRulesSettings
from kindred.gui.widgets import theme
from tests.gui.widgets.test_theme import contrast
from tests.support.settings_library import SettingsLibrary


@pytest.fixture
def editor(shown: Any, qtbot: QtBot) -> KeeperRulesSettings:
    made = shown(KeeperRulesSettings)
    qtbot.waitUntil(lambda: made.list.topLevelItemCount() == len(keeper.DEFAULT_RULES))
    return made


def decided(editor: KeeperRulesSettings) -> dict[str, str]:
    items = (editor.list.topLevelItem(row) for row in range(editor.list.topLevelItemCount()))
    return {item.data(0, Qt.ItemDataRole.UserRole): item.text(1) for item in items}


def test_the_preview_counts_the_groups_each_rule_decides(
    editor: KeeperRulesSettings, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: decided(editor)["detail"] == "1 group")
    assert decided(editor)["raw"] == "–"


def test_switching_a_rule_off_is_kept_and_previewed(
    editor: KeeperRulesSettings, settings_library: SettingsLibrary, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: decided(editor)["detail"] == "1 group")
    place = editor.names.index("detail")
    editor.list.topLevelItem(place).setCheckState(0, Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: "detail" not in settings_library.names)
    qtbot.waitUntil(lambda: decided(editor)["path"] == "1 group")
    assert decided(editor)["detail"] == "–"


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_rule_that_is_off_has_a_box_to_be_seen(
    editor: KeeperRulesSettings, qapp: QApplication, look: str
) -> None:
    theme.choose(qapp, look)
    item = editor.list.topLevelItem(1)
    item.setCheckState(0, Qt.CheckState.Unchecked)
    line = editor.list.visualItemRect(item)
    box = QRect(line.left(), line.top(), line.height(), line.height())
    image = editor.list.viewport().grab(box).toImage()
    drawn = [image.pixelColor(x, box.height() // 2) for x in range(box.width())]
    assert max(contrast(colour, theme.tokens().surface) for colour in drawn) >= 3  # WCAG 1.4.11


def test_a_rule_is_moved(
    editor: KeeperRulesSettings, settings_library: SettingsLibrary, qtbot: QtBot
) -> None:
    editor.list.setCurrentItem(editor.list.topLevelItem(1))
    editor.move_rule(-1)
    editor.move_rule(-1)
    qtbot.waitUntil(lambda: list(settings_library.names)[:2] == ["raw", "whole"])
    assert editor.names == list(settings_library.names)


def test_presets_are_used_and_own_ones_saved(
    editor: KeeperRulesSettings, settings_library: SettingsLibrary, qtbot: QtBot
) -> None:
    assert editor.presets.currentText() == "Best picture"
    editor.presets.setCurrentIndex(editor.presets.findText("Oldest first"))
    editor.presets.activated.emit(editor.presets.currentIndex())
    wanted = keeper.PRESETS["oldest first"]
    qtbot.waitUntil(lambda: tuple(settings_library.names) == wanted)
    editor.list.setCurrentItem(editor.list.topLevelItem(0))
    editor.move_rule(1)
    assert editor.presets.currentText() == "Own order"
    editor.save_preset("Mine")
    qtbot.waitUntil(lambda: editor.presets.currentText() == "Mine")
    assert settings_library.values["keeper presets"] == {"Mine": editor.names}
