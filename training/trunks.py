"""Measure candidate trunks on this machine: `python -m training.trunks`.

For each: photos per second forward and backward in training (bfloat16 where it is fast, all
threads), milliseconds per photo in ONNX Runtime (float32, one thread), and the float16 file.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import onnxruntime
import torch
from torch import nn
from torchvision import models
from torchvision.models.resnet import BasicBlock, ResNet

from training.evaluate import has_bf16

BATCH = 64  # photos, in training
RUNS = 5  # the fastest counts


def short(blocks: list[int], *, stem: int, last: int) -> ResNet:
    """A ResNet of basic blocks; `stem` 4 is one 8x8 convolution, `last` the last stage's stride."""
    trunk = ResNet(BasicBlock, blocks, num_classes=256)
    if stem == 4:
        trunk.conv1 = nn.Conv2d(3, 64, 8, stride=4, padding=2, bias=False)
        trunk.maxpool = nn.Identity()
    if last == 1:
        block = trunk.layer4[0]
        block.conv1.stride = block.downsample[0].stride = (1, 1)
    return trunk


TRUNKS: dict[str, Callable[[], nn.Module]] = {
    "MobileNetV3 small": lambda: models.mobilenet_v3_small(num_classes=256),
    "MobileNetV3 large": lambda: models.mobilenet_v3_large(num_classes=256),
    "RegNetX 400MF": lambda: models.regnet_x_400mf(num_classes=256),
    "RegNetY 400MF": lambda: models.regnet_y_400mf(num_classes=256),
    "ResNet 2-2-2-2 (ResNet-18)": lambda: models.resnet18(num_classes=256),
    "ResNet 1-1-1-1": lambda: short([1, 1, 1, 1], stem=2, last=2),
    "ResNet 1-1-1-1, stem 4": lambda: short([1, 1, 1, 1], stem=4, last=2),
    "ResNet 1-1-1-1, stem 4, last 1": lambda: short([1, 1, 1, 1], stem=4, last=1),
    "ResNet 1-2-1-1, stem 4, last 1": lambda: short([1, 2, 1, 1], stem=4, last=1),
}


def fastest(act: Callable[[], object]) -> float:
    """Seconds of the fastest of RUNS, after one to warm up."""
    act()
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def learning(trunk: nn.Module, side: int) -> float:
    """Photos per second forward and backward."""
    trunk = trunk.train().to(memory_format=torch.channels_last)
    pixels = torch.randn(BATCH, 3, side, side).to(memory_format=torch.channels_last)
    fast = has_bf16("cpu")

    def step() -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=fast):
            vectors = trunk(pixels)
        vectors.float().square().mean().backward()

    return BATCH / fastest(step)


def answering(trunk: nn.Module, side: int, folder: Path) -> float:
    """Milliseconds per photo in batches of 16 on one thread of ONNX Runtime."""
    pixels = torch.randn(16, 3, side, side)
    path = folder / "trunk.onnx"
    torch.onnx.export(trunk.eval(), (pixels,), path, input_names=["pixels"], dynamo=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return 1000 / 16 * fastest(lambda: session.run(None, {"pixels": pixels.numpy()}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train-side", type=int, default=112)
    parser.add_argument("--side", type=int, default=160)
    options = parser.parse_args()
    print(
        f"| trunk | photos/s learning at {options.train_side} px |"
        f" ms/photo at {options.side} px | float16 MB |\n| --- | --- | --- | --- |"
    )
    with TemporaryDirectory() as folder:
        for name, make in TRUNKS.items():
            trunk = make()
            megabytes = sum(p.numel() for p in trunk.parameters()) * 2 / 1e6
            speed = learning(trunk, options.train_side)
            cost = answering(trunk, options.side, Path(folder))
            print(f"| {name} | {speed:.0f} | {cost:.1f} | {megabytes:.1f} |", flush=True)


if __name__ == "__main__":
    main()
