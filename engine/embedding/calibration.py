"""Reads, estimates and refits calibrations: what cosines mean, for one library and one model."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from kindred.engine.messages import Code, Message, tell
from kindred.engine.types import Calibration

ENOUGH = 20
"""Decisions of each sort below which nothing is refitted."""

BACKGROUND = 2000
"""Photos whose pairs show what cosine unrelated photos have."""

MEANINGS = {"similar": 0.5, "copy_precision_99": 0.99, "copy_precision_999": 0.999}
"""The share of duplicates that a refitted threshold stands for, were both sorts equally common."""


@dataclass(frozen=True, slots=True)
class Refit:
    """What refitting came to; `calibration` is None if nothing changes."""

    calibration: Calibration | None
    duplicates: int
    different: int
    message: Message


def from_json(values: object) -> Calibration | None:
    """The calibration in a model card or a setting; None where one of its numbers is missing."""
    if not isinstance(values, dict):
        return None
    scale = [values.get(field.name) for field in fields(Calibration)]
    numbers = [float(v) for v in scale if isinstance(v, int | float) and isfinite(v)]
    return Calibration(*numbers) if len(numbers) == len(scale) else None


def refit(positives: Sequence[float], negatives: Sequence[float], *, default: Calibration) -> Refit:
    """A calibration from the cosines of pairs removed as duplicates and of pairs that are none.

    A logistic curve is fitted to both sorts, each with the same total weight, with the softened
    targets of Platt (Probabilistic outputs for support vector machines, 1999) so that decisions
    which a single cosine separates do not make it a step. "similar" becomes the cosine at which
    the curve is at one half, the copy thresholds those at 0.99 and 0.999; "candidate", below which
    pairs are not looked at, only ever falls.
    """
    counts = len(positives), len(negatives)
    if min(counts) < ENOUGH:
        return Refit(
            None,
            *counts,
            tell(Code.TOO_FEW_DECISIONS, duplicates=counts[0], different=counts[1], needed=ENOUGH),
        )
    slope, offset = _fit(np.array(positives, np.float64), np.array(negatives, np.float64))
    if slope < 1:
        return Refit(
            None,
            *counts,
            tell(Code.DECISIONS_UNRELATED, duplicates=counts[0], different=counts[1]),
        )
    scale = {
        name: round(float(np.clip((np.log(share / (1 - share)) - offset) / slope, -1, 1)), 4)
        for name, share in MEANINGS.items()
    }
    fitted = Calibration(candidate=min(default.candidate, scale["similar"]), **scale)
    return Refit(
        fitted,
        *counts,
        tell(
            Code.FITTED,
            duplicates=counts[0],
            different=counts[1],
            similar=fitted.similar,
            before=default.similar,
        ),
    )


def from_background(vectors: NDArray[np.float32]) -> Calibration:
    """A calibration for a network whose scale was never measured, from (n, d) unit vectors at hand.

    Nearly all pairs of a library are unrelated, so the cosines of pairs drawn from it say what
    unrelated means: candidates lie above 99% of them, similar photos above 99.9%. The copy
    thresholds divide what is left up to 1; verification looks at the pixels in any case.
    """
    few = vectors[np.random.default_rng(0).permutation(len(vectors))[:BACKGROUND]]
    cosines = (few @ few.T)[np.triu_indices(len(few), 1)]
    candidate, similar = np.quantile(cosines, (0.99, 0.999)) if len(cosines) else (0.0, 0.0)
    scale = candidate, similar, (1 + similar) / 2, (3 + similar) / 4
    return Calibration(*(round(float(cosine), 4) for cosine in scale))


def _fit(positives: NDArray[np.float64], negatives: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and offset of the logistic curve, by Newton's method."""
    cosines = np.concatenate([positives, negatives])
    rows = np.stack([cosines, np.ones_like(cosines)], axis=1)
    targets, weights = np.empty_like(cosines), np.empty_like(cosines)
    yes, no = slice(None, len(positives)), slice(len(positives), None)
    targets[yes] = (len(positives) + 1) / (len(positives) + 2)
    targets[no] = 1 / (len(negatives) + 2)
    weights[yes], weights[no] = 1 / len(positives), 1 / len(negatives)
    curve = np.zeros(2)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-rows @ curve))
        gradient = rows.T @ (weights * (chance - targets))
        curvature = (rows * (weights * chance * (1 - chance))[:, None]).T @ rows
        curve -= np.linalg.solve(curvature + 1e-6 * np.eye(2), gradient)
    return float(curve[0]), float(curve[1])
