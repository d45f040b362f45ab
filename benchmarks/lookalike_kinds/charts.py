"""Charts, tables, plans and maps."""

import numpy as np

from benchmarks.lookalike_kinds.pen import (
    INK,
    WHITE,
    Photos,
    Random,
    Sheet,
    price,
    strong,
    title,
    word,
)


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
