"""Windows stay within the screen, whatever size they were asked to have."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kindred.gui.widgets.screen_fit import keep_within, open_at


def test_no_window_opens_larger_than_the_screen(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    room = window.screen().availableGeometry()
    open_at(window, 300, 200)
    assert (window.width(), window.height()) == (300, 200)
    open_at(window, 9000, 9000)
    assert room.contains(window.rect().translated(room.topLeft()))


def test_a_shown_window_is_brought_back_whole(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    room = window.screen().availableGeometry()
    window.setGeometry(room.right() - 50, room.bottom() - 50, 400, 300)
    keep_within(window)
    assert room.contains(window.frameGeometry())
    assert window.size().width() == 400
    window.setGeometry(room.left(), room.top(), room.width() + 500, room.height() + 500)
    keep_within(window)
    assert room.contains(window.frameGeometry())
