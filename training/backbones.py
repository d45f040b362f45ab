"""Measure candidate trunks on this machine: `python -m training.backbones --data PHOTOS`.

For each: photos per second forward and backward in training (bfloat16 where it is fast, one
thread), milliseconds per photo in ONNX Runtime (float32, one thread), the float16 file, and how
well copies are found after the same processor time of training from random weights, whitened.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import nn
from torchvision import models
from torchvision.models.resnet import BasicBlock, ResNet

from kindred.engine.embedding import runtimes
from kindred.engine.embedding.network import Network
from training.data import CACHED_SIDE, Pictures, prepare
from training.evaluate import check, edited_photos, has_bf16
from training.train import CONFIG, Run, arguments
from training.views import Plan, resize
from training.views import load as load_views
from training.whiten import describe, whiten

BATCH = 64  # photos, in training
RUNS = 5  # the fastest counts


def short_resnet(blocks: list[int], *, stem: int, last: int) -> nn.Module:
    """A ResNet of basic blocks; `stem` 4 is one 8x8 convolution, `last` the last stage's stride."""
    trunk = ResNet(BasicBlock, blocks)
    if stem == 4:
        trunk.conv1 = nn.Conv2d(3, 64, 8, stride=4, padding=2, bias=False)
        trunk.maxpool = nn.Identity()
    if last == 1:
        block = trunk.layer4[0]
        block.conv1.stride = block.downsample[0].stride = (1, 1)
    return nn.Sequential(*list(trunk.children())[:-2])


def regnet(trunk: models.RegNet) -> nn.Module:
    """All of a RegNet but its pooling and classes."""
    return nn.Sequential(trunk.stem, trunk.trunk_output)


TRUNKS: dict[str, Callable[[], nn.Module]] = {
    "MobileNetV3 small": lambda: models.mobilenet_v3_small().features,
    "MobileNetV3 large": lambda: models.mobilenet_v3_large().features,
    "RegNetX 400MF": lambda: regnet(models.regnet_x_400mf()),
    "RegNetY 400MF": lambda: regnet(models.regnet_y_400mf()),
    "ResNet 2-2-2-2 (ResNet-18)": lambda: short_resnet([2, 2, 2, 2], stem=2, last=2),
    "ResNet 1-1-1-1": lambda: short_resnet([1, 1, 1, 1], stem=2, last=2),
    "ResNet 1-1-1-1, stem 4": lambda: short_resnet([1, 1, 1, 1], stem=4, last=2),
    "ResNet 1-1-1-1, stem 4, last 1": lambda: short_resnet([1, 1, 1, 1], stem=4, last=1),
    "ResNet 1-2-1-1, stem 4, last 1": lambda: short_resnet([1, 2, 1, 1], stem=4, last=1),
}


def shortest_time(act: Callable[[], object]) -> float:
    """Seconds of the fastest of RUNS, after one to warm up."""
    act()
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


class Trial(Network):
    """Any trunk between the built-in network's normalisation and its pooling and head."""

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__(**CONFIG)
        self.stem, self.stages = nn.Sequential(), nn.Sequential(trunk)
        with torch.inference_mode():
            width = trunk.eval()(torch.zeros(1, 3, 64, 64)).shape[1]
        self.head = nn.Linear(width, CONFIG["dim"])
        for layer in self.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.momentum = 0.1  # MobileNet's 0.01 is for runs of many thousand steps


def training_speed(network: Network, side: int) -> float:
    """Photos per second forward and backward."""
    network = network.train().to(memory_format=torch.channels_last)
    pixels = torch.randint(256, (BATCH, side, side, 3), dtype=torch.uint8)
    fast = has_bf16("cpu")

    def step() -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=fast):
            vectors = network(pixels)
        vectors.square().mean().backward()

    return BATCH / shortest_time(step)


def inference_time(network: Network, side: int, folder: Path) -> float:
    """Milliseconds per photo in batches of 16 on one thread of ONNX Runtime."""
    pixels = torch.randint(256, (16, side, side, 3), dtype=torch.uint8)
    path = folder / "trunk.onnx"
    torch.onnx.export(network.eval(), (pixels,), path, input_names=["pixels"], dynamo=False)
    onnxruntime = runtimes.onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return 1000 / 16 * shortest_time(lambda: session.run(None, {"pixels": pixels.numpy()}))


def train_trunk(
    network: Network, pictures: Pictures, options: argparse.Namespace
) -> dict[str, float]:
    """Train for `options.minutes` of processor time, whiten the head, and `check`."""
    torch.manual_seed(0)
    run, began = Run(options, network), time.process_time()
    run.network.train()
    plan = Plan(
        pictures.pixels,
        pictures.train,
        run.look_alikes(),
        options.batch,
        options.sides[0],
        0,
        range(options.steps),
    )
    for views, names in load_views(plan, workers=0):
        run.learn(views, names)
        run.seconds = time.process_time() - began
        if run.progress() >= 1:
            break
    averaged = run.average
    pixels = resize(pictures.pixels[pictures.train[:4000]], options.side)
    whiten(averaged, describe(averaged, pixels), strength=0.5)
    edited = edited_photos(pictures.pixels[pictures.held_out], options.side)
    report = check(averaged, edited, device="cpu", fast=has_bf16("cpu"))
    return {"steps": run.step, **report}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="as in training")
    parser.add_argument("--work", type=Path, default=Path("runs/train"), help="as in training")
    parser.add_argument("--minutes", type=float, default=6, help="processor time for each")
    parser.add_argument("--side", type=int, default=112, help="side of the views in training")
    parser.add_argument("--only", nargs="+", choices=TRUNKS, default=list(TRUNKS))
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    words = [
        *("--data", *chosen.data, "--out", "unused", "--device", "cpu", "--steps", 10**6),
        *("--minutes", chosen.minutes, "--sides", chosen.side, chosen.side),
    ]
    options = arguments().parse_args([str(word) for word in words])
    cache = chosen.work / "cache"
    pictures = prepare(chosen.data, side=CACHED_SIDE, cache=cache, held_out=options.held_out)
    print(
        f"| trunk | photos/s learning at {chosen.side} px | ms/photo at {options.side} px |"
        " float16 MB | steps | micro AP | recall@1 |\n| --- | --- | --- | --- | --- | --- | --- |"
    )
    with TemporaryDirectory() as folder:
        for name in chosen.only:
            network = Trial(TRUNKS[name]())
            megabytes = sum(p.numel() for p in network.parameters()) * 2 / 1e6
            speed = training_speed(network, chosen.side)
            cost = inference_time(network, options.side, Path(folder))
            found = train_trunk(network, pictures, options)
            print(
                f"| {name} | {speed:.0f} | {cost:.1f} | {megabytes:.1f} | {found['steps']} |"
                f" {found['micro_ap']:.3f} | {found['recall_1']:.3f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
