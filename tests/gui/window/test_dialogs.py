"""The small dialogs: skipped files with reasons, errors as plain text, bugs with details."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from kindred.engine.errors import KindredError
from kindred.engine.types import SkippedFile, SkipReason
from kindred.gui.window.dialogs import SkippedDialog, show_bug, show_error
from tests.support.controls import lacking


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


def test_skipped_files_are_listed_with_their_reasons(qtbot: QtBot) -> None:
    skipped = [
        SkippedFile(Path("/a/b.jpg"), SkipReason.DAMAGED, "ends early"),
        SkippedFile(Path("/a/c.jpg"), SkipReason.EMPTY, ""),
        SkippedFile(Path("/a/a.jpg"), SkipReason.DAMAGED, "ends early"),
    ]
    dialog = SkippedDialog(None, skipped)
    qtbot.addWidget(dialog)
    model = dialog.model
    cells = [[model.index(row, column).data() for column in range(4)] for row in range(3)]
    assert cells[0] == ["a.jpg", "damaged", "/a", "ends early"]
    assert cells[2][:2] == ["c.jpg", "empty file"]
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert "3 files could not be used" in texts
    assert "damaged: 2 · empty file: 1" in texts


def test_an_error_is_one_plain_sentence(qtbot: QtBot) -> None:
    seen = []

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, QMessageBox)
        seen.append((dialog.text(), dialog.textFormat()))

    answer(look)
    show_error(None, KindredError("<b>name</b> is gone."))
    assert seen == [("<b>name</b> is gone.", Qt.TextFormat.PlainText)]


def test_the_details_of_a_bug_can_be_copied(qtbot: QtBot) -> None:
    def look(dialog: QDialog) -> None:
        copy = [b for b in dialog.findChildren(QPushButton) if b.text() == "Copy details"]
        qtbot.mouseClick(copy[0], Qt.MouseButton.LeftButton)

    answer(look)
    show_bug(None, "Traceback: it broke")
    assert QGuiApplication.clipboard().text() == "Traceback: it broke"


@pytest.mark.parametrize("reason", list(SkipReason))
def test_every_reason_has_a_tooltip(qtbot: QtBot, reason: SkipReason) -> None:
    dialog = SkippedDialog(None, [SkippedFile(Path("/a/b.jpg"), reason, "why")])
    qtbot.addWidget(dialog)
    tip = dialog.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert str(reason) in tip and "why" in tip and "/a/b.jpg" in tip


def test_every_control_is_told(qtbot: QtBot) -> None:
    dialog = SkippedDialog(None, [SkippedFile(Path("/a/b.jpg"), SkipReason.EMPTY, "")])
    qtbot.addWidget(dialog)
    dialog.show()
    assert not lacking(dialog)
