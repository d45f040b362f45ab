"""Strangers' networks."""

import json
import os
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hostile.common import demand, home_of
from benchmarks.hostile.files import archived
from kindred.engine.embedding import embedder
from kindred.engine.errors import ModelError


def hostile_models(base: Path) -> str:
    """Networks of strangers: headers that lie, graphs that never end, files that name others."""
    os.environ["KINDRED_CONFIG"] = str(base / "config")
    home = home_of(base)
    home.models.mkdir(parents=True)
    files = dict(models())
    refused = 0
    slowest = 0.0
    (base / "secret").write_bytes(bytes(4096))
    for name, (data, beside) in files.items():
        path = home.models / name
        path.write_bytes(data)
        path.with_suffix(".json").write_text(json.dumps(beside))
        started = time.monotonic()
        try:
            loaded = embedder.load(name, device="cpu", home=home)
            loaded.embed(np.zeros((1, loaded.side, loaded.side, 3), np.uint8))
        except ModelError as error:
            refused += 1
            demand("\n" not in str(error) and len(str(error)) < 500, f"{name}: {error}")
        slowest = max(slowest, time.monotonic() - started)
        for left in (path, path.with_suffix(".json")):
            left.unlink()
    demand(refused == len(files), f"{len(files) - refused} of {len(files)} were taken")
    demand(not (base / "ran").exists(), "code ran")
    return f"{refused} of {len(files)} refused, {slowest:.1f} s at most"


def models() -> Iterator[tuple[str, tuple[bytes, dict[str, object]]]]:
    """Names, bytes and descriptions."""
    config = {"blocks": [1, 1, 1, 1], "dim": 32, "mean": [0.5] * 3, "std": [0.5] * 3}
    sound: dict[str, object] = {"config": config, "input_size": 64, "calibration": {}}

    def tensors(header: object, body: bytes = bytes(64)) -> bytes:
        text = json.dumps(header).encode()
        return struct.pack("<Q", len(text)) + text + body

    entry = {"dtype": "F32", "shape": [4, 4], "data_offsets": [0, 64]}
    hostile = {
        "empty": b"",
        "long header": struct.pack("<Q", 2**63) + b"{}",
        "no JSON": struct.pack("<Q", 8) + b"[" * 8 + bytes(64),
        "deep": struct.pack("<Q", 200_000) + b"[" * 200_000,
        "others": tensors({"a": entry}),
        "overlapping": tensors({f"a{n}": entry for n in range(1000)}),
        "far": tensors({"a": entry | {"data_offsets": [0, 2**60]}}),
        "backwards": tensors({"a": entry | {"data_offsets": [64, 0]}}),
        "huge": tensors({"a": entry | {"shape": [2**40, 2**40]}}),
        "negative": tensors({"a": entry | {"shape": [-1, -16]}}),
        "no type": tensors({"a": entry | {"dtype": "OBJECT"}}),
        "twice": struct.pack("<Q", 20) + b'{"a": 1, "a": 2}    ' + bytes(64),
        "pickle": b"\x80\x04\x95cposix\nsystem\n(S'touch ran'\ntR.",
        "zip": archived()["zip"],
    }
    for name, data in hostile.items():
        yield f"{name}.safetensors", (data, sound)
        yield f"{name}.pt", (data, {})
        yield f"{name}.onnx", (data, {})
    yield from onnx_graphs()


def onnx_graphs() -> Iterator[tuple[str, tuple[bytes, dict[str, object]]]]:
    """Graphs that ONNX's own checker may well find sound."""
    try:
        from onnx import TensorProto, helper
    except ImportError:
        return
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, 224, 224])
    vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", "d"])

    def graph(nodes: list[Any], constants: list[Any] = []) -> bytes:  # noqa: B006
        made = helper.make_graph(nodes, "g", [pixels], [vectors], constants)
        opsets = [helper.make_opsetid("", 17)]
        model = helper.make_model(made, opset_imports=opsets, ir_version=8)
        return bytes(model.SerializeToString())

    node = helper.make_node
    size = helper.make_tensor("size", TensorProto.INT64, [2], [2**20, 2**20])
    trips = helper.make_tensor("trips", TensorProto.INT64, [], [2**62])
    going = helper.make_tensor("going", TensorProto.BOOL, [], [True])
    body = helper.make_graph(
        [node("Identity", ["c"], ["c2"]), node("Identity", ["v"], ["v2"])],
        "b",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("c", TensorProto.BOOL, []),
            helper.make_tensor_value_info("v", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("c2", TensorProto.BOOL, []),
            helper.make_tensor_value_info("v2", TensorProto.FLOAT, None),
        ],
    )
    outside = TensorProto(name="size", data_type=TensorProto.FLOAT, dims=[1024])
    outside.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "../../../secret"), ("length", "4096")):
        outside.external_data.add(key=key, value=value)
    graphs = {
        "endless": graph([node("Loop", ["trips", "going", "pixels"], ["vectors"], body=body)],
                         [trips, going]),
        "large": graph([node("ConstantOfShape", ["size"], ["vectors"])], [size]),
        "outside": graph([node("Identity", ["size"], ["vectors"])], [outside]),
        "unknown": graph([node("System", ["pixels"], ["vectors"], domain="evil")]),
        "no vectors": graph([node("Shape", ["pixels"], ["vectors"])]),
        "not numbers": graph([node("Log", ["pixels"], ["l"]), node("Sqrt", ["l"], ["s"]),
                              node("Flatten", ["s"], ["vectors"])]),
    }  # fmt: skip
    for name, data in graphs.items():
        yield f"graph {name}.onnx", (data, {})
