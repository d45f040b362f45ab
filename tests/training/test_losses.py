"""training.losses: what lowers them and what they ignore."""

import pytest
import torch
from torch.nn.functional import normalize

from training.losses import contrast, crowding, distillation, spread


def vectors(count: int) -> torch.Tensor:
    return normalize(torch.randn(count, 8, generator=torch.Generator().manual_seed(0)), dim=1)


def test_contrast_is_lower_when_a_copy_agrees_with_its_photo() -> None:
    photos, others, same = vectors(8)[:4], vectors(8)[4:], torch.eye(4, dtype=torch.bool)
    agree = contrast(photos @ photos.T, same, temperature=0.1)
    differ = contrast(others @ photos.T, same, temperature=0.1)
    assert agree < differ


def test_contrast_ignores_older_vectors_of_the_same_photo() -> None:
    similarity = torch.tensor([[1.0, 0.9]])
    own, other = torch.tensor([[True, True]]), torch.tensor([[True, False]])
    assert contrast(similarity, own, temperature=0.1) == 0
    assert contrast(similarity, other, temperature=0.1) > 0


def test_spread_is_lower_for_vectors_that_lie_apart() -> None:
    same, near = torch.eye(4, dtype=torch.bool), normalize(torch.eye(4, 8) + 1, dim=1)
    apart = torch.eye(4, 8)
    assert spread(apart @ apart.T, same) < spread(near @ near.T, same)


def test_spread_sees_other_photos_only() -> None:
    similarity = torch.tensor([[1.0, 0.9, 0.2]])
    alone = spread(similarity, torch.tensor([[True, True, False]]))
    assert spread(similarity, torch.tensor([[True, False, False]])) > alone


def test_crowding_is_the_mean_squared_cosine_to_other_photos() -> None:
    same = torch.eye(3, dtype=torch.bool)
    assert crowding(torch.eye(3), same) == 0
    torch.testing.assert_close(crowding(torch.ones(3, 3), same), torch.tensor(1.0))


def test_distillation_is_the_mean_distance_to_what_the_teacher_knows() -> None:
    taught = vectors(4)
    taught[3] = 0
    assert distillation(taught, taught) == pytest.approx(0, abs=1e-6)
    assert distillation(-taught, taught) == pytest.approx(2, abs=1e-6)
    assert distillation(vectors(4), torch.zeros(4, 8)) == 0
