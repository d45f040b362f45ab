"""How close two embeddings are: cosine, Euclidean distance and the Tanimoto coefficient.

For unit vectors, which is what the embedder makes, all three say the same thing on different
scales: with c the cosine, the Euclidean distance is sqrt(2 - 2c) and Tanimoto is c / (2 - c).
All functions take (..., d) arrays of any float type, broadcast the leading axes, compute in
float64 and return a float64 array of the broadcast shape (0-dimensional for two vectors).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Measures:
    """How close two embeddings are by all three."""

    cosine: float
    euclidean: float
    tanimoto: float


def measures(a: Floats, b: Floats) -> Measures:
    """All three of two vectors."""
    return Measures(float(cosine(a, b)), float(euclidean(a, b)), float(tanimoto(a, b)))


def cosine(a: Floats, b: Floats) -> NDArray[np.float64]:
    """a.b / (|a| |b|), in -1..1, larger is closer; 0 when either vector is zero."""
    return _ratio(_dot(a, b), np.sqrt(_dot(a, a) * _dot(b, b)), undefined=0.0).clip(-1, 1)


def euclidean(a: Floats, b: Floats) -> NDArray[np.float64]:
    """|a - b|, 0 or more (at most 2 for unit vectors), smaller is closer."""
    difference = np.asarray(a, np.float64) - np.asarray(b, np.float64)
    return np.sqrt(_dot(difference, difference))


def tanimoto(a: Floats, b: Floats) -> NDArray[np.float64]:
    """The extended Jaccard coefficient a.b / (|a|^2 + |b|^2 - a.b), in -1/3..1, larger is closer.

    On vectors of zeros and ones it is the Jaccard index of the two sets; 1 for two zero vectors,
    as for two empty sets. Source: Tanimoto, IBM internal report, 1957.
    """
    dot = _dot(a, b)
    return _ratio(dot, _dot(a, a) + _dot(b, b) - dot, undefined=1.0)


def _dot(a: Floats, b: Floats) -> NDArray[np.float64]:
    return np.asarray(np.einsum("...i,...i->...", a, b, dtype=np.float64))


def _ratio(
    top: NDArray[np.float64], bottom: NDArray[np.float64], *, undefined: float
) -> NDArray[np.float64]:
    result = np.full(top.shape, undefined)
    np.divide(top, bottom, out=result, where=bottom > 0)
    return result
