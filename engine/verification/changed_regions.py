"""Finds what visibly changed between two laid pictures, and tells drawn from moved."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kindred.engine.verification.tone_matching import AlignedPair

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]
Levels = TypeVar("Levels", NDArray[np.float32], NDArray[np.uint8])

VISIBLE = 20.0  # levels of 255
ABOVE = 5.0  # times the upper quartile of all differences, so that noise is not a change
FEWEST_PIXELS = 12
CLIPPED = (4, 251)  # a channel outside lost what it was
FROM_CLIPPING = 60.0  # levels by which clipping alone may be off
SAME_SHAPE = 0.75  # correlation inside a region above which only its tone differs
DRAWN = 0.45  # share of a drawn region's pixels that have one of its two main colours
LARGE, DRAWN_LARGE = 0.005, 0.35  # a large region of more colours is drawn too: stickers, outlines
DRAWN_LEVELS = 55.0  # levels by which something drawn stands out at least
SOFT = 0.01  # share of the overlap; fewer soft-edged differences come from unusual filters
HARD = 0.25  # per pixel, share of the peak by which the edge of something drawn rises
SMALL = 0.004  # share of the overlap; less than this is not taken for something drawn
FAINT, ONE_SIDED = 0.01, 0.8  # a see-through mark covers more, and is all lighter or all darker


@dataclass(frozen=True, slots=True)
class ChangedRegions:
    """What visibly differs between two laid pictures."""

    mask: Mask  # (h, w)
    drawn: float  # share of the overlap under what was drawn over it: text, stickers
    moved: float  # share of the overlap under other changes: something is elsewhere
    on_target: bool | None  # the drawing is on the target; None: no drawing, or not known


def find(laid: AlignedPair, predicted: Grey, goal: Grey, inside: Mask) -> ChangedRegions:
    """Visible differences of brightness, region by region.

    predicted, goal: the two pictures in one tone, float32 (h, w), see tone_matching; inside: where
    both are. Drawings have hard edges and few colours, or are see-through and all lighter or all
    darker; whatever else differs has moved.
    """
    import cv2

    difference = predicted - goal
    apart, slope = np.abs(difference), _slope(difference)
    smooth = cv2.GaussianBlur(apart, (0, 0), 1.5)
    grain = cv2.GaussianBlur(np.abs(difference - cv2.blur(difference, (15, 15))), (0, 0), 1.5)
    least = max(VISIBLE, ABOVE * float(np.quantile(grain[inside], 0.75)))
    beyond = np.minimum(outside(predicted, goal), outside(goal, predicted))
    beyond = cv2.GaussianBlur(beyond, (0, 0), 1)
    seen = cv2.dilate((inside & (smooth > least)).astype(np.uint8), np.ones((3, 3)))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(seen)
    mask, total = np.zeros_like(inside), int(inside.sum())
    drawn = moved = shaded = veiled = lighter = on_target = 0
    for label in range(1, count):
        left, top, width, height, _ = boxes[label]
        part = np.s_[top : top + height, left : left + width]
        region = (labels[part] == label) & inside[part]
        core = region & (apart[part] > 0.8 * least)
        pixels = int(core.sum())
        if pixels < FEWEST_PIXELS or beyond[part][region].max() < 0.6 * least:
            continue
        peak = float(smooth[part][region].max())
        both = laid.target[part], laid.moved[part]
        if peak < FROM_CLIPPING and _is_clipped(both[0][core], both[1][core]):
            continue
        hard = float(np.quantile(slope[part][region], 0.9)) > HARD * peak
        lighter += int(np.sign(difference[part][core]).sum()) if hard else 0
        if _correlation(predicted[part][core], goal[part][core]) > SAME_SHAPE:
            veiled += pixels
            continue
        mask[part] |= region
        added, target = _stranger_colours(*both, core)
        plain = DRAWN if pixels < LARGE * total else DRAWN_LARGE
        if hard:
            on_target += pixels if target else -pixels
        if hard and peak > DRAWN_LEVELS and plain_share(added, count=2, reach=18) >= plain:
            drawn += pixels
        elif hard:
            moved += pixels
        else:
            shaded += pixels
    if shaded > SOFT * total:
        moved += shaded
    faint = drawn + moved + veiled
    if faint > FAINT * total and abs(lighter) > ONE_SIDED * faint:
        drawn, moved = drawn + moved, 0
    if drawn < SMALL * total:
        drawn, moved = 0, drawn + moved
    side = on_target > 0 if drawn and on_target else None
    return ChangedRegions(mask, drawn / total, moved / total, side)


def _slope(grey: Grey) -> Grey:
    """Levels per pixel."""
    import cv2

    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    return np.asarray(cv2.magnitude(across, down) / 8, np.float32)


def _stranger_colours(
    one: NDArray[np.uint8], other: NDArray[np.uint8], core: Mask
) -> tuple[NDArray[np.uint8], bool]:
    """The colours (n, 3) of a region in the picture where it is stranger, and is that the first."""
    around = ~core
    if not around.any():
        return one[core], True
    strange = [
        float(np.abs(picture[core].mean(axis=0) - picture[around].mean(axis=0)).max())
        for picture in (one, other)
    ]
    first = strange[0] >= strange[1]
    return (one if first else other)[core], first


def outside(one: Levels, other: Levels) -> Levels:
    """How far `one` is from what `other` has within a pixel, (h, w), float32 or uint8 as they are.

    Blur and small shifts do not count.
    """
    import cv2

    around = np.ones((3, 3), np.uint8)
    above = cv2.subtract(one, cv2.dilate(other, around))
    below = cv2.subtract(cv2.erode(other, around), one)
    return np.asarray(np.maximum(np.maximum(above, below), 0), one.dtype)


def _correlation(one: Grey, other: Grey) -> float:
    spread = float(one.std() * other.std())
    return float(((one - one.mean()) * (other - other.mean())).mean()) / max(spread, 1.0)


def _is_clipped(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether most of the colours (n, 3) have lost what they were in one of the pictures."""
    low, high = CLIPPED
    rows = [row for colours in (one, other) for row in colours.T]
    extreme = np.any([(row < low) | (row > high) for row in rows], axis=0)
    return bool(extreme.mean() > 0.5)


def plain_share(colours: NDArray[np.uint8], *, count: int, reach: int) -> float:
    """Share of pixels (n, 3) within `reach` levels of the `count` most frequent colours."""
    left = np.ascontiguousarray(colours.T, np.int16)
    for _ in range(count):
        if not left.shape[1]:
            break
        cells = (left[0] >> 4 << 8) + (left[1] >> 4 << 4) + (left[2] >> 4)
        most = left[:, cells == np.bincount(cells).argmax()]
        centre = np.median(most, axis=1).astype(np.float32)
        far = [np.abs(row - middle) > reach for row, middle in zip(left, centre, strict=True)]
        left = left[:, far[0] | far[1] | far[2]]
    rest: float = left.shape[1] / len(colours)
    return 1 - rest
