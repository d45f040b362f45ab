"""What every test gets: no screen, a home of its own, and an embedder that needs no network."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.embedder import Embedder
from engine.library import Library
from engine.paths import Home, home


@pytest.fixture(autouse=True)
def kindred_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Kindred's directories, below this test's own temporary directory."""
    monkeypatch.setenv("KINDRED_HOME", str(tmp_path / "kindred-home"))
    return home()


def _tiny_embed(pixels: np.ndarray) -> np.ndarray:
    """uint8 (n, 32, 32, 3) -> unit vectors (n, 192): the picture at 8 x 8, its mean removed."""
    small = pixels.astype(np.float32).reshape(-1, 8, 4, 8, 4, 3).mean(axis=(2, 4))
    flat = (small - small.mean(axis=(1, 2, 3), keepdims=True)).reshape(len(pixels), -1)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)


def tiny_embedder() -> Embedder:
    """An embedder without a network: resized and re-encoded copies come out near 1."""
    return Embedder(
        id="tiny-1",
        dim=192,
        side=32,
        device="cpu",
        runtime="numpy",
        batch=8,
        embed=_tiny_embed,
        features=lambda pixels: pixels[:, ::8, ::8].transpose(0, 3, 1, 2).astype(np.float32),
        calibration={
            "candidate": 0.5,
            "similar": 0.7,
            "copy_precision_99": 0.9,
            "copy_precision_999": 0.95,
        },
    )


@pytest.fixture
def embedder() -> Embedder:
    return tiny_embedder()


@pytest.fixture
def library(embedder: Embedder) -> Iterator[Library]:
    with Library.open(embedder=embedder) as opened:
        yield opened
