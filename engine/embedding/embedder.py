"""A network as one value: pixels in, unit vectors out, with the id that keys its vectors.

The built-in network runs in the way that was measured to be fastest here (speed), else in ONNX
Runtime on the CPU (OpenVINO where it is much faster and installed), one thread a call, so that the
workers of a scan each run their own; torch, which takes seconds to import, serves everything else.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kindred.engine.embedding import devices, runtimes, ways, weights
from kindred.engine.embedding.calibration import from_json
from kindred.engine.embedding.runners import (
    Run,
    check_shape,
    onnx_runner,
    openvino_runner,
    torch_runner,
)
from kindred.engine.embedding.weights import download
from kindred.engine.errors import ModelError
from kindred.engine.messages import Code
from kindred.engine.paths import RESOURCES, Home
from kindred.engine.types import Calibration

__all__ = ["BUILTIN", "Embedder", "ModelSpec", "available", "download", "load", "load_builtin"]

log = logging.getLogger(__name__)

BUILTIN = "builtin"
_BUILTIN = RESOURCES / "models" / "kindred-1"
# Part of every model id. To be raised when decode.squash or the scaling before it changes,
# because the same photo then gets other vectors.
_PREPROCESSING = "squash1"
_SIDE = 224  # of the torchvision networks and of TorchScript files
_OWN_SUFFIXES = (".onnx", ".safetensors", ".pt")
_IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # mean and deviation
_CPU_BATCH, _GPU_BATCH = 8, 128

Pixels = NDArray[np.uint8]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A network the user can choose."""

    name: str  # what load() takes
    label: str
    dim: int  # 0: known once it is loaded
    side: int
    source: Literal["builtin", "torchvision", "file"]
    downloaded: bool
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Embedder:
    """A loaded network.

    `embed` takes uint8 (n, side, side, 3), RGB, whole pictures squashed (decode.squash),
    and returns float32 (n, dim), L2-normalised. `features` returns the last feature map, float32
    (n, c, h, w). Both take any n and may be called from several threads at once; both raise
    ValueError for pixels of another shape or dtype.
    """

    id: str  # of weights and preprocessing: vectors with different ids are never compared
    dim: int
    side: int
    device: str  # cpu, cuda or mps
    runtime: str  # in words: what computes, on what
    batch: int  # pictures to hand to `embed` at once for good speed
    embed: Callable[[Pixels], Vectors]
    features: Callable[[Pixels], Vectors]
    calibration: Calibration | None  # None where nobody measured it


def available(home: Home) -> list[ModelSpec]:
    """The built-in network, torchvision's, and the user's own files in home.models."""
    built_in = _description(_BUILTIN)
    weights_file = _BUILTIN.with_suffix(".safetensors")
    specs = [
        ModelSpec(
            name=BUILTIN,
            label="Kindred",
            dim=built_in.get("dim", 0),
            side=built_in.get("input_size", 0),
            source="builtin",
            downloaded=weights_file.exists(),
            size_bytes=weights_file.stat().st_size if weights_file.exists() else 0,
        )
    ]
    specs += [
        ModelSpec(
            name=choice.name,
            label=choice.label,
            dim=choice.dim,
            side=_SIDE,
            source="torchvision",
            downloaded=choice.path(home).exists(),
            size_bytes=choice.size_bytes,
        )
        for choice in weights.CATALOGUE
    ]
    specs += [
        ModelSpec(
            name=path.name,
            label=path.stem,
            dim=_number(_description(path), "dim", 0),
            side=_number(_description(path), "input_size", _SIDE),
            source="file",
            downloaded=True,
            size_bytes=path.stat().st_size,
        )
        for path in _own_files(home)
    ]
    return specs


