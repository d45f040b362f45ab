import hashlib
import json
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from kindred.engine.decoding.decode import squash
from kindred.engine.embedding import embedder, network
from kindred.engine.embedding.embedder import BUILTIN, Embedder, available, load
from kindred.engine.embedding.weights import CATALOGUE
from kindred.engine.errors import ModelError
from kindred.engine.library import Library
from kindred.engine.paths import Home
from kindred.engine.progress import CancelToken
from kindred.engine.types import ScanOptions
from tests.support.drawing import draw

CONFIG = {"blocks": [1, 1, 1, 1], "dim": 16, "mean": [0.5] * 3, "std": [0.2] * 3}


@pytest.fixture(autouse=True)
def models(kindred_home: Home) -> Path:
    kindred_home.models.mkdir()
    return kindred_home.models


def own_network(models: Path, *, seed: int = 1, side: int = 64) -> str:
    torch.manual_seed(seed)
    state = network.build(CONFIG).state_dict()
    save_file(
        {name: value.contiguous() for name, value in state.items()}, models / "own.safetensors"
    )
    description = {"input_size": side, "dim": 16, "config": CONFIG}
    (models / "own.json").write_text(json.dumps(description))
    return "own.safetensors"


def own_torchscript(models: Path) -> str:
    torch.manual_seed(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TorchScript is deprecated, and read here all the same
        torch.jit.script(torch.nn.Conv2d(3, 5, 7)).save(models / "script.pt")
    return "script.pt"


def own_onnx(models: Path) -> str:
    torch.manual_seed(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own
        torch.onnx.export(
            torch.nn.Conv2d(3, 5, 7, stride=8), (torch.zeros(1, 3, 224, 224),),
            models / "own.onnx", dynamo=False,
        )  # fmt: skip
    return "own.onnx"


def pixels(loaded: Embedder, count: int) -> np.ndarray:
    scenes = [np.asarray(draw(seed, (120, 90))) for seed in range(count)]
    return np.stack([squash(scene, side=loaded.side) for scene in scenes])


def check(loaded: Embedder) -> None:
    """What holds for every embedder."""
    seven = pixels(loaded, 7)
    vectors = loaded.embed(seven)
    assert vectors.dtype == np.float32
    assert vectors.shape == (7, loaded.dim)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(7), abs=1e-5)
    assert loaded.embed(seven[2:3]) == pytest.approx(vectors[2:3], abs=1e-5)
    assert loaded.embed(seven[:0]).shape == (0, loaded.dim)
    features = loaded.features(seven)
    assert features.dtype == np.float32
    assert (features.ndim, len(features)) == (4, 7)
    with pytest.raises(ValueError, match="expected"):
        loaded.embed(seven[:, 1:])
    with ThreadPoolExecutor(3) as pool:
        for again in pool.map(loaded.embed, [seven[:2]] * 3):
            assert again == pytest.approx(vectors[:2], abs=1e-5)


def test_what_can_be_chosen(kindred_home: Home, models: Path) -> None:
    specs = available(kindred_home)
    assert [spec.source for spec in specs] == ["builtin"] + ["torchvision"] * len(CATALOGUE)
    assert not any(spec.downloaded for spec in specs[1:])
    CATALOGUE[1].path(kindred_home).write_bytes(b"weights")
    own_network(models)
    own_torchscript(models)
    (models / "notes.txt").write_text("not a model")
    specs = available(kindred_home)
    assert [spec.name for spec in specs if spec.source == "file"] == [
        "own.safetensors",
        "script.pt",
    ]
    assert [(s.dim, s.side, s.downloaded) for s in specs if s.name == "own.safetensors"] == [
        (16, 64, True)
    ]
    assert [s.name for s in specs[1:-2] if s.downloaded] == [CATALOGUE[1].name]
    assert all(spec.size_bytes > 0 for spec in specs[1:])


def test_own_network(kindred_home: Home, models: Path) -> None:
    name = own_network(models)
    loaded = load(name, device="cpu", home=kindred_home)
    check(loaded)
    assert (loaded.dim, loaded.side, loaded.device) == (16, 64, "cpu")
    assert "PyTorch" in loaded.runtime
    again = load(name, device="cpu", home=kindred_home)
    assert again.id == loaded.id
    own_network(models, seed=2)
    assert load(name, device="cpu", home=kindred_home).id != loaded.id
    own_network(models, seed=1, side=96)
    assert load(name, device="cpu", home=kindred_home).id != loaded.id


def test_own_onnx_needs_no_yes(kindred_home: Home, models: Path) -> None:
    name = own_onnx(models)
    assert [s.name for s in available(kindred_home) if s.source == "file"] == [name]
    loaded = load(name, device="cpu", home=kindred_home)
    check(loaded)
    assert (loaded.dim, loaded.side, loaded.device) == (5, 224, "cpu")
    assert "ONNX" in loaded.runtime


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data.replace(b"\x04Conv", b"\x04Loop"), "never end"),
        (lambda data: data.replace(b"\x04Conv", b"\x84\x80\0Scan"), "never end"),
        (lambda data: data + b"\n\x08location\x12\x0b/etc/passwd", "another file"),
        (lambda data: data[:4] + b"ORTM" + data[8:], "not ONNX"),
        (lambda data: data[:200], "cannot be used"),
        (lambda data: b"", "cannot be used"),
    ],
)
def test_what_onnx_may_not_hold(
    kindred_home: Home, models: Path, change: Callable[[bytes], bytes], why: str
) -> None:
    """More of them: `python -m benchmarks.hostile models`."""
    file = models / own_onnx(models)
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(ModelError, match=why):
        load(file.name, device="cpu", home=kindred_home)


