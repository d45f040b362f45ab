"""training.whiten: the head it changes centres, decorrelates and evens out."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from kindred.engine.embedding.network import Network, build
from training.whiten import describe, whiten

CONFIG = {"blocks": [1, 1, 1, 1], "dim": 8, "mean": [0.5] * 3, "std": [0.25] * 3}


@pytest.fixture
def network() -> Network:
    torch.manual_seed(0)
    return build(CONFIG).eval()


@pytest.fixture
def features() -> NDArray[np.float32]:
    random = np.random.default_rng(0)
    return (random.normal(3, 1, (400, 512)) @ np.diag(np.linspace(0.1, 2, 512))).astype(np.float32)


def through(network: Network, features: NDArray[np.float32]) -> NDArray[np.float64]:
    with torch.no_grad():
        return network.head(torch.from_numpy(features)).double().numpy()


def test_whitened_vectors_are_centred_uncorrelated_and_alike_in_variance(
    network: Network, features: NDArray[np.float32]
) -> None:
    whiten(network, through(network, features), strength=0.5, floor=0)
    vectors = through(network, features)
    covariance = np.cov(vectors.T)
    np.testing.assert_allclose(vectors.mean(0), 0, atol=1e-3)
    np.testing.assert_allclose(covariance, np.eye(8) * covariance[0, 0], atol=1e-3)


def test_whitening_in_part_leaves_some_of_the_differences_in_variance(
    network: Network, features: NDArray[np.float32]
) -> None:
    before = np.linalg.eigvalsh(np.cov(through(network, features).T))
    whiten(network, through(network, features), strength=0.25, floor=0)
    after = np.linalg.eigvalsh(np.cov(through(network, features).T))
    np.testing.assert_allclose(after / after[0], np.sqrt(before / before[0]), rtol=1e-3)


def test_fewer_numbers_are_those_that_vary_most(
    network: Network, features: NDArray[np.float32]
) -> None:
    before = np.linalg.eigvalsh(np.cov(through(network, features).T))
    whiten(network, through(network, features), strength=0, floor=0, dim=3)
    vectors = through(network, features)
    assert vectors.shape == (400, 3)
    np.testing.assert_allclose(np.cov(vectors.T), np.diag(before[-3:]), atol=1e-3 * before[-1])


def test_described_gives_what_is_normalised_to_the_embedding(network: Network) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), np.uint8)
    vectors = describe(network, pixels)
    with torch.inference_mode():
        expected = network(torch.from_numpy(pixels)).numpy()
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    np.testing.assert_allclose(unit, expected, atol=1e-5)
