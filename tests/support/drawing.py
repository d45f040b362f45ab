"""Pictures drawn by the tests: each seed gives another scene, with detail for feature matching."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter


def draw(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """An RGB scene of gradients, shapes and texture; the same for the same seed and size."""
    rng = np.random.default_rng(seed)
    width, height = size
    corners = Image.fromarray(rng.integers(40, 216, (3, 4, 3), dtype=np.uint8))
    picture = corners.resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture)
    for _ in range(60):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        side = rng.uniform(0.02, 0.18) * min(size)
        colour = tuple(int(c) for c in rng.integers(0, 256, 3))
        box = (x - side, y - side * rng.uniform(0.3, 1), x + side, y + side * rng.uniform(0.3, 1))
        match rng.integers(0, 4):
            case 0:
                pen.ellipse(box, fill=colour)
            case 1:
                pen.rectangle(box, fill=colour)
            case 2:
                points = [(x + rng.normal() * side, y + rng.normal() * side) for _ in range(5)]
                pen.polygon(points, fill=colour)
            case _:
                end = x + rng.normal() * 4 * side, y + rng.normal() * 4 * side
                pen.line((x, y, *end), colour, 3)
    grain = rng.normal(0, 6, (height, width, 1))
    pixels = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float32) + grain
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
