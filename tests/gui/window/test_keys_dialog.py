"""The page of keys: it names every key that a button of the window has, and fits its texts."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from kindred.engine.types import Group
from kindred.gui.compare.compare_view import CompareView
from kindred.gui.history.history_page import HistoryPage
from kindred.gui.review.review_page import ReviewPage
from kindred.gui.search.query_card import QueryCard
from kindred.gui.services.context import Context
from kindred.gui.window.keys_dialog import KEYS, KeysDialog
from kindred.gui.window.top_bar import TopBar

TOLD = {key for column in KEYS for _, keys in column for key in keys}


def test_every_key_of_a_button_is_told(
    shelf: Callable[[list[Group]], Context], qtbot: QtBot
) -> None:
    context = shelf([])
    pages = TopBar(), ReviewPage(context), HistoryPage(context), QueryCard()
    for page in pages:
        qtbot.addWidget(page)
    keys = {cut.key().toString() for page in pages for cut in page.findChildren(QShortcut)}
    assert {"K", "F1", "C", "Del"} <= keys
    numbered = {f"Ctrl+{number}" for number in range(1, 7)}
    numbered |= {f"Alt+{number}" for number in range(1, 10)}
    assert keys - numbered <= TOLD


def test_every_key_of_the_compare_view_is_told(
    shelf: Callable[[list[Group]], Context], qtbot: QtBot
) -> None:
    view = CompareView(shelf([]))
    qtbot.addWidget(view)
    compare = next(keys for column in KEYS for where, keys in column if where == "Compare")
    told = {word for key in compare for word in key.split()}
    named = {"Esc": Qt.Key.Key_Escape, "←": Qt.Key.Key_Left, "→": Qt.Key.Key_Right}
    named |= {"↑": Qt.Key.Key_Up, "↓": Qt.Key.Key_Down, "−": Qt.Key.Key_Minus}
    there = {key for name, key in named.items() if name in told}
    there |= {Qt.Key(ord(letter)) for letter in "KXZFRSP+" if letter in told}
    there |= {Qt.Key(ord(digit)) for digit in "12345"} if "1 – 5" in compare else set()
    others = {Qt.Key.Key_E, Qt.Key.Key_Equal, Qt.Key.Key_Space}  # other names of the same
    assert set(view._keys) - others == there
    assert "Ctrl+Z" in told


def test_f1_shows_them(qtbot: QtBot) -> None:
    bar, seen = TopBar(), []
    qtbot.addWidget(bar)
    bar.show()
    bar.activateWindow()
    qtbot.waitUntil(bar.isActiveWindow)

    def shown() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, KeysDialog)
        seen.extend(label.text() for label in dialog.findChildren(QLabel))
        dialog.close()

    QTimer.singleShot(200, shown)
    qtbot.keyClick(bar, Qt.Key.Key_F1)
    assert {"Review", "Space", "Not duplicates"} <= set(seen)
