"""The top bar: the button of the review page says how many groups there are, to everyone."""

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kindred.gui.window.top_bar import TopBar


@pytest.mark.parametrize(("count", "text"), [(1200, "Review (1,200)"), (0, "Review")])
def test_the_number_of_groups_is_said(qtbot: QtBot, count: int, text: str) -> None:
    bar = TopBar()
    qtbot.addWidget(bar)
    bar.show_groups(5)
    bar.show_groups(count)
    assert bar.button("review").text() == text == bar.button("review").accessibleName()


def test_what_is_least_needed_gives_way_to_the_pages(qtbot: QtBot) -> None:
    bar = TopBar()
    qtbot.addWidget(bar)
    bar.show()
    bar.resize(1280, 48)
    wide = [label.isVisible() for label in bar.findChildren(QLabel)]
    assert all(wide) and not bar.button("history").icon().isNull()
    bar.resize(900, 48)
    assert [label.text() for label in bar.findChildren(QLabel) if label.isVisible()][1:] == [
        "Kindred"
    ]
    bar.resize(620, 48)
    assert bar.button("history").icon().isNull()
    ends = bar.button("incoming").geometry().right()
    assert bar.button("incoming").isVisible() and ends < bar.width()
    bar.resize(1280, 48)
    assert not bar.button("history").icon().isNull()
