"""What two copies of one hub are to each other, as it follows from where each lies on the hub."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kindred.engine.types import Kind, PhotoInfo, Registration, Relation
from kindred.engine.verification import edits

OVERLAP = 0.04  # share of the smaller frame; less is no copy, see verify.OVERLAP
SAME_FRAMING = 0.02  # of the longer side, by which corners may lie apart


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a copy lies on its hub: the 3x3 matrix maps the copy to the hub, both at full size."""

    info: PhotoInfo
    matrix: NDArray[np.float64]
    mirrored: bool
    confidence: float


def placed(relation: Relation, infos: tuple[PhotoInfo, PhotoInfo], *, onto_first: bool) -> Placed:
    """The second photo of a copy relation on the first, or the other way round.

    infos: of both. Raises LinAlgError or ValueError where the relation places nothing.
    """
    at = relation.registration
    if at is None:
        raise ValueError("not registered")
    matrix = np.array(at.matrix, np.float64).reshape(3, 3)
    matrix = matrix if onto_first else np.asarray(np.linalg.inv(matrix))
    return Placed(infos[onto_first], matrix, at.mirrored, relation.confidence)


def derive(one: Placed, two: Placed, *, pair: tuple[int, int], similarity: float) -> Relation:
    """The relation of two copies of one hub, `pair` their contents, which nobody looked at.

    Copies where they share some of the scene; what was done between them is not said. Two parts
    of the hub that have nothing in common are unrelated.
    """
    matrix = np.linalg.inv(one.matrix) @ two.matrix
    sure = min(one.confidence, two.confidence)
    if _overlap(one.info, two.info, matrix) < OVERLAP:
        return Relation(*pair, Kind.UNRELATED, similarity, 0.5, derived=True)
    at = Registration(tuple((matrix / matrix[2, 2]).ravel().tolist()), one.mirrored != two.mirrored)
    return Relation(*pair, Kind.COPY, similarity, sure, (), at, derived=True)


def of_one_framing(relation: Relation, first: PhotoInfo, second: PhotoInfo) -> bool:
    """Whether the frames of two copies lie on each other, not turned or mirrored."""
    at = relation.registration
    if at is None or at.mirrored:
        return False
    corners = edits.project(
        edits.frame(second.width, second.height), np.array(at.matrix).reshape(3, 3)
    )
    apart = np.abs(corners - edits.frame(first.width, first.height)).max()
    return bool(apart <= SAME_FRAMING * max(first.width, first.height))


def _overlap(first: PhotoInfo, second: PhotoInfo, matrix: NDArray[np.float64]) -> float:
    """Share of the smaller frame that lies in the other."""
    back = np.asarray(np.linalg.inv(matrix))
    there = edits.project(edits.frame(second.width, second.height), matrix)
    here = edits.project(edits.frame(first.width, first.height), back)
    return max(edits.area(edits.outline(first, there)), edits.area(edits.outline(second, here)))
