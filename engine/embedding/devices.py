"""Chooses where a network runs, without importing torch on a machine that has no accelerator."""

import os
import platform
import sys
from importlib.util import find_spec
from pathlib import Path

from kindred.engine.embedding import runtimes
from kindred.engine.errors import ModelError
from kindred.engine.messages import Code
from kindred.engine.types import DEVICES


def choose(wanted: str) -> str:
    """ "cpu", "cuda" or "mps" for `wanted`, which may also be "auto".

    Raises ModelError when `wanted` is unknown or this machine does not have it.
    """
    if wanted == "auto":
        return next((name for name in ("cuda", "mps") if _has(name)), "cpu")
    if wanted not in DEVICES:
        raise ModelError(Code.NO_SUCH_DEVICE, device=wanted, devices=DEVICES)
    if wanted != "cpu" and not _has(wanted):
        raise ModelError(Code.DEVICE_UNUSABLE, device=wanted)
    return wanted


def device_name(device: str) -> str:
    """The device in words, for the window: "CPU", "NVIDIA H200", "Apple GPU"."""
    if device == "cuda":
        import torch

        return torch.cuda.get_device_name()
    return {"cpu": "CPU", "mps": "Apple GPU"}[device]


def has_bfloat16() -> bool:
    """Whether OpenVINO is installed (x86-64 only) and this processor multiplies in bfloat16.

    AMD since Zen 4 and Intel's servers since Cooper Lake do; elsewhere nothing is faster than ONNX
    Runtime (docs/performance.md).
    """
    if find_spec("openvino") is None:
        return False
    return "BF16" in runtimes.openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _has(device: str) -> bool:
    # torch takes seconds and hundreds of megabytes to import, so look for a driver first.
    if device == "cuda" and not _has_nvidia_driver():
        return False
    if device == "mps" and (sys.platform != "darwin" or platform.machine() != "arm64"):
        return False
    import torch

    return torch.cuda.is_available() if device == "cuda" else torch.backends.mps.is_available()


def _has_nvidia_driver() -> bool:
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", "C:/Windows")) / "System32/nvcuda.dll").exists()
    # The last two: the driver inside WSL, and containers that are given only the device.
    places = ("/proc/driver/nvidia/version", "/usr/lib/wsl/lib/libcuda.so.1", "/dev/nvidiactl")
    return any(Path(place).exists() for place in places)
