"""The history page: removals with their way back, and decisions that can be forgotten."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kindred.engine.messages import Code, tell
from kindred.engine.types import Batch, BatchItem, Photo, State
from kindred.gui.history.history_page import HistoryPage
from kindred.gui.services.context import Context
from kindred.gui.services.preferences import Settings
from kindred.gui.services.tasks import Tasks
from kindred.gui.services.thumbnails import Thumbnails
from tests.support.controls import lacking


def item(name: str, state: State, **more: Any) -> BatchItem:
    trashed = Path("/trash") / name if state is State.REMOVED else None
    return BatchItem(Path("/photos/a") / name, trashed, state, size=1000, **more)


class FakeLibrary:
    """Two removals, the newest first, and one decision."""

    def __init__(self, decision: Any) -> None:
        items = (
            item("1.jpg", State.REMOVED),
            item("1.xmp", State.REMOVED, companion=True),
            item("2.jpg", State.KEPT, note=tell(Code.PROTECTED)),
        )
        self.removals = [
            Batch(2, "2026-11-20T10:00:00+00:00", items),
            Batch(1, "2026-11-19T10:00:00+00:00", (item("3.jpg", State.RESTORED),)),
        ]
        self.settled = [decision]

    def batches(self) -> list[Batch]:
        return self.removals

    def decisions(self) -> list[Any]:
        return list(self.settled)

    def forget(self, decision: Any) -> None:
        self.settled.remove(decision)


@pytest.fixture
def library(photo: Callable[..., Photo]) -> FakeLibrary:
    return FakeLibrary(SimpleNamespace(first=photo(1), second=photo(2), at="2026-11-18T09:00:00"))


@pytest.fixture
def page(
    qtbot: QtBot, library: FakeLibrary, tasks: Tasks, thumbnails: Thumbnails, settings: Settings
) -> HistoryPage:
    made = HistoryPage(Context(library, tasks, thumbnails, settings))
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


@pytest.fixture
def filled(page: HistoryPage, qtbot: QtBot) -> HistoryPage:
    page.refresh()
    qtbot.waitUntil(lambda: page.batches.list.count() == 2)
    return page


def test_nothing_removed_is_said(page: HistoryPage, library: FakeLibrary, qtbot: QtBot) -> None:
    library.removals, library.settled = [], []
    with qtbot.waitSignal(page.shown):
        page.refresh()
    assert page.batches.isHidden() and page.decisions.isHidden()


def test_a_batch_is_put_back(filled: HistoryPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(filled.undo_asked) as heard:
        filled.batches.undo()
    assert heard.args == [2]


def test_a_decision_is_forgotten(filled: HistoryPage, library: FakeLibrary, qtbot: QtBot) -> None:
    filled.show_tab(1)
    assert filled.decisions.isVisible()
    filled.decisions.list.setCurrentIndex(filled.decisions.model.index(0, 0))
    told = filled.decisions.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "1.jpg" in told and "2.jpg" in told
    with qtbot.waitSignal(filled.decisions_changed):
        filled.decisions.forget()
    assert library.settled == []
    qtbot.waitUntil(lambda: not filled.decisions.isVisible())


@pytest.mark.parametrize("tab", [0, 1])
def test_every_control_is_told(filled: HistoryPage, tab: int) -> None:
    filled.show_tab(tab)
    assert not lacking(filled)
