"""Photos as QImages in several sizes, so that a large one is drawn smoothly at any zoom."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from kindred.gui.services.thumbnails import to_qimage

SMALLEST_LEVEL = 400  # pixels of the longer side below which halving stops


@dataclass(frozen=True, slots=True)
class ImagePyramid:
    """One photo; each level has half the side of the one before it."""

    levels: tuple[QImage, ...]

    @property
    def width(self) -> int:
        return self.levels[0].width()

    def level(self, width: float) -> QImage:
        """The smallest level that is at least `width` pixels wide, else the sharpest."""
        enough = [image for image in self.levels if image.width() >= width]
        return enough[-1] if enough else self.levels[0]


def load(path: Path, *, max_side: int | None) -> ImagePyramid:
    """The upright photo, at most `max_side` pixels on its longer side. Raises DecodeError.

    Runs on a reading thread: the levels are made here so that drawing never waits.
    """
    from kindred.engine.decoding.decode import open_upright

    return picture(to_qimage(open_upright(path, max_side=max_side)))


def picture(image: QImage) -> ImagePyramid:
    """The image with its halved levels."""
    levels = [image]
    while max(levels[-1].width(), levels[-1].height()) >= 2 * SMALLEST_LEVEL:
        half = levels[-1].size() / 2
        levels.append(
            levels[-1].scaled(
                half,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
    return ImagePyramid(tuple(levels))
