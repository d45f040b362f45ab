"""Even out the variance of a network's vectors by its last layer.

    python -m training.whiten WEIGHTS --data PHOTOS... --out FILE

A contrastive network uses some of its dimensions more than others; whitening makes all of them
count (SSCD, arXiv:2202.10261; arXiv:1604.02426). Whitening in part (a power of the covariance
between 0 and -1/2) keeps more of what the layer has learnt. One linear layer holds the centring and
the scale, so it costs nothing at run time, and training can go on from there.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from kindred.engine.embedding.network import Network, load
from training.data import CACHED_SIDE, prepare
from training.export import save
from training.views import resize


def describe(network: Network, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """uint8 (n, S, S, 3) to vectors before normalisation, float64 (n, dim)."""
    rows = []
    with torch.inference_mode():
        for start in range(0, len(pixels), 64):
            features = network.trunk(torch.from_numpy(pixels[start : start + 64]))
            rows.append(network.embed_features(features).double().numpy())
    return np.concatenate(rows)


def whiten(
    network: Network,
    vectors: NDArray[np.float64],
    *,
    strength: float = 0.35,
    floor: float = 0.001,
    dim: int | None = None,
) -> None:
    """Change the head so that `vectors`, float64 (n, dim), which it gave, would have had the mean 0
    and their covariance to the power 1 - 2 * `strength`: 0.5 whitens in full.

    `floor` of the mean variance is added to each component's, so that noise is not blown up. With
    `dim` the head gives that many numbers, along the directions of most variance.
    """
    variance, directions = np.linalg.eigh(np.cov(vectors.T))
    scale = (variance / variance.mean() + floor) ** -strength
    basis = directions if dim is None else np.eye(len(variance))[-dim:]
    change = torch.from_numpy(basis @ (directions * scale).T)
    head, centre = network.head, torch.from_numpy(vectors.mean(0))
    network.head = torch.nn.Linear(head.in_features, len(change))
    with torch.no_grad():
        network.head.weight.copy_(change @ head.weight.double())
        network.head.bias.copy_(change @ (head.bias.double() - centre))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, help="a .safetensors file of training.train")
    parser.add_argument("--out", type=Path, required=True, help="the .safetensors file to write")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="as in training")
    parser.add_argument("--work", type=Path, default=Path("runs/train"), help="as in training")
    parser.add_argument("--held-out", type=int, default=500, help="as in training")
    parser.add_argument("--strength", type=float, default=0.35, help="0.5 whitens in full")
    parser.add_argument("--dim", type=int, help="numbers that are left, those that vary most")
    parser.add_argument("--photos", type=int, default=4000, help="photos to take the variance of")
    options = parser.parse_args()
    network, description = load(options.weights)
    pictures = prepare(
        options.data, side=CACHED_SIDE, cache=options.work / "cache", held_out=options.held_out
    )
    chosen = pictures.train[:: max(1, len(pictures.train) // options.photos)]
    side = description["input_size"]
    vectors = describe(network, resize(pictures.pixels[chosen], side))
    whiten(network, vectors, strength=options.strength, dim=options.dim)
    save(
        network,
        options.out,
        config=description["config"] | {"dim": network.head.out_features},
        side=side,
        origin=description.get("origin", {}),
    )


if __name__ == "__main__":
    main()
