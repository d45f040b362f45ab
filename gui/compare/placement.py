"""Where the two photos of a pair lie on each other and in a pane: transforms, no drawing.

The frame is the upright full-size picture of the first photo; everything is placed in it.
"""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPolygonF, QTransform

from kindred.engine.types import Group, Kind, PhotoInfo, Registration

MARGIN = 10.0  # logical pixels around photos that are fitted
EDGE = 0.005  # of a side: what may be missing of a photo that counts as covered
CLOSEST = 32.0  # device pixels per pixel of the sharper photo


@dataclass(frozen=True, slots=True)
class Placement:
    """How the second photo lies on the first. `registered` is False for a fit by size only."""

    first: QSizeF
    second: QSizeF
    onto_first: QTransform  # full-size pixels of the second -> the frame
    registered: bool

    def size(self, side: int) -> QSizeF:
        return self.second if side else self.first

    def rect(self, side: int) -> QRectF:
        return QRectF(QPointF(), self.size(side))

    def to_frame(self, side: int) -> QTransform:
        return self.onto_first if side else QTransform()

    def from_frame(self, side: int) -> QTransform:
        return self.to_frame(side).inverted()[0]

    @property
    def bounds(self) -> QRectF:
        """What both photos cover of the frame and around it."""
        return self.rect(0).united(self.onto_first.mapRect(self.rect(1)))

    @property
    def covered(self) -> bool:
        """Whether the second photo covers the first, but for a narrow edge."""
        second = self.onto_first.map(QPolygonF(self.rect(1)))
        x, y = EDGE * self.first.width(), EDGE * self.first.height()
        inner = self.rect(0).adjusted(x, y, -x, -y)
        corners = inner.topLeft(), inner.topRight(), inner.bottomRight(), inner.bottomLeft()
        return all(second.containsPoint(at, Qt.FillRule.OddEvenFill) for at in corners)

    def ratio(self, side: int) -> float:
        """Frame pixels per pixel of the photo, at its middle."""
        middle, matrix = self.rect(side).center(), self.to_frame(side)
        origin = matrix.map(middle)
        right = matrix.map(middle + QPointF(1, 0)) - origin
        down = matrix.map(middle + QPointF(0, 1)) - origin
        return math.sqrt(abs(right.x() * down.y() - right.y() * down.x()))


@dataclass(frozen=True, slots=True)
class Viewport:
    """What a pane shows: the frame point in its middle, and logical pixels per frame pixel."""

    centre: QPointF
    scale: float


def transform(registration: Registration) -> QTransform:
    """The homography as Qt writes it (row vectors, so transposed)."""
    a, b, c, d, e, f, g, h, i = registration.matrix
    return QTransform(a, d, g, b, e, h, c, f, i)


def place(group: Group, first: int, second: int) -> Placement | None:
    """The pair's placement through the registrations to the keeper; None where one is missing."""
    one, two = _onto_keeper(group, first), _onto_keeper(group, second)
    if one is None or two is None:
        return None
    back, invertible = one.inverted()
    if not invertible:
        return None
    members = group.members
    return place_by_transform(members[first].photo.info, members[second].photo.info, two * back)


def place_by_transform(
    first: PhotoInfo, second: PhotoInfo, onto_first: QTransform
) -> Placement | None:
    """A registered placement; None when the transform puts the second photo out of sight."""
    found = Placement(_size(first), _size(second), onto_first, registered=True)
    if not onto_first.isInvertible() or not 1e-3 < found.ratio(1) < 1e3:
        return None
    longest = 50 * max(first.width, first.height)
    return found if max(found.bounds.width(), found.bounds.height()) < longest else None


def place_by_size(first: PhotoInfo, second: PhotoInfo) -> Placement:
    """The second photo scaled to fit the first and centred on it."""
    one, two = _size(first), _size(second)
    scale = min(one.width() / two.width(), one.height() / two.height())
    x = (one.width() - scale * two.width()) / 2
    y = (one.height() - scale * two.height()) / 2
    return Placement(one, two, QTransform(scale, 0, 0, scale, x, y), registered=False)


