"""The top bar: the button of the review page says how many groups there are, to everyone."""

import pytest
from pytestqt.qtbot import QtBot

from kindred.gui.window.top_bar import TopBar


@pytest.mark.parametrize(("count", "text"), [(1200, "Review (1,200)"), (0, "Review")])
def test_the_number_of_groups_is_said(qtbot: QtBot, count: int, text: str) -> None:
    bar = TopBar()
    qtbot.addWidget(bar)
    bar.show_groups(5)
    bar.show_groups(count)
    assert bar.button("review").text() == text == bar.button("review").accessibleName()
