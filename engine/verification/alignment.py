"""Lays one picture exactly over another: warps it, and lets dense flow correct the transform."""

import numpy as np
from numpy.typing import NDArray

from kindred.engine.verification import tone_matching
from kindred.engine.verification.tone_matching import AlignedPair, TonePair

Matrix = NDArray[np.float64]  # 3x3, corner coordinates

FARTHEST = 4.0  # pixels that flow may correct; features are never off by more
MOST_APART = 30  # grey levels; more is another thing, not the same one out of place
BETTER = 0.9  # a true correction of 0.1 pixels leaves 0.6 of the difference, noise 0.97 and more
THINNEST = 48  # pixels of a frame's side that optical flow is given; below 32 it crashes
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
    import cv2

    predicted, goal = toned
    target, moved = (goal, predicted) if from_moved else (predicted, goal)
    fixed, moving = (np.rint(grey).astype(np.uint8) for grey in (target, moved))
    shift = flow(fixed, moving)
    slope = cv2.spatialGradient(fixed)
    texture = cv2.blur(slope[0].astype(np.float32) ** 2 + slope[1].astype(np.float32) ** 2, (9, 9))
    useful = (texture > 256) & (cv2.erode(laid.inside.astype(np.uint8), np.ones((15, 15))) > 0)
    rows, columns = (places * 4 for places in np.nonzero(useful[::4, ::4]))
    if len(rows) < 30:
        return None
    shifts = shift[rows, columns].astype(np.float64)
    places = np.stack([columns, rows, np.ones(len(rows))], axis=1).astype(np.float64)
    weights = np.ones(len(rows))
    for _ in range(4):  # Cauchy weights: what moved on its own does not count
        weighted = places * weights[:, None]
        solution = np.linalg.solve(places.T @ weighted + 1e-6 * np.eye(3), weighted.T @ shifts)
        misses = np.hypot(*(shifts - places @ solution).T)
        weights = 1 / (1 + (misses / 0.3) ** 2)
    corners = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]]) * [*fixed.shape[::-1], 1]
    if np.abs(corners @ solution).max() > farthest:
        return None
    correction = np.eye(3)
    correction[:2] += solution.T
    return np.asarray(_TO_CORNERS @ correction @ _TO_CENTRES)
