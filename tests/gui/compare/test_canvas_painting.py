"""Marks over photos: they are painted where they belong and nowhere else."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPolygonF

from kindred.gui.compare import canvas_painting

SIDE = 200


def painted(qapp: QGuiApplication, paint: Callable[[QPainter], None]) -> set[tuple[int, int]]:
    """The pixels that something was painted on."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    painter = QPainter(image)
    paint(painter)
    painter.end()
    red = QColor("red").rgb()
    return {(x, y) for x in range(SIDE) for y in range(SIDE) if image.pixel(x, y) != red}


def test_a_caption_stays_in_its_pane(qapp: QGuiApplication) -> None:
    pane = QRectF(0, 0, 120, 60)
    pixels = painted(qapp, lambda p: canvas_painting.caption(p, pane, "a long name " * 9))
    assert pixels and all(x < 120 and y < 60 for x, y in pixels)
    assert not painted(qapp, lambda p: canvas_painting.caption(p, QRectF(0, 0, 60, 60), "name"))


def test_a_caption_can_stand_at_the_right(qapp: QGuiApplication) -> None:
    pane = QRectF(0, 0, SIDE, 60)
    pixels = painted(qapp, lambda p: canvas_painting.caption(p, pane, "x", at_right=True))
    assert min(x for x, _ in pixels) > SIDE / 2


@pytest.mark.parametrize("x", [50.0, 150.0])
def test_the_divider_stands_where_it_is(qapp: QGuiApplication, x: float) -> None:
    pixels = painted(qapp, lambda p: canvas_painting.divider(p, SIDE, x))
    assert {(round(x), 5), (round(x), SIDE - 5)} <= pixels
    assert all(abs(at - x) <= canvas_painting.HANDLE + 2 for at, _ in pixels)


def test_points_and_frames(qapp: QGuiApplication) -> None:
    at = QPointF(100, 100)
    assert (100, 100 - 8) in painted(qapp, lambda p: canvas_painting.number(p, at, 3))
    ring = painted(qapp, lambda p: canvas_painting.cursor(p, at))
    assert (100 + 9, 100) in ring and (100 + 5, 100) not in ring
    frame = painted(qapp, lambda p: canvas_painting.frame(p, QRectF(0, 0, SIDE, SIDE)))
    assert (1, 100) in frame and (100, 100) not in frame
    box = QPolygonF(QRectF(50, 50, 100, 100))
    outline = painted(qapp, lambda p: canvas_painting.outline(p, box))
    assert (50, 100) in outline and (100, 100) not in outline
