"""Matches the brightness and colour of two laid pictures, so that only other changes remain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
TonePair = tuple[Grey, Grey]  # (predicted, goal): one picture in the other's tone, and the other


@dataclass(frozen=True, slots=True)
class AlignedPair:
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


def match_tone(laid: AlignedPair) -> Tone:
    """What was done to brightness and colour, in the direction that explains more."""
    import cv2

    height, width = laid.inside.shape
    size = max(8, width // 5), max(8, height // 5)
    small = [
        np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        for picture in (laid.moved, laid.target)
    ]
    inside = cv2.resize(laid.inside.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    forward, forward_miss = _fit_tone(small[0], small[1], inside)
    backward, backward_miss = _fit_tone(small[1], small[0], inside)
    weights = forward if forward_miss <= backward_miss else backward
    return Tone(forward_miss <= backward_miss, weights[:9], weights[9:15], weights[15:])


def apply_tone(laid: AlignedPair, tone: Tone) -> TonePair:
    """Both pictures in one tone, float32 (h, w) grey 0..255."""
    source, goal = (laid.moved, laid.target) if tone.from_moved else (laid.target, laid.moved)
    red, green, blue = (_level(plane) for plane in planes(source))
    across, down = _axes(laid.inside.shape)
    predicted = _shade(tone.added, across, down)
    times = np.concatenate([np.zeros(1, np.float32), tone.times])
    predicted += (red + green + blue) * (_shade(times, across, down) * np.float32(1 / 3))
    r, g, b, rr, gg, bb, rg, gb, rb = tone.colour
    predicted += red * (r + rr * red + rg * green)
    predicted += green * (g + gg * green + gb * blue)
    predicted += blue * (b + bb * blue + rb * red)
    np.clip(predicted, 0, 255, out=predicted)
    return predicted, grey(goal)


def planes(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], ...]:
    """Red, green and blue, each in a row: numpy goes over them many times faster."""
    import cv2

    return tuple(np.asarray(plane, np.uint8) for plane in cv2.split(rgb))


def grey(rgb: NDArray[np.uint8]) -> Grey:
    """The mean of the channels, 0..255."""
    red, green, blue = planes(rgb)
    total = red.astype(np.uint16)
    total += green
    total += blue
    return total * np.float32(1 / 3)


def between(rgb: NDArray[np.uint8], low: int, high: int) -> NDArray[np.bool_]:
    """(h, w): where every channel is above `low` and below `high`."""
    import cv2

    within = cv2.inRange(rgb, (low + 1,) * 3, (high - 1,) * 3)
    return np.asarray(within > 0)


def _level(plane: NDArray[np.uint8]) -> Grey:
    """0..255 to -0.5..0.5."""
    return plane * np.float32(1 / 255) - np.float32(0.5)


def _axes(shape: tuple[int, ...]) -> tuple[Grey, Grey]:
    """Places across (1, w) and down (h, 1) the frame, -0.5 to 0.5."""
    half = np.float32(0.5)
    across, down = (np.arange(n, dtype=np.float32) / np.float32(n) - half for n in shape[::-1])
    return across[None, :], down[:, None]


def _shade(weights: NDArray[np.float32], across: Grey, down: Grey) -> Grey:
    """A smooth surface (h, w): what vignettes and graduated filters are made of."""
    one, x, y, xx, yy, xy = weights
    rows = one + y * down + yy * down**2
    return np.asarray(rows + x * across + xx * across**2 + (xy * down) * across)


def _colour_terms(red: Grey, green: Grey, blue: Grey) -> list[Grey]:
    """Powers of the colour up to the second: what curves and filters are made of."""
    powers = [red * red, green * green, blue * blue, red * green, green * blue, red * blue]
    return [red, green, blue, *powers]


def _fit_tone(
    source: NDArray[np.uint8], target: NDArray[np.uint8], inside: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], float]:
    """Weights (20,) by robust least squares over unclipped pixels, and the median miss."""
    goal = grey(target)[inside]
    if len(goal) < 60:
        return np.zeros(20, np.float32), 255.0
    across, down = (np.broadcast_to(axis, inside.shape)[inside] for axis in _axes(inside.shape))
    colours = [_level(plane[inside]) for plane in planes(source)]
    mean = sum(colours) / np.float32(3)
    shade = [across, down, across * across, down * down, across * down]
    columns = [*_colour_terms(*colours), np.ones_like(mean), *shade, *(mean * s for s in shade)]
    terms = np.stack(columns, axis=1)
    unclipped = np.where(between(target, 6, 249)[inside], 1.0, 1e-3).astype(np.float32)
    weights = unclipped
    for _ in range(4):  # Cauchy weights: overlays and moved subjects do not count
        weighted = terms * weights[:, None]
        normal = (terms.T @ weighted).astype(np.float64) + 1e-3 * np.eye(20)
        model = np.linalg.solve(normal, (weighted.T @ goal).astype(np.float64)).astype(np.float32)
        misses = np.abs(np.clip(terms @ model, 0, 255) - goal)
        weights = unclipped / (1 + (misses / (2 * np.median(misses) + 1)) ** 2)
    return model, float(np.median(misses))
