"""Boards, clocks, cards and small graphics."""

import math
from collections.abc import Sequence

import numpy as np

from benchmarks.lookalike_kinds.pen import INK, WHITE, Photos, Random, Sheet, chances, pale, strong


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
