"""Score a network on copies of photos it was not trained on: `python -m training.evaluate`."""

from functools import lru_cache

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from engine.network import Network
from training.measures import found, measure
from training.variants import VARIANTS

HARD = (
    "crop_30",
    "turn_90",
    "mirror",
    "screenshot",
    "rotate_15",
    "hue",
    "text",
    "jpeg_q10",
    "crop_mirror_jpeg",
    "filter_text_crop",
)


def embed(
    network: Network, pixels: NDArray[np.uint8], *, device: str = "cpu", batch: int = 128
) -> NDArray[np.float32]:
    """uint8 (n, S, S, 3) to unit vectors, float32 (n, d), in bfloat16 where it is fast."""
    fast = device == "cuda" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    network.eval()
    vectors = []
    with torch.inference_mode(), torch.autocast(device, torch.bfloat16, enabled=fast):
        for start in range(0, len(pixels), batch):
            part = torch.from_numpy(pixels[start : start + batch]).to(device)
            vectors.append(network(part).float().cpu().numpy())
    return np.concatenate(vectors)


def check(
    network: Network, pixels: NDArray[np.uint8], *, side: int, device: str
) -> dict[str, float]:
    """A quick look during training: ten hard edits of held-out photos of one square size."""
    references = embed(network, _squashed(pixels.tobytes(), len(pixels), None, side), device=device)
    truth = np.arange(len(pixels))
    report, rows = {}, []
    for name in HARD:
        queries = embed(
            network, _squashed(pixels.tobytes(), len(pixels), name, side), device=device
        )
        rows.append(queries @ references.T)
        report[name] = float(found(rows[-1], truth, within=1).mean())
    scores = measure(np.concatenate(rows), np.tile(truth, len(HARD)))
    return {
        "micro_ap": scores.micro_ap,
        "recall_1": scores.recall_1,
        "recall_20": scores.recall_20,
        "recall_999": scores.recall_999,
    } | report


@lru_cache(maxsize=24)
def _squashed(data: bytes, count: int, variant: str | None, side: int) -> NDArray[np.uint8]:
    pixels = np.frombuffer(data, np.uint8)
    pixels = pixels.reshape(count, int((len(pixels) // count // 3) ** 0.5), -1, 3)
    edited = []
    for photo in pixels:
        picture = Image.fromarray(photo)
        changed = np.asarray(VARIANTS[variant](picture) if variant else picture)
        edited.append(cv2.resize(changed, (side, side), interpolation=cv2.INTER_AREA))
    return np.stack(edited)
