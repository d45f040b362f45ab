"""What the compare view lays over photos, as images: what changed, and where the network looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

CHANGED = (255, 43, 214)  # magenta: rare in photos, and seen by every kind of colour vision
HEAT = (255, 96, 0)
VEIL = 0.55  # how much of the unchanged picture the veil hides


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
