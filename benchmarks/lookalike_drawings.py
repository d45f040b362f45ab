"""Draws pictures that look alike and are not the same: kinds of print, screens, boards and shots.

A kind is a function of `same` (chance that both pictures of a pair share: layout, colours, photos)
and `other` (chance of each picture's own: names, numbers, moves). Lengths are hundredths of the
width. Fonts of the system are taken where there are any, Pillow's own elsewhere.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

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


# --- print


def calendar(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.box(0, 0, 100, 12, strong(same))
    sheet.text((50, 6), str(other.choice(MONTHS.split())), 7, fill=WHITE, face="bold", anchor="mm")
    shift, days, high = int(other.integers(0, 7)), int(other.integers(28, 32)), sheet.height - 20
    for column in range(7):
        sheet.text((10 + 13.3 * column, 15), "MTWTFSS"[column], 3, anchor="mm")
    for cell in range(42):
        x, y = 3.5 + 13.3 * (cell % 7), 18 + high / 6 * (cell // 7)
        sheet.box(x, y, x + 13.3, y + high / 6, edge=(170, 170, 175))
        if shift <= cell < shift + days:
            sheet.text((x + 1, y + 1), str(cell - shift + 1), 3.2)


def certificate(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    gold, low = strong(same), sheet.height
    sheet.box(0, 0, 100, low, (253, 250, 240))
    sheet.box(4, 4, 96, low - 4, edge=gold, width=0.8)
    sheet.text((50, low * 0.2), "Certificate", low * 0.12, fill=gold, face="serif", anchor="mm")
    sheet.text((50, low * 0.36), "is awarded to", low * 0.05, face="serif", anchor="mm")
    sheet.text((50, low * 0.5), title(other), low * 0.09, face="bold", anchor="mm")
    sheet.text((50, low * 0.65), f"for {words(same, 5)}", low * 0.05, face="serif", anchor="mm")
    sheet.text((12, low * 0.8), date(other), low * 0.04)


def letter(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.text((10, 6), title(same), 4, face="bold", fill=strong(same))
    sheet.text((10, 20), f"Dear {title(other, 1)},", 2.4, face="serif")
    lines(sheet, same, 26, sheet.height - 20, 2.2, "serif")
    sheet.text((10, sheet.height - 14), f"Amount due: {price(other, 900)}", 2.4, face="bold")


def book_page(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    size = float(same.uniform(1.7, 2.8))
    sheet.text((50, 5), title(same), 2, face="serif", anchor="mm")
    lines(sheet, other, 10, sheet.height - 10, size, "serif")
    sheet.text((50, sheet.height - 5), number(other, 3), 2, face="serif", anchor="mm")


def phone_book(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    for column in range(3):
        for row in np.arange(8, sheet.height - 5, 2.6):
            sheet.text((4 + 32 * column, row), title(other, 2)[:18], 1.7, face="narrow")
            sheet.text((34 + 32 * column, row), number(other, 6), 1.7, face="narrow", anchor="ra")
    sheet.text((50, 3.5), title(same, 1), 2.5, face="bold", anchor="mm")


def photographed_page(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    book_page(same, other, sheet, photos)
    grain = int(other.integers(1 << 30))
    sheet.picture = photographed(sheet.picture, same, np.random.default_rng(grain))


def photographed_form(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    form(same, other, sheet, photos)
    grain = int(other.integers(1 << 30))
    sheet.picture = photographed(sheet.picture, same, np.random.default_rng(grain))


def photographed(picture: Picture, same: Random, other: Random) -> Picture:
    """Paper as a phone sees it: slanted, shaded, with noise."""
    width, height = picture.size
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = frame + (same.uniform(-0.03, 0.03, (4, 2)) * [width, height]).astype(np.float32)
    moved += (other.uniform(-0.004, 0.004, (4, 2)) * [width, height]).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(frame, moved)
    table = tuple(same.integers(60, 130, 3).tolist())
    laid = cv2.warpPerspective(
        np.asarray(picture), matrix, (width, height), borderValue=table, flags=cv2.INTER_AREA
    )
    across = np.linspace(-1, 1, width)[None, :, None] * same.uniform(-0.2, 0.2)
    down = np.linspace(-1, 1, height)[:, None, None] * same.uniform(-0.15, 0.15)
    lit = laid * (0.82 + across + down) + other.normal(0, 4, laid.shape)
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))


def handwriting(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    gap = float(same.uniform(4, 7))
    for row in np.arange(12, sheet.height - 6, gap):
        sheet.line([(0, row), (100, row)], (200, 210, 230))
        x = 8.0
        while x < 82:
            length = float(other.uniform(4, 14))
            pen(sheet, other, (x, row - 0.8), length, gap / 4)
            x += length + 3


def photographed_letter(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    letter(same, other, sheet, photos)
    grain = int(other.integers(1 << 30))
    sheet.picture = photographed(sheet.picture, same, np.random.default_rng(grain))


def photographed_receipt(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    receipt_number(same, other, sheet, photos)
    grain = int(other.integers(1 << 30))
    sheet.picture = photographed(sheet.picture, same, np.random.default_rng(grain))


def scanned_letter(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    letter(same, other, sheet, photos)
    turn = float(other.uniform(-0.4, 0.4))
    scan = sheet.picture.convert("L").rotate(turn, Image.Resampling.BICUBIC, fillcolor=252)
    show(sheet, np.asarray(scan.convert("RGB"), np.float32), other, grain=3)


def receipt(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.text((50, 6), title(same).upper(), 6, face="bold", anchor="mm")
    sheet.text((50, 13), f"{number(same, 2)} {title(same, 1)} Street", 3.6, anchor="mm")
    for row in np.arange(22, sheet.height - 30, 7):
        sheet.text((8, row), word(other).upper(), 4, face="mono")
        sheet.text((92, row), price(other, 30), 4, face="mono", anchor="ra")
    sheet.text((8, sheet.height - 24), "TOTAL", 5, face="bold")
    sheet.text((92, sheet.height - 24), price(other, 300), 5, face="bold", anchor="ra")
    sheet.text((50, sheet.height - 8), date(other), 3.6, anchor="mm")


def receipt_number(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.text((50, 6), title(same).upper(), 6, face="bold", anchor="mm")
    for row in np.arange(16, sheet.height - 34, 7):
        sheet.text((8, row), word(same).upper(), 4, face="mono")
        sheet.text((92, row), price(same, 30), 4, face="mono", anchor="ra")
    sheet.text((8, sheet.height - 30), f"TOTAL {price(same)}", 5, face="bold")
    sheet.text((8, sheet.height - 20), f"No. {number(other, 6)}", 3.6, face="mono")
    sheet.text((8, sheet.height - 14), f"{date(other)} {number(other, 2)}:{number(same, 2)}", 3.6)
    sheet.text((50, sheet.height - 6), "Thank you", 4, anchor="mm")


def invoice(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.text((8, 8), title(same), 4.5, face="bold", fill=strong(same))
    sheet.text((92, 9), f"Invoice {number(other, 5)}", 2.8, anchor="ra")
    sheet.text((92, 14), date(other), 2.4, anchor="ra")
    sheet.text((8, 22), title(same), 2.4)
    for row in np.arange(40, sheet.height - 40, 6):
        sheet.text((8, row), words(same, 3), 2.2)
        sheet.text((92, row), price(same, 90), 2.2, anchor="ra")
        sheet.line([(8, row + 4), (92, row + 4)], (210, 210, 215), 0.15)
    sheet.text((92, sheet.height - 32), f"Total {price(same, 900)}", 3, face="bold", anchor="ra")
    sheet.text((8, sheet.height - 12), words(same, 9), 1.8)


def form(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.text((8, 6), f"Form {number(same, 3)}", 4, face="bold")
    for row in np.arange(16, sheet.height - 10, 9):
        sheet.text((8, row), title(same, 1), 2.2)
        sheet.box(30, row - 1.5, 92, row + 4.5, edge=(90, 90, 95))
        pen(sheet, other, (33, row + 2), float(other.uniform(15, 50)), 1.5)


def form_ticked(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.text((8, 6), title(same), 4, face="bold")
    for row in np.arange(16, sheet.height - 8, 7):
        sheet.text((18, row), words(same, 5), 2.4)
        sheet.box(9, row - 0.5, 13, row + 3.5, edge=INK, width=0.3)
        if other.random() < 0.4:
            sheet.line([(9.5, row), (12.5, row + 3)], INK, 0.5)
            sheet.line([(12.5, row), (9.5, row + 3)], INK, 0.5)


def sheet_music(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.text((50, 6), title(same), 3.5, face="serif", anchor="mm")
    for top in np.arange(14, sheet.height - 10, 11):
        for line in range(5):
            sheet.line([(8, top + line), (92, top + line)], INK, 0.1)
        for bar in range(5):
            sheet.line([(8 + 21 * bar, top), (8 + 21 * bar, top + 4)], INK, 0.15)
        for x in np.arange(11, 91, 3.5):
            y = top + 0.5 * int(other.integers(0, 9))
            sheet.disc((x, y), 0.6, INK)
            sheet.line([(x + 0.5, y), (x + 0.5, y - 3)], INK, 0.15)


def crossword(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    count, high = 11, min(90, sheet.height - 8)
    for cell in range(count * count):
        side = high / count
        x, y = 5 + side * (cell % count), 4 + side * (cell // count)
        black = same.random() < 0.2
        sheet.box(x, y, x + side, y + side, INK if black else WHITE, edge=INK)
        letter_ = chr(65 + int(other.integers(26)))
        if not black and other.random() < 0.7:
            sheet.text((x + side / 2, y + side / 2), letter_, side * 0.6, anchor="mm")


def sudoku(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    digits(same, [other] * 81, sheet)


def sudoku_digit(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    digits(same, chances(same, other, 81, 2), sheet)


def digits(same: Random, squares: Sequence[Random], sheet: Sheet) -> None:
    side, ink = min(90, sheet.height - 8) / 9, strong(same)
    for cell, random in enumerate(squares):
        x, y = 5 + side * (cell % 9), 4 + side * (cell // 9)
        sheet.box(x, y, x + side, y + side, edge=(120, 120, 125))
        if random.random() < 0.4:
            at = x + side / 2, y + side / 2
            sheet.text(at, str(random.integers(1, 10)), side * 0.6, fill=ink, anchor="mm")
    for n in range(4):
        edge = 3 * side * n
        sheet.line([(5 + edge, 4), (5 + edge, 4 + 9 * side)], INK, 0.5)
        sheet.line([(5, 4 + edge), (5 + 9 * side, 4 + edge)], INK, 0.5)


def boarding_pass(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    airline, low = strong(same), sheet.height
    sheet.box(0, 0, 100, low * 0.2, airline)
    sheet.text((4, low * 0.06), title(same, 1), low * 0.09, fill=WHITE, face="bold")
    for n, label in enumerate(("Passenger", "Flight", "Date", "Seat", "Gate", "Boarding")):
        x, y = 5 + 24 * (n % 3), low * (0.3 + 0.3 * (n // 3))
        value = title(same, 1) if n == 0 else number(other if n in (1, 3, 4) else same, 3)
        sheet.text((x, y), label, low * 0.045, fill=(120, 120, 125))
        sheet.text((x, y + low * 0.07), value, low * 0.09, face="bold")
    bars(sheet, other, 78, low * 0.3, 96, low * 0.9, across=False)


def bars(
    sheet: Sheet,
    random: Random,
    left: float,
    top: float,
    right: float,
    bottom: float,
    *,
    across: bool = True,
) -> None:
    at, end = (left, right) if across else (top, bottom)
    while at < end - 1:
        width, gap = random.integers(1, 4, 2) * 0.4
        if across:
            sheet.box(at, top, at + width, bottom, INK)
        else:
            sheet.box(left, at, right, at + width, INK)
        at += width + gap


def barcode(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low = sheet.height
    sheet.text((50, low * 0.1), title(same), low * 0.08, face="bold", anchor="mm")
    bars(sheet, other, 10, low * 0.2, 90, low * 0.78)
    sheet.text((50, low * 0.87), number(other, 13), low * 0.08, face="mono", anchor="mm")


def qr_ticket(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low, count = sheet.height, int(same.integers(21, 34))
    sheet.text((50, low * 0.07), title(same, 3), 5, face="bold", anchor="mm")
    cell = min(70, low * 0.7) / count
    left, top = 50 - count * cell / 2, low * 0.16
    for n in np.flatnonzero(other.random(count * count) < 0.5).tolist():
        x, y = left + cell * (n % count), top + cell * (n // count)
        sheet.box(x, y, x + cell, y + cell, INK)
    for column, row in ((0, 0), (count - 7, 0), (0, count - 7)):
        for inset, colour in ((0, INK), (1, WHITE), (2, INK)):
            x, y = left + cell * (column + inset), top + cell * (row + inset)
            side = cell * (7 - 2 * inset)
            sheet.box(x, y, x + side, y + side, colour)
    sheet.text((50, low * 0.94), date(same), 3, anchor="mm")


def id_card(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    low = sheet.height
    sheet.box(0, 0, 100, low, pale(same))
    sheet.box(0, 0, 100, low * 0.15, strong(same))
    sheet.text((4, low * 0.04), "IDENTITY CARD", low * 0.07, fill=WHITE, face="bold")
    sheet.paste(photos.one(same, sheet.pixels(24, low * 0.6)), (5, low * 0.25))
    for n, label in enumerate(("Name", "Number", "Born", "Valid until")):
        value = title(other) if n == 0 else number(other, 8) if n == 1 else date(other)
        y = low * (0.23 + 0.18 * n)
        sheet.text((34, y), label, low * 0.045, fill=(110, 110, 115))
        sheet.text((34, y + low * 0.06), value, low * 0.075, face="bold")


def name_badge(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low = sheet.height
    sheet.box(3, 3, 97, low - 3, WHITE, edge=strong(same), width=1.5, round_=4)
    sheet.text((50, low * 0.22), title(same).upper(), 6, fill=strong(same), anchor="mm")
    sheet.text((50, low * 0.55), title(other, 1), 13, face="bold", anchor="mm")
    sheet.text((50, low * 0.8), title(other), 5, anchor="mm")


def business_card(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low, own = sheet.height, strong(same)
    sheet.disc((15, low * 0.3), 8, own)
    sheet.text((30, low * 0.2), title(same), low * 0.1, fill=own, face="bold")
    sheet.text((30, low * 0.45), title(other), low * 0.09)
    sheet.text((30, low * 0.6), f"+{number(other, 10)}", low * 0.06)
    sheet.text((30, low * 0.7), f"{word(other)}@{word(same)}.com", low * 0.06)


def stamp(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    low = sheet.height
    sheet.box(0, 0, 100, low, (250, 248, 240))
    tone = strong(same)
    sheet.paste(photos.one(same, sheet.pixels(80, low * 0.66)).convert("L").convert("RGB"), (10, 8))
    sheet.text((12, low * 0.85), title(same, 1).upper(), 8, fill=tone, face="serif")
    sheet.text((90, low * 0.85), str(other.choice([5, 10, 25, 40, 80])), 12, fill=tone, anchor="ra")
    for x in np.arange(2.5, 100, 5):
        for y in (0, low):
            sheet.disc((x, y), 1.6, (120, 110, 100))


def price_tag(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low = sheet.height
    sheet.box(0, 0, 100, low, (255, 225, 0))
    sheet.text((5, low * 0.08), title(same), low * 0.13, face="bold")
    sheet.text((50, low * 0.55), price(other, 90), low * 0.4, fill=(190, 0, 0), anchor="mm")
    sheet.text((5, low * 0.86), f"{number(same, 3)} g", low * 0.08)


def licence_plate(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    sheet.paste(photos.one(same, sheet.pixels(100, sheet.height)), (0, 0))
    y, letters = sheet.height * 0.6, "".join(map(chr, other.integers(65, 91, 3)))
    sheet.box(30, y, 70, y + 9, (240, 240, 235), edge=INK, width=0.5, round_=1)
    sheet.text((50, y + 4.5), f"{letters} {number(other, 3)}", 6.5, face="bold", anchor="mm")


def badge_on_photo(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    sheet.paste(photos.one(same, sheet.pixels(100, sheet.height)), (0, 0))
    at = 50, sheet.height / 2
    sheet.disc(at, min(25, sheet.height / 3), strong(same), WHITE)
    sheet.text(at, number(other, 2), 14, fill=WHITE, face="bold", anchor="mm")


def score_board(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    sheet.paste(photos.one(same, sheet.pixels(100, sheet.height)), (0, 0))
    sheet.box(4, 4, 40, 10, strong(same))
    score = f"{title(same, 1)[:6]}  {other.integers(0, 9)} : {other.integers(0, 9)}"
    sheet.text((6, 7), f"{score}  {other.integers(1, 91)}'", 3, fill=WHITE, anchor="lm")


def date_stamp(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    sheet.paste(photos.one(same, sheet.picture.size), (0, 0))
    at = 96, sheet.height - 6
    sheet.text(at, date(other), 3, fill=(255, 150, 40), face="mono", anchor="ra", edge=0.1)


def poster(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    sheet.paste(photos.one(same, sheet.pixels(100, sheet.height)), (0, 0))
    sheet.text((50, 12), title(same), 10, fill=WHITE, face="bold", anchor="mm", edge=0.3)
    day = f"{other.integers(1, 29)} {other.choice(MONTHS.split())}"
    sheet.text((50, sheet.height - 14), day, 7, fill=WHITE, face="bold", anchor="mm", edge=0.3)


def comic(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    rows = 3
    for cell in range(2 * rows):
        width, height = 47, sheet.height / rows - 3
        x, y = 2 + 49 * (cell % 2), 2 + (height + 2) * (cell // 2)
        sheet.box(x, y, x + width, y + height, pale(same), edge=INK, width=0.5)
        sheet.box(x + 3, y + 2, x + 36, y + 10, WHITE, edge=INK, round_=4)
        sheet.text((x + 19, y + 6), words(other, 2), 2.4, anchor="mm")
        for _ in range(int(other.integers(1, 3))):
            at = x + float(other.uniform(8, 40)), y + height * 0.65
            sheet.box(at[0] - 4, at[1] + 3, at[0] + 4, y + height, strong(other))
            sheet.disc(at, 4, (250, 215, 180), INK)


# --- charts


def axes(same: Random, sheet: Sheet) -> float:
    low = sheet.height - 12
    sheet.text((50, 4), title(same, 3), 3, anchor="mm")
    for n in range(6):
        y = low - (low - 10) * n / 5
        sheet.line([(10, y), (96, y)], (215, 215, 220))
        sheet.text((9, y), str(20 * n), 2.2, anchor="rm")
        sheet.text((12 + 16 * n, low + 2), str(2015 + n), 2.2)
    sheet.line([(10, 8), (10, low), (96, low)], INK, 0.25)
    return low


def line_chart(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low = axes(same, sheet)
    for _ in range(2):
        steps = np.cumsum(other.normal(0, 1, 40))
        heights = 10 + (low - 14) * (steps - steps.min()) / np.ptp(steps)
        places = np.linspace(12, 94, 40)
        sheet.line(list(zip(places.tolist(), heights.tolist(), strict=True)), strong(same), 0.4)


def bar_chart(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low, colour = axes(same, sheet), strong(same)
    for n in range(10):
        sheet.box(13 + 8.2 * n, float(other.uniform(12, low - 2)), 19 + 8.2 * n, low, colour)


def pie_chart(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.text((50, 5), title(same, 3), 4, anchor="mm")
    radius, at = min(38, sheet.height / 2 - 12), (50, sheet.height / 2 + 4)
    box = [
        value * sheet.unit
        for value in (at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius)
    ]
    angle = 0.0
    for share in other.dirichlet(np.full(5, 3)).tolist():
        sheet.pen.pieslice(box, angle, angle + 360 * share, strong(same), WHITE)
        angle += 360 * share


def scatter_chart(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low, colour = axes(same, sheet), strong(same)
    for x, y in other.normal(0.5, 0.17, (120, 2)).clip(0.02, 0.98).tolist():
        sheet.disc((11 + 84 * x, 10 + (low - 12) * y), 0.6, colour)


def heat_map(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low = sheet.height - 12
    sheet.text((50, 4), title(same), 3, anchor="mm")
    for row in range(10):
        for column in range(12):
            value = float(other.random())
            colour = int(255 - 200 * value), int(255 - 120 * value), 235
            x, y = 12 + 7 * column, 8 + (low - 8) / 10 * row
            sheet.box(x, y, x + 7, y + (low - 8) / 10, colour)
        sheet.text((11, 8 + (low - 8) / 10 * (row + 0.5)), word(same)[:6], 2, anchor="rm")


def spreadsheet(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    cells(sheet, same, other, 1.0)


def spreadsheet_few(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    cells(sheet, same, other, 0.02)


def cells(sheet: Sheet, same: Random, other: Random, share: float) -> None:
    sheet.box(0, 0, 100, 4, (230, 232, 235))
    for row, y in enumerate(np.arange(4, sheet.height - 3, 3.4).tolist()):
        sheet.line([(0, y), (100, y)], (205, 205, 210), 0.1)
        for column in range(8):
            text, own = price(same, 9999), price(other, 9999)
            differs = other.random() < share or (row, column) == (5, 3)
            sheet.text((12 * column + 14, y + 0.7), own if differs else text, 2, anchor="ra")
    for column in range(9):
        x = 2.5 + 12 * column
        sheet.line([(x, 0), (x, sheet.height)], (205, 205, 210), 0.1)


def floor_plan(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low = sheet.height
    sheet.box(6, 6, 94, low - 14, edge=INK, width=0.8)
    for _ in range(5):
        x, y = float(other.uniform(15, 85)), float(other.uniform(12, low - 20))
        sheet.line([(x, 6), (x, y)], INK, 0.6)
        sheet.line([(x, y), (94, y)], INK, 0.6)
        sheet.text((x + 1, y + 1), title(other, 1), 2.2)
    sheet.text((6, low - 10), title(same, 3), 3, face="bold")


def map_tile(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.box(0, 0, 100, sheet.height, (242, 239, 230))
    for width, colour in ((1.0, WHITE), (2.0, (250, 215, 120)), (0.7, (235, 150, 130))):
        for _ in range(8):
            points = other.uniform(-5, 105, (3, 2)) * [1, sheet.height / 100]
            sheet.line([(x, y) for x, y in points.tolist()], colour, width)
    for _ in range(6):
        at = other.uniform(5, 80, 2) * [1, sheet.height / 100]
        sheet.text((at[0], at[1]), title(other), 2.4, fill=(90, 90, 95))
    sheet.text((98, sheet.height - 4), f"© {title(same)}", 1.8, anchor="ra")


# --- slides and screens


def slide(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    tone = strong(same)
    sheet.box(0, 0, 100, 9, tone)
    sheet.text((4, 4.5), title(other, 3), 4, fill=WHITE, face="bold", anchor="lm")
    for n in range(int(other.integers(3, 6))):
        sheet.disc((7, 17.5 + 7 * n), 0.6, tone)
        sheet.text((9, 16 + 7 * n), words(other, 6), 2.6)
    sheet.disc((94, sheet.height - 5), 3, tone)


def slide_title(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low = sheet.height
    sheet.box(0, 0, 100, low, pale(same))
    sheet.shape([(100, 0), (100, low), (60, low)], strong(same))
    sheet.text((6, low * 0.45), title(other), 5, face="bold")
    sheet.text((6, low * 0.6), title(same, 3), 2.6)


def slide_photo(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    low = sheet.height
    sheet.box(0, 0, 100, 9, strong(same))
    sheet.text((4, 4.5), title(same, 3), 4, fill=WHITE, face="bold", anchor="lm")
    sheet.paste(photos.one(other, sheet.pixels(50, low - 24)), (25, 13))
    sheet.text((50, low - 5), title(same), 2.4, anchor="mm")


def slide_caption(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    low = sheet.height
    sheet.paste(photos.one(same, sheet.pixels(100, low)), (0, 0))
    sheet.box(0, low * 0.4, 100, low * 0.62, WHITE)
    sheet.text((5, low * 0.51), title(other, 3), low * 0.08, face="bold", anchor="lm")


def phone_bar(sheet: Sheet, random: Random, fill: Colour = INK) -> None:
    sheet.text((6, 2.5), f"{random.integers(0, 24):02}:{random.integers(0, 60):02}", 3.5, fill=fill)
    sheet.box(88, 3, 94, 6, fill, round_=0.6)


def chat(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    bubbles(sheet, same, [other] * 30)


def chat_last_message(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    bubbles(sheet, same, [*[same] * 9, other])


def bubbles(sheet: Sheet, same: Random, chance: Sequence[Random]) -> None:
    tone, mine = strong(same), pale(same)
    sheet.box(0, 0, 100, sheet.height, (236, 229, 221))
    sheet.box(0, 0, 100, 20, tone)
    phone_bar(sheet, chance[-1], WHITE)
    sheet.disc((9, 14), 4, pale(same))
    sheet.text((16, 12), title(same), 4, fill=WHITE, face="bold")
    y = 24.0
    for random in chance:
        rows = int(random.integers(1, 4))
        if y + 5 * rows > sheet.height - 16:
            break
        left = 4 if random.random() < 0.5 else 34
        own = WHITE if left == 4 else mine
        sheet.box(left, y, left + 62, y + 5 * rows + 3, own, round_=2)
        for row in range(rows):
            sheet.text((left + 3, y + 1.5 + 5 * row), words(random, 4)[:30], 3.4)
        y += 5 * rows + 6
    sheet.box(3, sheet.height - 12, 84, sheet.height - 3, WHITE, round_=4)
    sheet.disc((92, sheet.height - 7.5), 5, tone)


def settings(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    phone_bar(sheet, same)
    sheet.text((6, 10), "Settings", 7, face="bold")
    rows = np.arange(24, sheet.height - 12, 13).tolist()
    turned = int(other.integers(len(rows)))
    for n, y in enumerate(rows):
        on = (same.random() < 0.5) != (n == turned)
        sheet.text((6, y), title(same), 4)
        sheet.text((6, y + 5.5), words(same, 4), 2.8, fill=(130, 130, 135))
        sheet.box(82, y + 1, 94, y + 7, (50, 190, 90) if on else (205, 205, 210), round_=3)
        sheet.disc((91 if on else 85, y + 4), 2.6, WHITE)


def banking(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.box(0, 0, 100, 45, strong(same))
    phone_bar(sheet, other, WHITE)
    sheet.text((6, 16), "My account", 4, fill=WHITE)
    sheet.text((6, 26), f"EUR {price(other, 9000)}", 7, fill=WHITE, face="bold")
    for y in np.arange(52, sheet.height - 10, 14).tolist():
        sheet.disc((9, y + 4), 4, pale(same))
        sheet.text((18, y), title(other), 3.8)
        sheet.text((94, y), f"-{price(other)}", 3.8, face="bold", anchor="ra")


def lock_screen(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    dim = Image.new("RGB", sheet.picture.size)
    back = photos.one(same, sheet.pixels(100, sheet.height)).filter(ImageFilter.GaussianBlur(3))
    sheet.paste(Image.blend(back, dim, 0.35), (0, 0))
    hour = f"{other.integers(0, 24):02}:{other.integers(0, 60):02}"
    sheet.text((50, 45), hour, 20, fill=WHITE, anchor="mm")
    sheet.text((50, 60), f"{title(same, 1)} {other.integers(1, 29)}", 4.5, fill=WHITE, anchor="mm")


def calculator(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low, tone = sheet.height, strong(same)
    sheet.box(0, 0, 100, low, (20, 20, 22))
    sheet.text((95, low * 0.28), number(other, 6), 13, fill=WHITE, anchor="rm")
    for n, key in enumerate("C()/789x456-123+0.%="):
        x, y = 12.5 + 25 * (n % 4), low * (0.42 + 0.12 * (n // 4))
        sheet.disc((x, y), min(9, low * 0.05), tone if n % 4 == 3 else (60, 60, 64))
        sheet.text((x, y), key, 6, fill=WHITE, anchor="mm")


def player(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    sheet.box(0, 0, 100, sheet.height, strong(same))
    side = min(80, sheet.height * 0.55)
    sheet.paste(photos.one(same, sheet.pixels(side, side)), (50 - side / 2, 8))
    y = side + 14
    sheet.text((50, y), title(other), 5, fill=WHITE, face="bold", anchor="mm")
    sheet.text((50, y + 6), title(same), 3.5, fill=(210, 210, 215), anchor="mm")
    at = float(other.uniform(15, 85))
    sheet.line([(10, y + 13), (90, y + 13)], (150, 150, 155), 0.6)
    sheet.line([(10, y + 13), (at, y + 13)], WHITE, 0.6)
    sheet.disc((at, y + 13), 1.4, WHITE)


def album(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    sheet.text((5, 4), title(same), 5, face="bold")
    columns = 3
    for cell in range(columns * int((sheet.height - 14) // 32)):
        x, y = 3 + 32 * (cell % columns), 14 + 32 * (cell // columns)
        sheet.paste(photos.one(other, sheet.pixels(30, 30)), (x, y))


def app_photo(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    low = sheet.height
    phone_bar(sheet, same)
    sheet.disc((8, 13), 4, strong(same))
    sheet.text((15, 11), title(same, 1), 3.6, face="bold")
    high = min(low * 0.6, 110)
    sheet.paste(photos.one(other, sheet.pixels(100, high)), (0, 20))
    for n, x in enumerate((6, 16, 26)):
        sheet.disc((x, 26 + high), 3, None if n else (230, 50, 70), INK)
    sheet.text((4, 33 + high), f"{number(same, 3)} likes", 3.4, face="bold")
    sheet.text((4, 39 + high), words(same, 5), 3.4)


def dark_app_photo(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    low = sheet.height
    sheet.box(0, 0, 100, low, (0, 0, 0))
    phone_bar(sheet, same, WHITE)
    high = min(low * 0.5, 75)
    sheet.paste(photos.one(other, sheet.pixels(100, high)), (0, (low - high) / 2))
    for n in range(4):
        sheet.disc((14 + 24 * n, low - 8), 3, None, WHITE)


def web_page(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    sheet.box(0, 0, 100, 7, strong(same))
    sheet.text((4, 3.5), title(same), 3.4, fill=WHITE, face="bold", anchor="lm")
    sheet.paste(photos.one(other, sheet.pixels(30, 18)), (66, 11))
    sheet.text((4, 11), title(other, 4)[:34], 3.2, face="bold")
    for row in np.arange(18, sheet.height - 4, 3).tolist():
        sheet.text((4, row), words(other, 9)[:58], 1.8)


def editor(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    code(same, [other] * 99, sheet)


def editor_line(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    code(same, chances(same, other, 16, 1), sheet)


def code(same: Random, rows: Sequence[Random], sheet: Sheet) -> None:
    sheet.box(0, 0, 100, sheet.height, (30, 30, 34))
    sheet.box(0, 0, 18, sheet.height, (40, 40, 45))
    for n in range(12):
        sheet.text((2, 3 + 2.8 * n), f"{word(same)}.py", 1.6, fill=(170, 170, 175), face="mono")
    inks = ((220, 220, 225), (120, 180, 250), (230, 160, 110), (130, 200, 130))
    starts = np.arange(3, sheet.height - 3, 2.5).tolist()
    for n, (y, random) in enumerate(zip(starts, rows, strict=False)):
        sheet.text((20, y), str(n + 1), 1.6, fill=(110, 110, 115), face="mono")
        x = 24 + 2.5 * int(random.integers(0, 4))
        for _ in range(int(random.integers(1, 6))):
            own = word(random)
            sheet.text((x, y), own, 1.7, fill=inks[int(random.integers(4))], face="mono")
            x += 1.1 * len(own) + 1.2


def terminal(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.box(0, 0, 100, sheet.height, (12, 12, 14))
    prompt = f"{word(same)}@{word(same)}:~$ "
    for y in np.arange(3, sheet.height - 3, 3).tolist():
        text = prompt + words(other, 2) if other.random() < 0.3 else words(other, 7)
        sheet.text((2, y), text[:70], 1.9, fill=(200, 220, 200), face="mono")


def game_hud(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    low = sheet.height
    sheet.paste(photos.one(other, sheet.pixels(100, low)), (0, 0))
    sheet.box(0, low - 9, 100, low, (25, 25, 25))
    text = f"HEALTH {number(other, 2)}  AMMO {number(other, 2)}  SCORE {number(other, 5)}"
    sheet.text((3, low - 6.5), text, 3.5, fill=(250, 210, 40), face="bold")
    sheet.box(80, 3, 97, 20, strong(same), edge=WHITE)


def video_frame(same: Random, other: Random, sheet: Sheet, photos: Photos) -> None:
    low = sheet.height
    sheet.box(0, 0, 100, low, (0, 0, 0))
    sheet.paste(photos.one(other, sheet.pixels(100, low * 0.74)), (0, low * 0.13))
    sheet.text((96, low * 0.2), title(same, 1).upper(), 4, fill=WHITE, face="bold", anchor="ra")
    sheet.text((50, low * 0.94), words(same, 5), 3, fill=(230, 230, 90), anchor="mm")


def dashboard(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    cards(same, [other] * 99, sheet)


def dashboard_card(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    cards(same, chances(same, other, 8, 1), sheet)


def cards(same: Random, chance: Sequence[Random], sheet: Sheet) -> None:
    sheet.box(0, 0, 100, sheet.height, (240, 242, 246))
    wide = 2 if sheet.height > 100 else 4
    size = 96 / wide
    places = range(wide * int((sheet.height - 4) // (size * 0.6)))
    for cell, random in zip(places, chance, strict=False):
        x, y = 2 + size * (cell % wide), 3 + size * 0.6 * (cell // wide)
        sheet.box(x + 1, y, x + size - 1, y + size * 0.55, WHITE, round_=1.5)
        sheet.text((x + 3, y + 2), title(same, 1), size * 0.07, fill=(120, 120, 125))
        sheet.text((x + 3, y + size * 0.2), price(random, 999), size * 0.14, face="bold")


def planner(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.text((50, 4), title(same), 3, face="bold", anchor="mm")
    for row in np.arange(8, sheet.height - 2, 4).tolist():
        sheet.line([(3, row), (97, row)], (215, 215, 220), 0.1)
    for _ in range(6):
        x, y = 6 + 13 * int(other.integers(7)), float(other.uniform(9, sheet.height - 14))
        sheet.box(x, y, x + 12, y + 8, strong(other), round_=0.6)
        sheet.text((x + 0.6, y + 0.6), title(other, 1)[:9], 1.8, fill=WHITE)


def clock_face(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    at, radius = (50, sheet.height / 2), min(45, sheet.height / 2 - 4)
    sheet.box(0, 0, 100, sheet.height, pale(same))
    sheet.disc(at, radius, WHITE, strong(same))
    for hour in range(12):
        turn = math.tau * hour / 12
        place = at[0] + 0.85 * radius * math.sin(turn), at[1] - 0.85 * radius * math.cos(turn)
        sheet.text(place, str(hour or 12), radius * 0.14, anchor="mm")
    for length, width, share in ((0.5, 0.04, other.random()), (0.75, 0.025, other.random())):
        turn = math.tau * share
        end = at[0] + length * radius * math.sin(turn), at[1] - length * radius * math.cos(turn)
        sheet.line([at, end], INK, width * radius)


def clock_digital(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.box(0, 0, 100, sheet.height, (10, 10, 12))
    hour = f"{other.integers(0, 24):02}:{other.integers(0, 60):02}"
    at = 50, sheet.height / 2
    sheet.text(at, hour, 24, fill=(240, 60, 50), face="mono", anchor="mm")
    sheet.text((50, sheet.height - 8), title(same, 1), 4, fill=(120, 120, 125), anchor="mm")


# --- boards and small graphics


def chess(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    chess_board(same, [other] * 64, sheet)


def chess_move(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    chess_board(same, chances(same, other, 64, 4), sheet)


def chess_board(same: Random, squares: Sequence[Random], sheet: Sheet) -> None:
    side, dark = min(100, sheet.height) / 8, strong(same)
    for cell, random in enumerate(squares):
        x, y = side * (cell % 8), side * (cell // 8)
        sheet.box(x, y, x + side, y + side, dark if (cell % 8 + cell // 8) % 2 else (240, 217, 181))
        if random.random() < 0.35:
            at, piece = (x + side / 2, y + side / 2), "♔♕♖♗♘♙♚♛♜♝♞♟"[int(random.integers(12))]
            sheet.text(at, piece, side * 0.75, fill=(0, 0, 0), anchor="mm")


def go_board(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    stones(same, [other] * 361, sheet)


def go_move(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    stones(same, chances(same, other, 361, 4), sheet)


def stones(same: Random, points: Sequence[Random], sheet: Sheet) -> None:
    side = (min(100, sheet.height) - 8) / 18
    red, green, blue = pale(same)
    sheet.box(0, 0, 100, sheet.height, (red, green - 40, blue - 110))
    for n in range(19):
        edge = 4 + side * n
        sheet.line([(4, edge), (4 + 18 * side, edge)], INK, 0.12)
        sheet.line([(edge, 4), (edge, 4 + 18 * side)], INK, 0.12)
    for n, random in enumerate(points):
        if random.random() < 0.3:
            at = 4 + side * (n % 19), 4 + side * (n // 19)
            sheet.disc(at, side * 0.46, INK if random.random() < 0.5 else WHITE, INK)


def noughts_crosses(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    side, tones = min(96, sheet.height - 4) / 3, (strong(same), strong(same))
    for n in (1, 2):
        sheet.line([(2 + side * n, 2), (2 + side * n, 2 + 3 * side)], INK, 0.8)
        sheet.line([(2, 2 + side * n), (2 + 3 * side, 2 + side * n)], INK, 0.8)
    for cell in range(9):
        x, y, choice = 2 + side * (cell % 3), 2 + side * (cell // 3), other.integers(3)
        if choice == 1:
            sheet.disc((x + side / 2, y + side / 2), side * 0.3, None, tones[0])
        elif choice == 2:
            near, far = 0.2 * side, 0.8 * side
            sheet.line([(x + near, y + near), (x + far, y + far)], tones[1], 0.8)
            sheet.line([(x + far, y + near), (x + near, y + far)], tones[1], 0.8)


def sprite(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    count, ground = 16, pale(same)
    palette = [strong(same) for _ in range(4)]
    body = same.random((count, count // 2)) < 0.6
    sheet.box(0, 0, 100, sheet.height, ground)
    side = min(80, sheet.height - 10) / count
    for row in range(count):
        for column in range(count // 2):
            if body[row, column]:
                colour = palette[int(other.integers(4))]
                for place in (column, count - 1 - column):
                    x, y = 10 + side * place, 5 + side * row
                    sheet.box(x, y, x + side, y + side, colour)


def icon(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low = sheet.height
    sheet.box(6, 6, 94, low - 6, strong(same), round_=14)
    at, size = (50.0, low / 2), min(28, low / 3)
    corners = int(other.integers(3, 8))
    turns = math.tau * (np.arange(corners) / corners + other.random())
    sheet.shape([(at[0] + size * math.sin(t), at[1] + size * math.cos(t)) for t in turns], WHITE)


def playing_card(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    low = sheet.height
    sheet.box(0, 0, 100, low, strong(same))
    sheet.box(8, 8, 92, low - 8, WHITE, round_=5)
    suit, value = "♠♥♦♣"[int(other.integers(4))], str(other.integers(2, 11))
    tone = (200, 20, 30) if suit in "♥♦" else INK
    sheet.text((14, 12), value + suit, 10, fill=tone)
    sheet.text((50, low / 2), suit, min(40, low / 2), fill=tone, anchor="mm")


def dice(same: Random, other: Random, sheet: Sheet, _photos: Photos) -> None:
    sheet.box(0, 0, 100, sheet.height, strong(same))
    for n, x in enumerate((8, 56)):
        top = sheet.height / 2 - 18
        sheet.box(x, top, x + 36, top + 36, WHITE, round_=4)
        value = int(other.integers(1, 7)) if n else int(same.integers(1, 7))
        for spot in range(value):
            sheet.disc((x + 9 + 18 * (spot % 2), top + 8 + 10 * (spot // 2)), 3, INK)


# --- photographs


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


Kind = Callable[[Random, Random, Sheet, Photos], None]
PHONE, PAGE, WIDE, CARD, SQUARE, PHOTO = range(6)
SIZES: dict[int, tuple[tuple[int, int], ...]] = {
    PHONE: ((1170, 2532), (1080, 1920), (750, 1334), (480, 854)),
    PAGE: ((827, 1169), (1240, 1754), (1654, 2339), (600, 848)),
    WIDE: ((1920, 1080), (1280, 720), (960, 720), (640, 480)),
    CARD: ((1012, 638), (640, 404), (1400, 600), (480, 320)),
    SQUARE: ((1080, 1080), (640, 640), (1000, 1000), (360, 360)),
    PHOTO: ((1600, 1200), (1200, 1600), (1024, 768), (480, 320)),
}
# Different pictures: none may be called a copy of another.
LOOKALIKES: dict[Kind, int] = {
    **dict.fromkeys((calendar, letter, book_page, phone_book, photographed_page), PAGE),
    **dict.fromkeys((photographed_form, photographed_letter, photographed_receipt), PAGE),
    **dict.fromkeys((scanned_letter, handwriting, invoice, form, form_ticked), PAGE),
    **dict.fromkeys((receipt, receipt_number, sheet_music, poster, comic), PAGE),
    **dict.fromkeys((boarding_pass, barcode, id_card, name_badge, business_card), CARD),
    **dict.fromkeys((price_tag, licence_plate, badge_on_photo, certificate), CARD),
    **dict.fromkeys((line_chart, bar_chart, pie_chart, scatter_chart, heat_map), WIDE),
    **dict.fromkeys((spreadsheet, spreadsheet_few, floor_plan, slide, slide_title), WIDE),
    **dict.fromkeys((slide_photo, slide_caption, web_page, editor, editor_line), WIDE),
    **dict.fromkeys((terminal, planner, score_board, game_hud, video_frame), WIDE),
    **dict.fromkeys((clock_digital, dice), WIDE),
    **dict.fromkeys((chat, chat_last_message, settings, banking, lock_screen), PHONE),
    **dict.fromkeys((calculator, player, album, app_photo, dark_app_photo), PHONE),
    **dict.fromkeys((dashboard, dashboard_card), PHONE),
    **dict.fromkeys((crossword, sudoku, sudoku_digit, qr_ticket, stamp, map_tile), SQUARE),
    **dict.fromkeys((clock_face, chess, chess_move, go_board, go_move), SQUARE),
    **dict.fromkeys((noughts_crosses, sprite, icon, playing_card, product, bottle), SQUARE),
    **dict.fromkeys((night_sky, texture, panorama, expression), PHOTO),
}
# One picture, changed: at most an edit, never suggested for removal.
CHANGED: dict[Kind, int] = {
    **dict.fromkeys((meme, date_stamp, fixed_camera, exposure, focus, spot_removed), PHOTO),
    **dict.fromkeys((flag, palette, swatch), SQUARE),
}
# The limits of the verification were set while looking at these.
TUNED = frozenset(
    """album banking barcode book_page business_card calendar chat chess clock_face crossword
    dashboard editor expression flag focus form_ticked go_board heat_map id_card letter line_chart
    map_tile name_badge noughts_crosses panorama photographed_form pie_chart playing_card price_tag
    qr_ticket receipt_number settings slide slide_photo spot_removed spreadsheet_few stamp swatch
    texture web_page""".split()  # noqa: SIM905
)
KINDS = {
    kind.__name__: kind for kind in sorted({**LOOKALIKES, **CHANGED}, key=lambda k: k.__name__)
}


def drawn(name: str, seed: int, photos: Photos, *, count: int = 2) -> Iterator[Picture]:
    """Pictures of one set of a kind, no two the same."""
    kind, start = KINDS[name], [seed, *name.encode()]
    sizes = SIZES[{**LOOKALIKES, **CHANGED}[kind]]
    size = sizes[seed % len(sizes)]
    seen: list[Pixels] = []
    for member in range(100):
        sheet = Sheet(size)
        kind(
            np.random.default_rng(start), np.random.default_rng([*start, member + 1]), sheet, photos
        )
        pixels = np.asarray(sheet.picture)
        if all((pixels != earlier).any() for earlier in seen):
            seen.append(pixels)
            yield sheet.picture
        if len(seen) == count:
            return
