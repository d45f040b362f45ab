"""Decisions: both photos are named, and forgetting needs a choice."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kindred.engine.types import Photo
from kindred.gui.history.decisions_view import DecisionsView
from kindred.gui.services.thumbnails import Thumbnails


@pytest.fixture
def view(photo: Callable[..., Photo], thumbnails: Thumbnails, qtbot: QtBot) -> DecisionsView:
    made = DecisionsView(thumbnails)
    qtbot.addWidget(made)
    first, second, third = photo(1), photo(2), photo(3)
    decisions = [
        SimpleNamespace(first=first, second=other, at="2026-11-18T09:00:00")
        for other in (second, third)
    ]
    made.model.set_values(decisions)
    made.show()
    return made


def test_both_photos_are_named(view: DecisionsView) -> None:
    told = view.model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "1.jpg" in told and "3.jpg" in told


def test_the_chosen_decisions_are_forgotten(view: DecisionsView, qtbot: QtBot) -> None:
    view.list.selectAll()
    with qtbot.waitSignal(view.forget_asked) as heard:
        view.forget()
    assert [decision.second.path.name for decision in heard.args[0]] == ["2.jpg", "3.jpg"]


def test_forgetting_needs_a_choice(view: DecisionsView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.forget_asked):
        view.forget()


def test_rows_show_the_photos(
    view: DecisionsView, thumbnails: Thumbnails, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbnails, "pixmap", lambda *_: None)
    without = view.list.viewport().grab().toImage()
    monkeypatch.undo()
    qtbot.waitUntil(lambda: view.list.viewport().grab().toImage() != without)
