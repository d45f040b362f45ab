"""The bar: every button says what was clicked, and a long title is shortened."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from kindred.gui.compare.canvas import Mode
from kindred.gui.compare.compare_bar import MODES, CompareBar


@pytest.fixture
def bar(qtbot: QtBot) -> CompareBar:
    made = CompareBar()
    qtbot.addWidget(made)
    made.resize(1000, 52)
    made.show()
    return made


def button(bar: CompareBar, text: str) -> QToolButton:
    return next(made for made in bar.findChildren(QToolButton) if made.text() == text)


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_has_a_button(bar: CompareBar, qtbot: QtBot, mode: Mode) -> None:
    made = button(bar, MODES[mode][0])
    with qtbot.waitSignal(bar.mode_chosen) as heard:
        qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
    assert heard.args == [mode]
    bar.show_mode(mode)
    assert made.isChecked()
    assert sum(other.isChecked() for other in bar.findChildren(QToolButton)) == 1


def test_there_is_nothing_to_step_to_in_a_group_of_two(bar: CompareBar, qtbot: QtBot) -> None:
    bar.show_title("1 of 1", others=1)
    assert not button(bar, "‹").isEnabled()
    bar.show_title("1 of 2", others=2)
    with qtbot.waitSignal(bar.stepped) as heard:
        qtbot.mouseClick(button(bar, "›"), Qt.MouseButton.LeftButton)
    assert heard.args == [1]


def test_a_long_title_is_shortened_and_told_whole(bar: CompareBar) -> None:
    long = "1 of 2 · copy · " + ", ".join(["resized to 50%"] * 40)
    bar.show_title(long, others=2)
    label = next(made for made in bar.findChildren(QLabel) if made.toolTip() == long)
    assert label.text().endswith("…") and bar.title == long
    assert bar.width() == 1000
