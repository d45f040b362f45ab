"""Turn trained weights into the files the app ships: `python -m training.export WEIGHTS ...`.

Next to OUT.safetensors (float16) come OUT.onnx, which computes the same with ONNX Runtime from the
weights in OUT.safetensors, and OUT.json, which describes both and says what a cosine means.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save as pack
from torch import Tensor, nn
from torch.nn.functional import normalize

from kindred.engine.embedding.network import Network, load
from training.data import CACHED_SIDE, prepare
from training.evaluate import Result, has_bf16, network_method, score


def save(
    network: Network,
    path: Path,
    *,
    config: dict[str, Any],
    side: int,
    origin: Mapping[str, Any],
) -> None:
    """`path` (.safetensors, float16) and the .json that `engine.embedding.network.load` reads.

    `origin` says what the weights come from: the data, a teacher, a warm start.
    """
    state = {k: v.half() if v.is_floating_point() else v for k, v in network.state_dict().items()}
    path.write_bytes(pack({k: v.contiguous() for k, v in state.items()}))
    description = {"name": path.stem, "input_size": side, "config": config, "origin": origin}
    write_description(path, description)


def write_description(path: Path, description: dict[str, Any]) -> None:
    """The .json beside `path`, with the id and the digests of the files it describes."""
    files = [file for file in (path, path.with_suffix(".onnx")) if file.exists()]
    digests = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    config = description["config"]
    full = {"id": f"{path.stem}-{digests[path.name][:12]}"} | description
    full |= {key: config[key] for key in ("dim", "mean", "std")} | {"sha256": digests}
    path.with_suffix(".json").write_text(json.dumps(full, indent=2) + "\n", "utf-8")


class Both(nn.Module):
    """Both outputs of a network in one pass, for ONNX."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        features = self.network.trunk(pixels)
        vectors = normalize(self.network.embed_features(features), dim=1)
        return vectors, self.network.project(features)


def save_onnx(network: Network, path: Path, *, side: int) -> None:
    """`path` (.onnx): "pixels" uint8 (n, S, S, 3) to "embedding" and "features", in float32.

    The weights are those of the .safetensors beside it, which has to be there and of the same
    network: the file says where in it they lie. ONNX Runtime and OpenVINO make float32 of them
    once, on loading.
    """
    import onnx
    from onnx import TensorProto, helper

    pixels = torch.zeros(2, side, side, 3, dtype=torch.uint8)
    torch.onnx.export(
        Both(network).float().eval(),
        (pixels,),
        path,
        input_names=["pixels"],
        output_names=["embedding", "features"],
        dynamic_axes={name: {0: "n"} for name in ("pixels", "embedding", "features")},
        opset_version=17,
        dynamo=False,
        training=torch.onnx.TrainingMode.PRESERVE,  # batch norm is kept apart, as in the weights
        do_constant_folding=False,
    )
    model = onnx.load(path)
    weights = path.with_suffix(".safetensors")
    places = _places(weights)
    casts = []
    for index, tensor in enumerate(model.graph.initializer):
        name = tensor.name.removeprefix("network.")
        if name not in places:
            continue
        half = TensorProto(
            name=f"{tensor.name}.half",
            data_type=TensorProto.FLOAT16,
            dims=tensor.dims,
            data_location=TensorProto.EXTERNAL,
        )
        where = {"location": weights.name} | places[name]
        for key, value in where.items():
            half.external_data.add(key=key, value=value)
        casts.append(helper.make_node("Cast", [half.name], [tensor.name], to=TensorProto.FLOAT))
        model.graph.initializer[index].CopyFrom(half)
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    path.write_bytes(model.SerializeToString())
    onnx.checker.check_model(path)


def _places(weights: Path) -> dict[str, dict[str, str]]:
    """Where each float16 tensor of a .safetensors file lies: its offset and length in bytes."""
    data = weights.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    places = {}
    for name, tensor in header.items():
        if tensor.get("dtype") == "F16":
            first, end = tensor["data_offsets"]
            places[name] = {"offset": str(start + first), "length": str(end - first)}
    return places


def calibration_of(result: Result) -> dict[str, float]:
    """What a cosine means, from every edit of photos the network was not trained on.

    At "copy_precision_99" and "copy_precision_999" and above, that share of pairs are copies. Of
    the pairs of different photos one in ten thousand is above "similar", and one in a hundred above
    "candidate", unless fewer than 97 of 100 copies would be: then it is lower.
    """
    everything = np.arange(len(result.truth))
    own = result.similarity[everything, result.truth]
    strangers = result.similarity.copy()
    strangers[everything, result.truth] = np.nan
    candidate, similar = np.nanquantile(strangers, [0.99, 0.9999])
    scale = {
        "candidate": min(candidate, np.quantile(own, 0.03)),
        "similar": similar,
        "copy_precision_99": result.scores.threshold_99,
        "copy_precision_999": result.scores.threshold_999,
    }
    return {name: round(float(cosine), 4) for name, cosine in scale.items()}


def trunk_in_words(config: Mapping[str, Any]) -> str:
    """The trunk of a network of `config`, for its description."""
    if "trunk" in config:
        return "EfficientNet-Lite0 up to its fifth stage"
    blocks = "-".join(map(str, config["blocks"]))
    return f"torchvision ResNet of basic blocks {blocks}, stem of stride 4, last stage of 1"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, help="a .safetensors file of training.train")
    parser.add_argument("--out", type=Path, required=True, help="the .safetensors file to write")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="as in training")
    parser.add_argument("--work", type=Path, default=Path("runs/train"), help="as in training")
    parser.add_argument("--held-out", type=int, default=500, help="as in training")
    options = parser.parse_args()
    network, description = load(options.weights)
    side, config = description["input_size"], description["config"]
    origin = description.get("origin", {})
    pictures = prepare(
        options.data,
        side=CACHED_SIDE,
        cache=options.work / "cache",
        held_out=options.held_out,
    )
    save(network, options.out, config=config, side=side, origin=origin)
    network, _ = load(options.out)
    save_onnx(network, options.out.with_suffix(".onnx"), side=side)
    photos = [Image.fromarray(pictures.pixels[i]) for i in pictures.held_out]
    method = network_method(options.out.stem, network, side=side, fast=has_bf16("cpu"))
    (result,) = score([method], photos, copied=len(photos))
    description = {
        "name": "Kindred built-in",
        "trunk": trunk_in_words(config),
        "input_size": side,
        "calibration": calibration_of(result),
        "config": config,
        "origin": origin,
    }
    write_description(options.out, description)
    print(result.scores, description["calibration"])


if __name__ == "__main__":
    main()
