"""Lays one picture exactly over another: warps it, and lets dense flow correct the transform."""

import numpy as np
from numpy.typing import NDArray

from kindred.engine.verification import tone_matching
from kindred.engine.verification.tone_matching import AlignedPair, Grey, TonePair

Matrix = NDArray[np.float64]  # 3x3, corner coordinates

FARTHEST = 4.0  # pixels that flow may correct; features are never off by more
MOST_APART = 30  # grey levels; more is another thing, not the same one out of place
BETTER = 0.9  # a true correction of 0.1 pixels leaves 0.6 of the difference, noise 0.97 and more
THINNEST = 48  # pixels of a frame's side that optical flow is given; below 32 it crashes
COARSE = 8  # pixels between places that a bend is worked out for
FEWEST_TO_BEND = 200  # places with texture
NOTICED = 0.05  # pixels; the picture is not laid anew for less

_TO_CENTRES = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
_TO_CORNERS = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])


def scale_of(matrix: Matrix) -> float:
    """How much longer a length becomes."""
    return float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))


def lay(
    first: NDArray[np.uint8], second: NDArray[np.uint8], matrix: Matrix, *, onto_first: bool
) -> AlignedPair:
    """Both uint8 (h, w, 3); `matrix` maps the second to the first."""
    if onto_first:
        moved, inside = _warp(second, matrix, first.shape[:2])
        return AlignedPair(first, moved, inside, onto_first=True)
    moved, inside = _warp(first, np.asarray(np.linalg.inv(matrix)), second.shape[:2])
    return AlignedPair(second, moved, inside, onto_first=False)


def refine(
    first: NDArray[np.uint8],
    second: NDArray[np.uint8],
    matrix: Matrix,
    *,
    farthest: float = FARTHEST,
) -> tuple[Matrix, AlignedPair, TonePair]:
    """The affine correction (second to first) that dense optical flow asks for, applied.

    It moves no corner by more than `farthest` pixels.
    """
    onto_first = scale_of(matrix) <= 1
    laid = lay(first, second, matrix, onto_first=onto_first)
    matched = tone_matching.match_tone(laid)
    toned = tone_matching.apply_tone(laid, matched)
    correction = _flow_correction(laid, toned, from_moved=matched.from_moved, farthest=farthest)
    if correction is None:
        return matrix, laid, toned
    better = np.linalg.inv(correction) @ matrix if onto_first else matrix @ correction
    if np.abs(correction - np.eye(3))[:2].dot([*laid.inside.shape[::-1], 1]).max() <= NOTICED:
        return better, laid, toned
    corrected = lay(first, second, better, onto_first=onto_first)
    anew = tone_matching.apply_tone(corrected, matched)
    if _apart(corrected, anew) > BETTER * _apart(laid, toned):  # flow followed an overlay
        return matrix, laid, toned
    return better, corrected, anew


