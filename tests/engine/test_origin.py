import pytest

from engine.origin import derived
from engine.types import Edit, EditName, Kind, PhotoInfo, Registration, Relation

LARGE = PhotoInfo(width=4000, height=3000, format="JPEG", detail=12)
HALF = PhotoInfo(width=2000, height=1500, format="JPEG", detail=3)


def placed(scale, x=0, y=0):
    return Registration((scale, 0, x, 0, scale, y, 0, 0, 1))


def made(first, second, *edits, kind=Kind.COPY, registration=None):
    relation = Relation(1, 2, kind, 0.9, 1.0, edits, registration)
    return derived([relation], {1: first, 2: second})


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.5])
def test_the_photo_that_shows_less_of_the_scene_is_the_crop(scale):
    crop = PhotoInfo(width=int(2000 / scale), height=int(2000 / scale), format="JPEG")
    edit = Edit(EditName.CROPPED, 0.33)
    assert made(LARGE, crop, edit, registration=placed(scale, 100, 100)) == {
        2: frozenset({"cropped"})
    }
    back = placed(1 / scale, -100 / scale, -100 / scale)
    assert made(crop, LARGE, edit, registration=back) == {1: frozenset({"cropped"})}


@pytest.mark.parametrize("name", [EditName.BORDERED, EditName.SCREENSHOT])
def test_the_larger_frame_was_put_around(name):
    framed = PhotoInfo(width=1200, height=2400, format="PNG")
    expected = frozenset({str(name)})
    assert made(LARGE, framed, Edit(name), registration=placed(4, 0, -3000)) == {2: expected}
    assert made(framed, LARGE, Edit(name), registration=placed(0.25, 0, 750)) == {1: expected}


@pytest.mark.parametrize("name", [EditName.OVERLAID, EditName.GREYSCALE, EditName.CROPPED])
def test_without_a_registration_it_was_done_to_the_second(name):
    assert made(LARGE, LARGE, Edit(name)) == {2: frozenset({str(name)})}


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


def test_what_leaves_no_trace_says_nothing():
    edits = [Edit(name) for name in (EditName.TURNED, EditName.MIRRORED, EditName.REENCODED)]
    assert made(LARGE, LARGE, *edits) == {}


def test_other_shots_are_not_made_from_each_other():
    assert made(LARGE, LARGE, Edit(EditName.CROPPED), kind=Kind.SIMILAR) == {}
