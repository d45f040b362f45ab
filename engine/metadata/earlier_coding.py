"""Tells from a picture's brightness that it was a JPEG before it was saved as what it is now.

A JPEG's coefficients are multiples of its quantisation table's steps. Quantised again with other
steps they leave a comb in the histogram of each frequency (Lukas and Fridrich, "Estimation of
primary quantization matrix in double compressed JPEG images", DFRWS 2003).
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_MOST_BLOCKS = 4096
_LEAST_BLOCKS = 256
_MOST_LINES, _LONGEST_LINE = 512, 4096  # looked at for the grid
# Frequencies looked at: low ones, whose coefficients are large enough to show a comb.
_PLACES = tuple((row, column) for row in range(6) for column in range(6) if 0 < row + column < 6)
_LEAST_COMBS, _LEAST_SCORE = 8, 0.1  # of the frequencies, each with such a score
_LARGEST_STEP = 40
_LEVELS = 128  # of a histogram
_MOST_ALIKE = 24  # pixels of a block that have the middle one's level
_NOISE = 0.35  # spread of a coefficient that comes of rounding pixels to whole levels
_FLOOR = 0.1  # of a tooth's height, for what lies between teeth
_LEAST_COUNT = 150  # coefficients of one frequency that are not near zero

Blocks = NDArray[np.float32]


def grid(luma: NDArray[np.uint8]) -> tuple[int, int]:
    """Where blocks of 8 begin, left and top (0-7): pixels differ more across their edges."""
    places: list[int] = []
    for lines in (luma, luma.T):
        lines = lines[:: max(1, len(lines) // _MOST_LINES), :_LONGEST_LINE]
        if lines.shape[1] < 32:
            return 0, 0
        line = lines.astype(np.int16)
        # What changes more between two pixels than to both sides of them.
        change = np.abs(line[:, 1:-2] - line[:, 2:-1])
        around = np.abs(line[:, :-3] - line[:, 1:-2]) + np.abs(line[:, 2:-1] - line[:, 3:])
        excess = np.clip(2 * change - around, 0, 16).mean(0)[: (len(change[0]) // 8) * 8]
        # The first of them lies between pixels 1 and 2: a block that begins at pixel 2.
        places.append((int(excess.reshape(-1, 8).mean(0).argmax()) + 2) % 8)
    return places[0], places[1]


def blocks(luma: NDArray[np.uint8], *, left: int = 0, top: int = 0) -> Blocks:
    """The DCT of blocks spread over a picture, float32 (n, 8, 8), on the grid from (left, top)."""
    height, width = (
        (side - start) // 8 for side, start in zip(luma.shape, (top, left), strict=True)
    )
    if height * width < _LEAST_BLOCKS:
        return np.empty((0, 8, 8), np.float32)
    every = max(1, math.isqrt(height * width // _MOST_BLOCKS))
    grid = luma[top : top + 8 * height, left : left + 8 * width]
    cut = grid.reshape(height, 8, width, 8).swapaxes(1, 2)[::every, ::every].reshape(-1, 8, 8)
    # Blocks with black or white pixels were cut off by the range; in drawn ones, where one level
    # fills most of a block, the drawing itself is a comb.
    cut = (
        np.unique(np.ascontiguousarray(cut).reshape(-1, 64).view("V64"))
        .view(np.uint8)
        .reshape(-1, 8, 8)
    )
    levels = np.sort(cut.reshape(-1, 64), axis=1)
    filled = (levels == levels[:, 32:33]).sum(1) > _MOST_ALIKE
    kept = cut[~filled & (levels[:, 0] > 1) & (levels[:, -1] < 254)].astype(np.float32) - 128
    if len(kept) < _LEAST_BLOCKS:
        return np.empty((0, 8, 8), np.float32)
    turn = _cosines()
    rows = (kept.reshape(-1, 8) @ turn.T).reshape(-1, 8, 8).swapaxes(1, 2)
    both: Blocks = (rows.reshape(-1, 8) @ turn.T).reshape(-1, 8, 8).swapaxes(1, 2)
    return both


@lru_cache(maxsize=1)
def _cosines() -> NDArray[np.float32]:
    at = np.arange(8)
    rows = np.cos((2 * at + 1) * at[:, None] * math.pi / 16) * 0.5
    rows[0] *= math.sqrt(0.5)
    return np.asarray(rows, np.float32)


def was_jpeg(found: Blocks, steps: NDArray[np.int64]) -> bool:
    """Whether enough frequencies show the comb of an earlier coding.

    `steps` int (8, 8) are those of the file's own table, 1 where it has none. Measured on 42 photos
    of 306 x 204: none of 168 coded once, or scaled and never coded, is taken for one coded twice;
    of those coded twice 37 from quality 85 to 90, 38 from 70 to 98, 40 from 92 to 95 are found, and
    of PNGs made from a JPEG 38 to 40. Coded more coarsely the second time, none is.
    """
    scores = sorted(_best_comb(found[:, *place], int(steps[place])) for place in _PLACES)
    return scores[-_LEAST_COMBS] > _LEAST_SCORE


def _best_comb(values: NDArray[np.float32], own: int) -> float:
    """How much better a comb explains the values of one frequency than none.

    That is the mean logarithm of the ratio of the likelihoods; 0 where no comb does.
    """
    levels = np.abs(np.rint(values / own)).astype(int)
    counts = np.bincount(levels, minlength=_LEVELS)[:_LEVELS].astype(float)
    used, teeth, logarithms, periods = _combs(own)
    held = used @ counts
    # Without its comb a histogram is what it is on average over a period.
    averages = {
        period: np.convolve(counts, np.hanning(period + 2), "same") for period in set(periods)
    }
    expected = np.stack([averages[period] for period in periods]) * used
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = logarithms @ counts / held + np.log(expected.sum(1) / (expected * teeth).sum(1))
    scores[held < _LEAST_COUNT] = 0
    return float(np.nan_to_num(scores).max(initial=0))


@lru_cache(maxsize=64)
def _combs(
    own: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], tuple[int, ...]]:
    """Of each step that an earlier table may have had, by level of the file's own coding.

    1 for the levels that are looked at, those not near zero; how much likelier each level is, on
    average 1, and its logarithm; and the period, in levels.
    """
    steps = [step for step in range(2, _LARGEST_STEP) if own % step]
    used = np.zeros((len(steps), _LEVELS))
    teeth = np.ones((len(steps), _LEVELS))
    edges = own * (np.arange(_LEVELS + 1) - 0.5)
    for row, step in enumerate(steps):
        used[row, max(1, math.ceil(step / 2 / own + 0.5)) :] = 1
        nearest = np.rint(edges / step)
        below = nearest - 1
        for neighbour in (-1, 0, 1):
            below = below + _normal((edges - step * (nearest + neighbour)) / _NOISE)
        teeth[row] = (1 - _FLOOR) * np.diff(below) * step / own + _FLOOR
    periods = tuple(max(3, 2 * round(step / own) + 1) for step in steps)
    return used, teeth, np.log(teeth) * used, periods


def _normal(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Close to the normal distribution: the logistic curve of the same spread."""
    return 1 / (1 + np.exp(np.clip(-1.702 * values, -50, 50)))
