"""The canvas: every mode draws the right photo at the right place, and the mouse moves both."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform
from pytestqt.qtbot import QtBot

from kindred.engine.types import PhotoInfo
from kindred.gui.compare.canvas import Canvas, Mode
from kindred.gui.compare.image_pyramid import picture
from kindred.gui.compare.overlays import Overlay
from kindred.gui.compare.placement import place_by_transform

RED, GREEN, BLUE = QColor("red"), QColor("lime"), QColor("blue")
# The second photo is the first at half size, turned a quarter clockwise: (x, y) -> (300 - y, x).
TURNED = QTransform(0, -2, 2, 0, 0, 300)


def filled(width: int, height: int, ground: QColor, spot: QRect) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("grey"))
    painter = QPainter(image)
    painter.fillRect(spot, ground)
    painter.end()
    return image


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    """First: 400 x 300 with a red spot; second: its turned half with a green one, same place."""
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(806, 400)
    infos = PhotoInfo(400, 300, "PNG"), PhotoInfo(150, 200, "PNG")
    placement = place_by_transform(*infos, TURNED)
    assert placement is not None
    made.set_placement(placement, keep_view=False)
    made.set_picture(0, picture(filled(400, 300, RED, QRect(300, 40, 60, 60))))
    made.set_picture(1, picture(filled(150, 200, GREEN, QRect(100, 150, 30, 30))))
    return made


def colour(canvas: Canvas, side: int, x: float, y: float) -> QColor:
    """What is seen at a place of a photo."""
    at = canvas.to_widget(side).map(QPointF(x, y)).toPoint()
    return canvas.grab().toImage().pixelColor(at)


def test_side_by_side_shows_each_photo_as_it_is(canvas: Canvas) -> None:
    canvas.set_mode(Mode.SIDES)
    assert colour(canvas, 0, 330, 70) == RED
    assert colour(canvas, 1, 115, 165) == GREEN
    assert canvas.to_widget(1).isRotating() is False


def test_swipe_divides_two_photos_that_lie_exactly_over_each_other(canvas: Canvas) -> None:
    canvas.set_mode(Mode.SWIPE)
    canvas.set_divider(1.0)
    assert colour(canvas, 0, 330, 70) == RED
    canvas.set_divider(0.0)
    assert colour(canvas, 0, 330, 70) == GREEN
    assert colour(canvas, 1, 115, 165) == GREEN


def test_flicker_shows_one_after_the_other(canvas: Canvas) -> None:
    canvas.set_mode(Mode.FLICKER)
    assert canvas.flickering
    canvas.set_flickering(on=False)
    seen = []
    for _ in range(2):
        seen.append(colour(canvas, 0, 330, 70).name())
        canvas.swap()
    assert set(seen) == {RED.name(), GREEN.name()}


def test_flicker_goes_on_by_itself(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.set_mode(Mode.FLICKER)
    first = canvas.shown
    qtbot.waitUntil(lambda: canvas.shown != first)
    canvas.set_mode(Mode.SIDES)
    assert not canvas.flickering


def test_difference_lays_its_layer_over_the_first_photo(canvas: Canvas) -> None:
    canvas.set_mode(Mode.DIFFERENCE)
    layer = QImage(400, 300, QImage.Format.Format_ARGB32_Premultiplied)
    layer.fill(BLUE)
    canvas.set_overlay(Overlay({0: layer}))
    assert colour(canvas, 0, 200, 250) == BLUE
    canvas.set_overlay(Overlay())
    assert colour(canvas, 0, 200, 250) != BLUE


def test_explain_lays_a_layer_over_each(canvas: Canvas) -> None:
    canvas.set_mode(Mode.EXPLAIN)
    layer = QImage(7, 7, QImage.Format.Format_ARGB32_Premultiplied)
    layer.fill(BLUE)
    canvas.set_overlay(Overlay({0: layer, 1: layer}))
    assert colour(canvas, 0, 200, 250) == BLUE
    assert colour(canvas, 1, 75, 100) == BLUE


def test_equal_numbers_lie_on_what_matches(canvas: Canvas) -> None:
    canvas.set_mode(Mode.EXPLAIN)
    before = canvas.grab().toImage()
    points = {0: [(330 / 400, 70 / 300)], 1: [(115 / 150, 165 / 200)]}
    canvas.set_overlay(Overlay(points=points))
    after = canvas.grab().toImage()
    for side, (x, y) in ((0, (330, 70)), (1, (115, 165))):
        beside = canvas.to_widget(side).map(QPointF(x, y)).toPoint() + QPoint(8, 0)
        assert before.pixelColor(beside) != after.pixelColor(beside)


def test_the_divider_is_dragged(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.set_mode(Mode.SWIPE)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(403, 100))
    qtbot.mouseMove(canvas, QPoint(100, 100))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert canvas.divider == pytest.approx(100 / 806, abs=0.01)


def test_a_missing_picture_is_a_plain_card(canvas: Canvas) -> None:
    canvas.set_picture(0, None)
    assert colour(canvas, 0, 330, 70) != RED
