"""All kinds by name, the sizes they are drawn in, and pairs of each."""

from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.lookalike_kinds import boards, charts, paper, photographs, screens
from benchmarks.lookalike_kinds.pen import Photos, Picture, Pixels, Random, Sheet

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
    **dict.fromkeys(
        (paper.calendar, paper.letter, paper.book_page, paper.phone_book, paper.photographed_page),
        PAGE,
    ),
    **dict.fromkeys(
        (paper.photographed_form, paper.photographed_letter, paper.photographed_receipt), PAGE
    ),
    **dict.fromkeys(
        (paper.scanned_letter, paper.handwriting, paper.invoice, paper.form, paper.form_ticked),
        PAGE,
    ),
    **dict.fromkeys(
        (paper.receipt, paper.receipt_number, paper.sheet_music, paper.poster, paper.comic), PAGE
    ),
    **dict.fromkeys(
        (paper.boarding_pass, paper.barcode, paper.id_card, paper.name_badge, paper.business_card),
        CARD,
    ),
    **dict.fromkeys(
        (paper.price_tag, paper.licence_plate, paper.badge_on_photo, paper.certificate), CARD
    ),
    **dict.fromkeys(
        (
            charts.line_chart,
            charts.bar_chart,
            charts.pie_chart,
            charts.scatter_chart,
            charts.heat_map,
        ),
        WIDE,
    ),
    **dict.fromkeys(
        (
            charts.spreadsheet,
            charts.spreadsheet_few,
            charts.floor_plan,
            screens.slide,
            screens.slide_title,
        ),
        WIDE,
    ),
    **dict.fromkeys(
        (
            screens.slide_photo,
            screens.slide_caption,
            screens.web_page,
            screens.editor,
            screens.editor_line,
        ),
        WIDE,
    ),
    **dict.fromkeys(
        (
            screens.terminal,
            screens.planner,
            paper.score_board,
            screens.game_hud,
            screens.video_frame,
        ),
        WIDE,
    ),
    **dict.fromkeys((screens.clock_digital, boards.dice), WIDE),
    **dict.fromkeys(
        (
            screens.chat,
            screens.chat_last_message,
            screens.settings,
            screens.banking,
            screens.lock_screen,
        ),
        PHONE,
    ),
    **dict.fromkeys(
        (
            screens.calculator,
            screens.player,
            screens.album,
            screens.app_photo,
            screens.dark_app_photo,
        ),
        PHONE,
    ),
    **dict.fromkeys((screens.dashboard, screens.dashboard_card), PHONE),
    **dict.fromkeys(
        (
            paper.crossword,
            paper.sudoku,
            paper.sudoku_digit,
            paper.qr_ticket,
            paper.stamp,
            charts.map_tile,
        ),
        SQUARE,
    ),
    **dict.fromkeys(
        (screens.clock_face, boards.chess, boards.chess_move, boards.go_board, boards.go_move),
        SQUARE,
    ),
    **dict.fromkeys(
        (
            boards.noughts_crosses,
            boards.sprite,
            boards.icon,
            boards.playing_card,
            photographs.product,
            photographs.bottle,
        ),
        SQUARE,
    ),
    **dict.fromkeys(
        (photographs.night_sky, photographs.texture, photographs.panorama, photographs.expression),
        PHOTO,
    ),
}
# One picture, changed: at most an edit, never suggested for removal.
CHANGED: dict[Kind, int] = {
    **dict.fromkeys(
        (
            photographs.meme,
            paper.date_stamp,
            photographs.fixed_camera,
            photographs.exposure,
            photographs.focus,
            photographs.spot_removed,
        ),
        PHOTO,
    ),
    **dict.fromkeys((photographs.flag, photographs.palette, photographs.swatch), SQUARE),
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
