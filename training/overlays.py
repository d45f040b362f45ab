"""Banks of words, faces, watermarks, screens and grain, drawn once and blended in many times."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!?.,#@&"


@dataclass(frozen=True)
class Bank:
    """Uint8 layers of one size: colour times opacity, opacity, whole screens, shade and grain."""

    colour: NDArray[np.uint8]
    clear: NDArray[np.uint8]
    screens: NDArray[np.uint8]
    shades: NDArray[np.uint8]
    grain: NDArray[np.uint8]


def _colour(random: np.random.Generator) -> tuple[int, int, int]:
    if random.random() < 0.5:
        grey = int(random.choice([0, 255, 240, 20]))
        return grey, grey, grey
    red, green, blue = (int(v) for v in random.integers(0, 256, 3))
    return red, green, blue


def _words(random: np.random.Generator) -> str:
    word = "".join(random.choice(list(LETTERS), int(random.integers(3, 9))))
    return " ".join([word] * int(random.integers(1, 3)))


def _text(draw: ImageDraw.ImageDraw, side: int, random: np.random.Generator) -> None:
    for _ in range(int(random.integers(1, 4))):
        size = int(side * random.uniform(0.06, 0.22))
        place = (int(random.uniform(-0.05, 0.5) * side), int(random.uniform(0, 0.9) * side))
        draw.text(
            place,
            _words(random),
            fill=(*_colour(random), 255),
            font=ImageFont.load_default(size),
            stroke_width=int(random.integers(0, 3)),
            stroke_fill=(0, 0, 0, 255),
        )


def _faces(draw: ImageDraw.ImageDraw, side: int, random: np.random.Generator) -> None:
    for _ in range(int(random.integers(1, 5))):
        radius = side * random.uniform(0.04, 0.17)
        x, y = random.uniform(0, side, 2)
        wide = radius * random.uniform(0.8, 1.2)
        fill = (255, 205, 50) if random.random() < 0.5 else _colour(random)
        box = (x - wide, y - radius, x + wide, y + radius)
        shape = draw.rounded_rectangle if random.random() < 0.2 else draw.ellipse
        shape(box, fill=(*fill, 255))
        for turn in (-1, 1):
            eye = x + turn * wide * 0.4
            draw.ellipse(
                (eye - wide / 6, y - radius / 2, eye + wide / 6, y - radius / 8), fill="black"
            )
        draw.arc((x - wide / 2, y - radius / 2, x + wide / 2, y + radius / 2), 20, 160, "black", 2)


def _watermark(side: int, random: np.random.Generator) -> Image.Image:
    sheet = Image.new("RGBA", (2 * side, 2 * side))
    draw = ImageDraw.Draw(sheet)
    size = int(side * random.uniform(0.06, 0.18))
    fill = (*_colour(random), int(random.integers(60, 170)))
    words, font = _words(random), ImageFont.load_default(size)
    for row in range(0, 2 * side, int(size * random.uniform(1.5, 4))):
        for column in range(-int(random.integers(0, size * 3)), 2 * side, size * 6):
            draw.text((column, row), words, fill=fill, font=font)
    turned = sheet.rotate(random.uniform(-50, 50), Image.Resampling.BILINEAR)
    return turned.crop((side // 2, side // 2, side // 2 + side, side // 2 + side))


def _overlay(side: int, random: np.random.Generator) -> NDArray[np.uint8]:
    kind = random.random()
    if kind < 0.3:
        return np.asarray(_watermark(side, random))
    layer = Image.new("RGBA", (side, side))
    draw = ImageDraw.Draw(layer)
    if kind < 0.75:
        _text(draw, side, random)
    if kind > 0.65:
        _faces(draw, side, random)
    return np.asarray(layer)


def _screen(side: int, random: np.random.Generator) -> NDArray[np.uint8]:
    ground = _colour(random)
    screen = Image.new("RGB", (side, side), ground)
    draw = ImageDraw.Draw(screen)
    if random.random() < 0.3:
        return np.asarray(screen)
    row = 0.0
    while row < side:
        height = side * random.uniform(0.02, 0.08)
        left = side * random.uniform(0, 0.1)
        right = side * random.uniform(0.3, 1)
        kind = random.random()
        if kind < 0.5:
            draw.rectangle((left, row, right, row + height), fill=_colour(random))
        elif kind < 0.8:
            font = ImageFont.load_default(max(5, height))
            draw.text((left, row), _words(random), fill=_colour(random), font=font)
        else:
            draw.ellipse((left, row, left + height, row + height), fill=_colour(random))
        row += height * random.uniform(1.1, 2.5)
    return np.asarray(screen)


def draw_bank(side: int, *, count: int, seed: int) -> Bank:
    """`count` layers of each kind, each side x side."""
    random = np.random.default_rng(seed)
    layers = np.stack([_overlay(side, random) for _ in range(count)])
    alpha = layers[..., 3:].astype(np.uint16)
    colour = (layers[..., :3] * alpha // 255).astype(np.uint8)
    clear = np.repeat(255 - layers[..., 3:], 3, axis=3)
    line = np.linspace(-1, 1, side)
    shades = []
    for _ in range(16):
        x, y = random.uniform(-0.3, 0.3, 2)
        far = np.hypot(line[None] - x, line[:, None] - y) / math.sqrt(2)
        shade = 1 - random.uniform(0.3, 1.0) * far ** random.uniform(1.5, 3)
        shades.append(np.repeat((shade.clip(0, 1) * 255).astype(np.uint8)[..., None], 3, 2))
    grain = (128 + 32 * random.standard_normal((16, side, side, 3))).clip(0, 255).astype(np.uint8)
    return Bank(
        colour=colour,
        clear=np.ascontiguousarray(clear),
        screens=np.stack([_screen(side, random) for _ in range(count)]),
        shades=np.stack(shades),
        grain=grain,
    )
