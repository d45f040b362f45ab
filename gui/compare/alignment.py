"""Aligns copies to the pixel: corrects on larger pictures what was found on small ones.

Verification looks at 0.1 megapixels, where half a pixel is five of a photo at its full size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTransform

from kindred.engine.types import Photo
from kindred.gui.compare.placement import Placement, place_by_transform

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    ImagePyramid = npt.NDArray[np.uint8]
    Matrix = npt.NDArray[np.float64]

SIDE = 1600  # longer side, pixels; on larger pictures the error exceeds what can be corrected


def align(first: Photo, second: Photo, placement: Placement) -> Placement:
    """The placement, corrected where that aligns the copies better. Raises DecodeError.

    Runs on a reading thread.
    """
    from kindred.engine.decoding.decode import open_upright
    from kindred.engine.verification import alignment

    one, two = (open_upright(photo.path, max_side=SIDE) for photo in (first, second))
    found, _, _ = alignment.refine(one, two, between(placement, one, two))
    to_full, from_full = scales(placement, one, two)
    (a, b, c), (d, e, f), (g, h, i) = (to_full @ found @ from_full).tolist()
    better = place_by_transform(first.info, second.info, QTransform(a, d, g, b, e, h, c, f, i))
    return better or placement


def between(placement: Placement, one: ImagePyramid, two: ImagePyramid) -> Matrix:
    """The placement from pixels of `two` to those of `one`: the photos as uint8 (h, w, 3)."""
    import numpy as np

    t = placement.onto_first
    full = np.array(
        [[t.m11(), t.m21(), t.m31()], [t.m12(), t.m22(), t.m32()], [t.m13(), t.m23(), t.m33()]]
    )
    to_full, from_full = scales(placement, one, two)
    return np.asarray(np.linalg.inv(to_full) @ full @ np.linalg.inv(from_full))


def scales(placement: Placement, one: ImagePyramid, two: ImagePyramid) -> tuple[Matrix, Matrix]:
    """3x3: pixels of `one` -> the first photo at full size, the second -> pixels of `two`."""
    import numpy as np

    first, second = placement.first, placement.second
    return (
        np.diag([first.width() / one.shape[1], first.height() / one.shape[0], 1]),
        np.diag([two.shape[1] / second.width(), two.shape[0] / second.height(), 1]),
    )
