"""Replace a network's last layer by the whitening of its pooled features.

    python -m training.whiten WEIGHTS --data PHOTOS... --out FILE

A contrastive network uses few of its dimensions; principal components scaled to equal variance
make all of them count (SSCD, arXiv:2202.10261; arXiv:1604.02426). One linear layer holds the
centring, the components and the scale, so it costs nothing at run time, and training can go on
from there.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.network import Network, load
from training.data import CACHED_SIDE, prepare
from training.export import save
from training.views import resized


def pooled(network: Network, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """uint8 (n, S, S, 3) to pooled features, float64 (n, 512)."""
    rows = []
    with torch.inference_mode():
        for start in range(0, len(pixels), 64):
            features = network.trunk(torch.from_numpy(pixels[start : start + 64]))
            rows.append(network.pool(features).double().numpy())
    return np.concatenate(rows)


def whiten(network: Network, pooled: NDArray[np.float64], *, floor: float = 0.001) -> None:
    """Set the head to the leading components of `pooled`, float64 (n, 512), at equal variance.

    `floor` of the mean variance is added to each component's, so that noise is not blown up.
    """
    centre = pooled.mean(0)
    variance, directions = np.linalg.eigh(np.cov(pooled.T))
    dim = network.head.out_features
    variance, directions = variance[::-1][:dim], directions[:, ::-1][:, :dim]
    weight = (directions / np.sqrt(variance + floor * variance.mean())).T
    weight /= np.linalg.norm(weight, axis=1).mean()
    with torch.no_grad():
        network.head.weight.copy_(torch.from_numpy(weight))
        network.head.bias.copy_(torch.from_numpy(-weight @ centre))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, help="a .safetensors file of training.train")
    parser.add_argument("--out", type=Path, required=True, help="the .safetensors file to write")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="as in training")
    parser.add_argument("--work", type=Path, default=Path("runs/train"), help="as in training")
    parser.add_argument("--held-out", type=int, default=500, help="as in training")
    parser.add_argument("--photos", type=int, default=4000, help="photos to take the variance of")
    options = parser.parse_args()
    network, description = load(options.weights)
    pictures = prepare(
        options.data, side=CACHED_SIDE, cache=options.work / "cache", held_out=options.held_out
    )
    chosen = pictures.train[:: max(1, len(pictures.train) // options.photos)]
    side = description["input_size"]
    whiten(network, pooled(network, resized(pictures.pixels[chosen], side)))
    save(network, options.out, config=description["config"], side=side)


if __name__ == "__main__":
    main()
