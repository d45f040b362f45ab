"""The settings: every page opens, and every control has a name and a tip."""

import pytest
from pytestqt.qtbot import QtBot

from kindred.gui.services.context import Context
from kindred.gui.settings.settings_dialog import SettingsDialog
from tests.support.controls import lacking


@pytest.fixture
def dialog(settings_context: Context, qtbot: QtBot) -> SettingsDialog:
    made = SettingsDialog(None, settings_context)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize("row", range(6))
def test_every_page_opens_and_is_told(dialog: SettingsDialog, qtbot: QtBot, row: int) -> None:
    dialog.list.setCurrentRow(row)
    qtbot.wait(50)
    assert dialog.pages[row].isVisible()
    assert not lacking(dialog)


def test_no_other_pages(dialog: SettingsDialog) -> None:
    assert dialog.list.count() == 6
