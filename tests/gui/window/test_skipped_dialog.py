"""Skipped files are listed with their reasons."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kindred.engine.types import SkippedFile, SkipReason
from kindred.gui.window.skipped_dialog import SkippedDialog
from tests.support.controls import lacking


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
