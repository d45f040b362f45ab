"""Compares two pictures laid over each other: is one made from the other, and what changed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine import changes

Matrix = NDArray[np.float64]  # 3x3, corner coordinates
Grey = NDArray[np.float32]

TILE = 16  # pixels; the unit in which fine detail is compared
FINE, MIDDLE = 0.7, 1.4  # sigma in pixels of the bands of detail that are compared
QUIET = 0.3  # levels^2 of band energy below which a tile says nothing (8-bit rounding is 0.08)
FEW_TILES = 6
ASTRAY = 0.3
SHADE = 15.0  # levels
FARTHEST = 4.0  # pixels that flow may correct; features are never off by more

_TO_CENTRES = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
_TO_CORNERS = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])


@dataclass(frozen=True, slots=True)
class Laid:
    """Two pictures in one frame: the coarser one, and the finer one moved onto it."""

    target: NDArray[np.uint8]  # (h, w, 3)
    moved: NDArray[np.uint8]  # (h, w, 3)
    inside: NDArray[np.bool_]  # (h, w): where the moved picture has pixels
    onto_first: bool  # the frame is the first picture's


@dataclass(frozen=True, slots=True)
class Tone:
    """A change of brightness and colour: weights of the colour terms and of two shades."""

    from_moved: bool  # it turns the moved picture into the target, else the target into the moved
    colour: NDArray[np.float32]  # (9,) powers of red, green, blue
    added: NDArray[np.float32]  # (6,) shade over the frame that is added
    times: NDArray[np.float32]  # (5,) shade that the grey value is multiplied with


@dataclass(frozen=True, slots=True)
class Findings:
    """What the comparison of two laid pictures measured.

    `fine` and `middle`: of the detail that both pictures have, the share that they do not have in
    common (median over tiles). When one picture was made from the other, by whatever compression,
    blur or noise, it is near 0; in another shot grain, parallax and motion raise it towards 1.
    `strayed`: share of tiles, away from visible changes, whose middle detail disagrees.
    """

    fine: float
    middle: float
    strayed: float
    shaded: float  # share of the overlap, away from visible changes, that is lighter or darker
    tiles: int  # tiles with enough detail to say something
    tone: float  # levels of 255, median difference of any channel before matching the tone
    changed: NDArray[np.bool_]  # (h, w) in the frame: a visible difference
    overlaid: float  # share of the overlap under changes drawn over it: text, stickers
    moved: float  # share of the overlap under other changes: something is elsewhere


def scale_of(matrix: Matrix) -> float:
    """How much longer a length becomes."""
    return float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))


def lay(
    first: NDArray[np.uint8], second: NDArray[np.uint8], matrix: Matrix, *, onto_first: bool
) -> Laid:
    """Both uint8 (h, w, 3); `matrix` maps the second to the first."""
    if onto_first:
        moved, inside = _warp(second, matrix, first.shape[:2])
        return Laid(first, moved, inside, True)
    moved, inside = _warp(first, np.linalg.inv(matrix), second.shape[:2])
    return Laid(second, moved, inside, False)


def refine(
    first: NDArray[np.uint8], second: NDArray[np.uint8], matrix: Matrix
) -> tuple[Matrix, Laid, Tone]:
    """The affine correction (second to first) that dense optical flow asks for, applied."""
    onto_first = scale_of(matrix) <= 1
    laid = lay(first, second, matrix, onto_first=onto_first)
    tone = match_tone(laid)
    correction = _flow_correction(laid, tone)
    if correction is None:
        return matrix, laid, tone
    better = np.linalg.inv(correction) @ matrix if onto_first else matrix @ correction
    return better, lay(first, second, better, onto_first=onto_first), tone


def examine(laid: Laid, tone: Tone) -> Findings:
    """Compares the two pictures of one frame locally, brightness and colour matched."""
    import cv2

    predicted, goal = toned(laid, tone)
    inside = cv2.erode(laid.inside.astype(np.uint8), np.ones((9, 9)), borderValue=0) > 0
    if not inside.any():
        return Findings(1.0, 1.0, 1.0, 1.0, 0, 255.0, inside, 0.0, 1.0)
    changed, overlaid, moved = changes.find(laid, *_equally_sharp(predicted, goal), inside)
    fine, _, tiles = _unexplained(predicted, goal, inside, changed, FINE)
    middle, strayed, _ = _unexplained(predicted, goal, inside, changed, MIDDLE)
    # Clipping moves the mean of what is near black or white; that is not a shade.
    level = inside & ~changed & (np.minimum(predicted, goal) > 12) & (np.maximum(predicted, goal) < 243)
    shade = np.abs(cv2.GaussianBlur((predicted - goal) * ~changed, (0, 0), 4)) > SHADE
    shaded = float((shade & level).sum() / inside.sum())
    before = cv2.blur(cv2.absdiff(laid.target, laid.moved), (5, 5)).max(axis=2)
    return Findings(
        fine,
        middle,
        strayed,
        shaded,
        tiles,
        float(np.median(before[inside])),
        changed,
        overlaid,
        moved,
    )


def match_tone(laid: Laid) -> Tone:
    """What was done to brightness and colour, in the direction that explains more."""
    import cv2

    height, width = laid.inside.shape
    size = max(8, width // 4), max(8, height // 4)
    small = [
        cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        for picture in (laid.moved, laid.target)
    ]
    inside = cv2.resize(laid.inside.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    forward, forward_miss = _fit_tone(small[0], small[1], inside)
    backward, backward_miss = _fit_tone(small[1], small[0], inside)
    weights = forward if forward_miss <= backward_miss else backward
    return Tone(forward_miss <= backward_miss, weights[:9], weights[9:15], weights[15:])


def toned(laid: Laid, tone: Tone) -> tuple[Grey, Grey]:
    """(predicted, goal), float32 (h, w) grey 0..255: one picture in the other's tone, the other."""
    source, goal = (laid.moved, laid.target) if tone.from_moved else (laid.target, laid.moved)
    rgb = source.astype(np.float32) * np.float32(1 / 255) - np.float32(0.5)
    across, down = _axes(laid.inside.shape)
    predicted = _shade(tone.added, across, down)
    predicted += rgb.mean(axis=2) * _shade(np.r_[np.float32(0), tone.times], across, down)
    for term, weight in zip(_colour_terms(rgb), tone.colour, strict=True):
        predicted += term * weight
    np.clip(predicted, 0, 255, out=predicted)
    return predicted, goal.mean(axis=2, dtype=np.float32)


