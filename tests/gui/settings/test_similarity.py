"""The meaning of similarity is shown, fitted and reset."""

from typing import Any

from pytestqt.qtbot import QtBot

from kindred.gui.settings.similarity import SimilaritySettings
from tests.support.settings_library import SettingsLibrary


def test_calibration_is_fitted_and_reset(shown: Any, qtbot: QtBot) -> None:
    page = shown(SimilaritySettings)
    qtbot.waitUntil(lambda: page.values["similar"].text() == "80.0%")
    page.fit()
    qtbot.waitUntil(lambda: page.values["similar"].text() == "75.0%")
    assert "30 pairs" in page.result.text() and "22" in page.result.text()
    page.reset()
    qtbot.waitUntil(lambda: page.values["similar"].text() == "80.0%")
    assert page.values["copy_precision_99"].text() == "90.0%"


def test_before_the_first_scan_there_is_none(
    shown: Any, settings_library: SettingsLibrary, qtbot: QtBot
) -> None:
    settings_library.own = None
    page = shown(SimilaritySettings)
    page.fit()
    qtbot.waitUntil(lambda: page.values["similar"].text() == "75.0%")
    page.reset()
    qtbot.waitUntil(lambda: page.values["similar"].text() == "–")


def test_the_gap_of_bursts_is_set(
    shown: Any, settings_library: SettingsLibrary, qtbot: QtBot
) -> None:
    page = shown(SimilaritySettings)
    assert page.gap.currentText() == "1 second"
    page.gap.setCurrentIndex(page.gap.findData("5"))
    page.gap.activated.emit(page.gap.currentIndex())
    qtbot.waitUntil(lambda: settings_library.burst_gap() == 5.0)
