"""Pictures inside a picture are found by the seams round them, and are copies by themselves."""

import cv2
import numpy as np
import pytest

from kindred.engine.types import EditName, Kind
from kindred.engine.verification.panels import Panel, panels
from kindred.engine.verification.verify import verify
from tests.support.scenery import CALIBRATION, Pixels, jpeg, scene, view

WIDTH, HEIGHT = 480, 360


def grid(pictures: list[Pixels], *, columns: int, gap: int = 0) -> Pixels:
    rows = len(pictures) // columns
    page = np.full((rows * (HEIGHT + gap) + gap, columns * (WIDTH + gap) + gap, 3), 255, np.uint8)
    for place, picture in enumerate(pictures):
        top = gap + place // columns * (HEIGHT + gap)
        left = gap + place % columns * (WIDTH + gap)
        page[top : top + HEIGHT, left : left + WIDTH] = picture
    return page


def story(picture: Pixels, *, blurred: bool) -> Pixels:
    ground = np.full((1000, 560, 3), (120, 60, 160), np.uint8)
    if blurred:
        ground = cv2.GaussianBlur(cv2.resize(picture // 2, (560, 1000)), (0, 0), 30)
    ground[300:660, 40:520] = picture
    cv2.putText(ground, "best day", (150, 150), cv2.FONT_HERSHEY_DUPLEX, 1.5, (255, 255, 255), 3)
    cv2.circle(ground, (150, 400), 40, (250, 200, 50), -1)
    return ground


def has(found: tuple[Panel, ...], box: tuple[float, float, float, float]) -> bool:
    """Whether a panel lies there, but for a fiftieth of the sides."""
    edges = [(one.left, one.top, one.right, one.bottom) for one in found]
    return any(np.abs(np.subtract(one, box)).max() < 0.02 for one in edges)


@pytest.mark.parametrize("gap", [0, 12])
def test_the_four_pictures_of_a_collage(gap: int) -> None:
    found = panels(jpeg(grid([scene(seed) for seed in range(4)], columns=2, gap=gap), quality=85))
    for left, top in ((0, 0), (0.5, 0), (0, 0.5), (0.5, 0.5)):
        assert has(found, (left, top, left + 0.5, top + 0.5))


@pytest.mark.parametrize("blurred", [False, True])
def test_the_picture_on_the_ground_of_a_story(blurred: bool) -> None:
    photo = cv2.GaussianBlur(scene(5), (0, 0), 1)
    found = panels(jpeg(story(photo, blurred=blurred), quality=85))
    assert has(found, (40 / 560, 0.3, 520 / 560, 0.66))


def test_the_picture_between_the_bars_of_a_film() -> None:
    assert has(panels(np.pad(scene(6), ((60, 60), (0, 0), (0, 0)))), (0, 0.125, 1, 0.875))


def test_a_print_that_lies_askew_on_a_scanner() -> None:
    page = np.full((700, 640, 3), 243, np.uint8)
    page[150:510, 80:560] = scene(8)
    turn = cv2.getRotationMatrix2D((320, 330), 3, 1)
    askew = cv2.warpAffine(page, turn, (640, 700), borderValue=(243, 243, 243))
    found = panels(jpeg(askew, quality=85))
    assert any(one.left < 0.15 and one.right > 0.85 and 0.15 < one.top < 0.25 for one in found)


def on_a_table(thing: Pixels, *, outline: list[tuple[int, int]]) -> Pixels:
    """The picture drawn to four corners on streaked wood in light from the left."""
    height, width = 500, 640
    streaks = np.random.default_rng(1).normal(0, 10, (12, 4)).astype(np.float32)
    light = np.linspace(1.15, 0.85, width, dtype=np.float32)[:, None]
    grain = cv2.resize(streaks, (width, height), interpolation=cv2.INTER_CUBIC)[..., None]
    table = np.clip((np.array([70, 110, 160]) + grain) * light, 0, 255).astype(np.uint8)
    frame = [(0, 0), (thing.shape[1], 0), thing.shape[1::-1], (0, thing.shape[0])]
    matrix = cv2.getPerspectiveTransform(np.float32(frame), np.float32(outline))
    mask = cv2.warpPerspective(np.ones(thing.shape[:2], np.uint8), matrix, (width, height))
    laid = cv2.warpPerspective(thing, matrix, (width, height))
    return np.where(mask[..., None] > 0, laid, table)


def test_a_print_that_lies_askew_on_a_table() -> None:
    corners = [(110, 130), (520, 90), (545, 380), (130, 400)]
    found = panels(jpeg(on_a_table(scene(8), outline=corners), quality=85))
    assert has(found, (110 / 640, 90 / 500, 545 / 640, 400 / 500))


def test_a_thing_of_another_shape_on_a_table_is_no_picture() -> None:
    star = np.full((400, 400, 3), 230, np.uint8)
    corners = [(110, 130), (520, 250), (130, 400), (230, 260)]  # an arrow
    assert panels(on_a_table(star, outline=corners)) == ()


@pytest.mark.parametrize("seed", range(3))
def test_a_photo_has_none(seed: int) -> None:
    assert panels(cv2.GaussianBlur(scene(seed), (0, 0), 1)) == ()


@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 900, 3), (30, 30, 3), (400, 300, 3)])
def test_plain_and_tiny_pictures_have_none(shape: tuple[int, ...]) -> None:
    assert panels(np.full(shape, 90, np.uint8)) == ()


def test_a_picture_is_a_copy_of_a_collage_that_it_is_in() -> None:
    page = view(2, jpeg(grid([scene(seed) for seed in range(4)], columns=2, gap=8), quality=80))
    for first, second in ((view(1, scene(2)), page), (page, view(3, scene(2)))):
        found = verify(first, second, similarity=0.6, calibration=CALIBRATION)
        assert found.kind is Kind.COPY
        assert EditName.SCREENSHOT in {edit.name for edit in found.edits}


def test_a_picture_that_is_not_in_a_collage_is_no_copy_of_it() -> None:
    page = view(2, grid([scene(seed) for seed in range(4)], columns=2, gap=8))
    found = verify(view(1, scene(9)), page, similarity=0.6, calibration=CALIBRATION)
    assert found.kind is not Kind.COPY


def test_two_collages_that_share_a_picture_are_no_copies() -> None:
    pages = [
        grid([scene(1), *(scene(n) for n in others)], columns=2)
        for others in ((2, 3, 4), (5, 6, 7))
    ]
    found = verify(view(1, pages[0]), view(2, pages[1]), similarity=0.6, calibration=CALIBRATION)
    assert found.kind is not Kind.COPY


def test_two_pairs_of_pictures_that_share_one_are_no_copies() -> None:
    pages = [
        grid([scene(one), scene(two)], columns=2, gap=gap)
        for one, two, gap in ((1, 2, 0), (3, 1, 10))
    ]
    found = verify(view(1, pages[0]), view(2, pages[1]), similarity=0.6, calibration=CALIBRATION)
    assert found.kind is not Kind.COPY


def test_a_picture_in_a_story_is_laid_where_it_is() -> None:
    picture = scene(5)
    page = view(2, story(picture, blurred=False))
    found = verify(view(1, picture), page, similarity=0.6, calibration=CALIBRATION)
    assert found.registration is not None
    matrix = np.array(found.registration.matrix).reshape(3, 3)
    assert matrix @ [40, 300, 1] == pytest.approx([0, 0, 1], abs=2)
    assert matrix @ [520, 660, 1] == pytest.approx([WIDTH, HEIGHT, 1], abs=2)