def _warp(
    rgb: NDArray[np.uint8], matrix: Matrix, shape: tuple[int, ...]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The picture moved into a frame of shape (h, w), shrunk without aliasing first."""
    import cv2

    scale = scale_of(matrix)
    if scale < 0.95:
        height, width = rgb.shape[:2]
        size = max(1, round(width * scale)), max(1, round(height * scale))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
        matrix = matrix @ np.diag([width / size[0], height / size[1], 1])
    affine = (_TO_CENTRES @ matrix @ _TO_CORNERS)[:2]
    size = shape[1], shape[0]
    moved = cv2.warpAffine(
        rgb, affine, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    cover = cv2.warpAffine(np.full(rgb.shape[:2], 255, np.uint8), affine, size)
    return np.asarray(moved, np.uint8), cover > 250


def _flow_correction(laid: Laid, tone: Tone) -> Matrix | None:
    """The affine transform from a place in the frame to where the moved picture has it."""
    import cv2

    predicted, goal = toned(laid, tone)
    target, moved = (goal, predicted) if tone.from_moved else (predicted, goal)
    fixed, moving = (np.rint(grey).astype(np.uint8) for grey in (target, moved))
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST).calc(fixed, moving, None)
    slope = cv2.spatialGradient(fixed)
    texture = cv2.blur(slope[0].astype(np.float32) ** 2 + slope[1].astype(np.float32) ** 2, (9, 9))
    useful = (texture > 256) & (cv2.erode(laid.inside.astype(np.uint8), np.ones((15, 15))) > 0)
    rows, columns = (places * 4 for places in np.nonzero(useful[::4, ::4]))
    if len(rows) < 30:
        return None
    shifts = flow[rows, columns].astype(np.float64)
    places = np.stack([columns, rows, np.ones(len(rows))], axis=1).astype(np.float64)
    weights = np.ones(len(rows))
    for _ in range(4):  # Cauchy weights: what moved on its own does not count
        weighted = places * weights[:, None]
        solution = np.linalg.solve(places.T @ weighted + 1e-6 * np.eye(3), weighted.T @ shifts)
        misses = np.hypot(*(shifts - places @ solution).T)
        weights = 1 / (1 + (misses / 0.3) ** 2)
    corners = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]]) * [*fixed.shape[::-1], 1]
    if np.abs(corners @ solution).max() > FARTHEST:
        return None
    correction = np.eye(3)
    correction[:2] += solution.T
    return np.asarray(_TO_CORNERS @ correction @ _TO_CENTRES)


def _equally_sharp(one: Grey, other: Grey) -> tuple[Grey, Grey]:
    """The sharper of two pictures blurred until it has no more fine detail than the other."""
    import cv2

    detail = [_tiles(np.square(_band(grey, MIDDLE))) for grey in (one, other)]
    telling = np.maximum(*detail) > QUIET
    if not telling.any():
        return one, other
    ratio = float(np.median(np.log((detail[0][telling] + 0.1) / (detail[1][telling] + 0.1))))
    if abs(ratio) < 0.7:
        return one, other
    # What a Gaussian leaves of the energy of the middle band, measured on photos.
    sigma = float(np.interp(abs(ratio), [0.7, 1.2, 2, 2.7, 3.9], [1.4, 2, 3, 4, 6]))
    if ratio > 0:
        return cv2.GaussianBlur(one, (0, 0), sigma), other
    return one, cv2.GaussianBlur(other, (0, 0), sigma)


def _axes(shape: tuple[int, ...]) -> tuple[Grey, Grey]:
    """Places across (1, w) and down (h, 1) the frame, -0.5 to 0.5."""
    across = (np.arange(shape[1], dtype=np.float32) / shape[1] - 0.5)[None, :]
    return across, (np.arange(shape[0], dtype=np.float32) / shape[0] - 0.5)[:, None]


def _shade(weights: NDArray[np.float32], across: Grey, down: Grey) -> Grey:
    """A smooth surface (h, w): what vignettes and graduated filters are made of."""
    one, x, y, xx, yy, xy = weights
    return (one + x * across + xx * across**2) + (y * down + yy * down**2) + (xy * down) * across


def _colour_terms(rgb: Grey) -> list[Grey]:
    """Powers of the colour up to the second: what curves and filters are made of."""
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    return [
        red,
        green,
        blue,
        red * red,
        green * green,
        blue * blue,
        red * green,
        green * blue,
        red * blue,
    ]


def _fit_tone(
    source: Grey, target: Grey, inside: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], float]:
    """Weights (20,) by robust least squares over unclipped pixels, and the median miss."""
    rgb = source[inside] / 255 - np.float32(0.5)
    goal = target[inside].mean(axis=1)
    if len(goal) < 60:
        return np.zeros(20, np.float32), 255.0
    across, down = (np.broadcast_to(axis, inside.shape)[inside] for axis in _axes(inside.shape))
    grey = rgb.mean(axis=1)
    shade = [across, down, across * across, down * down, across * down]
    columns = [*_colour_terms(rgb), np.ones_like(grey), *shade, *(grey * term for term in shade)]
    terms = np.stack(columns, axis=1)
    unclipped = np.where(((target > 6) & (target < 249)).all(axis=2)[inside], 1.0, 1e-3)
    unclipped = unclipped.astype(np.float32)
    weights = unclipped
    for _ in range(4):  # Cauchy weights: overlays and moved subjects do not count
        weighted = terms * weights[:, None]
        normal = (terms.T @ weighted).astype(np.float64) + 1e-3 * np.eye(20)
        model = np.linalg.solve(normal, (weighted.T @ goal).astype(np.float64)).astype(np.float32)
        misses = np.abs(np.clip(terms @ model, 0, 255) - goal)
        weights = unclipped / (1 + (misses / (2 * np.median(misses) + 1)) ** 2)
    return model, float(np.median(misses))


def _unexplained(
    one: Grey,
    other: Grey,
    inside: NDArray[np.bool_],
    changed: NDArray[np.bool_],
    sigma: float,
) -> tuple[float, float, int]:
    """(median over tiles of 1 - covariance / the smaller energy, share above ASTRAY, tiles).

    A picture made from another by quantisation or blur is close to the mean of what it could have
    come from, so its covariance with the original is its own energy; one with noise added has
    the original's energy as covariance. Two shots have independent grain and shifted edges, and
    their covariance stays below both energies.
    """
    bands = [_band(one, sigma) * inside, _band(other, sigma) * inside]
    counted = _tiles(inside.astype(np.float32))
    full = np.maximum(counted, 1e-6)
    energy = [_tiles(band * band) / full for band in bands]
    shared = _tiles(bands[0] * bands[1]) / full
    smaller = np.minimum(*energy)
    telling = (counted > 0.5) & (smaller > QUIET) & (_tiles(changed.astype(np.float32)) < 0.02)
    count = int(telling.sum())
    if count < FEW_TILES:
        return 1.0, 1.0, count
    apart = 1 - shared[telling] / smaller[telling]
    return float(np.median(apart)), float((apart > ASTRAY).mean()), count


def _band(grey: Grey, sigma: float) -> Grey:
    import cv2

    return np.asarray(
        cv2.GaussianBlur(grey, (0, 0), sigma) - cv2.GaussianBlur(grey, (0, 0), 2 * sigma)
    )


def _tiles(values: Grey) -> Grey:
    """Means of the whole tiles, (h // TILE, w // TILE)."""
    import cv2

    height, width = (length // TILE for length in values.shape)
    cut = values[: height * TILE, : width * TILE]
    return np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA), np.float32)
