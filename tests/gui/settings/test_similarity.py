"""The meaning of similarity is shown, fitted and reset."""

from typing import Any

from pytestqt.qtbot import QtBot

from kindred.gui.settings.similarity import SimilaritySettings
from tests.support.settings_library import SettingsLibrary


def test_calibration_is_fitted_and_reset(shown: Any, qtbot: QtBot) -> None:
    page = shown(SimilaritySettings)
    qtbot.waitUntil(lambda: page.values["similar"].text() == "0.800")
    page.fit()
    qtbot.waitUntil(lambda: page.values["similar"].text() == "0.750")
    assert "30 pairs" in page.result.text() and "22" in page.result.text()
    page.reset()
    qtbot.waitUntil(lambda: page.values["similar"].text() == "0.800")
    assert page.values["copy_precision_99"].text() == "90.0%"


def test_before_the_first_scan_there_is_none(
    shown: Any, settings_library: SettingsLibrary, qtbot: QtBot
) -> None:
    settings_library.own = None
    page = shown(SimilaritySettings)
    page.fit()
    qtbot.waitUntil(lambda: page.values["similar"].text() == "0.750")
    page.reset()
    qtbot.waitUntil(lambda: page.values["similar"].text() == "–")
