"""The stored small signature of a photo, and what two of them say in microseconds."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SIZE = 20  # 20 x 20 x 3 = 1200 bytes a photo

PARTS = (9, 10, 12, 14, 17, 20)  # cells a side: a crop to a fifth of the area is 9 x 9
COARSE = 8  # cells a side that a part is compared in
AROUND, FAINT = 5, 2.0  # cells a side around one; levels of contrast that are noise
PLAIN = 4.0  # a length of COARSE**2 cells, half a level each: noise is not made to agree

# Orientation k of a picture: mirrored when k > 3, then turned clockwise by 90 * (k % 4) degrees.
ORIENTATIONS = 8


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two signatures agree in their best orientation.

    `turn` and `mirrored` say how the second was laid on the first: mirrored left to right first,
    then turned clockwise by `turn` degrees.
    """

    correlation: float  # of the brightness of all cells, -1..1
    turn: int
    mirrored: bool


def signature(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """uint8 (h, w, 3) -> uint8 (SIZE, SIZE, 3): the whole picture squashed, each cell a mean."""
    import cv2

    return np.asarray(cv2.resize(rgb, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.uint8)


def likeness(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Likeness:
    """The best of the eight orientations of one signature (or its bytes) laid on another."""
    target, grey = (
        _normalise(one.reshape(SIZE, SIZE, 3).mean(axis=2, dtype=np.float32))
        for one in (first, second)
    )
    laid = np.stack([orient(grey, index=index) for index in range(ORIENTATIONS)])
    scores = laid.reshape(ORIENTATIONS, -1) @ target.ravel()
    best = int(scores.argmax())
    return Likeness(float(scores[best]), 90 * (best % 4), best > 3)


def part_likeness(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """How well the whole of one signature (or its bytes) agrees with a part of the other, -1..1.

    The best correlation, in any of the eight orientations, with any part whose sides are in PARTS:
    of a crop or a screenshot, whatever its place, it is high, though the wholes do not agree.
    """
    (parts, whole), (others, other) = (_pieces(one.tobytes()) for one in (first, second))
    return float(max((parts @ other.T).max(), (others @ whole.T).max()))


def square_part_likeness(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """As `part_likeness` or less, a few times as fast: of parts of the other's own shape only."""
    (parts, whole), (others, other) = (_square_pieces(one.tobytes()) for one in (first, second))
    return float(max((parts @ other.T).max(), (others @ whole.T).max()))


def detail_likeness(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """How well what each cell differs by from those around it agrees, -1..1.

    In the best of the eight orientations of one signature (or its bytes) laid on another. Tones
    may have changed from place to place: the same picture keeps which cells stand out.
    """
    return float((_details(second.tobytes()) @ _details(first.tobytes())[0]).max())


def clear_cache() -> None:
    """Let go of what is kept of the signatures compared last, up to 30 MB."""
    _pieces.cache_clear()
    _square_pieces.cache_clear()
    _details.cache_clear()


@lru_cache(maxsize=64)  # 0.5 MB each; a photo has several candidates in a row
def _pieces(data: bytes) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Every part of a signature, and the whole in the eight orientations: (n, COARSE**2) each."""
    grey = np.frombuffer(data, np.uint8).reshape(SIZE, SIZE, 3).mean(axis=2, dtype=np.float32)
    count = len(_STRIPS) // COARSE
    parts = (_STRIPS @ grey @ _STRIPS.T).reshape(count, COARSE, count, COARSE).swapaxes(1, 2)
    return _unit(parts.reshape(-1, COARSE**2)), _turned(grey)


@lru_cache(maxsize=256)  # 0.1 MB each
def _square_pieces(data: bytes) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """As `_pieces`, but only the parts with as many cells across as down."""
    grey = np.frombuffer(data, np.uint8).reshape(SIZE, SIZE, 3).mean(axis=2, dtype=np.float32)
    parts = []
    for side in PARTS:
        count = SIZE - side + 1
        strips = _STRIPS_BY_SIDE[side]
        laid = (strips @ grey @ strips.T).reshape(count, COARSE, count, COARSE).swapaxes(1, 2)
        parts.append(laid.reshape(-1, COARSE**2))
    return _unit(np.concatenate(parts)), _turned(grey)


def _turned(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """The whole in the eight orientations, (ORIENTATIONS, COARSE**2)."""
    whole = _WHOLE @ grey @ _WHOLE.T
    turned = np.stack([orient(whole, index=index) for index in range(ORIENTATIONS)])
    return _unit(turned.reshape(-1, COARSE**2))


def _averages(start: int, length: int) -> NDArray[np.float32]:
    """(COARSE, SIZE): the means of COARSE equal pieces of `length` cells from `start`."""
    edges = start + np.linspace(0, length, COARSE + 1)
    cells = np.arange(SIZE)
    covered = np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells)
    return np.asarray(covered.clip(0) * COARSE / length, np.float32)


def _unit(rows: NDArray[np.generic]) -> NDArray[np.float32]:
    """Rows of zero mean and unit length, those of plain pieces shorter."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), PLAIN))


def orient(picture: NDArray[np.generic], *, index: int) -> NDArray[np.generic]:
    """The picture (h, w, ...) in one of the eight orientations."""
    laid = picture[:, ::-1] if index > 3 else picture
    return np.rot90(laid, -(index % 4))


@lru_cache(maxsize=256)  # 13 KB each
def _details(data: bytes) -> NDArray[np.float32]:
    """Each cell less the mean around it, in units of the contrast there, in the eight orientations.

    (ORIENTATIONS, SIZE**2); the first is as the picture is.
    """
    import cv2

    def mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
        blurred = cv2.blur(values, (AROUND, AROUND), borderType=cv2.BORDER_REFLECT)
        return np.asarray(blurred, np.float32)

    grey = np.frombuffer(data, np.uint8).reshape(SIZE, SIZE, 3).mean(axis=2, dtype=np.float32)
    detail = grey - mean(grey)
    detail = _normalise(detail / (np.sqrt(mean(detail * detail)) + FAINT))
    turned = np.stack([orient(detail, index=index) for index in range(ORIENTATIONS)])
    return np.asarray(turned.reshape(ORIENTATIONS, -1), np.float32)


def _normalise(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Zero mean and unit length, so that a product is a correlation."""
    centred = grey - grey.mean()
    length = float(np.linalg.norm(centred))
    return np.asarray(centred / max(length, 1e-6))


_WHOLE = _averages(0, SIZE)
_STRIPS_BY_SIDE = {
    side: np.concatenate([_averages(start, side) for start in range(SIZE - side + 1)])
    for side in PARTS
}
_STRIPS = np.concatenate(list(_STRIPS_BY_SIDE.values()))
