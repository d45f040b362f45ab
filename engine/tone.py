"""Matches the brightness and colour of two laid pictures, so that only other changes remain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]


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
    times = np.concatenate([np.zeros(1, np.float32), tone.times])
    predicted += rgb.mean(axis=2) * _shade(times, across, down)
    for term, weight in zip(_colour_terms(rgb), tone.colour, strict=True):
        predicted += term * weight
    np.clip(predicted, 0, 255, out=predicted)
    return predicted, np.asarray(goal.mean(axis=2, dtype=np.float32))


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


def _colour_terms(rgb: Grey) -> list[Grey]:
    """Powers of the colour up to the second: what curves and filters are made of."""
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    powers = [red * red, green * green, blue * blue, red * green, green * blue, red * blue]
    return [red, green, blue, *powers]


def _fit_tone(
    source: Grey, target: Grey, inside: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], float]:
    """Weights (20,) by robust least squares over unclipped pixels, and the median miss."""
    rgb = source[inside] / np.float32(255) - np.float32(0.5)
    goal = target[inside].mean(axis=1)
    if len(goal) < 60:
        return np.zeros(20, np.float32), 255.0
    across, down = (np.broadcast_to(axis, inside.shape)[inside] for axis in _axes(inside.shape))
    grey = rgb.mean(axis=1)
    shade = [across, down, across * across, down * down, across * down]
    columns = [*_colour_terms(rgb), np.ones_like(grey), *shade, *(grey * term for term in shade)]
    terms = np.stack(columns, axis=1)
    kept = (target[inside].min(axis=1) > 6) & (target[inside].max(axis=1) < 249)
    unclipped = np.where(kept, 1.0, 1e-3).astype(np.float32)
    weights = unclipped
    for _ in range(4):  # Cauchy weights: overlays and moved subjects do not count
        weighted = terms * weights[:, None]
        normal = (terms.T @ weighted).astype(np.float64) + 1e-3 * np.eye(20)
        model = np.linalg.solve(normal, (weighted.T @ goal).astype(np.float64)).astype(np.float32)
        misses = np.abs(np.clip(terms @ model, 0, 255) - goal)
        weights = unclipped / (1 + (misses / (2 * np.median(misses) + 1)) ** 2)
    return model, float(np.median(misses))
