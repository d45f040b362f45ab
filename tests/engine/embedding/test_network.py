"""engine.embedding.network: shapes, unit length, safe files, and the built-in weights."""

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch

from kindred.engine.decoding.decode import squash
from kindred.engine.embedding import embedder
from kindred.engine.embedding.network import LITE0, build, load
from kindred.engine.errors import ModelError
from kindred.engine.paths import Home
from tests.support.drawing import draw
from training.export import save, save_onnx

CONFIG = {
    "blocks": [1, 1, 1, 1],
    "dim": 32,
    "mean": [0.485, 0.456, 0.406],
    "std": [0.229, 0.224, 0.225],
}
LITE = {"trunk": LITE0, "dim": 32, "mean": [0.5] * 3, "std": [0.5] * 3}
BUILT_IN = Path(__file__).parents[3] / "resources" / "models" / "kindred-1.safetensors"


def pictures(count: int, side: int) -> torch.Tensor:
    random = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, side, side, 3), dtype=torch.uint8, generator=random)


def session(path: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("config", [CONFIG, LITE])
@torch.inference_mode()
def test_vectors_have_unit_length_and_do_not_depend_on_the_batch(config: dict[str, Any]) -> None:
    torch.manual_seed(0)
    network = build(config).eval()
    vectors = network(pictures(3, 64))
    assert vectors.shape == (3, 32)
    assert vectors.dtype == torch.float32
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(3))
    torch.testing.assert_close(network(pictures(3, 64)[1:2]), vectors[1:2], atol=1e-5, rtol=0)


@pytest.mark.parametrize("config", [CONFIG, LITE])
@torch.inference_mode()
def test_features_have_a_unit_vector_for_each_region(config: dict[str, Any]) -> None:
    regions = build(config).eval().features(pictures(2, 64))
    assert regions.shape == (2, 32, 4, 4)
    torch.testing.assert_close(regions.norm(dim=1), torch.ones(2, 4, 4))


def test_weights_survive_the_file(tmp_path: Path) -> None:
    network = build(CONFIG).eval()
    save(network, tmp_path / "net.safetensors", config=CONFIG, side=64, origin={})
    loaded, description = load(tmp_path / "net.safetensors")
    assert description["input_size"] == 64
    assert description["id"].startswith("net-")
    with torch.inference_mode():
        cosine = (network(pictures(4, 64)) * loaded(pictures(4, 64))).sum(1)
    assert cosine.min() > 0.9999


def test_weights_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    save(
        build(CONFIG),
        tmp_path / "net.safetensors",
        config={**CONFIG, "dim": 16},
        side=64,
        origin={},
    )
    with pytest.raises(RuntimeError, match="size mismatch"):
        load(tmp_path / "net.safetensors")


GOOD = {"config": CONFIG, "input_size": 64, "calibration": {"similar": 0.5}}


@pytest.mark.parametrize(
    "change",
    [
        {"config": {**CONFIG, "blocks": [10**6, 1, 1, 1]}},
        {"config": {**CONFIG, "blocks": "abcd"}},
        {"config": {**CONFIG, "blocks": [1, 1, 1, 1, 1]}},
        {"config": {**CONFIG, "blocks": [0, 1, 1, 1]}},
        {"config": {**CONFIG, "dim": 10**9}},
        {"config": {**CONFIG, "dim": 1e400}},
        {"config": {**CONFIG, "mean": [0.5]}},
        {"config": {**LITE, "trunk": "another"}},
        {"config": {**LITE, "trunk": ["efficientnet_lite0"]}},
        {"config": {**LITE, "dim": 10**9}},
        {"config": []},
        {"input_size": -1},
        {"input_size": 10**6},
        {"input_size": "64"},
        {"calibration": {"similar": "x"}},
        {"calibration": [1]},
    ],
)
def test_descriptions_that_no_network_has_are_refused(
    kindred_home: Home, change: dict[str, object]
) -> None:
    kindred_home.models.mkdir()
    file = kindred_home.models / "net.safetensors"
    save(build(CONFIG), file, config=CONFIG, side=64, origin={})
    file.with_suffix(".json").write_text(json.dumps(GOOD))
    assert embedder.load(file.name, device="cpu", home=kindred_home).dim == CONFIG["dim"]
    file.with_suffix(".json").write_text(json.dumps(GOOD | change))
    with pytest.raises(ModelError, match="cannot be used"):
        embedder.load(file.name, device="cpu", home=kindred_home)


