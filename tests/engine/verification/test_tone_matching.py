from collections.abc import Callable

import numpy as np
import pytest

from kindred.engine.verification.tone_matching import AlignedPair, apply_tone, match_tone
from tests.support.scenery import Pixels, scene

PICTURE = scene(42)


def vignette(picture: Pixels) -> Pixels:
    down, across = np.mgrid[-1:1:360j, -1:1:480j]
    return (picture * (1 - 0.3 * (down**2 + across**2))[..., None]).astype(np.uint8)


EDITS: dict[str, Callable[[Pixels], Pixels]] = {
    "darker": lambda p: (p * 0.5).astype(np.uint8),
    "clipped": lambda p: np.clip(p.astype(float) * 1.6 - 30, 0, 255).astype(np.uint8),
    "grey": lambda p: np.repeat(p.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8),
    "channels": lambda p: np.ascontiguousarray(p[..., ::-1]),
    "vignette": vignette,
}


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("edited_first", [False, True])
def test_a_change_of_tone_is_undone(name: str, edited_first: bool) -> None:
    pictures = PICTURE, EDITS[name](PICTURE)
    target, moved = pictures[::-1] if edited_first else pictures
    laid = AlignedPair(target, moved, np.ones(PICTURE.shape[:2], bool), onto_first=True)
    predicted, goal = apply_tone(laid, match_tone(laid))
    assert predicted.dtype == np.float32
    assert np.median(np.abs(predicted - goal)) < 4  # of up to 128


def test_an_overlay_does_not_disturb_the_match() -> None:
    covered = (PICTURE * 0.7).astype(np.uint8)
    covered[100:200, 100:260] = 255
    laid = AlignedPair(PICTURE, covered, np.ones(PICTURE.shape[:2], bool), onto_first=True)
    predicted, goal = apply_tone(laid, match_tone(laid))
    apart = np.abs(predicted - goal)
    assert np.median(apart[220:]) < 2
    assert np.median(apart[110:190, 110:250]) > 20