def pane_transform(placement: Placement, view: Viewport, side: int, pane: QRectF) -> QTransform:
    """Photo pixels -> pane, the photo as it is (not turned), in step with the first photo."""
    middle = placement.from_frame(side).map(view.centre)
    scale = view.scale * placement.ratio(side)
    at = pane.center()
    return (
        QTransform.fromTranslate(-middle.x(), -middle.y())
        * QTransform.fromScale(scale, scale)
        * QTransform.fromTranslate(at.x(), at.y())
    )


def overlay_transform(placement: Placement, view: Viewport, side: int, pane: QRectF) -> QTransform:
    """Photo pixels -> pane, the photo laid over the first one.

    The first lies on whole pixels: at its own size Qt draws it there, and only it.
    """
    lies = pane_transform(placement, view, 0, pane)
    whole = QTransform.fromTranslate(round(lies.dx()) - lies.dx(), round(lies.dy()) - lies.dy())
    return placement.to_frame(side) * lies * whole


def fit(placement: Placement, panes: tuple[QRectF, ...]) -> Viewport:
    """All of both photos: over each other in one pane, or each in its own of two."""
    bounds = placement.bounds
    if len(panes) == 1:
        return Viewport(bounds.center(), _fitting(bounds, bounds.center(), panes[0]))
    scales = []
    for side, pane in enumerate(panes):
        middle = placement.from_frame(side).map(bounds.center())
        scales.append(_fitting(placement.rect(side), middle, pane) / placement.ratio(side))
    return Viewport(bounds.center(), min(scales))


def actual_size(placement: Placement, *, pixel_ratio: float) -> float:
    """The scale that shows the sharper photo at one device pixel per pixel."""
    return max(1.0, 1 / placement.ratio(1)) / pixel_ratio


def zoom(
    placement: Placement, view: Viewport, side: int, pane: QRectF, *, factor: float, at: QPointF
) -> Viewport:
    """Closer or farther with the point under `at` held in place."""
    inverse = pane_transform(placement, view, side, pane).inverted()[0]
    held, middle = inverse.map(at), inverse.map(pane.center())
    moved = held + (middle - held) / factor
    return Viewport(placement.to_frame(side).map(moved), view.scale * factor)


def drag(placement: Placement, view: Viewport, side: int, pane: QRectF, delta: QPointF) -> Viewport:
    """The view after the photo in the pane was dragged by `delta` logical pixels."""
    inverse = pane_transform(placement, view, side, pane).inverted()[0]
    return Viewport(placement.to_frame(side).map(inverse.map(pane.center() - delta)), view.scale)


def keep_over_photos(placement: Placement, view: Viewport) -> Viewport:
    """The view with its middle kept over the photos, so that they are never lost from sight."""
    area, centre = placement.bounds, view.centre
    x = min(max(centre.x(), area.left()), area.right())
    y = min(max(centre.y(), area.top()), area.bottom())
    return Viewport(QPointF(x, y), view.scale)


def _onto_keeper(group: Group, index: int) -> QTransform | None:
    member = group.members[index]
    if index == 0 or member.relation is Kind.IDENTICAL:
        return QTransform()
    return transform(member.registration) if member.registration else None


def _size(info: PhotoInfo) -> QSizeF:
    return QSizeF(max(1, info.width), max(1, info.height))


def _fitting(rect: QRectF, middle: QPointF, pane: QRectF) -> float:
    """The scale at which `rect`, with `middle` in the pane's middle, just fits."""
    wide = 2 * max(middle.x() - rect.left(), rect.right() - middle.x(), 1.0)
    high = 2 * max(middle.y() - rect.top(), rect.bottom() - middle.y(), 1.0)
    width, height = pane.width() - 2 * MARGIN, pane.height() - 2 * MARGIN
    return min(max(width, 1.0) / wide, max(height, 1.0) / high)
