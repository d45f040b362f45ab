"""training.losses: what lowers them and what they ignore."""

import torch
from torch.nn.functional import normalize

from training.losses import contrast, crowding, spread

NONE = torch.zeros(0, 8), torch.zeros(0, dtype=torch.int64)


def vectors(count: int) -> torch.Tensor:
    return normalize(torch.randn(count, 8, generator=torch.Generator().manual_seed(0)), dim=1)


def test_contrast_is_lower_when_the_views_of_a_photo_agree() -> None:
    one, other = vectors(8)[:4], vectors(8)[4:]
    names = torch.arange(4)
    agree = contrast(torch.cat([one, one]), names, *NONE, temperature=0.1)
    differ = contrast(torch.cat([one, other]), names, *NONE, temperature=0.1)
    assert agree < differ


def test_contrast_ignores_past_vectors_of_the_same_photo() -> None:
    views, names = torch.cat([vectors(4), vectors(4)]), torch.arange(4)
    alone = contrast(views, names, *NONE, temperature=0.1)
    same = contrast(views, names, vectors(4)[:1], torch.tensor([0]), temperature=0.1)
    strange = contrast(views, names, vectors(4)[:1], torch.tensor([9]), temperature=0.1)
    assert same < strange
    # Only photo 0's own anchors leave it out; to the others it is one more negative.
    assert alone < same


def test_spread_is_lower_for_vectors_that_lie_apart() -> None:
    names, near = torch.arange(4), normalize(torch.eye(4, 8) + 1, dim=1)
    assert spread(torch.eye(4, 8), names, *NONE) < spread(near, names, *NONE)


def test_spread_sees_past_vectors_of_other_photos_only() -> None:
    names, apart = torch.arange(4), torch.eye(4, 8)
    alone = spread(apart, names, *NONE)
    assert spread(apart, names, apart, names) == alone
    assert spread(apart, names, apart, names + 4) > alone


def test_crowding_is_the_mean_squared_cosine_to_other_photos() -> None:
    names = torch.arange(3)
    assert crowding(torch.eye(3, 8), names, *NONE) == 0
    same = normalize(torch.ones(3, 8), dim=1)
    torch.testing.assert_close(crowding(same, names, *NONE), torch.tensor(1.0))
    assert crowding(torch.eye(3, 8), names, torch.eye(3, 8), names) == 0
