"""The built-in network: a short torchvision ResNet, generalised-mean pooling and a linear head.

Importing this module imports torch, so import it only where a network is needed.
"""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import normalize
from torchvision.models.resnet import BasicBlock, ResNet

__all__ = ["Network", "build", "load"]


class Network(nn.Module):
    """Pictures in, unit vectors out.

    The trunk is torchvision's `ResNet` with two changes, measured to pay (docs/training.md): one
    8x8 convolution of stride 4 in place of the stem and its pooling, and no stride in the last
    stage, so that the feature map has a sixteenth of the input's side. Generalised-mean pooling
    (GeM, arXiv:1711.02512) with a learnt exponent follows, then one linear layer into which the
    centring of the finished embedding is folded (SSCD, arXiv:2202.10261).
    """

    mean: Tensor
    scale: Tensor

    def __init__(
        self, *, blocks: list[int], dim: int, mean: tuple[float, ...], std: tuple[float, ...]
    ) -> None:
        super().__init__()
        trunk = ResNet(BasicBlock, blocks)
        last = trunk.layer4[0]
        last.conv1.stride = last.downsample[0].stride = (1, 1)
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 8, stride=4, padding=2, bias=False), nn.BatchNorm2d(64), nn.ReLU()
        )
        self.stages = nn.Sequential(trunk.layer1, trunk.layer2, trunk.layer3, trunk.layer4)
        self.exponent = nn.Parameter(torch.tensor(3.0))
        self.head = nn.Linear(512, dim)
        self.register_buffer("mean", 255 * torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("scale", 255 * torch.tensor(std).view(1, 3, 1, 1), persistent=False)

    def trunk(self, pixels: Tensor) -> Tensor:
        """uint8 (n, S, S, 3) to the last feature map, float (n, 512, S/16, S/16), not negative."""
        channels_first = pixels.permute(0, 3, 1, 2).to(self.mean.dtype)
        features: Tensor = self.stages(self.stem((channels_first - self.mean) / self.scale))
        return features

    def pool(self, features: Tensor) -> Tensor:
        """The trunk's feature map to float32 (n, 512) by generalised-mean pooling."""
        raised = features.float().clamp(min=1e-4).pow(self.exponent)
        return raised.mean((2, 3)).pow(1 / self.exponent)

    def embed_features(self, features: Tensor) -> Tensor:
        """The trunk's feature map to float32 (n, dim) before normalisation."""
        vectors: Tensor = self.head(self.pool(features))
        return vectors.float()

    def project(self, features: Tensor) -> Tensor:
        """The trunk's feature map to float32 (n, dim, h, w): a unit vector for each region.

        The products of two pictures' regions tell which parts of them the network finds alike.
        """
        regions = torch.einsum("dc,nchw->ndhw", self.head.weight, features)
        return normalize(regions.float(), dim=1)

    def features(self, pixels: Tensor) -> Tensor:
        """uint8 (n, S, S, 3) to float32 (n, dim, S/16, S/16), a unit vector for each region."""
        return self.project(self.trunk(pixels))

    def forward(self, pixels: Tensor) -> Tensor:
        """uint8 (n, S, S, 3), RGB, whole pictures squashed, to unit vectors, float32 (n, dim)."""
        return normalize(self.embed_features(self.trunk(pixels)), dim=1)


def build(config: dict[str, Any]) -> Network:
    """A network with random weights from `blocks`, `dim`, `mean` and `std`."""
    return Network(
        blocks=config["blocks"], dim=config["dim"], mean=config["mean"], std=config["std"]
    )


def load(path: Path) -> tuple[Network, dict[str, Any]]:
    """The network in the safetensors file `path` and the description in the .json beside it.

    Nothing in either file is executed. Raises `OSError` when one is missing, `RuntimeError` when
    the weights do not fit the description, and nearly anything when that is not one.
    """
    description: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    _check(description)
    network = build(description["config"])
    network.load_state_dict(load_file(path))
    return network.eval(), description


def _check(description: dict[str, Any]) -> None:
    """Refuse what no network of this kind has before memory and time are spent on it."""
    blocks, dim = description["config"]["blocks"], description["config"]["dim"]
    numbers = [*blocks, dim, description["input_size"]]
    if not all(type(number) is int for number in numbers) or len(blocks) != 4:
        raise RuntimeError("the description is not of a network of this kind")
    if not (min(blocks) >= 1 and max(blocks) <= 64 and 1 <= dim <= 8192):
        raise RuntimeError("the description is of a network that is too large")
    if not 32 <= description["input_size"] <= 1024:
        raise RuntimeError("the pictures are too small or too large")
    scale = description.get("calibration", {})
    if not all(isinstance(cosine, int | float) for cosine in scale.values()):
        raise RuntimeError("the calibration is not made of numbers")
