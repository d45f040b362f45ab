"""Lays one picture over another: local features, a robust fit, also mirrored."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kindred.engine.types import Registration

Matrix = NDArray[np.float64]  # 3x3, second -> first, corner coordinates: the picture is 0..w x 0..h

Matches = tuple[NDArray[np.intp], NDArray[np.intp]]  # rows of the first, of the second

FEATURES = 500
AREA = 120_000  # pixels of a picture when it is compared: 400 x 300
DETAIL = 0.6  # of that side is what features are taken from, in a third of the time
FINER = 2.0  # times the side of what is looked for where few features were found
LARGEST = 1600  # longest side when described, which a 1:21 panorama reaches
RATIO = 0.85  # of the distances to the best and the second best match
REACH = 3.0  # pixels at described size within which a match supports the fit
FEWEST_BENT = 60  # matches that support a homography; other shots of a scene had up to 129
FEWEST = 8  # matches that support a fit


@dataclass(frozen=True, slots=True)
class Features:
    """Local features of one picture."""

    points: NDArray[np.float32]  # (n, 2) corner coordinates
    descriptors: NDArray[np.float32]  # (n, 128), unit length


@dataclass(frozen=True, slots=True)
class Fit:
    """A transform that many matches agree with."""

    matrix: Matrix
    mirrored: bool
    inliers: int  # matches within REACH


def feature_side(width: int, height: int) -> int:
    """The longer side at which a picture of this size is described."""
    scale = min(1.0, float(np.sqrt(AREA / (width * height))))
    return max(1, min(LARGEST, round(max(width, height) * scale)))


def detect_features(rgb: NDArray[np.uint8], *, finer: float = 1.0) -> Features:
    """SIFT features (Lowe 2004) of uint8 (h, w, 3), as RootSIFT (Arandjelovic, Zisserman 2012).

    finer: times the usual side, and its square times the usual number of features.
    """
    import cv2

    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    scale = min(2.0, finer * DETAIL * float(np.sqrt(AREA / (width * height))))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    most = round(FEATURES * finer**2)
    sift = cv2.SIFT_create(  # type: ignore[attr-defined]
        most, contrastThreshold=0.02, enable_precise_upscale=True
    )
    points, descriptors = sift.detectAndCompute(grey, None)
    if descriptors is None:
        return Features(np.empty((0, 2), np.float32), np.empty((0, 128), np.float32))
    total = np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-6)
    places = np.array([point.pt for point in points], np.float32) + 0.5
    places *= np.array([width / size[0], height / size[1]], np.float32)
    return Features(places[:most], np.sqrt(descriptors / total)[:most])


def fit(first: Features, second: Features) -> tuple[Fit | None, int]:
    """The best similarity transform (turn, one scale, shift, perhaps mirrored), second to first.

    Also how many matches agree with one homography, which another viewpoint of a flat or far
    scene leaves when the similarity explains few.
    """
    matches = _match(first.descriptors, second.descriptors)
    plain = _fit(first, second, matches, mirrored=False)
    if plain is not None and plain.inliers >= 4 * FEWEST:
        return plain, plain.inliers
    turned = _match(first.descriptors, _mirror(second.descriptors))
    found = [plain, _fit(first, second, turned, mirrored=True)]
    best = max((one for one in found if one), key=lambda one: one.inliers, default=None)
    return best, max(_perspective(first, second, matches), best.inliers if best else 0)


def fit_bent(first: Features, second: Features) -> Fit | None:
    """The best homography, second to first: stretched, or a photo of a print or a screen."""
    import cv2

    for mirrored in (False, True):
        there_seen = _mirror(second.descriptors) if mirrored else second.descriptors
        here, there = _match(first.descriptors, there_seen)
        if len(here) < FEWEST_BENT:
            continue
        flip = np.array([-1.0 if mirrored else 1.0, 1.0, 1.0])
        points = second.points[there] * flip[:2].astype(np.float32)
        matrix, inside = cv2.findHomography(
            points, first.points[here], cv2.USAC_MAGSAC, REACH, None, 1000, 0.999
        )
        if matrix is not None and int(inside.sum()) >= FEWEST_BENT:
            return Fit(np.asarray(matrix @ np.diag(flip), np.float64), mirrored, int(inside.sum()))
    return None


def whole(first: tuple[int, ...], second: tuple[int, ...], *, turn: int, mirrored: bool) -> Matrix:
    """The whole second picture on the whole first: shapes (h, w, ...), turned clockwise."""
    matrix = np.diag([1 / second[1], 1 / second[0], 1.0])
    if mirrored:
        matrix = np.array([[-1, 0, 1], [0, 1, 0], [0, 0, 1.0]]) @ matrix
    for _ in range(turn // 90):
        matrix = np.array([[0, -1, 1], [1, 0, 0], [0, 0, 1.0]]) @ matrix
    return np.asarray(np.diag([first[1], first[0], 1.0]) @ matrix)


def registration(found: Fit, *, first: float, second: float) -> Registration:
    """The fit for pictures at full size, of which the described ones were these fractions.

    Coordinates count from the picture's corner: a picture of width w reaches from 0 to w.
    """
    matrix = np.diag([1 / first, 1 / first, 1]) @ found.matrix @ np.diag([second, second, 1])
    return Registration(
        tuple((matrix / matrix[2, 2]).ravel().tolist()), found.mirrored, found.inliers
    )


def _fit(first: Features, second: Features, matches: Matches, *, mirrored: bool) -> Fit | None:
    import cv2

    here, there = matches
    if len(here) < FEWEST:
        return None
    flip = np.array([-1.0 if mirrored else 1.0, 1.0, 1.0])
    matrix, inside = cv2.estimateAffinePartial2D(
        second.points[there] * flip[:2].astype(np.float32),
        first.points[here],
        method=cv2.RANSAC,
        ransacReprojThreshold=REACH,
        maxIters=1000,
        confidence=0.999,
    )
    if matrix is None or int(inside.sum()) < FEWEST:
        return None
    return Fit(np.vstack([matrix, [0, 0, 1]]) @ np.diag(flip), mirrored, int(inside.sum()))


def _perspective(first: Features, second: Features, matches: Matches) -> int:
    """How many matches agree with one homography."""
    import cv2

    here, there = matches
    if len(here) < FEWEST:
        return 0
    _, inside = cv2.findHomography(
        second.points[there], first.points[here], cv2.USAC_MAGSAC, REACH, None, 1000, 0.999
    )
    return 0 if inside is None else int(inside.sum())


def _match(first: NDArray[np.float32], second: NDArray[np.float32]) -> Matches:
    """Indices of the pairs that are each other's best and clearly better than the second best."""
    if len(first) < 2 or len(second) < 2:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    products = second @ first.T  # (m, n) cosine of unit vectors; squared distance = 2 - 2 cosine
    back = products.argmax(axis=0)
    best = products.argmax(axis=1)
    rows = np.arange(len(second))
    top = products[rows, best]
    products[rows, best] = -1
    clear = (1 - top) < RATIO**2 * (1 - products.max(axis=1))
    there = np.flatnonzero(clear & (back[best] == rows))
    return best[there], there


def _mirror(descriptors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The descriptors the picture would have if it were mirrored left to right.

    A SIFT descriptor is 4 x 4 cells of 8 directions in the frame of the feature; mirroring swaps
    the rows across the feature's axis and negates the directions.
    """
    cells = descriptors.reshape(-1, 4, 4, 8)[:, ::-1]
    return cells[..., (-np.arange(8)) % 8].reshape(-1, 128)
