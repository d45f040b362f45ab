"""training.metrics against figures worked out by hand."""

import numpy as np
import pytest

from training.metrics import is_found, measure


def test_perfect_similarities_score_one_everywhere() -> None:
    scores = measure(np.eye(5, dtype=np.float32), np.arange(5))
    assert scores.micro_ap == scores.recall_1 == scores.recall_20 == scores.recall_999 == 1
    assert scores.threshold_999 == 1


def test_micro_average_precision_ranks_all_queries_in_one_list() -> None:
    similarity = np.array([[0.9, 0.8], [0.7, 0.6]], np.float32)
    # In order: right (1/1), wrong, wrong, right (2/4).
    scores = measure(similarity, np.array([0, 1]))
    assert scores.micro_ap == pytest.approx((1 + 0.5) / 2)
    assert scores.recall_1 == 0.5
    assert scores.recall_99 == 0.5
    assert scores.threshold_99 == pytest.approx(0.9)


def test_pairs_of_equal_similarity_enter_together() -> None:
    scores = measure(np.full((2, 4), 0.5, np.float32), np.array([0, 1]))
    assert scores.micro_ap == pytest.approx(2 / 8)
    assert scores.recall_99 == 0


def test_ties_count_half_in_a_rank() -> None:
    similarity = np.array([[0.5, 0.5, 0.5, 0.1]], np.float32)
    assert not is_found(similarity, np.array([0]), within=1)[0]
    assert is_found(similarity, np.array([0]), within=2)[0]
