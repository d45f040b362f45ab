from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

import cv2
import numpy as np
import pytest

from kindred.engine.types import EditName, Kind, PhotoInfo, Relation
from kindred.engine.verification.verify import (
    by_signatures,
    different_times,
    is_promising,
    verify,
)
from kindred.engine.verification.views import View
from tests.support.scenery import (
    CALIBRATION,
    Pixels,
    document,
    farthest,
    jpeg,
    scene,
    view,
    with_grain,
)

PICTURE = scene(21)


def judged(first: Pixels, second: Pixels, *, similarity: float = 0.6) -> Relation:
    return verify(view(1, first), view(2, second), similarity=similarity, calibration=CALIBRATION)


def names(relation: Relation) -> set[EditName]:
    return {edit.name for edit in relation.edits}


def captioned(picture: Pixels) -> Pixels:
    edited = picture.copy()
    cv2.putText(edited, "HELLO", (60, 330), cv2.FONT_HERSHEY_DUPLEX, 3, (255, 255, 255), 14)
    return edited


def bordered(picture: Pixels) -> Pixels:
    return np.pad(picture, ((40, 40), (30, 30), (0, 0)), constant_values=255)


def straightened(picture: Pixels) -> Pixels:
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 5, 1)
    turned = cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_CUBIC)
    return jpeg(turned, quality=40)  # rings in the black corners


def on_a_screen(picture: Pixels) -> Pixels:
    screen = np.full((900, 480, 3), 245, np.uint8)
    screen[200:560] = picture
    screen[:30] = 30
    cv2.putText(screen, "a friend", (80, 120), cv2.FONT_HERSHEY_SIMPLEX, 1, (20, 20, 20), 2)
    return screen


EDITS: dict[str, tuple[Callable[[Pixels], Pixels], EditName]] = {
    "re-encoded": (lambda p: jpeg(p, quality=15), EditName.REENCODED),
    "half size": (
        lambda p: cv2.resize(p, (240, 180), interpolation=cv2.INTER_AREA),
        EditName.RESIZED,
    ),
    "cropped": (lambda p: p[40:300, 60:400], EditName.CROPPED),
    "turned": (lambda p: np.rot90(p).copy(), EditName.TURNED),
    "mirrored": (lambda p: p[:, ::-1].copy(), EditName.MIRRORED),
    "brighter": (lambda p: np.clip(p * 1.3, 0, 255).astype(np.uint8), EditName.COLOUR),
    "grey": (
        lambda p: cv2.cvtColor(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB),
        EditName.GREYSCALE,
    ),
    "captioned": (captioned, EditName.OVERLAID),
    "bordered": (bordered, EditName.BORDERED),
    "straightened": (straightened, EditName.BORDERED),
    "screenshot": (on_a_screen, EditName.SCREENSHOT),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_picture_is_a_copy_and_the_edit_is_named(name: str) -> None:
    edit, expected = EDITS[name]
    relation = judged(PICTURE, edit(PICTURE))
    assert relation.kind is Kind.COPY
    assert relation.registration is not None
    assert expected in names(relation)
    assert (EditName.MIRRORED in names(relation)) == (name == "mirrored")


@pytest.mark.parametrize("name", EDITS)
def test_the_order_of_the_two_does_not_matter(name: str) -> None:
    one, other = PICTURE, EDITS[name][0](PICTURE)
    here = verify(view(1, one), view(2, other), similarity=0.6, calibration=CALIBRATION)
    there = verify(view(2, other), view(1, one), similarity=0.6, calibration=CALIBRATION)
    assert here == there
    swapped = verify(view(1, other), view(2, one), similarity=0.6, calibration=CALIBRATION)
    assert swapped.kind is here.kind
    assert {edit.on_first for edit in swapped.edits} == {
        edit.on_first if edit.on_first is None else not edit.on_first for edit in here.edits
    }
    assert here.registration is not None
    assert swapped.registration is not None
    forth, back = (np.reshape(r.registration.matrix, (3, 3)) for r in (here, swapped))
    assert farthest(forth @ back, np.eye(3), PICTURE) < 3


def test_the_measures_of_edits_are_right() -> None:
    crop = judged(PICTURE, PICTURE[90:270, 120:360])
    (cropped,) = [edit for edit in crop.edits if edit.name is EditName.CROPPED]
    assert cropped.amount == pytest.approx(0.25, abs=0.01)
    assert cropped.box == pytest.approx((0.25, 0.25, 0.75, 0.75), abs=0.01)
    (turned,) = judged(PICTURE, np.rot90(PICTURE).copy()).edits
    assert turned.amount == pytest.approx(270, abs=0.5)  # rot90 turns anticlockwise
    (resized,) = judged(PICTURE, cv2.resize(PICTURE, (960, 720))).edits
    assert resized.amount == pytest.approx(2, rel=0.01)
    assert not cropped.on_first
    text = judged(PICTURE, captioned(PICTURE))
    (overlaid,) = [edit for edit in text.edits if edit.name is EditName.OVERLAID]
    assert overlaid.box is not None
    assert overlaid.box[1] > 0.6
    assert overlaid.on_first is False


def test_a_registration_is_at_full_size() -> None:
    large = cv2.resize(PICTURE, (2400, 1800), interpolation=cv2.INTER_CUBIC)
    relation = judged(large, large[300:1500, 600:2000])
    assert relation.registration is not None
    assert relation.registration.matrix[2] == pytest.approx(600, abs=4)
    assert relation.registration.matrix[5] == pytest.approx(300, abs=4)


def test_another_exposure_of_the_same_scene_is_similar() -> None:
    light = cv2.GaussianBlur(scene(21, grain=0), (0, 0), 3)
    first, again = (with_grain(light, seed=seed, grain=6) for seed in (5, 6))
    assert judged(first, again).kind is Kind.SIMILAR
    assert judged(first, jpeg(first, quality=60)).kind is Kind.COPY


def test_something_that_moved_makes_it_another_shot() -> None:
    first, second = PICTURE.copy(), PICTURE.copy()
    thing = scene(50, width=70, height=90)
    first[200:290, 100:170] = thing
    second[190:280, 230:300] = thing
    assert judged(first, second).kind is Kind.SIMILAR


def without_a_thing(picture: Pixels) -> Pixels:
    """A tenth of the picture filled from what is around it."""
    hole = np.zeros(picture.shape[:2], np.uint8)
    cv2.ellipse(hole, (240, 180), (80, 60), 20, 0, 360, 255, -1)
    return np.asarray(cv2.inpaint(picture, hole, 5, cv2.INPAINT_TELEA), np.uint8)


def toned_place_by_place(picture: Pixels) -> Pixels:
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)
    lab[..., 0] = cv2.createCLAHE(3, (6, 6)).apply(lab[..., 0])
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.uint8)


