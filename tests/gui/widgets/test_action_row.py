"""Buttons in a row lose their words from the right, never their names."""

from pytestqt.qtbot import QtBot

from kindred.gui.widgets.action_row import ActionRow
from kindred.gui.widgets.buttons import button


def test_words_are_left_out_where_there_is_no_room_and_come_back(qtbot: QtBot) -> None:
    row = ActionRow()
    qtbot.addWidget(row)
    made = [button(name, "check", name, lambda: None, key=name[0]) for name in ("Keep", "Remove")]
    row.fill(*made)
    row.show()
    row.resize(600, 40)
    assert [one.text() for one in made] == ["Keep (K)", "Remove (R)"]
    row.resize(made[0].sizeHint().width() + 60, 40)
    assert [one.text() for one in made] == ["Keep (K)", ""]
    assert made[1].accessibleName() == "Remove"
    row.resize(80, 40)
    assert [one.text() for one in made] == ["", ""]
    row.resize(600, 40)
    assert [one.text() for one in made] == ["Keep (K)", "Remove (R)"]
