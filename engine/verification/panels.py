"""Finds the pictures inside a composite: a collage, a story, a framed or letterboxed picture."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kindred.engine.verification.signature import signature
from kindred.engine.verification.views import View

Grey = NDArray[np.float32]
Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]  # left, top, right, bottom

SIDE = 320  # pixels of the longer side at which panels are looked for
QUIET = 0.8  # levels: the mean step from pixel to pixel of a plain or blurred ground
EVEN = 4.0  # levels (standard deviation) in a row of a gap, or of a plain border
UNEVEN = 12.0  # the same beside it
GROUND = 8.0  # levels (standard deviation) along the frame of a picture on plain ground
RING = 0.04  # of the shorter side: what is taken for the ground round a print on a table
GRAIN = 25.0  # levels by which nine tenths of that differ from one colour, evenly shaded
RECTANGLE = 0.88  # share of the least rectangle round a thing that its hull fills
SPECKS = 0.06  # share of a row or column there that may be something else
EDGE = 7.0  # levels by which a seam stands out from the steps beside it
SEAM = 0.55  # share of a seam's length at which there is an edge
OFTEN = 2.5  # times as often as at the usual row or column
MARGIN = 0.06  # of a side at either end in which no seam is looked for, but a border taken off
LEAST, MOST = 0.07, 0.92  # share of the whole that a panel fills
THINNEST = 0.15  # of the whole's side
DEEPEST = 6  # cuts one after another: two seams and four borders
FEWEST = 16  # pixels of a part's side
PANELS = 6


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a picture, in shares of its sides."""

    left: float
    top: float
    right: float
    bottom: float

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in pixels of a picture of this size."""
        return (
            round(self.left * width),
            round(self.top * height),
            max(round(self.left * width) + 1, round(self.right * width)),
            max(round(self.top * height) + 1, round(self.bottom * height)),
        )

    def cut(self, rgb: Pixels) -> Pixels:
        """That part of uint8 (h, w, 3)."""
        left, top, right, bottom = self.pixels(rgb.shape[1], rgb.shape[0])
        return np.ascontiguousarray(rgb[top:bottom, left:right])


def panels(rgb: Pixels) -> tuple[Panel, ...]:
    """The parts of uint8 (h, w, 3) that may be pictures of their own, the largest first.

    A picture is cut along straight seams, as often as that goes; plain and blurred parts are the
    ground. An ordinary photo has none, or, where a horizon looks like a seam, parts of itself.
    """
    import cv2

    scale = min(1.0, SIDE / max(rgb.shape[:2]))
    size = tuple(max(1, round(length * scale)) for length in rgb.shape[1::-1])
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    height, width = grey.shape
    if min(height, width) < 24:
        return ()
    found = set()
    whole = 0, 0, width, height
    boxes = *_parts(grey, whole, DEEPEST), *_on_plain_ground(grey), *_on_a_table(small)
    for left, top, right, bottom in boxes:
        wide, high = (right - left) / width, (bottom - top) / height
        if LEAST <= wide * high <= MOST and min(wide, high) >= THINNEST:
            found.add(Panel(left / width, top / height, right / width, bottom / height))
    order = sorted(found, key=lambda one: (one.left - one.right) * (one.bottom - one.top))
    return tuple(order[:PANELS])


def inner_view(view: View, panel: Panel) -> View:
    """The picture inside a picture as a photo of its own. Raises DecodeError."""
    left, top, right, bottom = panel.pixels(view.info.width, view.info.height)
    info = replace(view.info, width=right - left, height=bottom - top, camera=None, taken_at=None)
    times = max(view.info.width, view.info.height) / max(info.width, info.height)

    def inner(side: int) -> Pixels:
        return panel.cut(view.open(round(side * times)))

    return View(view.content, info, signature(inner(SIDE)), inner)


def _on_plain_ground(grey: Grey) -> Iterator[Box]:
    """The box round what lies on a ground of one brightness, perhaps turned: a scanned print."""
    ring = np.concatenate(
        [grey[:2].ravel(), grey[-2:].ravel(), grey[:, :2].ravel(), grey[:, -2:].ravel()]
    )
    if ring.std() > GROUND:
        return
    other = np.abs(grey - np.median(ring)) > 3 * GROUND
    rows = np.flatnonzero(other.mean(axis=1) > SPECKS)
    columns = np.flatnonzero(other.mean(axis=0) > SPECKS)
    if len(rows) and len(columns):
        yield int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _on_a_table(rgb: Pixels) -> Iterator[Box]:
    """The box round a rectangle, seen at an angle, that lies on a ground of one colour.

    The ground may have a grain, and light from one side.
    """
    import cv2

    height, width = (length // 2 for length in rgb.shape[:2])
    soft = cv2.blur(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA), (3, 3))
    colours = soft.astype(np.float32)
    edge = max(2, round(RING * min(height, width)))
    around = np.ones((height, width), np.bool_)
    around[edge:-edge, edge:-edge] = False
    down, across = np.mgrid[:height, :width].astype(np.float32) / max(height, width)
    terms = np.stack([np.ones_like(down), down, across], axis=-1)
    ring, seen = terms[around], colours[around]
    weights = np.ones(len(ring), np.float32)
    for _ in range(3):  # Cauchy weights: what reaches into the ring does not count
        weighted = (ring * weights[:, None]).T
        ground = np.linalg.solve(weighted @ ring, weighted @ seen)
        misses = np.abs(seen - ring @ ground).max(axis=1)
        weights = 1 / (1 + (misses / GROUND) ** 2)
    spread = float(np.quantile(misses, 0.9))
    if spread > GRAIN:
        return
    apart = np.abs(colours - terms @ ground).max(axis=2)
    for times in (1.5, 3):  # streaks may join what lies on them
        if box := _rectangle(apart > times * max(2 * GROUND, spread)):
            left, top, right, bottom = box
            yield 2 * left, 2 * top, 2 * right, 2 * bottom
            return


def _rectangle(mask: NDArray[np.bool_]) -> Box | None:
    """The box round the largest thing in a mask, if that has four sides."""
    import cv2

    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(opened)
    largest = 1 + int(boxes[1:, cv2.CC_STAT_AREA].argmax()) if len(boxes) > 1 else 0
    if largest == 0 or boxes[largest, cv2.CC_STAT_AREA] < FEWEST**2:
        return None
    thing = np.argwhere(labels == largest)[:, ::-1].astype(np.int32)
    hull = cv2.convexHull(thing)
    _, sides, _ = cv2.minAreaRect(hull)
    if cv2.contourArea(hull) < RECTANGLE * sides[0] * sides[1]:
        return None
    left, top, wide, high = boxes[largest, :4].tolist()
    return left, top, left + wide, top + high


def _parts(grey: Grey, box: Box, depth: int) -> Iterator[Box]:
    """The box without its border, and the parts on either side of its clearest seam."""
    left, top, right, bottom = box
    if min(right - left, bottom - top) < FEWEST:
        return
    above, below = _border(grey[top:bottom, left:right])
    before, behind = _border(grey[top:bottom, left:right].T)
    left, top, right, bottom = left + before, top + above, right - behind, bottom - below
    part = grey[top:bottom, left:right]
    if min(part.shape) < FEWEST or _is_quiet(part):
        return
    yield left, top, right, bottom
    if depth == 0:
        return
    (clear, row), (sharp, column) = _seam(part), _seam(part.T)
    if max(clear, sharp) == 0:
        return
    if clear >= sharp:
        yield from _parts(grey, (left, top, right, top + row), depth - 1)
        yield from _parts(grey, (left, top + row, right, bottom), depth - 1)
    else:
        yield from _parts(grey, (left, top, left + column, bottom), depth - 1)
        yield from _parts(grey, (left + column, top, right, bottom), depth - 1)


def _is_quiet(part: Grey) -> bool:
    steps = [np.abs(np.diff(part, axis=axis)).mean() for axis in (0, 1)]
    return float(np.mean(steps)) < QUIET


def _border(part: Grey) -> tuple[int, int]:
    """How many of the first and of the last rows are plain: what a cut left of a gap."""
    most = max(2, round(MARGIN * len(part)))
    first, last = _is_even(part[:most]), _is_even(part[: -most - 1 : -1])
    return int(np.append(first, False).argmin()), int(np.append(last, False).argmin())


def _is_even(part: Grey) -> NDArray[np.bool_]:
    """For each row whether it has one brightness."""
    return np.asarray(part.std(axis=1) < EVEN)


def _seam(part: Grey) -> tuple[float, int]:
    """How clear the clearest seam between two rows is (0: there is none), and the row below it."""
    height = len(part)
    edge = max(3, round(MARGIN * height))
    if height < 2 * edge + 4:
        return 0.0, 0
    steps = np.abs(np.diff(part, axis=0))
    padded = np.pad(steps, ((1, 1), (0, 0)))
    share = ((steps > EDGE) & (steps >= padded[:-2]) & (steps >= padded[2:])).mean(axis=1)
    usual = float(np.median(share))
    gaps = _gaps(part)
    inside = np.maximum(share, gaps[1:])[edge - 1 : height - edge]
    row = int(inside.argmax())
    clear = float(inside[row])
    if clear < SEAM or (clear < 1 and clear < OFTEN * usual):
        return 0.0, 0
    return clear, row + edge


def _gaps(part: Grey) -> Grey:
    """1 for each row that is plain between rows that are not, else 0."""
    even = _is_even(part)
    uneven = part.std(axis=1) > UNEVEN
    reach = 6
    padded = np.pad(uneven, reach)
    rows = np.arange(len(part)) + reach
    beside = [
        np.any([padded[rows + sign * away] for away in range(2, reach + 1)], axis=0)
        for sign in (-1, 1)
    ]
    return np.asarray(even & beside[0] & beside[1], np.float32)
