"""Draws the two photos of a pair: beside each other, divided, in turn, or with what changed."""

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from kindred.gui.compare import canvas_painting
from kindred.gui.compare.image_pyramid import ImagePyramid
from kindred.gui.compare.linked_zoom import GAP, LinkedView
from kindred.gui.compare.overlays import Overlay
from kindred.gui.services.i18n import tr
from kindred.gui.widgets.theme import dark, tokens

FLICKER_MS = 700  # 1.4 changes a second, far fewer than can be harmful to the eye
CRISP = 3  # magnification from which a photo shows its pixels as squares


class Mode(StrEnum):
    """How the two photos are shown."""

    SIDES = "sides"
    SWIPE = "swipe"
    FLICKER = "flicker"
    DIFFERENCE = "difference"
    EXPLAIN = "explain"


class Canvas(LinkedView):
    """Shows what it is given; knows nothing of groups, files or marks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(320, 200)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("The two photos"))
        self.setAccessibleDescription(
            tr("The wheel zooms, dragging moves, Z shows them one to one, F all of them.")
        )
        self.mode = Mode.SIDES
        self.shown = 0  # the photo flicker shows
        self.active = 1  # the photo that keep and remove act on
        self._pictures: dict[int, ImagePyramid] = {}
        self.overlay = Overlay()
        self._captions = ("", "")
        self._flicker = QTimer(self)
        self._flicker.setInterval(FLICKER_MS)
        self._flicker.timeout.connect(self.swap)

    def set_mode(self, mode: Mode) -> None:
        self.mode = mode
        self.divider = 0.5 if mode is Mode.SWIPE else None
        self.set_flickering(on=mode is Mode.FLICKER)
        self.set_panes(two=mode in (Mode.SIDES, Mode.EXPLAIN))

    def set_picture(self, side: int, picture: ImagePyramid | None) -> None:
        """The photo of a side, None while there is none; a sharper one simply replaces it."""
        self._pictures.pop(side, None)
        if picture is not None:
            self._pictures[side] = picture
        self.update()

    def picture(self, side: int) -> ImagePyramid | None:
        """The photo of a side as far as it is loaded."""
        return self._pictures.get(side)

    def set_overlay(self, overlay: Overlay) -> None:
        """What is drawn over the photos: heat and matches, or what changed."""
        self.overlay = overlay
        self.update()

    def set_captions(self, first: str, second: str) -> None:
        self._captions = (first, second)
        self.update()

    def set_active(self, side: int) -> None:
        self.active = side
        self.update()

    # flicker

    @property
    def flickering(self) -> bool:
        return self._flicker.isActive()

    def set_flickering(self, *, on: bool) -> None:
        if on:
            self._flicker.start()
        else:
            self._flicker.stop()

    def swap(self) -> None:
        """Show the other photo in flicker mode."""
        self.shown = 1 - self.shown
        self.update()

    # painting

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), tokens().window if dark() else tokens().line)
        if self._placement is None:
            return
        self._paint_pair(painter)
        self._paint_picked(painter)

    def _paint_pair(self, painter: QPainter) -> None:
        assert self._placement is not None  # noqa: S101 - nothing is drawn before
        whole = QRectF(self.rect())
        if self.two_panes:
            for side, pane in enumerate(self.panes()):
                self._paint_photo(painter, side, pane)
                self._paint_points(painter, side, pane)
                self._paint_caption(painter, side, pane)
            self._paint_linked_cursor(painter)
            canvas_painting.frame(painter, self.panes()[self.active])
            painter.fillRect(
                QRectF(self.panes()[0].right(), 0, GAP, whole.height()), tokens().window
            )
        elif self.divider is not None:
            x = whole.width() * self.divider
            halves = QRectF(0, 0, x, whole.height()), whole.adjusted(x, 0, 0, 0)
            for side, pane in enumerate(halves):
                self._paint_photo(painter, side, pane)
                self._paint_caption(painter, side, pane, at_right=side == 1)
            canvas_painting.divider(painter, whole.height(), x)
        elif self.mode is Mode.FLICKER:
            self._paint_photo(painter, self.shown, whole)
            self._paint_caption(painter, self.shown, whole)
        else:
            self._paint_photo(painter, 0, whole)
            self._paint_caption(painter, 0, whole)
            if not self._placement.covered:  # a crop: show where the second photo ends
                corners = self.to_widget(1).map(QPolygonF(self._placement.rect(1)))
                canvas_painting.outline(painter, corners)

    def _paint_picked(self, painter: QPainter) -> None:
        if self.picked is not None:
            painter.setPen(QPen(tokens().accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.picked[1], self.picked[2]).normalized())

    def _paint_photo(self, painter: QPainter, side: int, clip: QRectF) -> None:
        assert self._placement is not None  # noqa: S101 - nothing is drawn before
        rect = self._placement.rect(side)
        painter.save()
        painter.setClipRect(clip)
        painter.setWorldTransform(self.to_widget(side), combine=True)
        found = self.picture(side)
        if found is None:
            painter.fillRect(rect, tokens().raised)
        else:
            wide = rect.width() * self.zoom(side)
            smooth = wide < CRISP * rect.width() or found.width < rect.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(rect, found.level(wide))
        layer = self.overlay.layers.get(side)
        if layer is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(rect, layer)
        painter.restore()

    def _paint_points(self, painter: QPainter, side: int, pane: QRectF) -> None:
        assert self._placement is not None  # noqa: S101 - nothing is drawn before
        size, matrix = self._placement.size(side), self.to_widget(side)
        painter.save()
        painter.setClipRect(pane)
        for value, (x, y) in enumerate(self.overlay.points.get(side, ()), start=1):
            place = matrix.map(QPointF(x * size.width(), y * size.height()))
            canvas_painting.number(painter, place, value)
        painter.restore()

    def _paint_caption(
        self, painter: QPainter, side: int, pane: QRectF, *, at_right: bool = False
    ) -> None:
        text = f"{self._captions[side]}  ·  {self.zoom(side):.0%}"
        strong = self.mode is Mode.FLICKER and side == 1
        canvas_painting.caption(painter, pane, text, strong=strong, at_right=at_right)

    def _paint_linked_cursor(self, painter: QPainter) -> None:
        if self._cursor is None or self._drag is not None or self._placement is None:
            return
        side, _ = self.pane_at(self._cursor)
        here = self.to_widget(side).inverted()[0].map(self._cursor)
        if not self._placement.rect(side).contains(here):
            return
        other = self._placement.from_frame(1 - side).map(self._placement.to_frame(side).map(here))
        if self._placement.registered and self._placement.rect(1 - side).contains(other):
            canvas_painting.cursor(painter, self.to_widget(1 - side).map(other))
