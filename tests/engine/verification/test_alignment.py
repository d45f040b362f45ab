import numpy as np
import pytest

from kindred.engine.verification import alignment
from tests.support.scenery import farthest, scene

PICTURE = scene(41)


def test_a_rough_transform_is_corrected() -> None:
    part = PICTURE[40:300, 60:400]
    true = np.array([[1, 0, 60], [0, 1, 40], [0, 0, 1]], np.float64)
    rough = true + np.array([[0.004, 0, 0.8], [0, -0.003, -1.0], [0, 0, 0]])
    better, laid, _ = alignment.refine(PICTURE, part, rough)
    assert farthest(better, true, part) < 0.4 < farthest(rough, true, part)
    assert np.abs(laid.target.astype(int) - laid.moved)[laid.inside].mean() < 3


@pytest.mark.parametrize("seed", range(4))
def test_a_plain_scene_stays_in_place_under_a_sign(seed: int) -> None:
    random = np.random.default_rng(seed)
    hills = np.full((300, 400, 3), (90, 110, 160), np.float64)
    across, down = np.arange(400), np.arange(300)[:, None]
    for k in range(3):
        ridge = 120 + 55 * k + 15 * np.sin(across / (40 - 8 * k) + k * 2)
        hills[down >= ridge] = 120 - 35 * k, 90 - 25 * k, 60 - 15 * k
    signed = hills.copy()
    signed[245:285, 20:230] = 245
    first, second = (
        np.clip(picture + random.normal(0, 2, picture.shape), 0, 255).astype(np.uint8)
        for picture in (hills, signed)
    )
    for one, other in ((first, second), (second, first)):
        better, _, _ = alignment.refine(one, other, np.eye(3))
        assert farthest(better, np.eye(3), other) < 0.05


def test_the_finer_picture_is_moved_onto_the_coarser() -> None:
    half = np.ascontiguousarray(PICTURE[::2, ::2])
    double = np.diag([2.0, 2.0, 1.0])
    _, laid, _ = alignment.refine(PICTURE, half, double)
    assert not laid.onto_first
    assert laid.target is half
    _, laid, _ = alignment.refine(half, PICTURE, np.linalg.inv(double))
    assert laid.onto_first


def test_only_what_both_show_is_inside() -> None:
    right = np.array([[1, 0, 120], [0, 1, 0], [0, 0, 1]], np.float64)
    laid = alignment.lay(PICTURE, PICTURE, right, onto_first=True)
    assert not laid.inside[:, :119].any()
    assert laid.inside[1:-1, 122:].all()
