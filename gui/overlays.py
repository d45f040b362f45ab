"""What the compare view lays over photos, as images: what changed, and where the network looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from engine.types import Photo
from gui.changed_words import changed_words
from gui.i18n import tr
from gui.placement import Placement

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

CHANGED = (255, 43, 214)  # magenta: rare in photos, and seen by every kind of colour vision
HEAT = (255, 96, 0)
VEIL = 0.55  # how much of the unchanged picture the veil hides
SIDE = 1024  # longer side, pixels, at which pictures are compared


def changes(first: Photo, second: Photo, placement: Placement) -> tuple[Mapping[int, QImage], str]:
    """What visibly changed, as a layer over the first photo, and in words. Raises DecodeError.

    Brightness and colour are matched before; runs on a reading thread.
    """
    import numpy as np

    from engine import differences, verify
    from engine.decode import open_upright

    one, two = (open_upright(photo.path, max_side=SIDE) for photo in (first, second))
    t = placement.onto_first
    full = np.array(
        [[t.m11(), t.m21(), t.m31()], [t.m12(), t.m22(), t.m32()], [t.m13(), t.m23(), t.m33()]]
    )
    shrunk = one.shape[1] / placement.first.width(), one.shape[0] / placement.first.height()
    grown = placement.second.width() / two.shape[1], placement.second.height() / two.shape[0]
    matrix = np.diag([*shrunk, 1]) @ full @ np.diag([*grown, 1])
    laid = differences.lay(one, two, matrix, onto_first=True)
    found = differences.examine(laid, differences.match_tone(laid))
    if not found.changed.any() and not verify.is_copy(found):
        return {}, tr("Different all over: another shot, or strongly edited.")
    drawn = found.overlaid >= found.moved
    words = changed_words(found.changed, inside=laid.inside, drawn=drawn)
    return {0: veil(found.changed)}, words


def veil(changed: npt.NDArray[np.bool_]) -> QImage:
    """bool (h, w) -> an image that darkens what is the same and colours what changed."""
    import numpy as np

    height, width = changed.shape
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[..., 3] = round(255 * VEIL)
    rgba[changed] = (*CHANGED, 120)
    return _image(rgba)


def heat(strength: npt.NDArray[np.float32]) -> QImage:
    """float32 (h, w) in 0..1 -> an image that darkens what does not match and warms what does."""
    import numpy as np

    height, width = strength.shape
    rgba = np.empty((height, width, 4), np.uint8)
    warm = np.clip(strength, 0, 1)[..., None]
    rgba[..., :3] = np.asarray(HEAT) * warm
    rgba[..., 3] = (255 * (0.65 * (1 - warm) ** 1.5 + 0.2 * warm))[..., 0]
    return _image(rgba)


def _image(rgba: npt.NDArray[np.uint8]) -> QImage:
    height, width = rgba.shape[:2]
    shared = QImage(rgba.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return shared.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