def test_what_was_taken_out_and_filled_is_an_edit() -> None:
    found = judged(PICTURE, jpeg(without_a_thing(PICTURE), quality=85))
    assert found.kind is Kind.COPY
    assert EditName.OVERLAID in names(found)


def test_what_was_toned_place_by_place_is_an_edit() -> None:
    found = judged(PICTURE, jpeg(toned_place_by_place(PICTURE), quality=85))
    assert found.kind is Kind.COPY
    assert EditName.COLOUR in names(found)


def test_the_network_may_find_a_toned_photo_unlike_its_original() -> None:
    toned = np.rint(255 * (PICTURE / 255) ** 0.6).astype(np.uint8)
    assert judged(PICTURE, toned, similarity=0.25).kind is Kind.COPY


def test_another_exposure_without_the_thing_is_no_edit() -> None:
    light = cv2.GaussianBlur(scene(21, grain=0), (0, 0), 2)
    first, again = (with_grain(light, seed=seed, grain=5) for seed in (5, 6))
    assert judged(first, without_a_thing(again)).kind is Kind.SIMILAR


def test_parallax_makes_it_another_shot() -> None:
    far = scene(22, width=560)
    near = scene(23, width=560)
    shapes = np.zeros((360, 560), bool)
    shapes[180:] = True
    first = np.where(shapes[:, :480, None], near[:, 40:520], far[:, 20:500])
    second = np.where(shapes[:, :480, None], near[:, 46:526], far[:, 20:500])
    assert judged(first, second).kind is Kind.SIMILAR


def test_two_views_of_a_wide_scene_are_no_copies() -> None:
    wide = scene(25, width=900)
    assert judged(wide[:, :540], wide[:, 360:]).kind is Kind.SIMILAR
    assert judged(wide, wide[:, 360:]).kind is Kind.COPY


def test_different_documents_of_one_layout_are_no_copies() -> None:
    page = document(1)
    assert judged(page, document(2)).kind is not Kind.COPY
    assert judged(page, jpeg(page, quality=40)).kind is Kind.COPY


def flag(*colours: tuple[int, int, int]) -> Pixels:
    """Three stripes with an emblem over two of them."""
    stripes = np.repeat(np.array(colours[:3], np.uint8), 120, axis=0)
    picture = np.repeat(stripes[:, None], 480, axis=1)
    cv2.circle(picture, (240, 130), 70, colours[3], -1, cv2.LINE_AA)
    cv2.rectangle(picture, (60, 60), (120, 180), colours[3], -1)
    return picture


RED, WHITE, GREEN, BLUE = (200, 20, 30), (250, 250, 250), (20, 130, 60), (20, 40, 150)


