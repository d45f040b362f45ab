"""training.teacher: vectors of an ONNX file or of TorchScript, computed once, the rest later."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper

from tests.training.test_data import write_photos
from training.data import Pictures, prepare
from training.teacher import compute, open_teacher, targets

SIDE = 16


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    write_photos(tmp_path / "photos", 24)
    return prepare([tmp_path / "photos"], side=32, cache=tmp_path / "cache", held_out=4)


def write_teacher(path: Path) -> Path:
    """An ONNX file that gives the mean colour of uint8 pixels, which SSCD's file takes too."""
    pixels = helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", "h", "w", 3])
    vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", 3])
    nodes = [
        helper.make_node("Cast", ["image"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["floats"], ["vectors"], axes=[1, 2], keepdims=0),
    ]
    model = helper.make_model(
        helper.make_graph(nodes, "teacher", [pixels], [vectors]),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    onnx.save(model, path)
    return path


@pytest.fixture
def teacher(tmp_path: Path) -> Path:
    return write_teacher(tmp_path / "teacher.onnx")


def test_every_training_photo_gets_a_unit_vector(pictures: Pictures, teacher: Path) -> None:
    path = compute(teacher, pictures, side=SIDE, cache=teacher.parent)
    vectors = targets(teacher, pictures, side=SIDE, cache=teacher.parent)
    assert vectors.shape == (len(pictures.train), 3)
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(len(vectors)))
    colours = pictures.pixels[pictures.train].mean((1, 2))
    cosines = (vectors.numpy() * colours).sum(1) / np.linalg.norm(colours, axis=1)
    assert cosines.min() > 0.999
    assert path.parent == teacher.parent


def test_only_what_is_missing_is_computed(pictures: Pictures, teacher: Path) -> None:
    path = compute(teacher, pictures, side=SIDE, cache=teacher.parent)
    rows = np.load(path)
    whole = rows.copy()
    rows[3], rows[5] = 0, (1, 0, 0)
    np.save(path, rows)
    assert not targets(teacher, pictures, side=SIDE, cache=teacher.parent)[3].any()
    compute(teacher, pictures, side=SIDE, cache=teacher.parent)
    again = targets(teacher, pictures, side=SIDE, cache=teacher.parent).numpy()
    np.testing.assert_allclose(again[3], whole[3])
    assert again[5].tolist() == [1, 0, 0]


def test_another_side_has_its_own_vectors(pictures: Pictures, teacher: Path) -> None:
    compute(teacher, pictures, side=SIDE, cache=teacher.parent)
    with pytest.raises(OSError, match="teacher-"):
        targets(teacher, pictures, side=2 * SIDE, cache=teacher.parent)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_torchscript_gets_normalised_channels(tmp_path: Path) -> None:
    class Mean(torch.nn.Module):
        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            return pixels.mean((2, 3))

    file = tmp_path / "teacher.pt"
    torch.jit.script(Mean()).save(file)
    (vector,) = open_teacher(file)(np.full((1, SIDE, SIDE, 3), 255, np.uint8))
    expected = (1 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
    np.testing.assert_allclose(vector, expected, rtol=1e-5)
