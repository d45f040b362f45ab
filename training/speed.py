"""What an exported model costs on one core, and what lower precision would buy.

    python -m training.speed resources/models/kindred-1.safetensors --data FOLDER

For float32, bfloat16 and 8-bit integers: milliseconds per photo in batches of 16, and the cosine
of each photo's vector to the float32 one (mean and least).
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from engine.network import load
from training.evaluate import embed, photos, squash

RUNS = 10  # the fastest counts
BATCH = 16

Embed = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


def in_onnxruntime(path: Path) -> Embed:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda pixels: session.run(["embedding"], {"pixels": pixels})[0]


def in_integers(path: Path, pixels: NDArray[np.uint8], folder: Path) -> Embed:
    """The model with 8-bit convolutions, whose ranges are taken from `pixels`."""
    from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):
        def __init__(self) -> None:
            self.batches = iter(np.array_split(pixels, len(pixels) // BATCH))

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
    return in_onnxruntime(small)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, help="a .safetensors file with the .onnx beside it")
    parser.add_argument("--data", type=Path, required=True, help="a folder of photos")
    options = parser.parse_args()
    torch.set_num_threads(1)
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        network, description = load(options.weights)
        seconds.append(time.perf_counter() - began)
    print(f"loading the safetensors: {1000 * min(seconds):.0f} ms")
    pixels = squash(photos(options.data)[: 20 * BATCH], description["input_size"])
    exported = options.weights.with_suffix(".onnx")
    with TemporaryDirectory() as folder:
        ways: dict[str, Embed] = {
            "float32, ONNX Runtime": in_onnxruntime(exported),
            "float32, torch": lambda p: embed(network, p),
            "bfloat16, torch": lambda p: embed(network, p, fast=True),
            "8-bit integers, ONNX Runtime": in_integers(exported, pixels, Path(folder)),
        }
        exact = embed(network, pixels)
        print("| way | ms/photo | mean cosine | least cosine |\n| --- | --- | --- | --- |")
        for name, way in ways.items():
            batches = np.array_split(pixels, len(pixels) // BATCH)
            cosine = (np.concatenate([way(batch) for batch in batches]) * exact).sum(1)
            seconds = []
            for _ in range(RUNS):
                began = time.perf_counter()
                way(batches[0])
                seconds.append(time.perf_counter() - began)
            cost = 1000 * min(seconds) / len(batches[0])
            print(f"| {name} | {cost:.1f} | {cosine.mean():.5f} | {cosine.min():.5f} |", flush=True)


if __name__ == "__main__":
    main()
