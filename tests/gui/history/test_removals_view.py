"""Removals: summed up, each photo's state told, and only what is in the trash put back."""

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from kindred.engine.messages import Code, tell
from kindred.engine.paths import Home
from kindred.engine.types import Batch, BatchItem, State
from kindred.gui.history.removals_view import STATES, RemovalsView
from kindred.gui.services.thumbnails import Thumbnails
from tests.support.drawing import draw


def item(name: str, state: State, **more: Any) -> BatchItem:
    trashed = Path("/trash") / name if state is State.REMOVED else None
    return BatchItem(Path("/photos/a") / name, trashed, state, size=1000, **more)


NEW = Batch(
    2,
    "2026-11-20T10:00:00+00:00",
    (
        item("1.jpg", State.REMOVED),
        item("1.xmp", State.REMOVED, companion=True),
        item("2.jpg", State.KEPT, note=tell(Code.PROTECTED)),
    ),
)
OLD = Batch(1, "2026-11-19T10:00:00+00:00", (item("3.jpg", State.RESTORED),))


@pytest.fixture
def view(qtbot: QtBot, thumbnails: Thumbnails) -> RemovalsView:
    made = RemovalsView(thumbnails)
    qtbot.addWidget(made)
    made.show_batches([NEW, OLD])
    return made


def test_every_state_has_words() -> None:
    assert set(STATES) == set(State)


def test_batches_are_summed_up(view: RemovalsView) -> None:
    text = view.list.item(0).text()
    assert "2 photos" in text and "3.0 kB" in text and "1 folder" in text


def test_the_state_of_each_photo_is_told(view: RemovalsView) -> None:
    rows = [view.items.topLevelItem(row) for row in range(3)]
    assert [row.text(2) for row in rows] == [
        "in the trash",
        "in the trash",
        "left in place: It lies in a protected folder.",
    ]


def test_a_batch_is_put_back(view: RemovalsView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.undo_asked) as heard:
        view.undo()
    assert heard.args == [2]


def test_what_is_back_is_not_put_back_again(view: RemovalsView, qtbot: QtBot) -> None:
    view.list.setCurrentRow(1)
    with qtbot.assertNotEmitted(view.undo_asked):
        view.undo()


def test_the_chosen_batch_stays_chosen_until_there_is_a_newer_one(view: RemovalsView) -> None:
    view.list.setCurrentRow(1)
    view.show_batches([Batch(3, "2026-11-21T10:00:00+00:00", ()), NEW, OLD])
    assert view.list.currentRow() == 0  # what undo would put back
    view.list.setCurrentRow(2)
    view.show_batches([Batch(3, "2026-11-21T10:00:00+00:00", ()), NEW, OLD])
    assert view.current is not None and view.current.id == 1
    view.show_batches([])
    assert view.current is None and view.items.topLevelItemCount() == 0


def test_what_was_removed_is_seen_and_nothing_of_it_kept(
    qtbot: QtBot, thumbnails: Thumbnails, kindred_home: Home, tmp_path: Path
) -> None:
    there = tmp_path / "trash" / "1.jpg"
    there.parent.mkdir()
    draw(1).save(there)
    gone = BatchItem(tmp_path / "1.jpg", there, State.REMOVED, size=1, digest="1" * 64)
    view = RemovalsView(thumbnails)
    qtbot.addWidget(view)
    view.resize(900, 400)
    with qtbot.waitSignal(thumbnails.ready):
        view.show_batches([Batch(1, "2026-11-19T10:00:00+00:00", (gone,))])
        view.show()
    view.grab()
    assert thumbnails.held > 0
    assert not [file for file in kindred_home.cache.rglob("*") if file.is_file()]
