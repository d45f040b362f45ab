import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper

from kindred.engine.embedding.runners import onnx_runner, openvino_runner, torch_runner

PIXELS = np.random.default_rng(1).integers(0, 256, (7, 8, 8, 3), dtype=np.uint8)
MEANS = PIXELS.astype(np.float64).mean((1, 2))


@pytest.fixture
def mean_network(tmp_path: Path) -> Path:
    """An ONNX network whose "vectors" are the mean colours and "features" the picture itself."""
    nodes = [
        helper.make_node("Cast", ["pixels"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["floats"], ["features"], perm=[0, 3, 1, 2]),
        helper.make_node("ReduceMean", ["features", "axes"], ["vectors"], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "mean",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", 8, 8, 3])],
        [
            helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", 3]),
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 3, 8, 8]),
        ],
        [helper.make_tensor("axes", TensorProto.INT64, [2], [2, 3])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    path = tmp_path / "mean.onnx"
    onnx.save(model, path)
    return path


@pytest.mark.parametrize("batch", [1, 3, 7, 100])
def test_onnx_gives_every_output_in_any_batch(mean_network: Path, batch: int) -> None:
    runs = onnx_runner(mean_network, side=8, batch=batch)
    assert runs["vectors"](PIXELS) == pytest.approx(MEANS, rel=1e-5)
    assert runs["features"](PIXELS).shape == (7, 3, 8, 8)
    assert runs["vectors"](PIXELS[:0]).shape == (0, 3)
    assert runs["vectors"](PIXELS).dtype == np.float32


def test_onnx_from_many_threads(mean_network: Path) -> None:
    run = onnx_runner(mean_network, side=8, batch=2)["vectors"]
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(run, [PIXELS] * 50):
            assert vectors == pytest.approx(MEANS, rel=1e-5)


def test_openvino_as_onnx_runtime_from_many_threads(mean_network: Path) -> None:
    pytest.importorskip("openvino", reason="for x86-64 only")
    runs = openvino_runner(mean_network, side=8, batch=2, precision="f32")
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(runs["vectors"], [PIXELS] * 50):
            assert vectors == pytest.approx(MEANS, rel=1e-5)
    assert runs["features"](PIXELS).shape == (7, 3, 8, 8)


def test_torch_matches_and_halves_the_batch_when_memory_ends() -> None:
    seen: list[int] = []

    def small_device(pixels: torch.Tensor) -> torch.Tensor:
        seen.append(len(pixels))
        if len(pixels) > 3:
            raise torch.OutOfMemoryError
        return pixels.float().mean((1, 2))

    run = torch_runner(small_device, device="cpu", side=8, batch=12)
    assert run(PIXELS) == pytest.approx(MEANS, rel=1e-5)
    assert seen == [7, 6, 3, 3, 1]
    seen.clear()
    run(PIXELS)
    assert seen == [3, 3, 1]  # remembered
    assert run(PIXELS[:0]).shape == (0, 3)


def test_torch_gives_up_when_one_picture_is_too_much() -> None:
    def no_memory(pixels: torch.Tensor) -> torch.Tensor:
        raise torch.OutOfMemoryError

    with pytest.raises(torch.OutOfMemoryError):
        torch_runner(no_memory, device="cpu", side=8, batch=4)(PIXELS)


@pytest.mark.parametrize(
    "wrong", [PIXELS[0], PIXELS[:, :4], PIXELS.astype(np.float32), PIXELS[..., :1]]
)
def test_pixels_of_another_kind_are_refused(mean_network: Path, wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected uint8"):
        onnx_runner(mean_network, side=8, batch=4)["vectors"](wrong)
    with pytest.raises(ValueError, match="expected uint8"):
        torch_runner(lambda pixels: pixels, device="cpu", side=8, batch=4)(wrong)


def test_views_that_are_not_contiguous(mean_network: Path) -> None:
    flipped = PIXELS[:, ::-1]
    run = torch_runner(lambda pixels: pixels.float().mean((1, 2)), device="cpu", side=8, batch=4)
    assert run(flipped) == pytest.approx(MEANS, rel=1e-5)
    assert onnx_runner(mean_network, side=8, batch=4)["vectors"](flipped) == pytest.approx(
        MEANS, rel=1e-5
    )


def test_openvino_was_used_before_two_threads_are_the_first(
    mean_network: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openvino = pytest.importorskip("openvino", reason="for x86-64 only")
    real, made = openvino.CompiledModel.create_infer_request, []

    def create(compiled: object) -> object:
        made.append(threading.get_ident())
        return real(compiled)

    monkeypatch.setattr(openvino.CompiledModel, "create_infer_request", create)
    runs = openvino_runner(mean_network, side=8, batch=2, precision="f32")
    assert made == [threading.get_ident()] * len(runs)
