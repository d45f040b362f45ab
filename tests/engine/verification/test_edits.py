import numpy as np
import pytest

from kindred.engine.types import Edit, EditName, PhotoInfo, Registration
from kindred.engine.verification.edits import area, edits, frame, outline, project
from kindred.engine.verification.residuals import Findings
from tests.support.scenery import scene

PICTURE = scene(46)
INFO = PhotoInfo(480, 360, "JPEG", jpeg_quality=90)
UNCHANGED = np.zeros((360, 480), bool)
NOTHING = Findings(0, 0, 0, 0, 0, 0, UNCHANGED, 0, 0, None)


def named(second: PhotoInfo, matrix: list[float], picture: np.ndarray) -> dict[EditName, Edit]:
    done = edits(
        INFO,
        second,
        registration=Registration(tuple(matrix)),
        pictures=(PICTURE, picture),
        findings=NOTHING,
    )
    return {edit.name: edit for edit in done}


def test_nothing_seen_is_re_encoded() -> None:
    same = [1, 0, 0, 0, 1, 0, 0, 0, 1]
    assert set(named(INFO, same, PICTURE)) == {EditName.REENCODED}
    png = PhotoInfo(960, 720, "PNG")
    half = [0.5, 0, 0, 0, 0.5, 0, 0, 0, 1]
    done = named(png, half, PICTURE)
    assert set(done) == {EditName.REENCODED, EditName.RESIZED}
    assert done[EditName.RESIZED].amount == 2


@pytest.mark.parametrize(("rest", "name"), [(255, EditName.BORDERED), (None, EditName.CROPPED)])
def test_what_is_round_the_second_tells_a_border_from_a_crop(
    rest: int | None, name: EditName
) -> None:
    larger = scene(47, width=600, height=480)
    if rest is not None:
        larger[:] = rest
    larger[60:420, 60:540] = PICTURE
    done = named(PhotoInfo(600, 480, "JPEG"), [1, 0, -60, 0, 1, -60, 0, 0, 1], larger)
    assert done[name].box == pytest.approx((0.1, 0.125, 0.9, 0.875), abs=0.001)
    assert done[name].on_first == (name is EditName.CROPPED)  # the first is the part


def test_a_crop_beside_plain_sky_was_not_pasted_there() -> None:
    larger = scene(48, width=600, height=480)
    larger[:200] = np.linspace(200, 206, 200).astype(np.uint8)[:, None, None]  # a plain sky
    larger[280:] = larger[279]
    placed = [1, 0, 0, 0, 1, -100, 0, 0, 1]
    done = edits(
        PhotoInfo(600, 240, "JPEG"),
        PhotoInfo(600, 480, "JPEG"),
        registration=Registration(tuple(placed)),
        pictures=(larger[100:340], larger),
        findings=NOTHING,
    )
    (crop,) = [edit for edit in done if edit.name is not EditName.REENCODED]
    assert crop.name is EditName.CROPPED
    assert crop.on_first


def test_outlines() -> None:
    corners = frame(10, 5)
    assert area(corners) == 50
    shifted = project(corners, np.array([[1, 0, 5], [0, 1, 0], [0, 0, 1]], np.float64))
    assert area(outline(PhotoInfo(10, 5, "PNG"), shifted)) == pytest.approx(0.5)
    apart = project(corners, np.array([[1, 0, 50], [0, 1, 0], [0, 0, 1]], np.float64))
    assert area(outline(PhotoInfo(10, 5, "PNG"), apart)) == 0