@pytest.mark.parametrize("text", ["", "[" * 100_000, "null", '{"dim": "x", "input_size": [1]}'])
def test_no_description_hides_the_models(kindred_home: Home, text: str) -> None:
    kindred_home.models.mkdir()
    file = kindred_home.models / "net.safetensors"
    file.write_bytes(b"weights")
    file.with_suffix(".json").write_text(text)
    (spec,) = [spec for spec in embedder.available(kindred_home) if spec.source == "file"]
    assert (spec.name, spec.dim, spec.side) == (file.name, 0, 224)
    with pytest.raises(ModelError):
        embedder.load(file.name, device="cpu", home=kindred_home)


def test_mutated_weights_are_loaded_or_refused(kindred_home: Home) -> None:
    kindred_home.models.mkdir()
    file = kindred_home.models / "net.safetensors"
    save(build(CONFIG), file, config=CONFIG, side=64, origin={})
    file.with_suffix(".json").write_text(json.dumps(GOOD))
    good = file.read_bytes()
    header = 8 + int.from_bytes(good[:8], "little")
    pick = random.Random(0)  # noqa: S311 - places, not secrets
    refused = 0
    for _ in range(30):
        data = bytearray(good)
        for _ in range(pick.choice([1, 3, 10])):
            data[pick.randrange(pick.choice([8, header]))] ^= 1 << pick.randrange(8)
        file.write_bytes(data[: pick.choice([len(data), len(data), pick.randrange(len(data))])])
        try:
            embedder.load(file.name, device="cpu", home=kindred_home)
        except ModelError:
            refused += 1
    assert refused > 15


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
@pytest.mark.parametrize("config", [CONFIG, LITE])
def test_onnx_computes_the_same(tmp_path: Path, config: dict[str, Any]) -> None:
    save(build(config), tmp_path / "net.safetensors", config=config, side=64, origin={})
    network, _ = load(tmp_path / "net.safetensors")
    save_onnx(network, tmp_path / "net.onnx", side=64)
    assert_same(network, tmp_path / "net.onnx", pictures(5, 64))


def assert_same(network: torch.nn.Module, path: Path, pixels: torch.Tensor) -> None:
    vectors, regions = session(path).run(["embedding", "features"], {"pixels": pixels.numpy()})
    with torch.inference_mode():
        cosine = (network(pixels).numpy() * vectors).sum(1)
        same = (network.features(pixels).numpy() * regions).sum(1)
    assert cosine.min() >= 0.9999
    assert same.min() >= 0.999


@pytest.mark.model
def test_built_in_files_are_small_whole_and_alike() -> None:
    network, description = load(BUILT_IN)
    side = description["input_size"]
    for name, digest in description["sha256"].items():
        data = (BUILT_IN.parent / name).read_bytes()
        assert len(data) <= 12e6
        assert hashlib.sha256(data).hexdigest() == digest
    assert description["id"] == f"kindred-1-{description['sha256'][BUILT_IN.name][:12]}"
    assert_same(network, BUILT_IN.with_suffix(".onnx"), pictures(4, side))


@pytest.mark.model
def test_built_in_calibration_is_a_rising_scale() -> None:
    calibration = json.loads(BUILT_IN.with_suffix(".json").read_text("utf-8"))["calibration"]
    names = ["candidate", "similar", "copy_precision_99", "copy_precision_999"]
    scale = [calibration[name] for name in names]
    assert scale == sorted(scale)
    assert -1 < scale[0] < scale[-1] < 1


@pytest.mark.model
def test_built_in_tells_a_mirrored_crop_from_another_picture() -> None:
    network, description = load(BUILT_IN)
    first, second = np.asarray(draw(1)), np.asarray(draw(2))
    crop = np.ascontiguousarray(first[50:400, 80:560][:, ::-1])
    squashed = [squash(p, side=description["input_size"]) for p in (first, second, crop)]
    with torch.inference_mode():
        one, other, copy = network(torch.from_numpy(np.stack(squashed)))
    assert one @ copy > one @ other + 0.2
