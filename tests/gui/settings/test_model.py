"""Models are downloaded on request, programs run only after a yes, the device is kept."""

from typing import Any

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from kindred.engine.errors import ModelError
from kindred.engine.messages import Code
from kindred.gui.services.preferences import Settings
from kindred.gui.services.tasks import Tasks
from kindred.gui.settings.model import ModelSettings
from tests.support.settings_library import SettingsLibrary


@pytest.fixture
def models(shown: Any, qtbot: QtBot) -> ModelSettings:
    made = shown(ModelSettings)
    qtbot.waitUntil(lambda: made.list.count() == 3)
    return made


def test_a_model_is_downloaded_then_used(
    models: ModelSettings, settings: Settings, qtbot: QtBot
) -> None:
    models.list.setCurrentRow(1)
    models.use()
    assert settings.scan_options().model == "builtin"
    models.download()
    qtbot.waitUntil(lambda: "ResNet-50 is here" in models.note)
    qtbot.waitUntil(lambda: "· downloaded" in models.list.item(1).text())
    models.use()
    assert settings.scan_options().model == "resnet50"


def test_a_failed_download_leaves_the_page_usable(
    models: ModelSettings, settings_library: SettingsLibrary, tasks: Tasks, qtbot: QtBot
) -> None:
    settings_library.error = ModelError(Code.DOWNLOAD_FAILED, model="ResNet-50", why="No network")
    models.list.setCurrentRow(1)
    with qtbot.waitSignal(tasks.failed):
        models.download()
    qtbot.waitUntil(lambda: not models.downloading)


@pytest.mark.parametrize("agrees", [True, False])
def test_a_program_is_used_only_after_a_yes(
    models: ModelSettings,
    settings: Settings,
    settings_library: SettingsLibrary,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    agrees: bool,
) -> None:
    button = QMessageBox.StandardButton
    asked = []

    def answer(box: QMessageBox) -> object:
        asked.append((box.text(), box.standardButton(box.defaultButton())))
        return button.Yes if agrees else button.No

    monkeypatch.setattr(QMessageBox, "exec", answer)
    models.list.setCurrentRow(2)
    models.use()
    ((text, default),) = asked
    assert "own.pt" in text and "program that can do anything" in text and default == button.No
    if agrees:
        qtbot.waitUntil(lambda: settings.scan_options().model == "own.pt")
    assert settings.scan_options().model == ("own.pt" if agrees else "builtin")
    assert settings_library.trusted == (["own.pt"] if agrees else [])


def test_the_device_is_kept_and_shown(
    models: ModelSettings, settings: Settings, qtbot: QtBot
) -> None:
    models.device.setCurrentIndex(models.device.findData("cpu"))
    models.device.activated.emit(1)
    assert settings.scan_options().device == "cpu"
    qtbot.waitUntil(lambda: models.runs_on == "Runs on: CPU")
