"""The linked view: wheel, drag and double click move both photos to the same detail."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTransform, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kindred.engine.types import PhotoInfo
from kindred.gui.compare.linked_zoom import LinkedView
from kindred.gui.compare.placement import place_by_transform

# The second photo is the first at half size, turned a quarter clockwise.
TURNED = QTransform(0, -2, 2, 0, 0, 300)


@pytest.fixture
def view(qtbot: QtBot) -> LinkedView:
    made = LinkedView()
    qtbot.addWidget(made)
    made.resize(806, 400)
    placement = place_by_transform(PhotoInfo(400, 300, "PNG"), PhotoInfo(150, 200, "PNG"), TURNED)
    assert placement is not None
    made.set_placement(placement, keep_view=False)
    return made


def test_actual_size_toggles(view: LinkedView) -> None:
    fitted = view.zoom(0)
    view.toggle_actual_size()
    assert view.zoom(0) == pytest.approx(1)
    assert view.zoom(1) == pytest.approx(2)
    view.toggle_actual_size()
    assert view.zoom(0) == pytest.approx(fitted)


def wheel(view: LinkedView, at: QPointF, notches: int) -> None:
    event = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_the_wheel_zooms_both_at_the_mouse(view: LinkedView) -> None:
    at = view.to_widget(1).map(QPointF(115, 165))
    before = view.zoom(0), view.zoom(1)
    wheel(view, at, 3)
    assert view.zoom(0) > before[0]
    assert view.zoom(0) / before[0] == pytest.approx(view.zoom(1) / before[1])
    assert view.to_widget(1).map(QPointF(115, 165)).toPoint() == at.toPoint()
    wheel(view, at, 200)
    assert view.zoom(0) <= 32.01
    wheel(view, at, -400)
    assert view.zoom(0) > 0.1


def test_dragging_one_photo_moves_the_other_by_the_same_detail(
    view: LinkedView, qtbot: QtBot
) -> None:
    view.toggle_actual_size()
    start = QPoint(200, 200)
    held = view.to_widget(0).inverted()[0].map(QPointF(start))
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, start + QPoint(40, 25))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 25))
    assert view.to_widget(0).map(held).toPoint() == start + QPoint(40, 25)
    middles = [
        view.to_widget(side).inverted()[0].map(pane.center())
        for side, pane in enumerate(view.panes())
    ]
    assert (TURNED.map(middles[1]) - middles[0]).manhattanLength() < 0.01


def test_a_click_chooses_the_photo(view: LinkedView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.chosen) as heard:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(600, 200))
    assert heard.args == [1]


def test_double_click_and_resize_keep_what_was_asked(view: LinkedView, qtbot: QtBot) -> None:
    view.set_panes(two=False)
    view.show()
    fitted = view.zoom(0)
    view.resize(1200, 700)
    qtbot.waitUntil(lambda: view.zoom(0) > fitted)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(600, 300))
    assert view.zoom(0) == pytest.approx(1)
