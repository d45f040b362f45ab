"""Pages of the settings: headed parts in order, rows, forms and boxes to choose from."""

from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from kindred.gui.settings.page import SettingsPage, choice, form, row


def test_parts_lie_below_each_other_under_their_headings(qtbot: QtBot) -> None:
    page = SettingsPage()
    qtbot.addWidget(page)
    first, second, third = QPushButton("one"), QPushButton("two"), QLineEdit()
    page.begin("First", "What it means")
    page.add(row(first, second))
    page.begin("Second")
    page.add(form({"Name": third}))
    page.end()
    page.resize(400, 600)
    page.show()
    labels = [label.text() for label in page.findChildren(QLabel)]
    assert labels == ["First", "What it means", "Second", "Name"]
    assert first.y() == second.y() and second.x() + second.width() < page.width() - 50
    assert third.y() > second.y()
    assert third.y() + third.height() < 300  # the room is left below


def test_one_of_a_row_takes_the_room_that_is_left(qtbot: QtBot) -> None:
    page = SettingsPage()
    qtbot.addWidget(page)
    box, save = QLineEdit(), QPushButton("save")
    page.add(row(box, save, stretch=box))
    page.resize(500, 200)
    page.show()
    assert box.width() > 2 * save.width()


def test_a_value_that_is_no_choice_any_more_is_the_first(qtbot: QtBot) -> None:
    names = {"system": "System", "dark": "Dark"}
    assert choice(names, "dark", name="Theme", tip="").currentData() == "dark"
    box = choice(names, "blue", name="Theme", tip="How it looks")
    assert (box.currentData(), box.accessibleName(), box.toolTip()) == (
        "system",
        "Theme",
        "How it looks",
    )
