"""Print: pages, forms, receipts, cards and tickets, flat or photographed."""

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image

from benchmarks.lookalike_kinds.pen import (
    INK,
    MONTHS,
    WHITE,
    Photos,
    Picture,
    Random,
    Sheet,
    chances,
    date,
    lines,
    number,
    pale,
    pen,
    price,
    strong,
    title,
    word,
    words,
)
from benchmarks.lookalike_kinds.photographs import show


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
