"""training.average: the mean of checkpoints, as a file the engine loads."""

import sys
from pathlib import Path

import pytest
import torch

from kindred.engine.embedding.network import build, load
from training import average
from training.export import save

CONFIG = {"blocks": [1, 1, 1, 1], "dim": 8, "mean": [0.5] * 3, "std": [0.25] * 3}


def test_the_average_lies_between_the_checkpoints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths, heads = [], []
    for seed in range(2):
        torch.manual_seed(seed)
        network = build(CONFIG)
        paths.append(tmp_path / f"{seed}.safetensors")
        heads.append(network.head.weight.detach())
        save(network, paths[-1], config=CONFIG, side=64, origin={})
    out = tmp_path / "mean.safetensors"
    monkeypatch.setattr(sys, "argv", ["average", *map(str, paths), "--out", str(out)])
    average.main()
    network, description = load(out)
    assert description["input_size"] == 64
    torch.testing.assert_close(
        network.head.weight.detach(), (heads[0] + heads[1]) / 2, atol=1e-3, rtol=1e-2
    )
