"""engine.embedding.speed: every way is measured, and the fastest sound one is used from then on."""

import numpy as np
import pytest

from kindred.engine.embedding import embedder, speed, ways
from kindred.engine.embedding.embedder import BUILTIN, Embedder
from kindred.engine.paths import Home


def fake(way: str, *, pause: float = 0.0, turned: bool = False) -> Embedder:
    def embed(pixels: np.ndarray) -> np.ndarray:
        speed.time.sleep(pause)
        vectors = np.zeros((len(pixels), 4), np.float32)
        vectors[:, int(turned)] = 1
        return vectors

    return Embedder(
        id="fake",
        dim=4,
        side=8,
        device=ways.DEVICE_OF[way],
        runtime=way,
        batch=8,
        embed=embed,
        features=embed,
        calibration=None,
    )


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    """ONNX Runtime slow, OpenVINO faster, bfloat16 fastest but wrong, CUDA broken."""

    def load_builtin(way: str) -> Embedder:
        if way == ways.CUDA:
            raise RuntimeError("driver")
        pause = {ways.ONNX_RUNTIME: 0.02, ways.OPENVINO: 0.005}.get(way, 0.001)
        return fake(way, pause=pause, turned=way == ways.OPENVINO_BFLOAT16)

    everything = [ways.ONNX_RUNTIME, ways.OPENVINO, ways.OPENVINO_BFLOAT16, ways.CUDA]
    monkeypatch.setattr(ways, "here", lambda: everything)
    monkeypatch.setattr(embedder, "load_builtin", load_builtin)


@pytest.mark.usefixtures("made")
def test_the_fastest_sound_way_is_remembered(kindred_home: Home) -> None:
    found = {one.way: one for one in speed.measure(kindred_home, seconds=0.2)}
    assert [way for way, one in found.items() if one.is_fastest] == [ways.OPENVINO]
    assert found[ways.ONNX_RUNTIME].photos_per_second > 0
    assert found[ways.OPENVINO_BFLOAT16].least_cosine == 0
    assert found[ways.CUDA].photos_per_second == 0
    assert ways.remembered(kindred_home, model="fake") == ways.OPENVINO


@pytest.mark.model
def test_what_is_remembered_is_loaded(kindred_home: Home) -> None:
    pytest.importorskip("openvino", reason="for x86-64 only")
    model = embedder.load_builtin(ways.ONNX_RUNTIME).id
    for way, name in ((ways.OPENVINO, "OpenVINO"), (ways.ONNX_RUNTIME, "ONNX Runtime")):
        ways.remember(kindred_home, way, model=model, photos_per_second={})
        loaded = embedder.load(BUILTIN, device="auto", home=kindred_home)
        assert (loaded.id, loaded.device) == (model, "cpu")
        assert loaded.runtime.startswith(name)
        assert "bfloat16" not in loaded.runtime


@pytest.mark.model
def test_a_processor_that_was_faster_is_chosen_over_a_graphics_card(
    kindred_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        embedder.devices, "choose", lambda wanted: "mps" if wanted == "auto" else wanted
    )
    model = embedder.load_builtin(ways.ONNX_RUNTIME).id
    ways.remember(kindred_home, ways.ONNX_RUNTIME, model=model, photos_per_second={})
    assert embedder.load(BUILTIN, device="auto", home=kindred_home).device == "cpu"
