"""Pictures for the tests of verification, drawn from a seed: texture of every size and shapes."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from kindred.engine.decoding.quality import is_flat
from kindred.engine.types import Calibration, PhotoInfo
from kindred.engine.verification import registration
from kindred.engine.verification.signature import signature
from kindred.engine.verification.views import View

Pixels = NDArray[np.uint8]
CALIBRATION = Calibration(0.17, 0.33, 0.45, 0.6)


def scene(seed: int, *, width: int = 480, height: int = 360, grain: float = 2.0) -> Pixels:
    """A picture of blobs, boxes and discs in colour with a camera's grain."""
    random = np.random.default_rng(seed)
    picture = np.full((height, width, 3), 128, np.float32)
    for cells in (4, 9, 20, 45, 90):
        blobs = random.normal(0, 30, (cells, cells, 3)).astype(np.float32)
        picture += cv2.resize(blobs, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(25):
        colour = random.integers(0, 255, 3).tolist()
        x, y = int(random.integers(0, width)), int(random.integers(0, height))
        size = int(random.integers(8, 50))
        if random.random() < 0.5:
            cv2.circle(picture, (x, y), size, colour, -1, cv2.LINE_AA)
        else:
            cv2.rectangle(picture, (x, y), (x + size, y + size // 2), colour, -1)
    return with_grain(picture, seed=seed + 1000, grain=grain)


def with_grain(picture: NDArray[np.generic], *, seed: int, grain: float) -> Pixels:
    """Another exposure of the same light."""
    noise = np.random.default_rng(seed).normal(0, grain, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def document(seed: int, *, lines: int = 24) -> Pixels:
    """A white page with the layout of all pages and words of its own."""
    random = np.random.default_rng(seed)
    page = np.full((640, 480, 3), 255, np.uint8)
    font, smooth = cv2.FONT_HERSHEY_SIMPLEX, cv2.LINE_AA
    cv2.putText(page, "Report", (40, 60), font, 1.2, (20, 20, 20), 2, smooth)
    for line in range(lines):
        words = "".join(random.choice(list("abcdefghij klmnop qrstuvw")) for _ in range(34))
        cv2.putText(page, words, (40, 100 + 22 * line), font, 0.6, (30, 30, 30), 1, smooth)
    return page


def jpeg(picture: Pixels, *, quality: int) -> Pixels:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def view(content: int, picture: Pixels, **known: object) -> View:
    """The picture as verification is given it."""
    height, width = picture.shape[:2]
    info = replace(PhotoInfo(width, height, "JPEG", flat=is_flat(picture)), **known)  # type: ignore[arg-type]

    def opened(side: int) -> Pixels:
        scale = min(1.0, side / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)

    return View(content, info, signature(picture), opened)


def farthest(found: registration.Matrix, true: registration.Matrix, picture: Pixels) -> float:
    """Pixels by which two transforms of a picture differ most at its corners."""
    height, width = picture.shape[:2]
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], np.float64)
    placed = [corners @ matrix.T for matrix in (found, true)]
    apart = placed[0][:, :2] / placed[0][:, 2:] - placed[1][:, :2] / placed[1][:, 2:]
    return float(np.hypot(*apart.T).max())
