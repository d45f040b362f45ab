"""One zoom and pan for two photos: wheel, drag and keys move both through the registration."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QWidget

from kindred.gui.compare import placement as geometry
from kindred.gui.compare.placement import Placement, Viewport
from kindred.gui.services.requests import LEAST, Box, box_within

GAP = 6  # logical pixels between two panes
GRIP = 14  # how near to the divider a press has to be to drag it
STEP = 1.25  # zoom factor of one wheel notch or key press


@dataclass(frozen=True, slots=True)
class SidePart:
    """A part of one of the two photos."""

    side: int  # 0 or 1
    box: Box


class LinkedView(QWidget):
    """Knows where each photo lies in the widget; what is painted there is the subclass's."""

    changed = Signal()  # the zoom
    chosen = Signal(object)  # 0 or 1: the photo whose pane was clicked
    part_chosen = Signal(object)  # SidePart

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.two_panes = True  # each photo in its own pane, else laid over each other in one
        self.divider: float | None = None  # of the width, when there is one to drag
        self._placement: Placement | None = None
        self._view = Viewport(QPointF(), 1.0)
        self._fitted = True
        self._drag: QPointF | None = None
        self._dragged = (0, QRectF())
        self._on_divider = False
        self._cursor: QPointF | None = None
        self.picking = False  # the next drag draws a rectangle
        self.picked: tuple[int, QPointF, QPointF] | None = None  # the side, from, to

    def set_picking(self, *, on: bool) -> None:
        """Whether the next drag draws a rectangle instead of moving the photos."""
        self.picking, self.picked = on, None
        self._show_hand()
        self.update()

    def set_placement(self, placement: Placement, *, keep_view: bool) -> None:
        """Show a new pair, or the same pair better placed; fit it unless `keep_view`."""
        self._placement = placement
        if keep_view and not self._fitted:
            self._move(self._view)
        else:
            self.fit()

    def set_panes(self, *, two: bool) -> None:
        self.two_panes = two
        if self._fitted:
            self.fit()
        self.update()

    def zoom(self, side: int) -> float:
        """Device pixels per pixel of the photo."""
        if self._placement is None:
            return 1.0
        return self._view.scale * self._placement.ratio(side) * self.devicePixelRatioF()

    def fit(self) -> None:
        self._fitted = True
        if self._placement is not None:
            self._view = geometry.fit(self._placement, self.panes())
        self.update()
        self.changed.emit()

    def toggle_actual_size(self, at: QPointF | None = None) -> None:
        """One device pixel per pixel of the sharper photo, or back to all of it."""
        if self._placement is None:
            return
        wanted = geometry.actual_size(self._placement, pixel_ratio=self.devicePixelRatioF())
        if not self._fitted and abs(self._view.scale / wanted - 1) < 0.01:
            self.fit()
        else:
            self.zoom_by(wanted / self._view.scale, at=at)

    def zoom_by(self, factor: float, *, at: QPointF | None = None) -> None:
        if self._placement is None:
            return
        side, pane = self.pane_at(at if at is not None else QRectF(self.rect()).center())
        held = at if at is not None else pane.center()
        actual = geometry.actual_size(self._placement, pixel_ratio=self.devicePixelRatioF())
        least = min(geometry.fit(self._placement, self.panes()).scale, actual) / 2
        factor = min(max(self._view.scale * factor, least), actual * geometry.CLOSEST)
        factor /= self._view.scale
        self._fitted = False
        self._move(geometry.zoom(self._placement, self._view, side, pane, factor=factor, at=held))

    def _move(self, view: Viewport) -> None:
        assert self._placement is not None  # noqa: S101 - callers have one
        self._view = geometry.keep_over_photos(self._placement, view)
        self.update()
        self.changed.emit()

    # panes

    def panes(self) -> tuple[QRectF, ...]:
        whole = QRectF(self.rect())
        if not self.two_panes:
            return (whole,)
        width = (whole.width() - GAP) / 2
        left = QRectF(0, 0, width, whole.height())
        return left, left.translated(width + GAP, 0)

    def pane_at(self, point: QPointF) -> tuple[int, QRectF]:
        panes = self.panes()
        side = int(len(panes) == 2 and point.x() > panes[0].right())
        return side, panes[side]

    def to_widget(self, side: int) -> QTransform:
        """Photo pixels -> this widget."""
        assert self._placement is not None  # noqa: S101 - nothing is drawn before
        panes = self.panes()
        if self.two_panes:
            return geometry.pane_transform(self._placement, self._view, side, panes[side])
        return geometry.overlay_transform(self._placement, self._view, side, panes[0])

    # mouse and size

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        self.zoom_by(STEP ** (event.angleDelta().y() / 120), at=event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() is not Qt.MouseButton.LeftButton:
            return super().mousePressEvent(event)
        if self.picking and self._placement is not None:
            side = self.pane_at(event.position())[0]
            self.picked = side, event.position(), event.position()
            return None
        self._drag = event.position()
        self._dragged = self.pane_at(event.position())
        self._on_divider = self._near_divider(event.position())
        if self.two_panes:
            self.chosen.emit(self._dragged[0])
        self._show_hand()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._cursor = event.position()
        if self.picked is not None:
            self.picked = (*self.picked[:2], event.position())
        elif self._drag is None or self._placement is None:
            self._show_hand()
        elif self._on_divider:
            self.set_divider(event.position().x() / max(1, self.width()))
        else:
            side, pane = self._dragged
            delta = event.position() - self._drag
            self._drag, self._fitted = event.position(), False
            self._move(geometry.drag(self._placement, self._view, side, pane, delta))
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._drag, self._on_divider = None, False
        if self.picked is not None:
            self._pick(*self.picked)
        self._show_hand()

    def _pick(self, side: int, start: QPointF, end: QPointF) -> None:
        """Tell which part of a photo was drawn around."""
        assert self._placement is not None  # noqa: S101 - none is drawn before
        self.set_picking(on=False)
        drawn = QRectF(start, end).normalized()
        back = self.to_widget(side).inverted()[0]
        area = self._placement.rect(side)
        box = box_within(back.mapRect(drawn), area)
        if box is not None and min(drawn.width(), drawn.height()) >= LEAST:
            self.part_chosen.emit(SidePart(side, box))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self.toggle_actual_size(event.position())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        self._cursor = None
        self.update()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    def set_divider(self, fraction: float) -> None:
        self.divider = min(max(fraction, 0.0), 1.0)
        self.update()

    def _near_divider(self, point: QPointF) -> bool:
        if self.divider is None:
            return False
        return abs(point.x() - self.width() * self.divider) < GRIP

    def _show_hand(self) -> None:
        if self.picking:
            self.setCursor(Qt.CursorShape.CrossCursor)
            return
        if self._on_divider or (self._cursor is not None and self._near_divider(self._cursor)):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        elif self._drag is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
