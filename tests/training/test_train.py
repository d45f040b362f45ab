"""training.train from photos to a file the engine loads, killed and resumed on the way."""

import json
import sys
from pathlib import Path

import pytest
import torch

from kindred.engine.embedding.network import build, load
from tests.training.test_data import write_photos
from tests.training.test_teacher import write_teacher
from training import teacher, train
from training.export import save
from training.warm_start import TRUNK


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    write_photos(tmp_path / "photos", 40)
    pairs = {
        "--data": tmp_path / "photos",
        "--out": tmp_path / "small.safetensors",
        "--work": tmp_path / "work",
        "--round": 2,
        "--batch": 8,
        "--held-out": 8,
        "--side": 64,
        "--workers": 0,
        "--device": "cpu",
    }
    return [str(word) for pair in pairs.items() for word in pair] + ["--sides", "32", "64"]


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    monkeypatch.setattr(sys, "argv", ["train", *words])
    train.main()


def test_train_resume_and_adapt(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "small.safetensors"
    run(monkeypatch, *words, "--steps", "2")
    first = load(out)[0].state_dict()
    run(monkeypatch, *words, "--steps", "4")
    log = (tmp_path / "work" / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in log] == [2, 4]
    network, description = load(out)
    assert description["input_size"] == 64
    assert not torch.equal(first["head.weight"], network.head.weight)

    adapted = tmp_path / "adapted"
    run(monkeypatch, *words, "--steps", "2", "--init", str(out), "--work", str(adapted))
    assert not torch.equal(load(out)[0].head.weight, network.head.weight)


def test_a_teacher_and_a_trunk_in_part_frozen(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, out = tmp_path / "start.safetensors", tmp_path / "small.safetensors"
    torch.manual_seed(0)
    config = TRUNK | {"dim": 3}
    save(build(config), start, config=config, side=64, origin={})
    taught = write_teacher(tmp_path / "teacher.onnx")
    common = ["--data", str(tmp_path / "photos"), "--work", str(tmp_path / "work")]
    common += ["--held-out", "8"]
    monkeypatch.setattr(sys, "argv", ["teacher", str(taught), *common, "--side", "16"])
    teacher.main()
    words += ["--init", str(start), "--teacher", str(taught), "--teacher-side", "16"]
    run(monkeypatch, *words, "--steps", "2", "--frozen", "3", "--hold-statistics")
    (line,) = (tmp_path / "work" / "log.jsonl").read_text().splitlines()
    assert 0 < json.loads(line)["distillation"] < 2
    assert load(out)[1]["origin"] == {"data": ["photos"], "teacher": "teacher.onnx"}
    before, after = (load(path)[0].state_dict() for path in (start, out))
    changed = {name for name, tensor in after.items() if not torch.equal(tensor, before[name])}
    assert "head.weight" in changed
    assert not [name for name in changed if name.startswith(("stem.", "stages.0.", "stages.1."))]
    assert not [name for name in changed if "running" in name]


def test_a_teacher_of_other_vectors_is_refused(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught = write_teacher(tmp_path / "teacher.onnx")
    monkeypatch.setattr(train, "targets", lambda *_, **__: torch.zeros(32, 3))
    with pytest.raises(SystemExit, match="3 numbers, not 256"):
        run(monkeypatch, *words, "--teacher", str(taught))


def test_look_alikes_are_the_photos_nearest_to_another_photo() -> None:
    options = train.arguments().parse_args(["--data", "x", "--out", "y", "--device", "cpu"])
    run = train.Run(options, build(train.CONFIG))
    assert not len(run.look_alikes())
    vectors = torch.eye(16, train.CONFIG["dim"])
    vectors[3] = vectors[9] = torch.nn.functional.normalize(vectors[3] + vectors[9], dim=0)
    vectors[5] = vectors[6]  # an older vector of the same photo
    run.past, run.past_names = vectors, torch.tensor([*range(6), 5, *range(7, 16)])
    assert run.look_alikes().tolist() == [3, 9]
