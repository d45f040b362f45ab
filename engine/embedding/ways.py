"""The ways of running the built-in network, and the one that was measured to be fastest here."""

import json
import os
import platform
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from kindred.engine.embedding import devices
from kindred.engine.paths import Home

ONNX_RUNTIME = "ONNX Runtime"
OPENVINO = "OpenVINO"
OPENVINO_BFLOAT16 = "OpenVINO in bfloat16"
CUDA = "CUDA"
MPS = "MPS"

DEVICE_OF = {
    ONNX_RUNTIME: "cpu",
    OPENVINO: "cpu",
    OPENVINO_BFLOAT16: "cpu",
    CUDA: "cuda",
    MPS: "mps",
}
"""The device of each way."""

_FILE = "fastest.json"


def here() -> list[str]:
    """The ways that this machine has, ONNX Runtime first."""
    found = [ONNX_RUNTIME]
    if find_spec("openvino") is not None:
        found.append(OPENVINO)
        if devices.has_bfloat16():
            found.append(OPENVINO_BFLOAT16)
    gpu = devices.choose("auto")
    return found + [way for way, device in DEVICE_OF.items() if device == gpu != "cpu"]


def remember(home: Home, way: str, *, model: str, photos_per_second: Mapping[str, float]) -> None:
    """Keep that `way` is the fastest for `model` on this machine. Raises OSError."""
    kept = {
        "way": way,
        "model": model,
        "machine": _machine(),
        "photos per second": dict(photos_per_second),
    }
    (home.data / _FILE).write_text(json.dumps(kept, indent=2) + "\n", "utf-8")


def remembered(home: Home, *, model: str) -> str | None:
    """The way that was measured to be fastest for `model` on this machine; None if none was."""
    try:
        kept: Any = json.loads((home.data / _FILE).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(kept, dict):
        return None
    same = kept.get("model") == model and kept.get("machine") == _machine()
    way = kept.get("way")
    return way if same and isinstance(way, str) and way in DEVICE_OF else None


def _machine() -> str:
    return f"{platform.node()}, {platform.machine()}, {os.cpu_count()} processors"
