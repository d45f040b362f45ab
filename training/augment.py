"""Random edits of a squashed photo for training: a light one and a heavy one of each.

The edits are those of copy detection (SSCD, arXiv:2202.10261; DISC21, arXiv:2106.09672). They run
on uint8 through OpenCV, with overlays drawn beforehand (training/overlays.py).
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from training.overlays import Bank

Pixels = NDArray[np.uint8]
GREY = np.array([0.299, 0.587, 0.114])


def _region(pixels: Pixels, random: np.random.Generator, *, smallest: float) -> Pixels:
    """A random part with `smallest` to all of the area (small as often as large) and sides of at
    most 4:3."""
    side = pixels.shape[0]
    area = math.exp(random.uniform(math.log(smallest), 0))
    stretch = math.exp(random.uniform(-0.29, 0.29) / 2)
    height = min(side, round(side * math.sqrt(area) * stretch))
    width = min(side, round(side * math.sqrt(area) / stretch))
    top = int(random.integers(0, side - height + 1))
    left = int(random.integers(0, side - width + 1))
    return pixels[top : top + height, left : left + width]


def _fit(pixels: Pixels, width: int, height: int) -> Pixels:
    smaller = pixels.shape[0] > height or pixels.shape[1] > width
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=way), np.uint8)


def _turn(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """A rotation of up to 25 degrees; the corners are black, white or the edge continued."""
    side = pixels.shape[0]
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), random.uniform(-25, 25), 1)
    edge, value = [
        (cv2.BORDER_CONSTANT, (0, 0, 0)),
        (cv2.BORDER_CONSTANT, (255, 255, 255)),
        (cv2.BORDER_REPLICATE, (0, 0, 0)),
    ][int(random.integers(3))]
    turned = cv2.warpAffine(pixels, matrix, (side, side), borderMode=edge, borderValue=value)
    return np.asarray(turned, np.uint8)


def _tone(pixels: Pixels, random: np.random.Generator, *, strength: float) -> Pixels:
    """Brightness, contrast, saturation, hue and colour filters as one 3x4 matrix."""
    matrix = np.eye(3)
    saturation = random.uniform(1 - 0.8 * strength, 1 + 1.2 * strength)
    if random.random() < 0.2 * strength:
        saturation = 0
    matrix = saturation * matrix + (1 - saturation) * GREY[None]
    if random.random() < 0.5 * strength:
        angle = random.uniform(-1, 1)  # radians, about the grey diagonal
        cos, sin = math.cos(angle), math.sin(angle)
        skew = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(3)
        matrix = (cos * np.eye(3) + sin * skew + (1 - cos) / 3) @ matrix
    if random.random() < 0.3 * strength:
        mixing = random.dirichlet((1, 1, 1), 3)
        matrix = 0.5 * matrix + 0.5 * mixing @ matrix
    contrast = math.exp(random.uniform(-0.5, 0.6) * strength)
    brightness = math.exp(random.uniform(-0.7, 0.45) * strength)
    middle = float(pixels[::4, ::4].mean())
    offset = np.full(3, (1 - contrast) * middle) + random.normal(0, 12 * strength, 3)
    full = np.hstack([brightness * contrast * matrix, offset[:, None]])
    return np.asarray(cv2.transform(pixels, full), np.uint8)


def _blend(pixels: Pixels, bank: Bank, random: np.random.Generator) -> Pixels:
    chosen = int(random.integers(len(bank.colour)))
    shown = cv2.multiply(pixels, bank.clear[chosen], scale=1 / 255)
    return np.asarray(cv2.add(shown, bank.colour[chosen]), np.uint8)


def _frame(pixels: Pixels, bank: Bank, random: np.random.Generator) -> Pixels:
    """The picture smaller, within a border, between bars or on a screen."""
    side = pixels.shape[0]
    canvas: Pixels = bank.screens[int(random.integers(len(bank.screens)))].copy()
    kind = random.random()
    before, after = np.zeros(2), np.zeros(2)  # margins: vertical, horizontal
    if kind < 0.3:
        before = after = np.full(2, random.uniform(0.02, 0.14))
        canvas[:] = random.integers(0, 256, 3) if random.random() < 0.4 else random.choice([0, 255])
    elif kind < 0.5:
        axis = int(random.integers(2))
        before[axis] = after[axis] = random.uniform(0.05, 0.25)
        canvas[:] = random.choice([0, 255])
    else:
        axis = int(random.random() < 0.2)
        before[axis], after[axis] = random.uniform(0.02, 0.33, 2)
        if random.random() < 0.3:
            before[1 - axis], after[1 - axis] = random.uniform(0, 0.15, 2)
    top, left = (before * side).astype(int)
    bottom, right = (side - after * side).astype(int)
    canvas[top:bottom, left:right] = _fit(pixels, right - left, bottom - top)
    return canvas


def _jpeg(pixels: Pixels, quality: int) -> Pixels:
    _, data = cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, quality))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _worsen(pixels: Pixels, bank: Bank, random: np.random.Generator) -> Pixels:
    """Blur, too few pixels, or grain."""
    side = pixels.shape[0]
    kind = random.random()
    if kind < 0.35:
        worse = cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.004, 0.018) * side)
    elif kind < 0.65:
        few = int(side * random.uniform(0.25, 0.7))
        worse = cv2.resize(_fit(pixels, few, few), (side, side), interpolation=cv2.INTER_LINEAR)
    else:
        share = random.uniform(0.2, 1.0)
        grain = bank.grain[int(random.integers(len(bank.grain)))]
        worse = cv2.addWeighted(pixels, 1, grain, share, -128 * share)
    return np.asarray(worse, np.uint8)


def edit_lightly(pixels: Pixels, side: int, random: np.random.Generator) -> Pixels:
    """A view that is nearly the photo itself: uint8 (n, n, 3) to (side, side, 3)."""
    if random.random() < 0.3:
        pixels = _region(pixels, random, smallest=0.8)
    edited = _fit(pixels, side, side)
    if random.random() < 0.2:
        edited = _tone(edited, random, strength=0.3)
    if random.random() < 0.3:
        edited = _jpeg(edited, int(random.integers(40, 96)))
    return edited


def edit_heavily(pixels: Pixels, side: int, bank: Bank, random: np.random.Generator) -> Pixels:
    """A copy as people make them, often edited in several ways: uint8 (side, side, 3)."""
    chance = iter(random.random(10))
    if next(chance) < 0.7:
        pixels = _region(pixels, random, smallest=0.2)
    edited = _fit(pixels, side, side)
    if next(chance) < 0.3:
        edited = np.asarray(cv2.rotate(edited, int(random.integers(3))), np.uint8)
    if next(chance) < 0.3:
        edited = np.asarray(cv2.flip(edited, 1), np.uint8)
    if next(chance) < 0.2:
        edited = _turn(edited, random)
    if next(chance) < 0.5:
        edited = _tone(edited, random, strength=1)
    if next(chance) < 0.12:
        shade = bank.shades[int(random.integers(len(bank.shades)))]
        edited = np.asarray(cv2.multiply(edited, shade, scale=1 / 255), np.uint8)
    if next(chance) < 0.25:
        edited = _blend(edited, bank, random)
    if next(chance) < 0.3:
        edited = _frame(edited, bank, random)
    if next(chance) < 0.25:
        edited = _worsen(edited, bank, random)
    if next(chance) < 0.4:
        edited = _jpeg(edited, int(random.integers(8, 80)))
    return np.ascontiguousarray(edited)
