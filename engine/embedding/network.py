"""The built-in network: a convolutional trunk, generalised-mean pooling and a linear head.

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

LITE0 = "efficientnet_lite0"

# Of EfficientNet-Lite0's first five stages: blocks, channels, widening, side of the kernel, stride.
_LITE0_STAGES = ((1, 16, 1, 3, 1), (2, 24, 6, 3, 2), (2, 40, 6, 5, 2), (3, 80, 6, 3, 2))
_LITE0_LAST = (3, 112, 6, 5, 1)


class Network(nn.Module):
    """Pictures in, unit vectors out.

    A trunk makes a feature map with a sixteenth of the input's side. Generalised-mean pooling
    (GeM, arXiv:1711.02512) with a learnt exponent follows, then one linear layer into which the
    centring of the finished embedding is folded (SSCD, arXiv:2202.10261).
    """

    mean: Tensor
    scale: Tensor

    def __init__(
        self,
        stem: nn.Sequential,
        stages: nn.Sequential,
        *,
        channels: int,
        dim: int,
        mean: tuple[float, ...],
        std: tuple[float, ...],
    ) -> None:
        super().__init__()
        self.stem = stem
        self.stages = stages
        self.exponent = nn.Parameter(torch.tensor(3.0))
        self.head = nn.Linear(channels, dim)
        self.register_buffer("mean", 255 * torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("scale", 255 * torch.tensor(std).view(1, 3, 1, 1), persistent=False)

    def trunk(self, pixels: Tensor) -> Tensor:
        """uint8 (n, S, S, 3) to the last feature map, float (n, c, S/16, S/16), not negative."""
        channels_first = pixels.permute(0, 3, 1, 2).to(self.mean.dtype)
        features: Tensor = self.stages(self.stem((channels_first - self.mean) / self.scale))
        return features

    def pool(self, features: Tensor) -> Tensor:
        """The trunk's feature map to float32 (n, c) by generalised-mean pooling."""
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


def _resnet(blocks: list[int]) -> tuple[nn.Sequential, nn.Sequential, int]:
    """Stem, stages and channels of torchvision's `ResNet` with two changes (docs/training.md).

    One 8x8 convolution of stride 4 is in place of the stem and its pooling, and the last stage has
    no stride.
    """
    trunk = ResNet(BasicBlock, blocks)
    last = trunk.layer4[0]
    last.conv1.stride = last.downsample[0].stride = (1, 1)
    stem = nn.Sequential(
        nn.Conv2d(3, 64, 8, stride=4, padding=2, bias=False), nn.BatchNorm2d(64), nn.ReLU()
    )
    return stem, nn.Sequential(trunk.layer1, trunk.layer2, trunk.layer3, trunk.layer4), 512


class _Bottleneck(nn.Module):
    """An inverted bottleneck (MobileNetV2, arXiv:1801.04381) without squeeze-and-excitation."""

    def __init__(self, before: int, after: int, *, widening: int, kernel: int, stride: int) -> None:
        super().__init__()
        wide = before * widening
        layers = [] if widening == 1 else [*_convolution(before, wide, 1), nn.ReLU6()]
        layers += [*_convolution(wide, wide, kernel, stride=stride, groups=wide), nn.ReLU6()]
        self.layers = nn.Sequential(*layers, *_convolution(wide, after, 1))
        self.is_residual = stride == 1 and before == after

    def forward(self, features: Tensor) -> Tensor:
        changed: Tensor = self.layers(features)
        return features + changed if self.is_residual else changed


def _convolution(
    before: int, after: int, kernel: int, *, stride: int = 1, groups: int = 1
) -> list[nn.Module]:
    weights = nn.Conv2d(
        before, after, kernel, stride, padding=kernel // 2, groups=groups, bias=False
    )
    return [weights, nn.BatchNorm2d(after)]


def _lite0() -> tuple[nn.Sequential, nn.Sequential, int]:
    """Stem, stages and channels of EfficientNet-Lite0 (arXiv:1905.11946) up to its fifth stage.

    The widening convolution with which the sixth begins is the last one, so that what is pooled
    is not negative.
    """
    stem = nn.Sequential(*_convolution(3, 32, 3, stride=2), nn.ReLU6())
    stages: list[nn.Module] = []
    channels = 32
    for blocks, after, widening, kernel, stride in (*_LITE0_STAGES, _LITE0_LAST):
        for number in range(blocks):
            stages.append(
                _Bottleneck(
                    channels,
                    after,
                    widening=widening,
                    kernel=kernel,
                    stride=1 if number else stride,
                )
            )
            channels = after
    stages += [*_convolution(channels, 6 * channels, 1), nn.ReLU6()]
    return stem, nn.Sequential(*stages), 6 * channels


def build(config: dict[str, Any]) -> Network:
    """A network with random weights from `dim`, `mean`, `std`, and `trunk` or `blocks`.

    `trunk` is LITE0; without it the trunk is a ResNet of `blocks`.
    """
    stem, stages, channels = _lite0() if "trunk" in config else _resnet(config["blocks"])
    return Network(
        stem,
        stages,
        channels=channels,
        dim=config["dim"],
        mean=config["mean"],
        std=config["std"],
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
    config = description["config"]
    blocks = [] if "trunk" in config else config["blocks"]
    if not all(type(number) is int for number in (*blocks, config["dim"])):
        raise RuntimeError("the description is not of a network of this kind")
    if config.get("trunk", LITE0) != LITE0 or len(blocks) not in {0, 4}:
        raise RuntimeError("the description is not of a network of this kind")
    if not (all(1 <= number <= 64 for number in blocks) and 1 <= config["dim"] <= 8192):
        raise RuntimeError("the description is of a network that is too large")
    if type(description["input_size"]) is not int:
        raise RuntimeError("the description is not of a network of this kind")
    if not 32 <= description["input_size"] <= 1024:
        raise RuntimeError("the pictures are too small or too large")
    scale = description.get("calibration", {})
    if not all(isinstance(cosine, int | float) for cosine in scale.values()):
        raise RuntimeError("the calibration is not made of numbers")
