"""The grid of results: cards fill the width, headings begin a line, the choice is in order."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kindred.engine.types import Hit, Kind, Photo, Relation
from kindred.gui.search.hit_model import HitModel
from kindred.gui.search.hit_view import HitView
from kindred.gui.services.thumbnails import Thumbnails


@pytest.fixture
def view(photo: Callable[..., Photo], thumbnails: Thumbnails, qtbot: QtBot) -> HitView:
    model = HitModel()
    made = HitView(model, thumbnails)
    qtbot.addWidget(made)
    made.model_kept = model
    made.resize(700, 500)
    copy = Relation(0, 1, Kind.COPY, 0.9, 1.0)
    found = ((1, 0.99, copy), (2, 0.95, copy), (3, 0.3, None))
    hits = [Hit(photo(n), value, relation) for n, value, relation in found]
    model.set_hits(hits)
    made.show()
    qtbot.waitUntil(lambda: made.visualRect(model.index(4, 0)).isValid())
    return made


def test_headings_begin_a_line_and_cards_stand_beside_each_other(view: HitView) -> None:
    rects = [view.visualRect(view.model().index(row, 0)) for row in range(5)]
    assert rects[0].width() > 2 * rects[1].width()
    assert rects[1].top() == rects[2].top() >= rects[0].bottom()
    assert rects[3].top() >= rects[1].bottom()
    assert rects[4].left() == rects[1].left()


def test_the_chosen_hits_come_best_first_without_headings(view: HitView) -> None:
    view.choose_first()
    assert [hit.similarity for hit in view.chosen] == [0.99]
    for row in (4, 2):
        view.selectionModel().select(
            view.model().index(row, 0), QItemSelectionModel.SelectionFlag.Select
        )
    assert [hit.similarity for hit in view.chosen] == [0.99, 0.95, 0.3]
    view.selectAll()
    assert len(view.chosen) == 3


def test_arrow_keys_go_over_headings(view: HitView, qtbot: QtBot) -> None:
    key = Qt.Key
    view.choose_first()
    seen = []
    for pressed in (
        key.Key_Right,
        key.Key_Down,
        key.Key_Down,
        key.Key_Up,
        key.Key_Right,
        key.Key_Right,
        key.Key_Left,
        key.Key_Left,
        key.Key_Left,
    ):
        qtbot.keyClick(view, pressed)
        seen += [hit.similarity for hit in view.chosen]
    assert seen == [0.95, 0.3, 0.3, 0.99, 0.95, 0.3, 0.95, 0.99, 0.99]


def test_only_a_hit_has_a_menu(view: HitView, qtbot: QtBot) -> None:
    heard: list[int] = []
    view.menu_asked.connect(lambda asked: heard.append(asked.row))
    for row in (0, 1):
        at = view.visualRect(view.model().index(row, 0)).center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at))
        QApplication.sendEvent(view.viewport(), event)
    assert heard == [1]  # a heading has none
