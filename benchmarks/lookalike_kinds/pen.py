"""What all kinds draw with: a sheet, fonts, photographs, names and numbers by chance.

Lengths are hundredths of the width. Fonts of the system are taken where there are any, Pillow's
own elsewhere.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Random = np.random.Generator
Picture = Image.Image
Colour = tuple[int, int, int]
Point = tuple[float, float]
Pixels = NDArray[np.uint8]

FACES = {
    "sans": ("DejaVuSans", "Arial", "Helvetica"),
    "bold": ("DejaVuSans-Bold", "Arial Bold", "arialbd"),
    "serif": ("DejaVuSerif", "Times New Roman", "times"),
    "narrow": ("DejaVuSansCondensed", "Arial Narrow", "arialn"),
    "mono": ("DejaVuSansMono", "Courier New", "cour"),
}
INK, WHITE = (25, 25, 30), (255, 255, 255)
MONTHS = "January February March April May June July August September October November December"
ONSETS = ("b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "w", "st", "tr", "br")
RHYMES = ("a", "e", "i", "o", "u", "an", "er", "in", "on", "ar", "el", "is", "us", "et", "ing")


@dataclass(frozen=True, slots=True)
class Photos:
    """Photographs for the kinds that hold one, any size, RGB."""

    paths: tuple[Path, ...]

    def one(self, random: Random, size: tuple[int, int]) -> Picture:
        """A photo that fills the size (w, h)."""
        picture = _opened(self.paths[int(random.integers(len(self.paths)))])
        scale = max(size[0] / picture.width, size[1] / picture.height)
        width, height = (math.ceil(length * scale) for length in picture.size)
        return picture.resize((width, height), Image.Resampling.LANCZOS).crop((0, 0, *size))


@lru_cache(maxsize=64)
def _opened(path: Path) -> Picture:
    with Image.open(path) as picture:
        picture.draft("RGB", (1600, 1600))
        picture.thumbnail((2000, 2000))
        return picture.convert("RGB")


class Sheet:
    """A picture that is drawn on in hundredths of its width."""

    def __init__(self, size: tuple[int, int], ground: Colour = WHITE) -> None:
        self.picture = Image.new("RGB", size, ground)
        self.pen = ImageDraw.Draw(self.picture)
        self.unit = size[0] / 100
        self.height = size[1] / self.unit

    def text(
        self,
        at: Point,
        words: str,
        size: float = 3,
        *,
        fill: Colour = INK,
        face: str = "sans",
        anchor: str = "la",
        edge: float = 0,
    ) -> None:
        place = at[0] * self.unit, at[1] * self.unit
        own = font(face, max(7, round(size * self.unit)))
        self.pen.text(
            place,
            words,
            fill,
            own,
            anchor,
            stroke_width=round(edge * self.unit),
            stroke_fill=(0, 0, 0),
        )

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        fill: Colour | None = None,
        *,
        edge: Colour | None = None,
        width: float = 0.2,
        round_: float = 0,
    ) -> None:
        place = [value * self.unit for value in (left, top, right, bottom)]
        pen = max(1, round(width * self.unit)) if edge else 0
        self.pen.rounded_rectangle(place, round_ * self.unit, fill, edge, pen)

    def disc(
        self, at: Point, radius: float, fill: Colour | None, edge: Colour | None = None
    ) -> None:
        x, y = at[0] * self.unit, at[1] * self.unit
        own = radius * self.unit
        pen = max(1, round(0.3 * self.unit))
        self.pen.ellipse((x - own, y - own, x + own, y + own), fill, edge, pen)

    def line(self, points: Sequence[Point], fill: Colour = INK, width: float = 0.2) -> None:
        places = [(x * self.unit, y * self.unit) for x, y in points]
        self.pen.line(places, fill, max(1, round(width * self.unit)), "curve")

    def shape(self, points: Sequence[Point], fill: Colour) -> None:
        self.pen.polygon([(x * self.unit, y * self.unit) for x, y in points], fill)

    def paste(self, picture: Picture, at: Point) -> None:
        self.picture.paste(picture, (round(at[0] * self.unit), round(at[1] * self.unit)))

    def pixels(self, width: float, height: float) -> tuple[int, int]:
        return max(1, round(width * self.unit)), max(1, round(height * self.unit))


@lru_cache(maxsize=256)
def font(face: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in FACES[face]:
        try:
            return ImageFont.truetype(f"{name}.ttf", size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def word(random: Random) -> str:
    count = int(random.integers(1, 4))
    return "".join(str(random.choice(ONSETS)) + str(random.choice(RHYMES)) for _ in range(count))


def words(random: Random, count: int) -> str:
    return " ".join(word(random) for _ in range(count))


def title(random: Random, count: int = 2) -> str:
    return words(random, count).title()


def number(random: Random, digits: int) -> str:
    return "".join(map(str, random.integers(0, 10, digits)))


def price(random: Random, most: int = 200) -> str:
    return f"{random.integers(0, most)}.{random.integers(0, 100):02}"


def chances(same: Random, other: Random, count: int, own: int) -> list[Random]:
    """The chance of each of `count` parts, of which `own` are each picture's own."""
    seed, chosen = (
        int(same.integers(1 << 30)),
        set(other.choice(count, own, replace=False).tolist()),
    )
    return [other if n in chosen else np.random.default_rng([seed, n]) for n in range(count)]


def date(random: Random) -> str:
    return f"{random.integers(1, 29):02}.{random.integers(1, 13):02}.20{random.integers(10, 26)}"


def strong(random: Random) -> Colour:
    """A colour that white letters can be read on."""
    red, green, blue = random.integers(20, 150, 3).tolist()
    return red, green, blue


def pale(random: Random) -> Colour:
    red, green, blue = random.integers(205, 250, 3).tolist()
    return red, green, blue


def lines(sheet: Sheet, random: Random, top: float, bottom: float, size: float, face: str) -> None:
    """Print that fills the page from edge to edge."""
    row = top
    while row < bottom:
        text = words(random, 40)
        own = font(face, max(7, round(size * sheet.unit)))
        most = (80 if row + size * 3.2 < bottom else random.integers(20, 70)) * sheet.unit
        while own.getlength(text) > most:
            text = text.rpartition(" ")[0]
        sheet.text((10, row), text, size, face=face)
        row += size * 1.55


def pen(sheet: Sheet, random: Random, at: Point, length: float, size: float) -> None:
    """A word written by hand."""
    x, y = at
    points, phase = [], float(random.uniform(0, 6))
    for step in np.arange(0, length, 0.12 * size):
        phase += float(random.uniform(0.3, 1.1))
        high = 1.6 if random.random() < 0.12 else 0.5
        points.append((x + step + 0.25 * size * math.cos(phase), y - size * high * math.sin(phase)))
    sheet.line(points, (30, 40, 110), 0.22)
