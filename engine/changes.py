"""Finds what visibly changed between two laid pictures, and tells drawn from moved."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from engine.differences import Laid

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]

VISIBLE = 20.0  # levels of 255
ABOVE = 5.0  # times the upper quartile of all differences, so that noise is not a change
FEWEST_PIXELS = 12
CLIPPED = (4, 251)  # a channel outside lost what it was
FROM_CLIPPING = 60.0  # levels by which clipping alone may be off
FROM_BLUR = 0.6  # correlation: the same thing, only less sharp
DRAWN = 0.45  # share of a drawn region's pixels that have one of its two main colours
DRAWN_LEVELS = 55.0  # levels by which something drawn stands out at least
SMALL = 0.004  # share of the overlap; what is smaller must stand out more to count as drawn
SMALL_LEVELS = 90.0


def find(laid: "Laid", predicted: Grey, goal: Grey, inside: Mask) -> tuple[Mask, float, float]:
    """(changed (h, w), share of the overlap that is drawn over, share where something moved)."""
    import cv2

    apart = np.abs(predicted - goal)
    smooth = cv2.GaussianBlur(apart, (0, 0), 1.5)
    least = max(VISIBLE, ABOVE * float(np.quantile(smooth[inside], 0.75)))
    seen = (inside & (smooth > least)).astype(np.uint8)
    count, labels, sizes, _ = cv2.connectedComponentsWithStats(cv2.dilate(seen, np.ones((3, 3))))
    changed = np.zeros_like(inside)
    drawn = moved = 0
    total = int(inside.sum())
    for label in range(1, count):
        left, top, width, height, _ = sizes[label]
        part = np.s_[top : top + height, left : left + width]
        region = (labels[part] == label) & inside[part]
        core = region & (apart[part] > 0.8 * least)
        pixels = int(core.sum())
        if pixels < FEWEST_PIXELS:
            continue
        peak = float(smooth[part][region].max())
        both = laid.target[part][core], laid.moved[part][core]
        if _edited(*both, predicted[part][core], goal[part][core], peak):
            continue
        changed[part] |= region
        stands_out = peak >= (DRAWN_LEVELS if pixels > SMALL * total else SMALL_LEVELS)
        if stands_out and max(_two_colours(colours) for colours in both) >= DRAWN:
            drawn += pixels
        else:
            moved += pixels
    return changed, drawn / total, moved / total


def _edited(
    one: NDArray[np.uint8], other: NDArray[np.uint8], predicted: Grey, goal: Grey, peak: float
) -> bool:
    """Whether blur or clipping of the same content explains the difference."""
    if peak < FROM_CLIPPING:
        extreme = [
            ((colours < CLIPPED[0]) | (colours > CLIPPED[1])).any(axis=1) for colours in (one, other)
        ]
        if (extreme[0] | extreme[1]).mean() > 0.5:
            return True
    spread = float(predicted.std() * goal.std())
    if spread < 1:
        return False
    together = float(((predicted - predicted.mean()) * (goal - goal.mean())).mean())
    return together / spread > FROM_BLUR


def _two_colours(colours: NDArray[np.uint8]) -> float:
    """Share of pixels (n, 3) near the two most frequent colours."""
    left = colours.astype(np.int16)
    for _ in range(2):
        if not len(left):
            break
        cells = (left // 16) @ np.array([256, 16, 1])
        values, counts = np.unique(cells, return_counts=True)
        centre = np.median(left[cells == values[counts.argmax()]], axis=0)
        left = left[(np.abs(left - centre) > 18).any(axis=1)]
    return 1 - len(left) / len(colours)
