"""Frozen values that hold numpy arrays; apart from engine.types, to open a window without numpy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kindred.engine.types import Kind

KINDS: tuple[Kind, ...] = (Kind.IDENTICAL, Kind.COPY, Kind.SIMILAR, Kind.UNRELATED)
"""The kind a code stands for: `KINDS[code]`; the code of a kind is `KINDS.index(kind)`."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Candidate pairs of contents: each unordered pair once, first < second, sorted by both."""

    first: NDArray[np.int64]  # (n,) content numbers
    second: NDArray[np.int64]  # (n,)
    similarity: NDArray[np.float32]  # (n,) cosine

    def __len__(self) -> int:
        return len(self.first)

    def of(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Pairs":
        """Some of the pairs."""
        return Pairs(self.first[rows], self.second[rows], self.similarity[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Verified relations between contents, in any order, each unordered pair at most once."""

    first: NDArray[np.int64]  # (n,) content numbers
    second: NDArray[np.int64]  # (n,)
    kind: NDArray[np.int8]  # (n,) codes, see KINDS
    similarity: NDArray[np.float32]  # (n,) cosine
    confidence: NDArray[np.float32]  # (n,) 0..1, how sure the kind is

    def __len__(self) -> int:
        return len(self.first)
