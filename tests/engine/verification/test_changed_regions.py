import cv2
import numpy as np

from kindred.engine.verification.changed_regions import ChangedRegions, find
from kindred.engine.verification.tone_matching import AlignedPair
from tests.support.scenery import Pixels, scene

PICTURE = scene(43)
EVERYWHERE = np.ones(PICTURE.shape[:2], bool)


def found(second: Pixels) -> ChangedRegions:
    laid = AlignedPair(PICTURE, second, EVERYWHERE, onto_first=True)
    grey = [picture.astype(np.float32).mean(axis=2) for picture in (PICTURE, second)]
    return find(laid, grey[0], grey[1], EVERYWHERE)


def test_text_is_drawn_and_found_in_its_place() -> None:
    second = PICTURE.copy()
    cv2.putText(second, "TEXT", (120, 100), cv2.FONT_HERSHEY_DUPLEX, 3, (255, 255, 255), 16)
    changed = found(second)
    assert changed.drawn > 0.02
    assert changed.moved < changed.drawn / 5
    assert changed.on_target is False
    assert not changed.mask[150:].any()


def test_another_picture_inside_is_something_moved() -> None:
    second = PICTURE.copy()
    second[100:200, 100:240] = scene(44, width=140, height=100)
    changed = found(second)
    assert changed.moved > changed.drawn
    assert changed.mask[100:200, 100:240].mean() > 0.3
    assert not changed.mask[215:].any()


def test_nothing_changed_by_noise_or_a_shift_below_a_pixel() -> None:
    noisy = PICTURE + np.random.default_rng(0).normal(0, 12, PICTURE.shape)
    shift = np.array([[1, 0, 0.4], [0, 1, 0.3]])
    shifted = cv2.warpAffine(PICTURE, shift, (480, 360), borderMode=cv2.BORDER_REPLICATE)
    for second in (PICTURE, np.clip(noisy, 0, 255).astype(np.uint8), shifted):
        changed = found(second)
        assert changed.drawn == 0
        assert changed.moved < 0.0004
