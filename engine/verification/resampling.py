"""Brings one picture onto the pixel grid of another, as the program that scaled it may have."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]
Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels
Window = tuple[int, int, int, int]  # left, top, width, height in pixels

LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # Rec. 601
MOST_SHIFT = 1.0  # pixels of the coarser picture
_CLOSE = 0.1  # levels of difference at which a filter needs no refinement
_FEW, _PROMISING = 2, 1.2  # windows for a first error, and times the least of these
# Times the difference that compression causes, and a level: so much more than an enlarged picture
# lacks no kernel without gain mends.
_LACKING = 4
_RADIUS = 3  # pixels of the fitted kernel
_SAMPLES = 16_000  # pixels that a kernel is fitted to
_ENOUGH = 500
_SUPPORT = 3  # pixels of the coarser grid on either side: Lanczos' filter, the widest
_PILLOW = {
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "hamming": Image.Resampling.HAMMING,
    "nearest": Image.Resampling.NEAREST,
}
# OpenCV's are not antialiased, but for the area filter.
_BLOCKS = "blocks"  # means of n x n pixels, of fewer at the far edges: Pillow's Image.reduce
_SHRINKING = (*_PILLOW, "INTER_AREA", "INTER_LINEAR", "INTER_CUBIC", "INTER_NEAREST")
_ENLARGING = (
    "bicubic",
    "bilinear",
    "lanczos",
    "nearest",
    "INTER_CUBIC",
    "INTER_LANCZOS4",
    "INTER_NEAREST",
)
# Pixels around the centre that share a tap, by symmetry.
_RINGS: dict[tuple[int, int], list[tuple[int, int]]] = {}
for _dy in range(-_RADIUS, _RADIUS + 1):
    for _dx in range(-_RADIUS, _RADIUS + 1):
        _far, _near = max(abs(_dy), abs(_dx)), min(abs(_dy), abs(_dx))
        if _far:
            _RINGS.setdefault((_far, _near), []).append((_dy, _dx))


@dataclass(frozen=True, slots=True)
class Resampled:
    """A picture on another's grid, and what it took.

    `gain` is the largest factor of the fitted kernel at any frequency, 1 without one; `shift` the
    largest displacement of an edge in pixels of the new grid. `exact`: nothing had to be fitted.
    """

    picture: Picture
    filter: str
    gain: float = 1.0
    shift: float = 0.0
    exact: bool = False


def luma(picture: Picture) -> Plane:
    """Brightness of uint8 (h, w, 3), float32 (h, w), 0..255."""
    return np.asarray(picture.astype(np.float32) @ LUMA, np.float32)


def onto_grid(
    picture: Picture,
    goal: Picture,
    windows: Sequence[Window],
    replay: Callable[[Picture], Picture],
    distance: Callable[[Picture, Picture], float],
) -> Resampled | None:
    """`picture` on the grid of `goal`, both uint8 (h, w, 3), by the filter that comes nearest.

    The usual filters are tried; when none is exact, a small symmetric kernel of gain 1 and a
    displacement below a pixel are fitted too. Filters are judged in `windows` of the goal, after
    `replay` did to the picture what the goal's compression does, by `distance`. None where the
    goal has detail that no enlarging of the picture gives.
    """
    if picture.shape == goal.shape:
        return Resampled(picture, "none", exact=True)
    size = goal.shape[1], goal.shape[0]
    scale = max(picture.shape[1] / size[0], picture.shape[0] / size[1])
    goals = [np.ascontiguousarray(crop_window(goal, window)) for window in windows]

    def error(parts: Sequence[Picture]) -> float:
        pairs = zip(parts, goals, strict=False)  # the first of the windows, or all
        return float(np.mean([distance(replay(part), goal) for part, goal in pairs]))

    def fit(parts: Sequence[Picture]) -> tuple[Plane | None, float]:
        planes = [luma(part) for part in parts]
        # What compression does is no part of the filter.
        caused = [luma(replay(part)) - plane for part, plane in zip(parts, planes, strict=True)]
        wanted = [luma(goal) - noise for goal, noise in zip(goals, caused, strict=True)]
        kernel = _kernel(planes, wanted)
        return kernel, error([_filtered(part, kernel) for part in parts])

    names = _SHRINKING if scale > 1 else _ENLARGING
    if _in_blocks(picture.shape[1::-1], size):
        names = (_BLOCKS, *names)
    parts_of = {name: resample_windows(picture, size, name, windows) for name in names}
    roughly = {name: error(parts[:_FEW]) for name, parts in parts_of.items()}
    promising = [n for n in names if roughly[n] <= _PROMISING * min(roughly.values())]
    tried = {name: error(parts_of[name]) for name in promising}
    best = min(promising, key=lambda name: tried[name])
    least = tried[best]
    if least <= _CLOSE:
        return Resampled(resample(picture, size, best), best, exact=True)
    parts = parts_of[best]
    caused = float(np.mean([distance(replay(part), part) for part in parts]))
    if scale < 1 and least > _LACKING * (caused + 1):
        return None
    kernel: Plane | None = None
    fitted, value = fit(parts)
    if value < 0.9 * least:
        least, kernel = value, fitted
    whole, box, shift = picture, None, np.zeros(4)
    # Any smooth filter with a kernel stands for any other, and takes a box between pixels.
    smooth = best if best in _PILLOW and best != "nearest" else "bicubic"
    margin = 4 + int(np.ceil(_SUPPORT * scale))
    padded = np.pad(picture, ((margin, margin), (margin, margin), (0, 0)), mode="edge")
    parts = resample_windows(picture, size, smooth, windows)
    total = np.zeros(4)
    for _ in range(3):
        fitted, _value = fit(parts)
        planes = [luma(_filtered(part, fitted)) for part in parts]
        step = _shift(planes, [luma(goal) for goal in goals], windows, size)
        total = total + step
        if np.abs(step).max() < 0.02 or np.abs(total).max() > 2 * max(1.0, 1 / scale):
            break
        across, down = picture.shape[1] / size[0], picture.shape[0] / size[1]
        moved = (
            margin + float(total[0]) * across,
            margin + float(total[2]) * down,
            margin + picture.shape[1] + float(total[1]) * across,
            margin + picture.shape[0] + float(total[3]) * down,
        )
        parts = resample_windows(padded, size, smooth, windows, box=moved)
        fitted, value = fit(parts)
        if value < 0.95 * least:
            least, kernel, best = value, fitted, smooth
            whole, box, shift = padded, moved, total
    result = _filtered(resample(whole, size, best, box=box), kernel)
    return Resampled(result, best, _gain(kernel), float(np.abs(shift).max()))


def crop_window(picture: Picture, window: Window) -> Picture:
    left, top, width, height = window
    return picture[top : top + height, left : left + width]


def resample(
    picture: Picture, size: tuple[int, int], name: str, *, box: Box | None = None
) -> Picture:
    """The picture, or the `box` of it, at `size` (w, h).

    Pillow's filters take a box; OpenCV's (INTER_...) take the whole picture.
    """
    if name in _PILLOW:
        return np.asarray(Image.fromarray(picture).resize(size, _PILLOW[name], box=box))
    if name == _BLOCKS:
        return np.asarray(Image.fromarray(picture).reduce(_block(picture.shape[1], size[0])))
    import cv2

    return np.asarray(cv2.resize(picture, size, interpolation=getattr(cv2, name)), np.uint8)


def resample_windows(
    picture: Picture,
    size: tuple[int, int],
    name: str,
    windows: Sequence[Window],
    *,
    box: Box | None = None,
) -> list[Picture]:
    """Parts of what `resample` gives; of the picture no more is read than they need."""
    if name not in _PILLOW:
        whole = resample(picture, size, name)
        return [crop_window(whole, window) for window in windows]
    high, wide = picture.shape[:2]
    left, top, right, bottom = box or (0, 0, wide, high)
    across, down = (right - left) / size[0], (bottom - top) / size[1]
    reach = [math.ceil(_SUPPORT * max(1.0, step)) + 2 for step in (across, down)]
    parts = []
    for x, y, width, height in windows:
        ends = (
            left + x * across,
            top + y * down,
            min(left + (x + width) * across, wide),
            min(top + (y + height) * down, high),
        )
        first = max(0, int(ends[0]) - reach[0]), max(0, int(ends[1]) - reach[1])
        last = math.ceil(ends[2]) + reach[0], math.ceil(ends[3]) + reach[1]
        around = Image.fromarray(picture[first[1] : last[1], first[0] : last[0]])
        inside = ends[0] - first[0], ends[1] - first[1], ends[2] - first[0], ends[3] - first[1]
        parts.append(np.asarray(around.resize((width, height), _PILLOW[name], box=inside)))
    return parts


def _block(length: int, short: int) -> int:
    """Pixels a side of the blocks that `length` pixels are cut into to give `short`."""
    return -(-length // short)


def _in_blocks(large: tuple[int, int], small: tuple[int, int]) -> bool:
    """Whether whole blocks, but for the last of each line, give a size (w, h)."""
    side = _block(large[0], small[0])
    return side > 1 and all(
        -(-length // side) == short for length, short in zip(large, small, strict=True)
    )


def _kernel(planes: Sequence[Plane], goals: Sequence[Plane]) -> Plane | None:
    """The symmetric kernel of gain 1 that best takes the planes to the goals, by robust fit."""
    import cv2

    columns, gaps = [], []
    rings = [_mask(ring) for ring in _RINGS.values()]
    rng = np.random.default_rng(3)
    for plane, goal in zip(planes, goals, strict=True):
        height, width = plane.shape
        if min(height, width) < 2 * _RADIUS + 2:
            continue
        room = (height - 2 * _RADIUS) * (width - 2 * _RADIUS)
        count = min(_SAMPLES // len(planes), room)
        rows = rng.integers(_RADIUS, height - _RADIUS, count)
        cols = rng.integers(_RADIUS, width - _RADIUS, count)
        centre = plane[rows, cols]
        sums = [cv2.filter2D(plane, -1, ring)[rows, cols] - ring.sum() * centre for ring in rings]
        columns.append(np.stack(sums, axis=1))
        gaps.append(goal[rows, cols] - centre)
    if sum(map(len, gaps)) < _ENOUGH:
        return None
    taps = _robust_fit(np.concatenate(columns), np.concatenate(gaps), ridge=1e-3)
    kernel = np.sum([tap * ring for ring, tap in zip(rings, taps, strict=True)], axis=0)
    kernel = np.asarray(kernel, np.float32)
    kernel[_RADIUS, _RADIUS] = 1 - kernel.sum()
    return kernel


def _mask(ring: Sequence[tuple[int, int]]) -> Plane:
    mask = np.zeros((2 * _RADIUS + 1,) * 2, np.float32)
    for dy, dx in ring:
        mask[_RADIUS + dy, _RADIUS + dx] = 1
    return mask


def _shift(
    planes: Sequence[Plane],
    goals: Sequence[Plane],
    windows: Sequence[Window],
    size: tuple[int, int],
) -> NDArray[np.float64]:
    """How far the left, right, top and bottom edge lie off, in pixels: from gradients."""
    columns, gaps = [], []
    for plane, goal, (left, top, width, height) in zip(planes, goals, windows, strict=True):
        if min(plane.shape) < 8:
            continue
        down, across = np.gradient(plane)
        x = ((left + np.arange(width)) / max(1, size[0] - 1)).astype(np.float32)[None]
        y = ((top + np.arange(height)) / max(1, size[1] - 1)).astype(np.float32)[:, None]
        moves = np.stack([across * (1 - x), across * x, down * (1 - y), down * y], axis=-1)
        columns.append(moves[2:-2:2, 2:-2:2].reshape(-1, 4))
        gaps.append((goal - plane)[2:-2:2, 2:-2:2].ravel())
    if not gaps:
        return np.zeros(4)
    return _robust_fit(np.concatenate(columns), np.concatenate(gaps), ridge=1e-2)


def _robust_fit(
    columns: NDArray[np.float32], goal: NDArray[np.float32], *, ridge: float
) -> NDArray[np.float64]:
    """Least squares whose outliers (in units of the median error) count for little."""
    weight = np.ones(len(goal), np.float32)
    damping = ridge * len(goal) * np.eye(columns.shape[1])
    found: NDArray[np.float64] = np.zeros(columns.shape[1])
    for _ in range(4):
        weighted = columns * weight[:, None]
        found = np.asarray(np.linalg.solve(weighted.T @ columns + damping, weighted.T @ goal))
        error = goal - columns @ found.astype(np.float32)
        spread = 1.5 * float(np.median(np.abs(error))) + 0.5
        weight = (1 / (1 + (error / spread) ** 2)).astype(np.float32)
    return found


def _filtered(picture: Picture, kernel: Plane | None) -> Picture:
    if kernel is None:
        return picture
    import cv2

    smooth = cv2.filter2D(picture.astype(np.float32), -1, kernel, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(np.clip(np.rint(smooth), 0, 255), np.uint8)


def _gain(kernel: Plane | None) -> float:
    return 1.0 if kernel is None else float(np.abs(np.fft.fft2(kernel, (32, 32))).max())
