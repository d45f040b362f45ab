"""engine.embedding.calibration: fitted from the user's decisions."""

from dataclasses import asdict, astuple

import numpy as np
import pytest

from kindred.engine.embedding.calibration import (
    ENOUGH,
    Refit,
    from_background,
    from_json,
    refit,
)
from kindred.engine.types import Calibration

DEFAULT = Calibration(0.4, 0.6, 0.7, 0.8)


def decisions(middle: float, *, gap: float = 0.3, count: int = 200) -> Refit:
    random = np.random.default_rng(0)
    positives = np.clip(random.normal(middle + gap / 2, 0.05, count), -1, 1)
    negatives = np.clip(random.normal(middle - gap / 2, 0.05, count), -1, 1)
    return refit(positives.tolist(), negatives.tolist(), default=DEFAULT)


@pytest.mark.parametrize("middle", [0.3, 0.5, 0.7])
def test_similar_lies_between_the_two_sorts(middle: float) -> None:
    fitted = decisions(middle).calibration
    assert fitted is not None
    assert fitted.similar == pytest.approx(middle, abs=0.03)


def test_fitted_are_in_order_and_within_the_range_of_a_cosine() -> None:
    fitted = decisions(0.8).calibration
    assert fitted is not None
    scale = list(astuple(fitted))
    assert scale == sorted(scale)
    assert scale[0] >= -1
    assert scale[-1] <= 1


def test_decisions_that_one_cosine_separates_are_no_trouble() -> None:
    fitted = refit([0.9] * 20, [0.2] * 20, default=DEFAULT).calibration
    assert fitted is not None
    assert 0.2 < fitted.similar < 0.9


def test_a_hundred_of_one_sort_do_not_outvote_twenty_of_the_other() -> None:
    random = np.random.default_rng(1)
    positives, negatives = random.normal(0.7, 0.05, 400), random.normal(0.4, 0.05, 20)
    fitted = refit(positives.tolist(), negatives.tolist(), default=DEFAULT).calibration
    assert fitted is not None
    assert fitted.similar == pytest.approx(0.55, abs=0.05)


def test_candidate_only_falls() -> None:
    low, high = decisions(0.3).calibration, decisions(0.7).calibration
    assert low is not None
    assert high is not None
    assert low.candidate == low.similar < DEFAULT.candidate
    assert high.candidate == DEFAULT.candidate


@pytest.mark.parametrize("counts", [(0, 0), (ENOUGH - 1, 100), (100, ENOUGH - 1)])
def test_too_few_of_either_sort_changes_nothing_and_says_so(counts: tuple[int, int]) -> None:
    result = refit([0.9] * counts[0], [0.3] * counts[1], default=DEFAULT)
    assert result.calibration is None
    assert (result.duplicates, result.different) == counts
    assert result.message.values["duplicates"] == counts[0]
    assert result.message.values["different"] == counts[1]


def test_decisions_that_do_not_follow_similarity_change_nothing() -> None:
    assert decisions(0.5, gap=-0.2).calibration is None
    assert refit([0.5] * 30, [0.5] * 30, default=DEFAULT).calibration is None


def test_the_background_of_a_library_is_its_scale():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(500, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scale = from_background(vectors)
    cosines = (vectors @ vectors.T)[np.triu_indices(500, 1)]
    assert np.mean(cosines > scale.similar) == pytest.approx(0.001, rel=0.1)
    assert scale.candidate < scale.similar < scale.copy_precision_99
    assert scale.copy_precision_99 < scale.copy_precision_999 < 1
    assert from_background(vectors[:1]).candidate == 0


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {},
        {"similar": 0.5},
        {**asdict(DEFAULT), "similar": "much"},
        {**asdict(DEFAULT), "similar": float("nan")},
    ],
)
def test_what_is_no_whole_calibration_is_none(values: object) -> None:
    assert from_json(values) is None


def test_a_calibration_with_more_in_it_is_read() -> None:
    """Older versions kept what they did not know."""
    assert from_json({**asdict(DEFAULT), "other": 0.1}) == DEFAULT