def test_torchvision_network(kindred_home: Home, models: Path) -> None:
    from torchvision.models import get_model

    choice = CATALOGUE[0]
    with pytest.raises(ModelError, match="not been downloaded"):
        load(choice.name, device="cpu", home=kindred_home)
    torch.manual_seed(1)
    torch.save(get_model(choice.name).state_dict(), choice.path(kindred_home))
    loaded = load(choice.name, device="cpu", home=kindred_home)
    check(loaded)
    assert (loaded.dim, loaded.side) == (choice.dim, 224)
    assert choice.stem in loaded.id


@pytest.mark.filterwarnings("ignore:.*torch.jit.load")
def test_torchscript_runs_only_when_trusted(kindred_home: Home, models: Path) -> None:
    name = own_torchscript(models)
    with pytest.raises(ModelError, match="run any code"):
        load(name, device="cpu", home=kindred_home)
    loaded = load(name, device="cpu", home=kindred_home, trusted=True)
    check(loaded)
    assert loaded.dim == 5


@pytest.mark.filterwarnings("ignore:.*torch.jit.load")
def test_a_trusted_program_is_trusted_as_long_as_it_stays_the_same(
    kindred_home: Home, models: Path, tmp_path: Path
) -> None:
    name = own_torchscript(models)
    folder = tmp_path / "photos"
    folder.mkdir()
    draw(1, (60, 40)).save(folder / "a.png")

    def scan() -> int:
        with Library.open(kindred_home) as library:
            options = ScanOptions(model=name, device="cpu", workers=1)
            return library.scan([folder], options=options, token=CancelToken()).photos

    with pytest.raises(ModelError, match="run any code"):
        scan()
    with Library.open(kindred_home) as library:
        library.trust_model(name)
    assert scan() == 1
    (models / name).write_bytes((models / name).read_bytes() + b"\0")
    with pytest.raises(ModelError, match="run any code"):
        scan()


