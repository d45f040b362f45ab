"""The page that invites: its texts are centred, its widgets usable."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from kindred.gui.widgets.empty_page import drop_zone


def test_everything_given_is_shown(qtbot: QtBot) -> None:
    press = QPushButton("Press")
    page = drop_zone("search", "A title", "What to do.", press, "or not")
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    assert press.isVisible()
    labels = [label for label in page.findChildren(QLabel) if label.text()]
    assert [label.text() for label in labels] == ["A title", "What to do.", "or not"]
    assert all(label.alignment() == Qt.AlignmentFlag.AlignCenter for label in labels)
