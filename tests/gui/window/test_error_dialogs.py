"""Errors are told as plain text, bugs with details."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from kindred.engine.errors import KindredError
from kindred.engine.messages import Code
from kindred.gui.window.error_dialogs import show_bug, show_error


def answer(look: Callable[[QDialog], None]) -> None:
    """Look at the next modal dialog, then close it."""

    def now() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        try:
            look(dialog)
        finally:
            dialog.reject()

    QTimer.singleShot(0, now)


def test_an_error_is_one_plain_sentence(qtbot: QtBot) -> None:
    seen = []

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, QMessageBox)
        seen.append((dialog.text(), dialog.textFormat()))

    answer(look)
    show_error(None, KindredError(Code.NO_FOLDER, path="/<b>name</b>"))
    assert seen == [("There is no folder /<b>name</b>.", Qt.TextFormat.PlainText)]


def test_the_details_of_a_bug_can_be_copied(qtbot: QtBot) -> None:
    def look(dialog: QDialog) -> None:
        copy = [b for b in dialog.findChildren(QPushButton) if b.text() == "Copy details"]
        qtbot.mouseClick(copy[0], Qt.MouseButton.LeftButton)

    answer(look)
    show_bug(None, "Traceback: it broke")
    assert QGuiApplication.clipboard().text() == "Traceback: it broke"