def test_drawings_of_one_shape_in_other_colours_are_no_copies() -> None:
    one = flag(RED, WHITE, GREEN, BLUE)
    assert judged(one, jpeg(one, quality=60)).kind is Kind.COPY
    assert judged(one, (one * 0.8).astype(np.uint8)).kind is Kind.COPY
    for other in (flag(BLUE, WHITE, GREEN, RED), flag(RED, WHITE, RED, BLUE)):
        assert judged(one, jpeg(other, quality=90)).kind is not Kind.COPY
    grey = cv2.cvtColor(cv2.cvtColor(one, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    assert EditName.GREYSCALE in names(judged(one, grey))


def test_repeated_texture_is_no_evidence() -> None:
    cell = scene(31, width=40, height=40)
    tiles = np.tile(cell, (9, 12, 1))
    one, other = scene(32), scene(33)
    one[:, 240:], other[:, 240:] = tiles[:, 240:], tiles[:, 240:]
    assert judged(one, other).kind is not Kind.COPY


def test_unrelated_pictures() -> None:
    relation = judged(PICTURE, scene(24), similarity=0.2)
    assert relation.kind is Kind.UNRELATED
    assert relation.registration is None


def test_nearness_of_embeddings_alone_makes_similar() -> None:
    assert judged(PICTURE, scene(24), similarity=0.5).kind is Kind.SIMILAR


def test_flat_pictures_are_related_to_nothing() -> None:
    grey = np.full((300, 400, 3), 120, np.uint8)
    assert judged(grey, grey, similarity=1.0).kind is Kind.UNRELATED


@pytest.mark.parametrize("side", [64, 96])
def test_a_tiny_copy_of_a_large_picture(side: int) -> None:
    large = cv2.resize(PICTURE, (1920, 1440), interpolation=cv2.INTER_CUBIC)
    tiny = cv2.resize(PICTURE, (side, side * 3 // 4), interpolation=cv2.INTER_AREA)
    assert judged(large, tiny).kind is Kind.COPY


def test_pictures_are_not_opened_when_the_stored_evidence_is_enough() -> None:
    one, other = view(1, PICTURE), view(2, scene(24))
    settled = by_signatures(one, other, similarity=0.05, calibration=CALIBRATION)
    assert settled is not None
    assert settled.kind is Kind.UNRELATED
    assert by_signatures(one, other, similarity=0.5, calibration=CALIBRATION) is None
    again = view(3, jpeg(PICTURE, quality=50))
    assert by_signatures(one, again, similarity=0.05, calibration=CALIBRATION) is None


def test_bars_that_two_screenshots_share_make_no_copy() -> None:
    one, other = (
        np.full_like(scene(41), 30),
        np.full_like(scene(41), 34),
    )  # dull photos between bars
    other[130:180, 120:260] = 90
    for picture in (one, other):
        picture[:90], picture[-90:] = scene(40)[:90], scene(43)[-90:]
    similar = CALIBRATION.similar
    assert judged(one, other, similarity=similar).kind is Kind.COPY
    assert judged(one, other, similarity=similar - 0.01).kind is not Kind.COPY


def test_the_network_may_find_a_crop_unlike_its_original() -> None:
    crop = np.ascontiguousarray(PICTURE[40:220, 60:300])
    assert judged(PICTURE, crop, similarity=CALIBRATION.similar - 0.01).kind is Kind.COPY
    assert judged(PICTURE, crop + 1, similarity=CALIBRATION.similar).kind is Kind.COPY


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_crop_that_the_network_finds_unlike_is_looked_at(mirrored: bool) -> None:
    crop = PICTURE[60:260, 90:350]
    whole, part = view(1, PICTURE), view(2, (crop[:, ::-1] if mirrored else crop).copy())
    unlikely = (CALIBRATION.candidate + CALIBRATION.similar) / 2
    assert by_signatures(whole, part, similarity=unlikely, calibration=CALIBRATION) is None
    assert by_signatures(part, whole, similarity=unlikely, calibration=CALIBRATION) is None
    stranger = by_signatures(
        whole, view(3, scene(24)), similarity=unlikely, calibration=CALIBRATION
    )
    assert stranger is not None
    assert stranger.kind is Kind.UNRELATED


def test_what_the_network_finds_further_apart_is_looked_at_if_the_signatures_agree() -> None:
    photo, stranger = view(1, PICTURE), view(2, scene(24))
    crop = view(3, np.ascontiguousarray(PICTURE[90:270, 120:360]))
    light = cv2.cvtColor(PICTURE, cv2.COLOR_RGB2LAB)
    light[..., 0] = cv2.createCLAHE(4, (6, 6)).apply(light[..., 0])
    toned = view(4, np.asarray(cv2.cvtColor(light, cv2.COLOR_LAB2RGB), np.uint8))
    faint = (CALIBRATION.candidate + CALIBRATION.faintest) / 2
    for other, promising in ((crop, True), (toned, True), (stranger, False)):
        assert is_promising(photo.signature, other.signature) is promising
        settled = by_signatures(photo, other, similarity=faint, calibration=CALIBRATION)
        assert (settled is None) is promising


class TestCaptureTimes:
    """A camera that stands still: the next frame looks like a copy."""

    camera: ClassVar = {"camera": "Canon", "jpeg_quality": 95}
    frame = jpeg(np.clip(PICTURE * 1.1, 0, 255).astype(np.uint8), quality=95)

    def kind(self, first: str | None, second: str | None, other: Pixels, **known: object) -> Kind:
        one = view(1, PICTURE, taken_at=first, **self.camera)
        two = view(2, other, taken_at=second, **{**self.camera, **known})
        return verify(one, two, similarity=0.99, calibration=CALIBRATION).kind

    def test_two_times_of_one_camera_are_two_shots(self) -> None:
        first, second = "2019-05-04T10:00:00.10", "2019-05-04T10:00:00.35"
        assert self.kind(first, second, self.frame) is Kind.SIMILAR
        assert self.kind(first, first, self.frame) is Kind.COPY
        assert self.kind(first, None, self.frame) is Kind.COPY

    def test_of_an_edited_copy_the_time_says_nothing(self) -> None:
        first, second = "2019-05-04T10:00:00", "2021-01-01T00:00:00"
        assert self.kind(first, second, self.frame, jpeg_quality=80) is Kind.COPY
        assert self.kind(first, second, PICTURE[:, ::-1].copy()) is Kind.COPY
        assert self.kind(first, first, captioned(PICTURE)) is Kind.COPY

    def test_a_small_thing_that_moved_between_two_times_is_no_overlay(self) -> None:
        first, second = "2019-05-04T10:00:00.10", "2019-05-04T10:00:00.40"
        assert self.kind(first, second, captioned(PICTURE)) is Kind.SIMILAR

    def test_the_same_pixels_had_their_clock_corrected(self) -> None:
        assert self.kind("2019-05-04T10:00:00", "2019-05-04T11:00:00", PICTURE) is Kind.COPY


def reencoded(first: View, second: View) -> bool | None:
    """Which one was made from the other: Edit.on_first."""
    relation = verify(first, second, similarity=0.99, calibration=CALIBRATION)
    (edit,) = relation.edits
    assert edit.name is EditName.REENCODED
    return edit.on_first


def test_a_lossless_file_with_the_pixels_of_a_lossy_one_was_made_from_it() -> None:
    lossy = jpeg(PICTURE, quality=85)
    assert reencoded(view(1, lossy), view(2, lossy, format="PNG")) is False
    assert reencoded(view(1, lossy, format="TIFF"), view(2, lossy)) is True
    assert reencoded(view(1, lossy), view(2, PICTURE, format="PNG")) is None
    assert reencoded(view(1, lossy), view(2, lossy, format="WEBP")) is None
    smaller = cv2.resize(lossy, (240, 180), interpolation=cv2.INTER_AREA)
    relation = verify(
        view(1, lossy),
        view(2, smaller, format="PNG"),
        similarity=0.99,
        calibration=CALIBRATION,
    )
    assert {edit.on_first for edit in relation.edits} == {None}


DAY = "2019-05-04T10:00:"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (DAY + "00.10", DAY + "00.25", True),
        (DAY + "00", DAY + "01", True),
        (DAY + "00", DAY + "00", False),  # an edited copy keeps the time
        (DAY + "00.10", DAY + "00", False),  # a program dropped the sub-seconds
        (DAY + "00.10", DAY + "00.100", False),
        (DAY + "00+02:00", DAY + "00", False),
        (None, DAY + "00", False),
        ("no time", DAY + "00", False),
    ],
)
def test_different_times_by_the_cameras_clock(first, second, expected):
    one, other = (
        PhotoInfo(10, 10, "JPEG", camera="Canon", jpeg_quality=95, taken_at=taken_at)
        for taken_at in (first, second)
    )
    assert different_times(one, other) is expected
    assert different_times(other, one) is expected


@pytest.mark.parametrize(
    "change",
    [{"camera": "Nikon"}, {"width": 9}, {"format": "PNG"}, {"jpeg_quality": 80}],
)
def test_what_a_program_wrote_may_have_a_time_of_its_own(change):
    one = PhotoInfo(10, 10, "JPEG", camera="Canon", jpeg_quality=95, taken_at=DAY + "00")
    other = replace(one, taken_at=DAY + "05")
    assert different_times(one, other)
    assert not different_times(one, replace(other, **change))
    assert not different_times(replace(one, camera=None), replace(other, camera=None))
