"""The pair being compared: loads its pictures, placement and overlays off the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from kindred.engine.types import Group, Kind, Photo, Relation
from kindred.gui.compare import image_pyramid, overlays
from kindred.gui.compare.alignment import align
from kindred.gui.compare.image_pyramid import ImagePyramid
from kindred.gui.compare.overlays import Overlay
from kindred.gui.compare.pair_text import relation_of
from kindred.gui.compare.placement import (
    Placement,
    place,
    place_by_size,
    place_by_transform,
    transform,
)
from kindred.gui.services.context import Context
from kindred.gui.services.i18n import tr

if TYPE_CHECKING:
    from kindred.engine.search import Comparison

log = logging.getLogger(__name__)

PREVIEW = 1600  # longer side of what is shown until the full picture is there
THUMBNAIL = 512


@dataclass(frozen=True, slots=True)
class SidePicture:
    """A picture of one of the two photos has arrived."""

    side: int  # 0 or 1
    picture: ImagePyramid


class PairLoader(QObject):
    """Two photos at a time; what arrives late for an earlier pair is dropped."""

    pictured = Signal(object)  # SidePicture
    placed = Signal()
    troubled = Signal(object)  # what is wrong, for the user

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.photos: tuple[Photo, Photo] | None = None
        self.placement: Placement | None = None
        self.searching = False  # for a placement
        self.relation: Relation | None = None  # of the pair, once it was compared
        self._widths = [0, 0]  # of the pictures handed out
        context.thumbnails.ready.connect(self._thumbnail_ready)

    def show(self, group: Group, first: int, second: int) -> None:
        """Load this pair. `placement` is set at once: by size, until a registered one is there."""
        before = self.photos or (None, None)
        self.photos = pair = group.members[first].photo, group.members[second].photo
        found = place(group, first, second)
        self.placement = found or place_by_size(pair[0].info, pair[1].info)
        self.searching = found is None
        self.relation = None
        for side, photo in enumerate(pair):
            if photo != before[side]:
                self._widths[side] = 0
                self._load(side, photo)
        if found is None:
            self._context.tasks.read(
                self,
                lambda: self._context.library.compare(pair[0].path, pair[1].path),
                partial(self._compared, pair),
                topic="placement",
                failed=partial(self._not_compared, pair),
            )
        elif relation_of(group, first, second, None)[0] is Kind.COPY:
            self._align(pair, found)

    def forget(self) -> None:
        """Drop the pair, and whatever is still being loaded for it."""
        self.photos = self.placement = None

    def find_changes(self, done: Callable[[Overlay], None]) -> None:
        """Hand over what changed."""
        pair, placement = self.photos, self.placement
        if pair is not None and placement is not None:
            self._overlay(lambda: overlays.changes(pair[0], pair[1], placement), done)

    def explain(self, done: Callable[[Overlay], None]) -> None:
        """Hand over which regions the network matches."""
        pair, library = self.photos, self._context.library
        if pair is not None:
            self._overlay(
                lambda: overlays.matches(library.explain(pair[0].path, pair[1].path)), done
            )

    def _overlay(self, work: Callable[[], Overlay], done: Callable[[Overlay], None]) -> None:
        pair = self.photos

        def deliver(found: Overlay) -> None:
            if self.photos is pair:
                done(found)

        def fail(error: Exception) -> None:
            words = self._context.tasks.sentence(error)
            if self.photos is pair:
                self.troubled.emit(words)

        self._context.tasks.read(self, work, deliver, topic="overlay", failed=fail)

    def _load(self, side: int, photo: Photo) -> None:
        thumbnail = self._context.thumbnails.pixmap(photo, THUMBNAIL)
        if thumbnail is not None:
            self._hand_over(side, photo, ImagePyramid((thumbnail.toImage(),)))
        sides: list[int | None] = [None]
        if max(photo.info.width, photo.info.height) > 2 * PREVIEW:
            sides.insert(0, PREVIEW)
        for max_side in sides:
            self._context.tasks.read(
                self,
                partial(image_pyramid.load, photo.path, max_side=max_side),
                partial(self._hand_over, side, photo),
                topic=f"{max_side} {side}",
                failed=partial(self._fail, side, photo),
            )

    def _hand_over(self, side: int, photo: Photo, picture: ImagePyramid) -> None:
        if self.photos is None or self.photos[side] != photo or picture.width < self._widths[side]:
            return
        self._widths[side] = picture.width
        self.pictured.emit(SidePicture(side, picture))

    def _thumbnail_ready(self, digest: Any) -> None:
        for side, photo in enumerate(self.photos or ()):
            if photo.digest == digest and self._widths[side] == 0:
                thumbnail = self._context.thumbnails.pixmap(photo, THUMBNAIL)
                if thumbnail is not None:
                    self._hand_over(side, photo, ImagePyramid((thumbnail.toImage(),)))

    def _fail(self, side: int, photo: Photo, error: Exception) -> None:
        words = self._context.tasks.sentence(error)
        if words and self.photos is not None and self.photos[side] == photo:
            self.troubled.emit(tr("{name}: {problem}", name=photo.path.name, problem=words))

    def _compared(self, pair: tuple[Photo, Photo], found: Comparison) -> None:
        if self.photos is not pair:
            return
        self.searching = False
        self.relation = found.relation
        registration = found.relation.registration
        if registration is not None:
            better = place_by_transform(pair[0].info, pair[1].info, transform(registration))
            self.placement = better or self.placement
            if better is not None and found.relation.kind is Kind.COPY:
                self._align(pair, better)
        self.placed.emit()

    def _align(self, pair: tuple[Photo, Photo], placement: Placement) -> None:
        """Place copies to the pixel, a moment later."""

        def take(better: Placement) -> None:
            if self.photos is pair:
                self.placement = better
                self.placed.emit()

        self._context.tasks.read(
            self,
            lambda: align(*pair, placement),
            take,
            topic="alignment",
            failed=lambda error: log.info("not aligned: %s", self._context.tasks.sentence(error)),
        )

    def _not_compared(self, pair: tuple[Photo, Photo], error: Exception) -> None:
        log.info("not compared: %s", self._context.tasks.sentence(error))
        if self.photos is pair:
            self.searching = False
            self.placed.emit()
