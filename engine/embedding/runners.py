"""Runs a network over batches of pixels: ONNX Runtime or OpenVINO on the CPU, torch on anything.

A runner is a pair of functions (embed, features), see engine.embedding.embedder.Embedder.
"""

import logging
import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kindred.engine.embedding import runtimes

log = logging.getLogger(__name__)

Pixels = NDArray[np.uint8]
Vectors = NDArray[np.float32]
Run = Callable[[Pixels], Vectors]


def onnx_runner(path: Path, *, side: int, batch: int) -> dict[str, Run]:
    """A Run for each output of the ONNX file at `path`, by its name.

    Its first input is uint8 (n, side, side, 3). One thread a call, any number of calls at once.
    Raises whatever ONNX Runtime raises for a bad file.
    """
    onnxruntime = runtimes.onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    pixels_name = session.get_inputs()[0].name

    def runner(output: str) -> Run:
        def run(pixels: Pixels) -> Vectors:
            return np.asarray(session.run([output], {pixels_name: pixels})[0], dtype=np.float32)

        return lambda pixels: _in_batches(run, check_shape(pixels, side), batch)

    return {output.name: runner(output.name) for output in session.get_outputs()}


def openvino_runner(path: Path, *, side: int, batch: int, precision: str) -> dict[str, Run]:
    """As onnx_runner, computing in `precision` ("f32", "bf16"); raises whatever OpenVINO raises."""
    openvino = runtimes.openvino()
    core = openvino.Core()
    model = core.read_model(path)
    threads = os.cpu_count() or 1
    # A stream is one thread, and as many calls as there are streams run at once.
    options = {
        "INFERENCE_PRECISION_HINT": precision,
        "NUM_STREAMS": threads,
        "INFERENCE_NUM_THREADS": threads,
        "ENABLE_CPU_PINNING": False,
    }

    def runner(output: Any) -> Run:
        alone = openvino.Model([output], model.get_parameters())
        compiled = core.compile_model(alone, "CPU", options)
        own = threading.local()

        def run(pixels: Pixels) -> Vectors:
            if not hasattr(own, "request"):
                own.request = compiled.create_infer_request()
            return np.array(own.request.infer([np.ascontiguousarray(pixels)])[0], np.float32)

        # Two threads that are the first to use its bindings at once can wait for each other for
        # ever: one holds Python's lock, the other that of a C++ value being made.
        run(np.zeros((1, side, side, 3), np.uint8))
        return lambda pixels: _in_batches(run, check_shape(pixels, side), batch)

    return {output.any_name: runner(output) for output in model.outputs}


def torch_runner(function: Callable[[Any], Any], *, device: str, side: int, batch: int) -> Run:
    """A Run for `function`, which takes a uint8 tensor (n, side, side, 3) on `device`.

    On a GPU calls wait for each other. On the CPU each call has one thread and any number run at
    once: several threads a call wait for each other when other work fills the cores. When memory
    runs out, the batch is halved for good.
    """
    import torch

    lock: AbstractContextManager[object] = threading.Lock()
    if device == "cpu":
        torch.set_num_threads(1)
        lock = nullcontext()
    size = batch

    def run(pixels: Pixels) -> Vectors:
        tensor = torch.from_numpy(np.ascontiguousarray(pixels))
        if device == "cuda":
            tensor = tensor.pin_memory()
        with torch.inference_mode():
            result = function(tensor.to(device, non_blocking=True))
        vectors: Vectors = result.float().cpu().numpy()
        return vectors

    def run_alone(pixels: Pixels) -> Vectors:
        nonlocal size
        check_shape(pixels, side)
        with lock:
            while True:
                try:
                    return _in_batches(run, pixels, size)
                except torch.OutOfMemoryError:
                    if size == 1:
                        raise
                    size //= 2
                    log.warning("out of memory on %s: batches of %d from now on", device, size)
                    if device == "cuda":
                        torch.cuda.empty_cache()

    return run_alone


def _in_batches(run: Run, pixels: Pixels, size: int) -> Vectors:
    parts = [run(pixels[start : start + size]) for start in range(0, max(len(pixels), 1), size)]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def check_shape(pixels: Pixels, side: int) -> Pixels:
    """`pixels`, if they are what a network of that side takes. Raises ValueError."""
    if pixels.dtype != np.uint8 or pixels.shape[1:] != (side, side, 3):
        wanted = f"uint8 (n, {side}, {side}, 3)"
        raise ValueError(f"expected {wanted}, not {pixels.dtype} {pixels.shape}")
    return pixels
