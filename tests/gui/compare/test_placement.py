"""Placement: photos lie on each other as registered, and two panes show the same detail."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

from kindred.engine.types import Group, Kind, Member, Photo, PhotoInfo, Registration
from kindred.gui.compare import placement as geometry
from kindred.gui.compare.placement import Placement, Viewport

PANES = QRectF(0, 0, 500, 400), QRectF(506, 0, 500, 400)
FIRST, SECOND = PhotoInfo(4000, 3000, "JPEG"), PhotoInfo(1000, 800, "JPEG")


def near(one: QPointF, other: QPointF, *, within: float = 1e-4) -> bool:
    return math.hypot(one.x() - other.x(), one.y() - other.y()) < within


def similarity(
    scale: float, degrees: float, x: float, y: float, *, mirrored: bool = False
) -> Registration:
    turn = math.radians(degrees)
    a, b = scale * math.cos(turn), scale * math.sin(turn)
    flip = -1.0 if mirrored else 1.0
    return Registration((a * flip, -b, x, b * flip, a, y, 0.0, 0.0, 1.0), mirrored)


registrations = st.builds(
    similarity,
    st.floats(0.3, 5),
    st.floats(-180, 180),
    st.floats(-1500, 3500),
    st.floats(-1500, 3500),
    mirrored=st.booleans(),
)
points = st.builds(QPointF, st.floats(0, 1000), st.floats(0, 800))
sides = st.sampled_from((0, 1))


def registered(registration: Registration) -> Placement:
    found = geometry.place_by_transform(FIRST, SECOND, geometry.transform(registration))
    assert found is not None
    return found


@given(registrations, points)
def test_transform_is_the_homography(registration: Registration, point: QPointF) -> None:
    x, y, w = np.array(registration.matrix).reshape(3, 3) @ (point.x(), point.y(), 1)
    mapped = geometry.transform(registration).map(point)
    assert near(mapped, QPointF(x / w, y / w))


def member(info: PhotoInfo, registration: Registration | None, kind: Kind = Kind.COPY) -> Member:
    return Member(Photo(Path("p.jpg"), "", 1, 0, 0, info), kind, 0.9, registration=registration)


def test_two_copies_are_placed_through_the_keeper() -> None:
    half = similarity(2, 0, 0, 0)
    crop = similarity(1, 0, 400, 300)
    members = member(FIRST, None), member(SECOND, half), member(SECOND, crop)
    found = geometry.place(Group("g", Kind.COPY, members), 1, 2)
    assert found is not None and found.registered
    assert near(found.onto_first.map(QPointF(0, 0)), QPointF(200, 150))


def test_no_placement_without_registration() -> None:
    members = member(FIRST, None), member(SECOND, None), member(FIRST, None, Kind.IDENTICAL)
    group = Group("g", Kind.SIMILAR, members)
    assert geometry.place(group, 0, 1) is None
    same = geometry.place(group, 0, 2)
    assert same is not None and same.onto_first.isIdentity()


@pytest.mark.parametrize(
    "matrix", [QTransform.fromScale(0, 0), QTransform.fromTranslate(1e9, 0)], ids=["flat", "far"]
)
def test_nonsense_is_not_placed(matrix: QTransform) -> None:
    assert geometry.place_by_transform(FIRST, SECOND, matrix) is None


def test_by_size_fits_and_centres() -> None:
    found = geometry.place_by_size(FIRST, replace(SECOND, width=500, height=1000))
    assert not found.registered
    assert found.onto_first.mapRect(found.rect(1)) == QRectF(1250, 0, 1500, 3000)


@given(registrations, st.floats(0.05, 3))
def test_both_panes_show_the_same_detail(registration: Registration, scale: float) -> None:
    placement = registered(registration)
    view = Viewport(QPointF(1200, 900), scale)
    shown = [
        placement.to_frame(side).map(
            geometry.pane_transform(placement, view, side, pane).inverted()[0].map(pane.center())
        )
        for side, pane in enumerate(PANES)
    ]
    assert near(shown[0], shown[1], within=0.01)


@given(registrations, points)
def test_laid_over_is_pixel_true(registration: Registration, point: QPointF) -> None:
    placement = registered(registration)
    view = Viewport(QPointF(1200, 900), 0.2)
    second = geometry.overlay_transform(placement, view, 1, PANES[0]).map(point)
    first = geometry.overlay_transform(placement, view, 0, PANES[0]).map(
        placement.onto_first.map(point)
    )
    assert near(first, second, within=0.01)


@given(points)
def test_the_first_photo_lies_on_whole_pixels(centre: QPointF) -> None:
    lies = geometry.overlay_transform(
        registered(similarity(1, 0, 0, 0)), Viewport(centre, 1.0), 0, PANES[0]
    )
    assert (lies.dx() % 1, lies.dy() % 1) == (0, 0)


@pytest.mark.parametrize(("kept", "covered"), [(1.0, True), (1.2, True), (0.99, False)])
def test_a_crop_does_not_cover(kept: float, covered: bool) -> None:
    first, second = PhotoInfo(1000, 800, "JPEG"), PhotoInfo(1000, 800, "JPEG")
    placement = geometry.place_by_transform(first, second, QTransform.fromScale(kept, kept))
    assert placement is not None and placement.covered is covered


@given(registrations, sides, st.floats(0.2, 5), st.floats(10, 490), st.floats(10, 390))
def test_zoom_holds_the_point_under_the_mouse(
    registration: Registration, side: int, factor: float, x: float, y: float
) -> None:
    placement, pane = registered(registration), PANES[side]
    at = pane.topLeft() + QPointF(x, y)
    view = Viewport(QPointF(1200, 900), 0.2)
    held = geometry.pane_transform(placement, view, side, pane).inverted()[0].map(at)
    closer = geometry.zoom(placement, view, side, pane, factor=factor, at=at)
    assert math.isclose(closer.scale, view.scale * factor)
    assert near(geometry.pane_transform(placement, closer, side, pane).map(held), at, within=0.05)


@given(registrations, sides, st.floats(-200, 200), st.floats(-200, 200))
def test_a_dragged_photo_follows_the_mouse(
    registration: Registration, side: int, x: float, y: float
) -> None:
    placement, pane, delta = registered(registration), PANES[side], QPointF(x, y)
    view = Viewport(QPointF(1200, 900), 0.2)
    held = geometry.pane_transform(placement, view, side, pane).inverted()[0].map(pane.center())
    moved = geometry.drag(placement, view, side, pane, delta)
    there = geometry.pane_transform(placement, moved, side, pane).map(held)
    assert near(there, pane.center() + delta, within=0.05)


@given(registrations, st.booleans())
def test_fit_shows_all_of_both(registration: Registration, beside: bool) -> None:
    placement = registered(registration)
    panes = PANES if beside else PANES[:1]
    view = geometry.fit(placement, panes)
    for side in (0, 1):
        if beside:
            matrix, pane = geometry.pane_transform(placement, view, side, PANES[side]), PANES[side]
        else:
            matrix, pane = geometry.overlay_transform(placement, view, side, PANES[0]), PANES[0]
        assert pane.adjusted(-1, -1, 1, 1).contains(matrix.mapRect(placement.rect(side)))


def test_actual_size_is_that_of_the_sharper_photo() -> None:
    assert geometry.actual_size(registered(similarity(4, 90, 0, 0)), pixel_ratio=2) == 0.5
    sharper = geometry.actual_size(registered(similarity(0.5, 0, 0, 0)), pixel_ratio=1)
    assert math.isclose(sharper, 2)


def test_the_view_never_leaves_the_photos() -> None:
    placement = registered(similarity(4, 0, 0, 0))
    held = geometry.keep_over_photos(placement, Viewport(QPointF(-900, 99999), 1))
    assert held.centre == QPointF(0, 3200)
