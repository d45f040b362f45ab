"""Photographs that look alike or of which one was changed, and plain colours."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.lookalike_kinds.pen import WHITE, Photos, Random, Sheet, pale, strong, title, words


def photo_of(sheet: Sheet, photos: Photos, random: Random) -> NDArray[np.float32]:
    return np.asarray(photos.one(random, sheet.picture.size), np.float32)


def show(sheet: Sheet, pixels: NDArray[np.float32], random: Random, *, grain: float) -> None:
    noisy = pixels + random.normal(0, grain, pixels.shape) if grain else pixels
    sheet.picture = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def product(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    low, radius = sheet.height, min(30, sheet.height * 0.32)
    size = sheet.pixels(2 * radius, 2 * radius)
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse((0, 0, *size), 255)
    at = round((50 - radius) * sheet.unit), round((low / 2 - radius) * sheet.unit)
    sheet.box(0, 0, 100, low, pale(same) if same.random() < 0.3 else (250, 250, 250))
    sheet.picture.paste(photos.one(other, size), at, mask)


def bottle(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low, tone = sheet.height, strong(other)
    middle, top = 50, low * 0.12
    for n in range(24):
        light = tuple(min(255, round(c + 90 * math.sin(math.pi * n / 24))) for c in tone)
        x = middle - 12 + n
        sheet.box(x, low * 0.35, x + 1.2, low * 0.92, light)
    sheet.box(middle - 4, top, middle + 4, low * 0.36, tone)
    sheet.box(middle - 12, low * 0.5, middle + 12, low * 0.75, pale(same))
    sheet.text((middle, low * 0.62), title(other, 1), 4, face="bold", anchor="mm")


def night_sky(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    width, height = sheet.picture.size
    down = np.linspace(0, 1, height)[:, None, None]
    sky = np.zeros((height, width, 3)) + [8, 10, 22] + down * same.uniform(4, 30, 3)
    for x, y, level in zip(
        other.integers(0, width, 400),
        other.integers(0, height, 400),
        other.random(400),
        strict=True,
    ):
        sky[y : y + 2, x : x + 2] += 230 * level**3
    show(sheet, sky.astype(np.float32), other, grain=3)


def texture(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    width, height = sheet.picture.size
    grain = other.normal(0, 1, (height, width))
    soft = cv2.GaussianBlur(grain, (0, 0), 1.2) * 60 + cv2.GaussianBlur(grain, (0, 0), 5) * 120
    tone = np.array(strong(same), np.float64)
    show(sheet, (tone + soft[..., None]).astype(np.float32), other, grain=2)


def panorama(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    width, height = sheet.picture.size
    wide = np.asarray(photos.one(same, (2 * width, height)), np.float32)
    start = int(other.uniform(0, 0.8) * width)
    show(sheet, wide[:, start : start + width], other, grain=2)


def expression(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    """One person a moment later: another face, and all else has moved a little."""
    pixels = photo_of(sheet, photos, same)
    height, width = pixels.shape[:2]
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    coarse = other.normal(0, 0.004 * width, (2, 5, 5)).astype(np.float32)  # she moved
    off = np.stack(
        [cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC) for field in coarse]
    )
    for _ in range(6):
        x, y = other.uniform(0.35, 0.65, 2) * [width, height]
        near = np.exp(-((across - x) ** 2 + (down - y) ** 2) / (0.05 * width) ** 2 / 2)
        off = off + other.normal(0, 0.012 * width, (2, 1, 1)) * near
    places = (across + off[0]).astype(np.float32), (down + off[1]).astype(np.float32)
    bent = cv2.remap(pixels, *places, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    show(sheet, bent, other, grain=2)


def meme(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    sheet.paste(photos.one(same, sheet.picture.size), (0, 0))
    for y in (8, sheet.height - 8):
        text = words(other, 3).upper()
        sheet.text((50, y), text, 6, fill=WHITE, face="bold", anchor="mm", edge=0.4)


def fixed_camera(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    """One view, with something faint at another place."""
    pixels = photo_of(sheet, photos, same)
    height, width = pixels.shape[:2]
    share, levels = float(same.choice([0.005, 0.01, 0.02, 0.05])), float(same.uniform(8, 25))
    x, y = other.uniform(0.1, 0.9, 2) * [width, height]
    radius = math.sqrt(share * width * height / math.pi)
    across, down = np.meshgrid(np.arange(width) - x, np.arange(height) - y)
    pixels = pixels.copy()
    pixels[np.hypot(across, down) < radius] -= levels
    show(sheet, pixels, other, grain=float(same.choice([0, 2])))


def exposure(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    pixels = photo_of(sheet, photos, same) * 2 ** float(other.uniform(-1.2, 1.2))
    show(sheet, pixels, other, grain=2)


def focus(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    pixels = photo_of(sheet, photos, same)
    soft = cv2.GaussianBlur(pixels, (0, 0), 0.004 * pixels.shape[1])
    near = np.linspace(0, 1, pixels.shape[0])[:, None, None]
    weight = 1 / (1 + np.exp((near - other.uniform(0.2, 0.8)) * 12 * other.choice([-1, 1])))
    show(sheet, pixels * weight + soft * (1 - weight), other, grain=1.5)


def spot_removed(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    pixels = photo_of(sheet, photos, same).astype(np.uint8)
    mask = np.zeros(pixels.shape[:2], np.uint8)
    x, y = (other.uniform(0.2, 0.8, 2) * pixels.shape[1::-1]).astype(int).tolist()
    cv2.circle(mask, (x, y), max(3, pixels.shape[1] // 20), 255, -1)
    sheet.picture = Image.fromarray(cv2.inpaint(pixels, mask, 5, cv2.INPAINT_TELEA))


def flag(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    upright = same.random() < 0.5
    for n in range(3):
        colour = strong(other) if other.random() < 0.7 else pale(other)
        if upright:
            sheet.box(100 / 3 * n, 0, 100 / 3 * (n + 1), sheet.height, colour)
        else:
            sheet.box(0, sheet.height / 3 * n, 100, sheet.height / 3 * (n + 1), colour)


def palette(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    count = int(same.integers(4, 7))
    side = 100 / count
    for row in range(int(sheet.height // side) + 1):
        for column in range(count):
            x, y = side * column, side * row
            sheet.box(x + 1, y + 1, x + side - 1, y + side - 1, strong(other))


def swatch(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    tone = np.array(strong(same)) + other.integers(-7, 8, 3)
    red, green, blue = tone.tolist()
    sheet.box(0, 0, 100, sheet.height * 0.8, (red, green, blue))
    sheet.text((6, sheet.height * 0.86), title(same, 1), 5, face="bold")
