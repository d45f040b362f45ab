"""What the network costs on one core in each way of running it on a processor.

    python -m benchmarks.network WEIGHTS --data FOLDER [--rounds 5]

WEIGHTS is a .safetensors with the .onnx beside it, FOLDER has photos. Printed for each way: median
milliseconds of processor time a photo in batches of 1, 8, 16 and 64, the ways taking turns in each
round, and the least cosine of a photo's vector to that of the eager network. OpenVINO is left out
where it is not installed, bfloat16 where the processor has none. benchmarks/avx2_only.c hides from
all of them what newer processors have.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from copy import deepcopy
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.fx.experimental.optimization import fuse
from torch.nn.functional import normalize

from kindred.engine.embedding import runtimes
from kindred.engine.embedding.network import Network, load
from kindred.engine.embedding.runners import onnx_runner, openvino_runner
from training.evaluate import has_bf16, photos, squash

BATCHES = (1, 8, 16, 64)

Embed = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


class Fused(nn.Module):
    """The network with each batch norm in the convolution before it, in another precision."""

    def __init__(self, network: Network, dtype: torch.dtype) -> None:
        super().__init__()
        self.whole = deepcopy(network)
        self.dtype = dtype
        trunk = nn.Sequential(network.stem, network.stages)
        self.trunk = fuse(trunk).to(dtype, memory_format=torch.channels_last)

    def forward(self, pixels: Tensor) -> Tensor:
        floats = (pixels.permute(0, 3, 1, 2).float() - self.whole.mean) / self.whole.scale
        return normalize(self.whole.embed_features(self.trunk(floats.to(self.dtype))), dim=1)


def in_torch(network: Callable[[Tensor], Tensor]) -> Embed:
    @torch.inference_mode()
    def run(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return network(torch.from_numpy(pixels)).numpy()

    return run


def in_integers(path: Path, pixels: NDArray[np.uint8], folder: Path) -> Path:
    """The model with 8-bit convolutions, whose ranges are taken from `pixels`."""
    runtimes.onnxruntime()
    from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):
        def __init__(self) -> None:
            self.batches = iter(np.array_split(pixels, len(pixels) // 16))

        def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
            batch = next(self.batches, None)
            return None if batch is None else {"pixels": batch}

    prepared, small = folder / "prepared.onnx", folder / "integers.onnx"
    quant_pre_process(path, prepared)
    quantize_static(
        prepared,
        small,
        Reader(),
        op_types_to_quantize=["Conv"],
        per_channel=True,
        weight_type=QuantType.QInt8,
    )
    return small


def ways(weights: Path, pixels: NDArray[np.uint8], folder: Path) -> dict[str, Embed]:
    network, _ = load(weights)
    exported, side = weights.with_suffix(".onnx"), pixels.shape[1]
    alike = deepcopy(network).to(memory_format=torch.channels_last)
    fused = Fused(network, torch.float32)
    integers = in_integers(exported, pixels, folder)

    def in_onnxruntime(path: Path) -> Embed:
        return onnx_runner(path, side=side, batch=max(BATCHES))["embedding"]

    found = {
        "torch, eager": in_torch(network),
        "torch, channels last": in_torch(alike),
        "torch, and fused batch norm": in_torch(fused),
        "torch.compile, fused": in_torch(torch.compile(fused, dynamic=True)),
        "ONNX Runtime": in_onnxruntime(exported),
        "ONNX Runtime, 8-bit integers": in_onnxruntime(integers),
    }
    precisions = ["f32"]
    if has_bf16("cpu"):
        found["torch, and bfloat16"] = in_torch(Fused(network, torch.bfloat16))
        precisions.append("bf16")
    if find_spec("openvino"):
        for precision in precisions:
            runs = openvino_runner(exported, side=side, batch=max(BATCHES), precision=precision)
            found[f"OpenVINO, {precision}"] = runs["embedding"]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    side = load(options.weights)[1]["input_size"]
    pixels = squash(photos(options.data)[:160], side)
    with TemporaryDirectory() as folder:
        found = ways(options.weights, pixels, Path(folder))
        vectors = {
            name: np.concatenate([way(pixels[at : at + 64]) for at in range(0, len(pixels), 64)])
            for name, way in found.items()
        }
        costs: dict[tuple[str, int], list[float]] = {}
        for number in range(options.rounds + 1):
            for batch in BATCHES:
                for name, way in found.items():
                    started = time.process_time()
                    way(pixels[:batch])
                    spent = 1000 * (time.process_time() - started) / batch
                    if number:  # the first is for warming up
                        costs.setdefault((name, batch), []).append(spent)
    exact = vectors["torch, eager"]
    print("| way |", *(f"{batch} at once |" for batch in BATCHES), "least cosine |")
    print("| --- |", "--- |" * (len(BATCHES) + 1))
    for name in found:
        middles = (statistics.median(costs[name, batch]) for batch in BATCHES)
        cells = " | ".join(f"{middle:.1f}" for middle in middles)
        print(f"| {name} | {cells} | {(vectors[name] * exact).sum(1).min():.6f} |")


if __name__ == "__main__":
    main()
