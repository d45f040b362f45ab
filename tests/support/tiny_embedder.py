"""An embedder without a network."""

import numpy as np

from kindred.engine.embedding.embedder import Embedder
from kindred.engine.types import Calibration


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
        calibration=Calibration(0.5, 0.7, 0.9, 0.95),
    )