def flow(fixed: NDArray[np.uint8], moving: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Dense optical flow (Kroeger 2016), (h, w, 2) pixels: where each pixel lies in `moving`.

    OpenCV reads beside a frame that is thinner than its patches, so those are made wider first.
    """
    import cv2

    height, width = fixed.shape
    below, beside = max(0, THINNEST - height), max(0, THINNEST - width)
    if below or beside:
        fixed, moving = (
            np.asarray(
                cv2.copyMakeBorder(grey, 0, below, 0, beside, cv2.BORDER_REPLICATE), np.uint8
            )
            for grey in (fixed, moving)
        )
    dense = cv2.DISOpticalFlow_create(  # type: ignore[attr-defined]
        cv2.DISOPTICAL_FLOW_PRESET_FAST
    )
    found = dense.calc(np.ascontiguousarray(fixed), np.ascontiguousarray(moving), None)
    return np.asarray(found[:height, :width], np.float32)


def bend(moving: Grey, fixed: Grey, inside: NDArray[np.bool_]) -> Grey:
    """The first bent onto the second as by a lens, float32 (h, w) both: no place by itself.

    Each place moves by a polynomial of third order, which follows the flow of nearly all.
    """
    import cv2

    height, width = fixed.shape
    shape = max(2, height // COARSE), max(2, width // COARSE)
    size = np.array([width, height])
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in shape[::-1])), axis=-1) + 0.5
    start = grid / shape[::-1]  # shares of the frame
    goal, bends, bent = levels(fixed), [], moving
    for _ in range(2):  # what is nearly in place is found more exactly
        pixels, shifts = _flow_of_texture(goal, levels(bent), inside)
        if len(pixels) < FEWEST_TO_BEND:
            break
        terms = _cubic((pixels + 0.5) / size)
        bends.append(_without_strays(terms, shifts / size, within=0.5 / width))
        places = start
        for weights in reversed(bends):
            places = places + _cubic(places) @ weights
        moved = ((places - start) * size).astype(np.float32)
        shift = cv2.resize(moved, (width, height), interpolation=cv2.INTER_LINEAR)
        columns = shift[..., 0] + np.arange(width, dtype=np.float32)
        rows = shift[..., 1] + np.arange(height, dtype=np.float32)[:, None]
        bent = np.asarray(
            cv2.remap(moving, columns, rows, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        )
    return bent


def _apart(laid: AlignedPair, toned: TonePair) -> float:
    """The mean difference in grey where both show something; what is laid over counts little."""
    predicted, goal = toned
    return float(np.minimum(np.abs(predicted - goal), MOST_APART)[laid.inside].mean())


def _warp(
    rgb: NDArray[np.uint8], matrix: Matrix, shape: tuple[int, ...]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The picture moved into a frame of shape (h, w), shrunk without aliasing first."""
    import cv2

    scale = scale_of(matrix)
    if scale < 0.95:
        height, width = rgb.shape[:2]
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
        matrix = matrix @ np.diag([width / size[0], height / size[1], 1])
    placed = _TO_CENTRES @ matrix @ _TO_CORNERS
    size = shape[1], shape[0]
    whole = np.full(rgb.shape[:2], 255, np.uint8)
    if np.abs(placed[2, :2]).max() < 1e-9:
        moved = cv2.warpAffine(
            rgb, placed[:2], size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        cover = cv2.warpAffine(whole, placed[:2], size)
    else:
        moved = cv2.warpPerspective(
            rgb, placed, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        cover = cv2.warpPerspective(whole, placed, size)
    return np.asarray(moved, np.uint8), cover > 250


def _flow_correction(
    laid: AlignedPair, toned: TonePair, *, from_moved: bool, farthest: float
) -> Matrix | None:
    """The affine transform from a place in the frame to where the moved picture has it."""

    predicted, goal = toned
    target, moved = (goal, predicted) if from_moved else (predicted, goal)
    fixed, moving = (np.rint(grey).astype(np.uint8) for grey in (target, moved))
    pixels, shifts = _flow_of_texture(fixed, moving, laid.inside)
    if len(pixels) < 30:
        return None
    places = np.column_stack([pixels, np.ones(len(pixels))]).astype(np.float64)
    solution = _without_strays(places, shifts, within=0.3)
    corners = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]]) * [*fixed.shape[::-1], 1]
    if np.abs(corners @ solution).max() > farthest:
        return None
    correction = np.eye(3)
    correction[:2] += solution.T
    return np.asarray(_TO_CORNERS @ correction @ _TO_CENTRES)


def _flow_of_texture(
    fixed: NDArray[np.uint8], moving: NDArray[np.uint8], inside: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Places with texture (n, 2), and how far from there `moving` has what they show (n, 2)."""
    import cv2

    shift = flow(fixed, moving)
    slope = cv2.spatialGradient(fixed)
    texture = cv2.blur(slope[0].astype(np.float32) ** 2 + slope[1].astype(np.float32) ** 2, (9, 9))
    useful = (texture > 256) & (cv2.erode(inside.astype(np.uint8), np.ones((15, 15))) > 0)
    rows, columns = (places * 4 for places in np.nonzero(useful[::4, ::4]))
    return np.column_stack([columns, rows]), shift[rows, columns].astype(np.float64)


def _without_strays(
    terms: NDArray[np.float64], shifts: NDArray[np.float64], *, within: float
) -> NDArray[np.float64]:
    """The (t, 2) weights of (n, t) terms that give most of (n, 2) shifts `within` pixels or so."""
    weights = np.ones(len(terms))
    for _ in range(4):  # Cauchy weights: what moved on its own does not count
        weighted = terms * weights[:, None]
        normal = terms.T @ weighted + 1e-6 * np.eye(terms.shape[1])
        solution = np.linalg.solve(normal, weighted.T @ shifts)
        misses = np.hypot(*(shifts - terms @ solution).T)
        weights = 1 / (1 + (misses / within) ** 2)
    return np.asarray(solution)


def _cubic(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """(..., 2) shares of a frame to the ten terms of a polynomial of third order, (..., 10)."""
    x, y = np.moveaxis(places - 0.5, -1, 0)
    ones = np.ones_like(x)
    return np.stack([ones, x, y, x * x, x * y, y * y, x**3, x * x * y, x * y * y, y**3], axis=-1)


def levels(grey: Grey) -> NDArray[np.uint8]:
    """In whole levels: OpenCV goes over them many times faster."""
    return np.asarray(np.rint(np.clip(grey, 0, 255)), np.uint8)
