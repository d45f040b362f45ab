from collections.abc import Callable

import cv2
import numpy as np
import pytest

from kindred.engine.types import Kind
from kindred.engine.verification.verify import verify
from tests.support.scenery import CALIBRATION, Pixels, jpeg, scene, view

INK, SMOOTH = (25, 25, 30), cv2.LINE_AA


def kind(first: Pixels, second: Pixels) -> Kind:
    one, other = view(1, first), view(2, second)
    return verify(one, other, similarity=0.9, calibration=CALIBRATION).kind


def written(page: Pixels, words: str, at: tuple[int, int], *, size: float = 0.6) -> None:
    cv2.putText(page, words, at, cv2.FONT_HERSHEY_SIMPLEX, size, INK, 1 + (size > 1), SMOOTH)


def letter(seed: int, *, name: str = "Miller") -> Pixels:
    page = np.full((1100, 800, 3), 252, np.uint8)
    written(page, "Northern Bank", (60, 80), size=1.2)
    written(page, f"Dear {name},", (60, 150))
    random = np.random.default_rng(seed)
    for line in range(30):
        words = "".join(random.choice(list("abcdefghij klmnop qrstuvw"), 52))
        written(page, words, (60, 200 + 26 * line))
    return page


def chart(seed: int) -> Pixels:
    page = np.full((600, 800, 3), 255, np.uint8)
    cv2.rectangle(page, (80, 40), (760, 540), INK, 1)
    for tick in range(6):
        written(page, str(tick * 20), (40, 540 - 100 * tick), size=0.5)
    values = np.random.default_rng(seed).integers(60, 520, 12)
    for index, value in enumerate(values.tolist()):
        left = 100 + 54 * index
        cv2.rectangle(page, (left, value), (left + 36, 540), (40, 110, 190), -1)
    return page


def badge(number: int) -> Pixels:
    picture = scene(61, width=700, height=700)
    cv2.circle(picture, (350, 350), 220, (30, 40, 120), -1, SMOOTH)
    text = str(number)
    cv2.putText(picture, text, (180, 420), cv2.FONT_HERSHEY_DUPLEX, 7, (255,) * 3, 24, SMOOTH)
    return picture


def product(seed: int) -> Pixels:
    picture = np.full((700, 700, 3), 250, np.uint8)
    inside = cv2.circle(np.zeros((700, 700), np.uint8), (350, 350), 160, 1, -1) > 0
    picture[inside] = scene(seed, width=700, height=700)[inside]
    return picture


def receipt(number: str) -> Pixels:
    page = np.full((480, 320, 3), 250, np.uint8)
    for line, price in enumerate((320, 280, 210, 140, 95, 610)):
        written(page, f"Item {line}   {price / 100:.2f}", (30, 60 + 40 * line), size=0.5)
    written(page, f"No. {number}", (30, 420), size=0.4)
    return page


def board(stones: int) -> Pixels:
    picture = np.full((360, 360, 3), (220, 180, 110), np.uint8)
    for line in range(19):
        cv2.line(picture, (18 + 18 * line, 18), (18 + 18 * line, 342), INK, 1)
        cv2.line(picture, (18, 18 + 18 * line), (342, 18 + 18 * line), INK, 1)
    for n in range(stones):
        place = 18 + 18 * (n * 7 % 19), 18 + 18 * (n * 11 % 17)
        cv2.circle(picture, place, 8, INK if n % 2 else (250, 250, 250), -1, SMOOTH)
    return picture


def poster(day: str) -> Pixels:
    picture = scene(61, width=480, height=700)
    cv2.putText(picture, day, (60, 640), cv2.FONT_HERSHEY_DUPLEX, 1.6, (255,) * 3, 3, SMOOTH)
    return picture


LOOKALIKES: dict[str, tuple[Pixels, Pixels]] = {
    "pages of one layout": (letter(1), letter(2)),
    "a letter to somebody else": (letter(1), letter(1, name="Walker")),
    "charts on one axis": (chart(1), chart(2)),
    "numbers on one badge": (badge(27), badge(84)),
    "products on white": (product(1), product(2)),
    "receipts with other numbers": (receipt("004719"), receipt("008836")),
    "a game one move later": (board(40), board(41)),
    "posters of other days": (poster("14 March"), poster("9 August")),
}


