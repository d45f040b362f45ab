from dataclasses import replace

import pytest

from kindred.engine.judgement.provenance import find_derived
from kindred.engine.types import Edit, EditName, Kind, PhotoInfo, Registration, Relation

LARGE = PhotoInfo(width=4000, height=3000, format="JPEG", detail=12)
HALF = PhotoInfo(width=2000, height=1500, format="JPEG", detail=3)
CROPPED, BORDERED = frozenset({"cropped"}), frozenset({"bordered"})


def placed(scale, x=0, y=0):
    return Registration((scale, 0, x, 0, scale, y, 0, 0, 1))


def back(scale, x=0, y=0):
    return placed(1 / scale, -x / scale, -y / scale)


def made(first, second, *edits, kind=Kind.COPY, registration=None):
    relation = Relation(1, 2, kind, 0.9, 1.0, edits, registration)
    return find_derived([relation], {1: first, 2: second})


@pytest.mark.parametrize("name", [EditName.CROPPED, EditName.BORDERED])
@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_the_photo_that_shows_less_of_the_scene_is_the_crop(name, scale):
    side = int(2000 / scale)
    crop = PhotoInfo(width=side, height=side, format="JPEG")
    edit = Edit(name, 0.33)
    assert made(LARGE, crop, edit, registration=placed(scale, 100, 100)) == {2: CROPPED}
    assert made(crop, LARGE, edit, registration=back(scale, 100, 100)) == {1: CROPPED}


def test_a_border_around_a_reduced_picture():
    framed = PhotoInfo(width=1200, height=2400, format="PNG")
    edit = Edit(EditName.BORDERED, 0.7)
    assert made(LARGE, framed, edit, registration=placed(4, 0, -3000)) == {2: BORDERED}
    assert made(framed, LARGE, edit, registration=back(4, 0, -3000)) == {1: BORDERED}


def test_a_screenshot_has_the_larger_frame():
    shot = PhotoInfo(width=4000, height=6000, format="PNG")
    edit, expected = Edit(EditName.SCREENSHOT), frozenset({"inside another picture"})
    assert made(LARGE, shot, edit, registration=placed(1, 0, -1500)) == {2: expected}
    assert made(shot, LARGE, edit, registration=back(1, 0, -1500)) == {1: expected}


@pytest.mark.parametrize("name", list(EditName))
def test_where_the_verification_knows_it_is_believed(name):
    expected = frozenset({str(name)})
    assert made(LARGE, LARGE, Edit(name, on_first=False)) == {2: expected}
    assert made(LARGE, LARGE, Edit(name, on_first=True)) == {1: expected}
    smaller = PhotoInfo(width=1000, height=1000, format="JPEG")
    known = Edit(EditName.BORDERED, on_first=False)
    assert made(smaller, LARGE, known, registration=placed(1, -100, -100)) == {2: BORDERED}


@pytest.mark.parametrize("name", list(EditName))
def test_what_leaves_no_trace_says_nothing(name):
    assert made(LARGE, LARGE, Edit(name)) == {}
    assert made(LARGE, LARGE, Edit(name), registration=placed(1)) == {}


def test_what_knows_the_camera_was_not_scaled_up_from_what_does_not():
    resized = Edit(EditName.RESIZED, 2.0)
    large = replace(LARGE, detail=3.0)
    assert made(HALF, large, resized, registration=placed(0.5)) == {2: frozenset({"upscaled"})}
    told = replace(large, camera="Canon")
    assert made(HALF, told, resized, registration=placed(0.5)) == {}
    assert made(told, HALF, resized, registration=placed(2)) == {}
    both = made(replace(HALF, camera="Canon"), told, resized, registration=placed(0.5))
    assert both == {2: frozenset({"upscaled"})}


def test_upscaled_has_more_pixels_but_no_more_detail():
    blown_up = PhotoInfo(width=4000, height=3000, format="JPEG", detail=3.1)
    resized = Edit(EditName.RESIZED, 2)
    assert made(HALF, blown_up, resized) == {2: frozenset({"upscaled"})}
    assert made(blown_up, HALF, resized, registration=placed(2)) == {1: frozenset({"upscaled"})}
    assert made(LARGE, HALF, resized) == {}


def test_a_crop_is_compared_on_the_part_it_shows():
    """A quarter of a sharp picture, enlarged to the size of the whole."""
    enlarged = PhotoInfo(width=4000, height=3000, format="JPEG", detail=3)
    crop = Edit(EditName.CROPPED, 0.25)
    found = made(LARGE, enlarged, crop, registration=placed(0.5, 500, 500))
    assert found == {2: frozenset({"cropped", "upscaled"})}


def test_other_shots_are_not_made_from_each_other():
    edit = Edit(EditName.CROPPED, on_first=False)
    assert made(LARGE, LARGE, edit, kind=Kind.SIMILAR) == {}
