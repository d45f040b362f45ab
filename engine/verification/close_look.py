"""Looks at two laid pictures closely: is what they show the same, stroke by stroke."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kindred.engine.types import PhotoInfo, Registration
from kindred.engine.verification import alignment, edits
from kindred.engine.verification.changed_regions import outside, plain_share
from kindred.engine.verification.tone_matching import AlignedPair, TonePair

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]
Pixels = NDArray[np.uint8]
Open = Callable[[int], Pixels]

AREA = 1_000_000  # pixels of what both show, at which strokes of print are still apart
LARGEST = 5_000_000  # pixels that a picture is opened with at most
WINDOW = 13  # pixels; about a letter
CONTRAST = 15.0  # levels (standard deviation in a window) from which there is something to compare
UNLIKE = 0.35  # structure in common below which two windows show different things
DEAF = 5.0  # levels of deviation that are compression or noise
SHADE = 45.0  # levels by which the ground of a drawing is another

FARTHEST = 12.0  # pixels by which the coarse look may have laid them wrongly
DRAWN = 0.62  # of the pixels round a hard edge nearly as dark or as light as can be: print, charts
PLAIN = 0.2  # of a drawing is plain ground; dense print at 160 pixels: 0.31 and more
PLAIN_SMALL, PALETTE_SMALL = 0.4, 0.6  # of what may be one, at the size of registration.AREA
# As DRAWN, at that size, on plain ground and on any: 5 of 100 photos, and nearly all print.
DRAWN_SMALL, DRAWN_ALL_OVER = 0.55, 0.7
EDGE = 60  # levels between the darkest and the lightest pixel beside an edge
STROKE, STROKE_OF_CONTRAST = 40.0, 0.4  # levels, of those around: by which a stroke is missing
JOINED = 7  # pixels; strokes that are nearer are one place
MOST_PLACES = 50  # that are looked at
ONE_WAY = 0.1  # of a place is lighter, or darker, where its tone is clipped and no text differs
AS_MANY_EDGES = 0.45  # of the other's; other text: 0.57 and more, most drawn over: 0.36 and less
EXCHANGED = 0.42  # of the pixels of a place; drawn over: 0.40 and less, other captions: 0.43-0.85
FAINT = 3  # pixels of a stroke that compression can make
HOPELESS = 0.3  # of what there is to see; the worst placed copy of a drawing had 0.1
SHARPER = (0.6, 0.9, 1.3, 1.9, 2.7)  # pixels of blur that are tried on the sharper picture
# By the levels around a pixel, those from which it is part of a stroke.
_STROKE_BY_REACH = np.maximum(STROKE, STROKE_OF_CONTRAST * np.arange(256)).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """How far a picture is drawn."""

    plain: float  # share that is plain ground
    drawn: float  # beside hard edges, how many pixels are as dark or as light as can be (median)


@dataclass(frozen=True, slots=True)
class Look:
    """What two pictures have in common where either has something to see."""

    graphic: bool  # drawn: print, screens, charts
    content: float  # share of the overlap with something to see
    unlike: float  # share of that where they show different things
    replaced: float  # the same share of where both have something to see
    largest: int  # pixels of the largest place with different things
    strokes: int  # pixels of the largest place with strokes that only one of them has
    exchanged: int  # the same where both have strokes of the same colours, differently placed


def look(
    first: PhotoInfo,
    second: PhotoInfo,
    *,
    placed: Registration,
    opened: tuple[Open, Open],
    enough: Callable[[Look], bool],
) -> Look | None:
    """Opens both so that what they share has AREA pixels; None: too small to say anything.

    Finer placements are tried as long as what was seen is not `enough` to be sure.
    """
    one, other, matrix = _open(first, second, placed, opened)
    matrix, laid, (predicted, goal) = alignment.refine(one, other, matrix, farthest=FARTHEST)
    if min(laid.inside.shape) < 2 * WINDOW:
        return None
    found = _compare(laid, predicted, goal)
    if _is_settled(found) or enough(found):
        return found
    if found.graphic:
        better, laid, (predicted, goal) = alignment.refine(one, other, matrix)
        if better is not matrix:
            found = min(found, _compare(laid, predicted, goal), key=_apart)
    else:
        predicted = alignment.bend(predicted, goal, laid.inside)
        found = min(found, _compare(laid, predicted, goal), key=_apart)
    if _is_settled(found) or enough(found) or found.unlike > HOPELESS:
        return found
    bent = _follow(predicted, goal)
    return min(found, _compare(laid, *bent), key=_apart)


def _is_settled(found: Look) -> bool:
    """Whether nothing differs, or so much that no finer placement will mend it."""
    if found.graphic and found.unlike > HOPELESS:
        return True
    return not (found.largest or found.strokes > FAINT)


def lay_finely(
    first: PhotoInfo, second: PhotoInfo, *, placed: Registration, opened: tuple[Open, Open]
) -> tuple[AlignedPair, TonePair]:
    """Both, laid on each other in one tone so that what they share has AREA pixels."""
    one, other, matrix = _open(first, second, placed, opened)
    _, laid, toned = alignment.refine(one, other, matrix, farthest=FARTHEST)
    return laid, toned


def _open(
    first: PhotoInfo, second: PhotoInfo, placed: Registration, opened: tuple[Open, Open]
) -> tuple[Pixels, Pixels, NDArray[np.float64]]:
    """Both pictures, and the transform from the second to the first in their pixels."""
    matrix = np.array(placed.matrix, np.float64).reshape(3, 3)
    sides = _sides(first, second, matrix)
    one, other = (open_at(side) for open_at, side in zip(opened, sides, strict=True))
    scaled = [
        np.diag([picture.shape[1] / info.width, picture.shape[0] / info.height, 1.0])
        for picture, info in ((one, first), (other, second))
    ]
    return one, other, np.asarray(scaled[0] @ matrix @ np.linalg.inv(scaled[1]))


def _sides(first: PhotoInfo, second: PhotoInfo, matrix: NDArray[np.float64]) -> tuple[int, int]:
    """The longer sides to open both at: what they share is equally large in both."""
    scale = alignment.scale_of(matrix / matrix[2, 2])
    corners = edits.project(edits.frame(second.width, second.height), matrix)
    shared = edits.area(edits.outline(first, corners)) * first.width * first.height
    coarser = shared if scale <= 1 else shared / scale**2
    factor = min(1.0, float(np.sqrt(AREA / max(coarser, 1.0))))
    factors = np.array([factor, factor * scale] if scale <= 1 else [factor / scale, factor])
    infos = (first, second)
    most = max(info.width * info.height * own**2 for info, own in zip(infos, factors, strict=True))
    factors *= min(1.0, float(np.sqrt(LARGEST / most)))
    here, there = (
        max(1, round(max(info.width, info.height) * min(1.0, float(own))))
        for info, own in zip(infos, factors, strict=True)
    )
    return here, there


def _apart(found: Look) -> tuple[bool, float, int]:
    """How much is against this placement: in a drawing the worst place, in a photo all of it."""
    return not found.graphic, found.largest if found.graphic else found.unlike, found.strokes


def _compare(laid: AlignedPair, predicted: Grey, goal: Grey) -> Look:
    import cv2

    predicted, goal = _equally_sharp(predicted, goal)
    within = np.ones((WINDOW + 2, WINDOW + 2))  # a border beside what both show is in no window
    inside = cv2.erode(laid.inside.astype(np.uint8), within, borderValue=0) > 0
    means, deviations, shared = _moments(predicted, goal)
    content = inside & (np.maximum(*deviations) > CONTRAST**2)
    alike = 2 * shared / (deviations[0] + deviations[1] + DEAF**2)
    unlike = content & (alike < UNLIKE)
    both = inside & (np.minimum(*deviations) > CONTRAST**2)
    drawings = [_drawing(picture, inside) for picture in (laid.target, laid.moved)]
    graphic = (
        min(drawing.drawn for drawing in drawings) >= DRAWN
        and max(drawing.plain for drawing in drawings) >= PLAIN
    )
    if graphic:
        unlike |= inside & (np.abs(means[0] - means[1]) > SHADE)
    strokes = _strokes(laid, predicted, goal, inside)
    return Look(
        graphic,
        float(content.sum() / max(1, inside.sum())),
        float(unlike.sum() / max(1, (content | unlike).sum())),
        float((unlike & both).sum() / max(1, both.sum())),
        _largest(unlike),
        *strokes,
    )


def _strokes(laid: AlignedPair, predicted: Grey, goal: Grey, inside: Mask) -> tuple[int, int]:
    """Look.strokes and Look.exchanged.

    A pixel that is far from all that the other picture has within a pixel of it is part of a
    stroke (or of an edge) that the other lacks, whatever compression and small shifts did. Where
    something was drawn over a photo, one has more edges there and other colours. Where one text
    stands in place of another, both have edges, and each has ink where the other has paper.
    """
    import cv2

    one, other = (alignment.levels(grey) for grey in (predicted, goal))
    around = np.ones((9, 9), np.uint8)
    reach = np.maximum(*(_spread(grey, around) for grey in (one, other)))
    beyond = np.maximum(outside(one, other), outside(other, one))
    missing = inside & (beyond > cv2.LUT(reach, _STROKE_BY_REACH))
    if not missing.any():
        return 0, 0
    joined = cv2.dilate(missing.astype(np.uint8), np.ones((JOINED, JOINED), np.uint8))
    _, labels = cv2.connectedComponents(joined)
    places = labels[missing]
    pixels = np.bincount(places)
    lighter = np.bincount(places, weights=predicted[missing] > goal[missing])
    colours = [_cells(picture[missing]) for picture in (laid.target, laid.moved)]
    edges = [np.bincount(labels[_steep(grey)], minlength=len(pixels)) for grey in (one, other)]
    two_ways = np.minimum(lighter, pixels - lighter) > ONE_WAY * pixels
    both_drawn = np.minimum(*edges) > AS_MANY_EDGES * np.maximum(*edges)
    likely = np.flatnonzero(two_ways & both_drawn)
    exchanged = 0
    for label in likely[np.argsort(-pixels[likely])][:MOST_PLACES]:  # largest first
        here = places == label
        counts = [np.bincount(cells[here], minlength=512) for cells in colours]
        if np.minimum(*counts).sum() >= EXCHANGED * pixels[label]:
            exchanged = int(pixels[label])
            break
    return int(pixels.max()), exchanged


def _spread(levels: Pixels, around: Pixels) -> Pixels:
    """Levels between the darkest and the lightest pixel around each."""
    import cv2

    return np.asarray(cv2.subtract(cv2.dilate(levels, around), cv2.erode(levels, around)))


def _steep(levels: Pixels) -> Mask:
    """(h, w): beside hard edges."""
    return _spread(levels, np.ones((3, 3), np.uint8)) > EDGE


def _cells(colours: Pixels) -> NDArray[np.intp]:
    """Which of 512 colours each of (n, 3) is."""
    red, green, blue = (colours >> 5).T.astype(np.intp)
    return np.asarray(red << 6 | green << 3 | blue)


def _moments(one: Grey, other: Grey) -> tuple[tuple[Grey, Grey], tuple[Grey, Grey], Grey]:
    """Means, variances and covariance in the window round each pixel."""
    import cv2

    def mean(values: Grey) -> Grey:
        return np.asarray(cv2.blur(values, (WINDOW, WINDOW)), np.float32)

    means = mean(one), mean(other)
    variances = mean(one * one) - means[0] ** 2, mean(other * other) - means[1] ** 2
    return means, variances, mean(one * other) - means[0] * means[1]


def _largest(mask: Mask) -> int:
    """Pixels of the largest connected place, thin ones left out."""
    import cv2

    thick = cv2.erode(mask.astype(np.uint8), np.ones((3, 3)))
    count, _, places, _ = cv2.connectedComponentsWithStats(thick)
    return int(places[1:, cv2.CC_STAT_AREA].max()) if count > 1 else 0


def _equally_sharp(one: Grey, other: Grey) -> tuple[Grey, Grey]:
    """The sharper of the two blurred as long as that brings them nearer to each other."""
    import cv2

    best, apart = (one, other), float(cv2.absdiff(one, other).mean())
    start = apart
    for sharper in (0, 1):
        last = start
        for sigma in SHARPER:
            soft = np.asarray(cv2.GaussianBlur((one, other)[sharper], (0, 0), sigma), np.float32)
            pair = (soft, other) if sharper == 0 else (one, soft)
            now = float(cv2.absdiff(*pair).mean())
            if now > 0.98 * last:
                break
            last = now
            if now < apart:
                best, apart = pair, now
    return best


def _drawing(rgb: Pixels, inside: Mask) -> _Drawing:
    import cv2

    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    soft = cv2.GaussianBlur(grey, (0, 0), 0.8)
    near, around = np.ones((5, 5), np.uint8), np.ones((9, 9), np.uint8)
    plain = cv2.subtract(cv2.dilate(soft, near), cv2.erode(soft, near)) <= 6
    light, dark = cv2.dilate(grey, around), cv2.erode(grey, around)
    apart = cv2.subtract(light, dark)
    reach = apart // 5
    extreme = (cv2.subtract(grey, dark) <= reach) | (cv2.subtract(light, grey) <= reach)
    share = cv2.blur(extreme.astype(np.float32), (9, 9))
    hard = inside & (apart > EDGE)
    median = float(np.median(share[hard])) if hard.any() else 1.0
    ground = float(plain[inside].mean()) if inside.any() else 1.0
    return _Drawing(ground, median)


def _follow(moving: Grey, fixed: Grey) -> tuple[Grey, Grey]:
    """The first bent smoothly onto the second: what paper and lenses do, and letters do not."""
    import cv2

    from_, to = (alignment.levels(grey) for grey in (moving, fixed))
    flow = alignment.flow(to, from_)
    texture = cv2.blur(np.abs(cv2.Laplacian(to, cv2.CV_32F)), (15, 15)) + 0.1
    weight = cv2.GaussianBlur(texture, (0, 0), 24)
    bent = [cv2.GaussianBlur(flow[..., axis] * texture, (0, 0), 24) / weight for axis in (0, 1)]
    height, width = fixed.shape
    columns = np.arange(width, dtype=np.float32)[None] + bent[0]
    rows = np.arange(height, dtype=np.float32)[:, None] + bent[1]
    placed = columns.astype(np.float32), rows.astype(np.float32)
    moved = cv2.remap(moving, *placed, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32), fixed


def seems_graphic(rgb: Pixels) -> bool:
    """Whether a small version looks like print, a screen or a chart, and not like a plain photo."""
    drawing = _drawing(rgb, np.ones(rgb.shape[:2], np.bool_))
    if drawing.drawn >= DRAWN_ALL_OVER:
        return True
    return drawing.plain >= PLAIN_SMALL and drawing.drawn >= DRAWN_SMALL


def may_be_drawn(rgb: Pixels) -> bool:
    """Whether a small version is plain enough for print, a screen or a chart; a sky is as well."""
    drawing = _drawing(rgb, np.ones(rgb.shape[:2], np.bool_))
    if drawing.plain >= PLAIN_SMALL:
        return True
    return plain_share(rgb[::3, ::3].reshape(-1, 3), count=4, reach=24) >= PALETTE_SMALL