def load(name: str, *, device: str, home: Home, trusted: bool = False) -> Embedder:
    """The network `name` of `available` on `device` (auto, cpu, cuda, mps).

    A file of the user's own is .safetensors with the .json that network.load wants, ONNX or
    TorchScript (.pt); these two take float32 (n, 3, 224, 224), ImageNet mean and deviation removed,
    and give (n, d) or (n, c, h, w). TorchScript runs code, so it is opened only when `trusted`.
    Raises ModelError.
    """
    way = ways.remembered(home, model=_builtin_id()) if name == BUILTIN else None
    chosen = devices.choose(device)
    if device == "auto" and way and ways.DEVICE_OF[way] == "cpu":
        chosen = "cpu"
    try:
        if name == BUILTIN:
            return _load_fastest(chosen, way)
        own = next((path for path in _own_files(home) if path.name == name), None)
        if own is None:
            return _load_torchvision(weights.find(name), chosen, home)
        if own.suffix == ".safetensors":
            return _load_network(own, chosen, weights_id=_file_id(own))
        if own.suffix == ".onnx":
            return _load_onnx(own)
        if not trusted:
            raise ModelError(Code.MODEL_RUNS_CODE, model=name)
        return _load_torchscript(own, chosen)
    except ModelError:
        raise
    except Exception as error:  # torch, safetensors and ONNX Runtime share no base class
        log.info("model %s could not be loaded", name, exc_info=error)
        said = str(error).partition("\n")[0][:200] or type(error).__name__
        raise ModelError(Code.MODEL_UNUSABLE, model=name, why=said) from error


def load_builtin(way: str) -> Embedder:
    """The built-in network in one of ways.DEVICE_OF. Raises ModelError where it is missing or
    damaged, and whatever a runtime raises that does not work."""
    if not _BUILTIN.with_suffix(".json").exists():
        raise ModelError(Code.MODEL_MISSING)
    description, device = _description(_BUILTIN), ways.DEVICE_OF[way]
    _check_files(description)
    if device != "cpu":
        return _load_network(_BUILTIN, device, weights_id=description["id"])
    side = int(description["input_size"])
    runs, runtime = _cpu_runs(_BUILTIN.with_suffix(".onnx"), side=side, way=way)
    return Embedder(
        id=_model_id(description["id"], side=side),
        dim=int(description["dim"]),
        side=side,
        device="cpu",
        runtime=runtime,
        batch=_CPU_BATCH,
        embed=runs["embedding"],
        features=runs["features"],
        calibration=from_json(description["calibration"]),
    )


def _load_fastest(device: str, measured: str | None) -> Embedder:
    """The built-in network on `device` in the way that was `measured` to be fastest there, or what
    is fastest in most places (docs/performance.md)."""
    if device != "cpu":
        return load_builtin(next(way for way, its in ways.DEVICE_OF.items() if its == device))
    try:
        way = measured if measured and ways.DEVICE_OF[measured] == "cpu" else None
        if way is None and devices.has_bfloat16():
            way = ways.OPENVINO_BFLOAT16
        if way:
            return load_builtin(way)
    except ModelError:
        raise
    except Exception:  # whatever is wrong with OpenVINO, ONNX Runtime does without
        log.warning("OpenVINO does not work here", exc_info=True)
    return load_builtin(ways.ONNX_RUNTIME)


def _builtin_id() -> str:
    description = _description(_BUILTIN)
    side = _number(description, "input_size", 0)
    return _model_id(str(description.get("id", "")), side=side)


def _cpu_runs(path: Path, *, side: int, way: str) -> tuple[dict[str, Run], str]:
    """The runs of an ONNX file in a way of the processor, and its name and version."""
    if way == ways.ONNX_RUNTIME:
        runs = onnx_runner(path, side=side, batch=_CPU_BATCH)
        return runs, f"ONNX Runtime {runtimes.onnxruntime().__version__} on CPU"
    precision = "bf16" if way == ways.OPENVINO_BFLOAT16 else "f32"
    runs = openvino_runner(path, side=side, batch=_CPU_BATCH, precision=precision)
    version = runtimes.openvino().__version__.partition("-")[0]
    said = ", in bfloat16" if precision == "bf16" else ""
    return runs, f"OpenVINO {version} on CPU{said}"


def _load_network(files: Path, device: str, *, weights_id: str) -> Embedder:
    """An engine.embedding.network in torch, from .safetensors and .json."""
    from kindred.engine.embedding import network

    module, description = network.load(files.with_suffix(".safetensors"))
    side = int(description["input_size"])
    return _torch_embedder(
        module.to(device),
        module.features,
        id=_model_id(weights_id, side=side),
        side=side,
        device=device,
        calibration=from_json(description.get("calibration")),
    )


def _load_torchvision(choice: weights.Weights, device: str, home: Home) -> Embedder:
    path = choice.path(home)
    if not path.exists():
        raise ModelError(Code.MODEL_NOT_HERE, model=choice.label)
    import torch
    from torchvision.models import get_model

    module = get_model(choice.name, weights=None)
    module.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    # Every network of the catalogue ends in (pooling, classifier).
    trunk = torch.nn.Sequential(*list(module.children())[:-2]).eval().to(device)
    return _averaging_embedder(
        trunk, id=_model_id(choice.stem, side=_SIDE), side=_SIDE, device=device
    )


