import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindred.engine.types import Registration
from kindred.engine.verification import registration
from tests.support.scenery import Pixels, farthest, scene, view

PICTURE = scene(11, width=512, height=384)


def align(first: Pixels, second: Pixels) -> Registration | None:
    """The transform from the second picture's pixels to the first's, as verification finds it."""
    views = view(1, first), view(2, second)
    pictures = [
        one.open(registration.feature_side(one.info.width, one.info.height)) for one in views
    ]
    found, _ = registration.fit(*(registration.detect_features(picture) for picture in pictures))
    scales = [
        max(picture.shape) / max(one.info.width, one.info.height)
        for picture, one in zip(pictures, views, strict=True)
    ]
    return found and registration.registration(found, first=scales[0], second=scales[1])


@settings(max_examples=12, deadline=None)
@given(
    st.floats(-180, 180),
    st.floats(0.6, 1.4),
    st.floats(-40, 40),
    st.floats(-40, 40),
    st.booleans(),
)
def test_a_known_transform_is_recovered(
    angle: float, scale: float, right: float, down: float, mirrored: bool
) -> None:
    turn = np.vstack([cv2.getRotationMatrix2D((256, 192), angle, scale), [0, 0, 1]])
    shift = np.array([[1, 0, right], [0, 1, down], [0, 0, 1]])
    flip = np.array([[-1, 0, 512], [0, 1, 0], [0, 0, 1]]) if mirrored else np.eye(3)
    true = shift @ turn @ flip  # first -> second, corner coordinates
    half = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
    affine = (half @ true @ np.linalg.inv(half))[:2]
    second = cv2.warpAffine(PICTURE, affine, (512, 384), flags=cv2.INTER_AREA)
    found = align(PICTURE, second)
    assert found is not None
    assert found.mirrored == mirrored
    assert farthest(np.reshape(found.matrix, (3, 3)) @ true, np.eye(3), PICTURE) < 2


def test_the_other_way_round_is_the_inverse() -> None:
    part = PICTURE[60:300, 100:400]
    there, back = align(PICTURE, part), align(part, PICTURE)
    assert there is not None
    assert back is not None
    both = np.reshape(there.matrix, (3, 3)) @ np.reshape(back.matrix, (3, 3))
    assert farthest(both, np.eye(3), PICTURE) < 2


def test_sizes_far_apart() -> None:
    large = cv2.resize(PICTURE, None, fx=5, fy=5, interpolation=cv2.INTER_CUBIC)
    small = cv2.resize(PICTURE, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    found = align(large, small)
    assert found is not None
    assert np.allclose(np.reshape(found.matrix, (3, 3)), np.diag([20, 20, 1]), atol=25, rtol=0.01)


def test_a_panorama() -> None:
    wide = scene(12, width=3000, height=300)
    found = align(wide, wide[:, 900:1700])
    assert found is not None
    assert found.matrix[2] == pytest.approx(900, abs=2)


def test_different_pictures_and_empty_ones_do_not_align() -> None:
    assert align(PICTURE, scene(13)) is None
    assert align(PICTURE, np.zeros((200, 300, 3), np.uint8)) is None
    assert align(PICTURE, PICTURE[:1, :1]) is None


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_whole_on_the_whole(turn: int, mirrored: bool) -> None:
    second = PICTURE[:, ::-1] if mirrored else PICTURE
    laid = np.rot90(second, -turn // 90)
    matrix = registration.whole(laid.shape, second.shape, turn=turn, mirrored=mirrored)
    found = align(laid.copy(), PICTURE)
    assert found is not None
    assert farthest(np.reshape(found.matrix, (3, 3)), matrix, PICTURE) < 1.5
