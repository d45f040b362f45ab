"""The stored small signature of a photo, and what two of them say in microseconds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZE = 20  # 20 x 20 x 3 = 1200 bytes a photo

# Orientation k of a picture: mirrored when k > 3, then turned clockwise by 90 * (k % 4) degrees.
ORIENTATIONS = 8


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two signatures agree in their best orientation.

    `turn` and `mirrored` say how the second was laid on the first: mirrored left to right first,
    then turned clockwise by `turn` degrees.
    """

    correlation: float  # of the brightness of all cells, -1..1
    turn: int
    mirrored: bool


def signature(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """uint8 (h, w, 3) -> uint8 (SIZE, SIZE, 3): the whole picture squashed, each cell a mean."""
    import cv2

    return np.asarray(cv2.resize(rgb, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.uint8)


def compare(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Likeness:
    """The best of the eight orientations of one signature (or its bytes) laid on another."""
    target, grey = (
        _normalised(one.reshape(SIZE, SIZE, 3).mean(axis=2, dtype=np.float32))
        for one in (first, second)
    )
    laid = np.stack([oriented(grey, index=index) for index in range(ORIENTATIONS)])
    scores = laid.reshape(ORIENTATIONS, -1) @ target.ravel()
    best = int(scores.argmax())
    return Likeness(float(scores[best]), 90 * (best % 4), best > 3)


def oriented(picture: NDArray[np.generic], *, index: int) -> NDArray[np.generic]:
    """The picture (h, w, ...) in one of the eight orientations."""
    laid = picture[:, ::-1] if index > 3 else picture
    return np.rot90(laid, -(index % 4))


def _normalised(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Zero mean and unit length, so that a product is a correlation."""
    centred = grey - grey.mean()
    length = float(np.linalg.norm(centred))
    return np.asarray(centred / max(length, 1e-6))
