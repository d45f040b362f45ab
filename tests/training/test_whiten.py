"""training.whiten: the head it sets decorrelates and evens out."""

import numpy as np
import pytest
import torch

from engine.network import build
from training.whiten import pooled, whiten

CONFIG = {"blocks": [1, 1, 1, 1], "dim": 8, "mean": [0.5] * 3, "std": [0.25] * 3}


def test_whitened_vectors_are_centred_uncorrelated_and_alike_in_variance() -> None:
    network = build(CONFIG).eval()
    random = np.random.default_rng(0)
    features = random.normal(3, 1, (400, 512)) @ np.diag(np.linspace(0.1, 2, 512))
    whiten(network, features, floor=0)
    with torch.no_grad():
        vectors = network.head(torch.from_numpy(features).float()).numpy()
    covariance = np.cov(vectors.T)
    np.testing.assert_allclose(vectors.mean(0), 0, atol=1e-3)
    np.testing.assert_allclose(covariance, np.eye(8) * covariance[0, 0], atol=1e-3)


def test_pooled_gives_what_the_head_receives() -> None:
    torch.manual_seed(0)
    network = build(CONFIG).eval()
    pixels = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), np.uint8)
    with torch.inference_mode():
        expected = network.describe(network.trunk(torch.from_numpy(pixels)))
        vectors = network.head(torch.from_numpy(pooled(network, pixels)).float())
    assert vectors.numpy() == pytest.approx(expected.numpy(), abs=1e-4)