def _load_onnx(path: Path) -> Embedder:
    """A network of the user's own, on the CPU."""
    from kindred.engine.embedding import onnx_files

    network = onnx_files.load(path, side=_SIDE)
    mean, deviation = (255 * np.array(values, np.float32).reshape(3, 1, 1) for values in _IMAGENET)

    def features(pixels: Pixels) -> Vectors:
        channels_first = check_shape(pixels, _SIDE).transpose(0, 3, 1, 2)
        return network((channels_first.astype(np.float32) - mean) / deviation)

    def embed(pixels: Pixels) -> Vectors:
        vectors = features(pixels).mean(axis=(2, 3))
        lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return np.asarray(vectors / lengths, np.float32)

    return Embedder(
        id=_model_id(_file_id(path), side=_SIDE),
        dim=embed(np.zeros((1, _SIDE, _SIDE, 3), np.uint8)).shape[1],
        side=_SIDE,
        device="cpu",
        runtime=f"ONNX Runtime {runtimes.onnxruntime().__version__} on CPU",
        batch=_CPU_BATCH,
        embed=embed,
        features=features,
        calibration=None,
    )


def _load_torchscript(path: Path, device: str) -> Embedder:
    import torch

    module = torch.jit.load(path, map_location=device).eval()
    return _averaging_embedder(
        module, id=_model_id(_file_id(path), side=_SIDE), side=_SIDE, device=device
    )


def _averaging_embedder(
    trunk: Callable[[Any], Any], *, id: str, side: int, device: str
) -> Embedder:
    """A network of normalised float pictures, its last feature map averaged over the places."""
    import torch
    from torch.nn.functional import normalize

    mean, deviation = (
        255 * torch.tensor(values, device=device).view(1, 3, 1, 1) for values in _IMAGENET
    )

    def features(pixels: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = trunk((pixels.permute(0, 3, 1, 2).float() - mean) / deviation)
        return result if result.ndim == 4 else result[:, :, None, None]

    def embed(pixels: torch.Tensor) -> torch.Tensor:
        vectors: torch.Tensor = normalize(features(pixels).float().mean((2, 3)), dim=1)
        return vectors

    return _torch_embedder(embed, features, id=id, side=side, device=device, calibration=None)


def _torch_embedder(
    embed: Callable[[Any], Any],
    features: Callable[[Any], Any],
    *,
    id: str,
    side: int,
    device: str,
    calibration: Calibration | None,
) -> Embedder:
    import torch

    batch = _CPU_BATCH if device == "cpu" else _GPU_BATCH
    run = torch_runner(embed, device=device, side=side, batch=batch)
    return Embedder(
        id=id,
        dim=run(np.zeros((1, side, side, 3), np.uint8)).shape[1],
        side=side,
        device=device,
        runtime=f"PyTorch {torch.__version__} on {devices.device_name(device)}",
        batch=batch,
        embed=run,
        features=torch_runner(features, device=device, side=side, batch=batch),
        calibration=calibration,
    )


def _own_files(home: Home) -> list[Path]:
    found = (path for suffix in _OWN_SUFFIXES for path in home.models.glob(f"*{suffix}"))
    return sorted(path for path in found if path.is_file())


def _description(files: Path) -> dict[str, Any]:
    """The .json beside a network's weights; empty when there is none."""
    try:
        description = json.loads(files.with_suffix(".json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return description if isinstance(description, dict) else {}


def _number(description: dict[str, Any], name: str, default: int) -> int:
    value = description.get(name)
    return value if isinstance(value, int) else default


def _check_files(description: dict[str, Any]) -> None:
    """All of them, for the ONNX file takes its weights from the .safetensors beside it."""
    for name, digest in description["sha256"].items():
        path = _BUILTIN.with_name(name)
        if not path.exists() or weights.sha256(path) != digest:
            raise ModelError(Code.MODEL_DAMAGED, name=name)


def _file_id(path: Path) -> str:
    return f"{path.stem}-{weights.sha256(path)[:12]}"


def _model_id(weights_id: str, *, side: int) -> str:
    return f"{weights_id}-{_PREPROCESSING}-{side}"
