import cv2
import numpy as np
import pytest

from kindred.engine.decoding.quality import is_flat
from kindred.engine.verification.signature import (
    ORIENTATIONS,
    SIZE,
    detail_likeness,
    likeness,
    orient,
    part_likeness,
    signature,
)
from tests.support.scenery import scene


def test_a_signature_has_one_size() -> None:
    for shape in ((480, 360), (17, 3000), (3, 3)):
        small = signature(np.zeros((*shape, 3), np.uint8))
        assert small.shape == (SIZE, SIZE, 3)
        assert small.dtype == np.uint8
        assert small.nbytes <= 1200


@pytest.mark.parametrize("index", range(8))
def test_each_orientation_is_found(index: int) -> None:
    picture = scene(3)
    turned = orient(picture, index=index)
    found = likeness(signature(picture), signature(turned))
    assert found.correlation > 0.99
    undone = orient(turned, index=found.turn // 90 + 4 * found.mirrored)
    assert np.array_equal(undone, picture)


def test_brightness_and_contrast_do_not_count() -> None:
    picture = scene(4)
    dull = (picture * 0.4 + 60).astype(np.uint8)
    assert likeness(signature(picture), signature(dull)).correlation > 0.99


def test_different_pictures_disagree() -> None:
    assert likeness(signature(scene(5)), signature(scene(6))).correlation < 0.8


def test_the_bytes_of_a_signature_do_too() -> None:
    one, other = signature(scene(7)), signature(scene(8))
    assert likeness(one.ravel(), other.ravel()) == likeness(one, other)


def test_flat_pictures() -> None:
    grey = np.full((90, 120, 3), 90, np.uint8)
    dark = np.random.default_rng(0).integers(0, 6, (90, 120, 3)).astype(np.uint8)
    page = np.full((90, 120, 3), 255, np.uint8)
    page[20:60, 30:90] = 0
    assert is_flat(grey)
    assert is_flat(dark)
    assert not is_flat(page)
    assert not is_flat(scene(1))


@pytest.mark.parametrize("index", range(ORIENTATIONS))
def test_a_part_is_found_in_any_orientation_and_either_way(index: int) -> None:
    picture = scene(51)
    crop = np.ascontiguousarray(orient(picture[60:260, 90:350], index=index))
    whole, part = signature(picture), signature(crop)
    assert likeness(whole, part).correlation < 0.8
    assert part_likeness(whole, part) > 0.85
    assert part_likeness(part, whole) == part_likeness(whole, part)


def test_strangers_and_plain_pictures_share_little() -> None:
    assert part_likeness(signature(scene(52)), signature(scene(53))) < 0.75
    plain = np.full((40, 40, 3), 90, np.uint8)
    assert part_likeness(signature(scene(52)), signature(plain)) < 0.1


@pytest.mark.parametrize("index", range(ORIENTATIONS))
def test_detail_agrees_whatever_was_done_to_tones(index: int) -> None:
    photo = scene(54)
    light = cv2.cvtColor(photo, cv2.COLOR_RGB2LAB)
    light[..., 0] = cv2.createCLAHE(4, (6, 6)).apply(light[..., 0])
    toned = orient(cv2.cvtColor(light, cv2.COLOR_LAB2RGB), index=index)
    assert detail_likeness(signature(photo), signature(np.ascontiguousarray(toned))) > 0.8


def test_strangers_share_no_detail() -> None:
    plain = np.full((300, 400, 3), 128, np.uint8)
    for other in (scene(56), scene(57), plain):
        assert detail_likeness(signature(scene(55)), signature(other)) < 0.4
