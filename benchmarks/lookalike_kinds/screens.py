"""Slides and screens of phones and computers."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageFilter

from benchmarks.lookalike_kinds.pen import (
    INK,
    WHITE,
    Colour,
    Photos,
    Random,
    Sheet,
    chances,
    number,
    pale,
    price,
    strong,
    title,
    word,
    words,
)


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