@pytest.mark.parametrize("name", LOOKALIKES)
def test_pictures_that_only_look_alike_are_no_copies(name: str) -> None:
    first, second = LOOKALIKES[name]
    assert kind(first, second) is not Kind.COPY
    assert kind(second, first) is not Kind.COPY


REMADE: dict[str, Callable[[Pixels], Pixels]] = {
    "compressed": lambda p: jpeg(p, quality=30),
    "smaller": lambda p: cv2.resize(p, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA),
    "turned": lambda p: np.ascontiguousarray(np.rot90(p)),
    "grey": lambda p: cv2.cvtColor(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB),
}


@pytest.mark.parametrize("edit", REMADE)
@pytest.mark.parametrize(
    "original", [letter(1), chart(1), badge(27)], ids=["page", "chart", "badge"]
)
def test_drawings_and_print_stay_copies_when_made_anew(original: Pixels, edit: str) -> None:
    assert kind(original, REMADE[edit](original)) is Kind.COPY


def test_a_border_beside_print_is_no_other_print() -> None:
    page = letter(1)
    bordered = cv2.copyMakeBorder(page, *[40] * 4, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    assert kind(page, bordered) is Kind.COPY


def test_something_drawn_over_a_photo_is_an_edit_and_on_a_page_another_page() -> None:
    photo, page = scene(62, width=900, height=700), letter(1)
    for picture, expected in ((photo, Kind.COPY), (page, Kind.SIMILAR)):
        edited = picture.copy()
        cv2.circle(edited, (400, 400), 60, (255, 205, 50), -1, SMOOTH)
        cv2.circle(edited, (380, 390), 8, (0, 0, 0), -1, SMOOTH)
        cv2.ellipse(edited, (400, 410), (30, 25), 0, 20, 160, (0, 0, 0), 4, SMOOTH)
        assert kind(picture, edited) is expected


def test_parts_of_one_long_page_are_no_copies() -> None:
    page = np.concatenate([letter(3), letter(4)])
    assert kind(page[:1300], page[500:]) is not Kind.COPY
    assert kind(page, page[:1300]) is Kind.COPY


@pytest.mark.parametrize("size", [(300, 24), (256, 10), (64, 10), (32, 10), (1600, 30), (12, 300)])
def test_thin_pictures_are_verified(size: tuple[int, int]) -> None:
    width, height = size
    thin = scene(63, width=width, height=height)
    assert kind(thin, jpeg(thin, quality=90)) in (Kind.COPY, Kind.SIMILAR)
    assert kind(thin, scene(64, width=width, height=height)) is not Kind.COPY


@pytest.mark.parametrize("bend", [-0.1, 0.1])
def test_a_photo_whose_lens_was_corrected_stays_a_copy(bend: float) -> None:
    photo = scene(80, width=900, height=700)
    rows, columns = np.mgrid[:700, :900].astype(np.float32)
    x, y = columns / 450 - 1, rows / 350 - 1
    scale = (1 + bend * (x * x + y * y) / 2) / (1 + max(bend, 0))
    places = ((x * scale + 1) * 450).astype(np.float32), ((y * scale + 1) * 350).astype(np.float32)
    assert kind(photo, cv2.remap(photo, *places, cv2.INTER_CUBIC)) is Kind.COPY


def test_a_stretched_or_slanted_photo_stays_a_copy() -> None:
    photo = scene(65, width=900, height=700)
    corners = np.array([[0, 0], [900, 0], [900, 700], [0, 700]], np.float32)
    slanted = np.array([[70, 40], [860, 90], [830, 660], [40, 610]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, slanted)
    assert kind(photo, cv2.resize(photo, (900, 940))) is Kind.COPY
    assert kind(photo, cv2.warpPerspective(photo, matrix, (900, 700))) is Kind.COPY
