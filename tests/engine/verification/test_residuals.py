import cv2
import numpy as np

from kindred.engine.verification.residuals import Findings, examine
from kindred.engine.verification.tone_matching import AlignedPair, apply_tone, match_tone
from tests.support.scenery import Pixels, jpeg, scene, with_grain

PICTURE = scene(45)


def measured(first: Pixels, second: Pixels) -> Findings:
    laid = AlignedPair(first, second, np.ones(first.shape[:2], bool), onto_first=True)
    return examine(laid, apply_tone(laid, match_tone(laid)))


def test_editing_keeps_the_detail_in_common() -> None:
    for second in (
        jpeg(PICTURE, quality=30),
        cv2.GaussianBlur(PICTURE, (0, 0), 2),
        with_grain(PICTURE, seed=1, grain=15),
        (PICTURE * 0.6).astype(np.uint8),
    ):
        found = measured(PICTURE, second)
        assert found.fine < 0.2
        assert found.middle < 0.05
        assert found.strayed < 0.1
        assert found.moved == 0


def test_grain_of_its_own_is_measured() -> None:
    light = cv2.GaussianBlur(scene(45, grain=0), (0, 0), 3)
    first, second = (with_grain(light, seed=seed, grain=6) for seed in (1, 2))
    found = measured(first, second)
    assert found.fine > 0.3
    assert found.lost < 0.1


def test_a_shift_of_some_pixels_is_measured() -> None:
    assert measured(PICTURE[:, 6:], PICTURE[:, :-6]).fine > 0.4


def test_a_shadow_is_measured() -> None:
    shaded = PICTURE.astype(np.float32)
    veil = np.zeros(PICTURE.shape[:2], np.float32)
    veil[120:300, 40:240] = 0.5
    shaded *= 1 - cv2.GaussianBlur(veil, (0, 0), 12)[..., None]
    assert measured(PICTURE, shaded.astype(np.uint8)).shaded > 0.06


def test_nothing_in_common_says_nothing() -> None:
    laid = AlignedPair(PICTURE, PICTURE, np.zeros(PICTURE.shape[:2], bool), onto_first=True)
    assert examine(laid, apply_tone(laid, match_tone(laid))).fine == 1
