"""training.train from photos to a file the engine loads, killed and resumed on the way."""

import json
import sys
from pathlib import Path

import pytest
import torch

from kindred.engine.embedding.network import build, load
from tests.training.test_data import write_photos
from training import train


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


def test_look_alikes_are_the_photos_nearest_to_another_photo() -> None:
    options = train.arguments().parse_args(["--data", "x", "--out", "y", "--device", "cpu"])
    run = train.Run(options, build(train.CONFIG))
    assert not len(run.look_alikes())
    vectors = torch.eye(16, train.CONFIG["dim"])
    vectors[3] = vectors[9] = torch.nn.functional.normalize(vectors[3] + vectors[9], dim=0)
    vectors[5] = vectors[6]  # an older vector of the same photo
    run.past, run.past_names = vectors, torch.tensor([*range(6), 5, *range(7, 16)])
    assert run.look_alikes().tolist() == [3, 9]