class Marker:
    """Pickled, it writes a file when a loader runs it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> object:
        return (Path.touch, (self.path,))


def test_weights_that_run_code_are_refused(
    kindred_home: Home, models: Path, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    torch.save({"weight": Marker(marker)}, CATALOGUE[0].path(kindred_home))
    with pytest.raises(ModelError, match="cannot be used"):
        load(CATALOGUE[0].name, device="cpu", home=kindred_home)
    assert not marker.exists()


@pytest.mark.parametrize("content", [b"", b"garbage" * 100, None])
def test_damaged_own_files_are_plain_failures(
    kindred_home: Home, models: Path, content: bytes | None
) -> None:
    name = own_network(models)
    if content is None:
        (models / "own.json").unlink()
    else:
        (models / name).write_bytes(content)
    assert [spec for spec in available(kindred_home) if spec.name == name]
    with pytest.raises(ModelError) as caught:
        load(name, device="cpu", home=kindred_home)
    assert "\n" not in str(caught.value)


def test_unknown_names_and_paths_are_refused(kindred_home: Home, tmp_path: Path) -> None:
    own_network(tmp_path)
    for name in ("resnet1000", "", "../../own.safetensors", str(tmp_path / "own.safetensors")):
        with pytest.raises(ModelError, match="no model"):
            load(name, device="cpu", home=kindred_home)


def test_missing_or_changed_built_in_files(
    kindred_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = tmp_path / "built-in"
    monkeypatch.setattr(embedder, "_BUILTIN", files)
    with pytest.raises(ModelError, match="missing"):
        load(BUILTIN, device="cpu", home=kindred_home)
    graph, weights = files.with_suffix(".onnx"), files.with_suffix(".safetensors")
    graph.write_bytes(b"a graph")
    weights.write_bytes(b"not what was shipped")
    digests = {graph.name: hashlib.sha256(b"a graph").hexdigest(), weights.name: "0" * 64}
    description = {"id": "x", "input_size": 64, "dim": 16, "sha256": digests}
    files.with_suffix(".json").write_text(json.dumps(description))
    with pytest.raises(ModelError, match=r"damaged: built-in\.safetensors"):
        load(BUILTIN, device="cpu", home=kindred_home)
    weights.unlink()
    with pytest.raises(ModelError, match="damaged"):
        load(BUILTIN, device="cpu", home=kindred_home)


@pytest.mark.model
class TestBuiltIn:
    @pytest.fixture(autouse=True)
    def no_bfloat16(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(embedder.devices, "has_bfloat16", lambda: False)

    def test_in_openvino_where_it_is_faster(
        self, kindred_home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pytest.importorskip("openvino", reason="for x86-64 only")
        exact = load(BUILTIN, device="cpu", home=kindred_home)
        monkeypatch.setattr(embedder.devices, "has_bfloat16", lambda: True)
        loaded = load(BUILTIN, device="cpu", home=kindred_home)
        check(loaded)
        assert "OpenVINO" in loaded.runtime
        assert loaded.id == exact.id
        five = pixels(exact, 5)
        assert (exact.embed(five) * loaded.embed(five)).sum(1).min() > 0.999

    def test_openvino_that_does_not_work_is_done_without(
        self, kindred_home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken() -> bool:
            raise OSError("libopenvino.so: cannot open shared object file")

        monkeypatch.setattr(embedder.devices, "has_bfloat16", broken)
        loaded = load(BUILTIN, device="cpu", home=kindred_home)
        check(loaded)
        assert "ONNX Runtime" in loaded.runtime

    def test_in_onnx_runtime_without_torch(self, kindred_home: Home) -> None:
        loaded = load(BUILTIN, device="cpu", home=kindred_home)
        check(loaded)
        assert "ONNX Runtime" in loaded.runtime
        spec = available(kindred_home)[0]
        assert (spec.dim, spec.side, spec.downloaded) == (loaded.dim, loaded.side, True)
        assert spec.size_bytes > 1_000_000

    def test_torch_agrees(self, kindred_home: Home) -> None:
        loaded = load(BUILTIN, device="cpu", home=kindred_home)
        module, _ = network.load(embedder._BUILTIN.with_suffix(".safetensors"))
        five = pixels(loaded, 5)
        with torch.inference_mode():
            tensor = torch.from_numpy(five)
            assert (module(tensor).numpy() * loaded.embed(five)).sum(1).min() > 0.9999
            difference = module.features(tensor).numpy() - loaded.features(five)
        assert abs(difference).max() < 1e-3

    def test_copies_are_nearer_than_other_scenes(self, kindred_home: Home) -> None:
        loaded = load(BUILTIN, device="cpu", home=kindred_home)
        scenes = pixels(loaded, 6)
        copies = np.stack([squash(scene[::2, ::2], side=loaded.side) for scene in scenes])
        cosines = loaded.embed(scenes) @ loaded.embed(copies).T
        assert (cosines.argmax(1) == np.arange(6)).all()
