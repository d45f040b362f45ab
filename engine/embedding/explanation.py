"""Which regions of one photo the network finds again in another: heat maps for the window."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kindred.engine.embedding.similarity import Measures

Map = NDArray[np.float32]

SHOWN = 12  # matches worth drawing
TELLING = 0.35  # of a photo's strongest cells; weaker ones (sky, walls) match anything


@dataclass(frozen=True, slots=True)
class Match:
    """A region of the first photo and its counterpart, places 0..1 across and down."""

    first: tuple[float, float]
    second: tuple[float, float]
    similarity: float  # cosine of the two cells


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where two photos agree: heat maps float32 (h, w) 0..1 and the strongest matches first."""

    first_map: Map
    second_map: Map
    matches: tuple[Match, ...]
    measures: Measures | None = None  # of the two pictures as a whole


def explain(first: NDArray[np.float32], second: NDArray[np.float32]) -> Explanation:
    """first, second: the last feature maps, float32 (c, h, w) each, of one network.

    A cell's heat is its best cosine with a cell of the other photo, weighed by how strongly it
    speaks in the embedding (its length); what neither photo shows elsewhere stays dark. Matches
    are cells that are each other's best.
    """
    (one, strong), (other, heavy) = _cells(first), _cells(second)
    cosines = one.T @ other
    best, back = cosines.argmax(axis=1), cosines.argmax(axis=0)
    top, bottom = cosines.max(axis=1), cosines.max(axis=0)
    heats = _heat(top, strong, first.shape[1:]), _heat(bottom, heavy, second.shape[1:])
    mutual = np.flatnonzero((back[best] == np.arange(len(best))) & (strong >= TELLING))
    order = mutual[np.argsort(-(top * strong)[mutual], kind="stable")][:SHOWN]
    matches = tuple(
        Match(
            _place(int(cell), first.shape[1:]),
            _place(int(best[cell]), second.shape[1:]),
            round(float(top[cell]), 4),
        )
        for cell in order
    )
    return Explanation(*heats, matches)


def _cells(features: NDArray[np.float32]) -> tuple[Map, Map]:
    """Unit columns (c, h * w), and each cell's length as a share of the longest."""
    cells = features.reshape(features.shape[0], -1)
    lengths = np.linalg.norm(cells, axis=0)
    return cells / np.maximum(lengths, 1e-6), lengths / max(float(lengths.max()), 1e-6)


def _heat(cosines: Map, weights: Map, shape: tuple[int, ...]) -> Map:
    heat = np.clip(cosines, 0, 1) * weights
    return np.asarray((heat / max(float(heat.max()), 1e-6)).reshape(shape), np.float32)


def _place(cell: int, shape: tuple[int, ...]) -> tuple[float, float]:
    row, column = divmod(cell, shape[1])
    return (column + 0.5) / shape[1], (row + 0.5) / shape[0]
