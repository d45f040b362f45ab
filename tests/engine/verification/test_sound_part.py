"""A file that was cut is a copy of its sound twin where it shows something."""

from dataclasses import replace

import numpy as np
import pytest

from kindred.engine.types import Calibration, Kind
from kindred.engine.verification.sound_part import sound_parts
from kindred.engine.verification.verify import verify
from tests.support.scenery import scene, view

SCALE = Calibration(0.4, 0.6, 0.7, 0.8)


def cut(picture: np.ndarray, share: float) -> np.ndarray:
    """The picture as a decoder shows it whose file ended early."""
    hurt = picture.copy()
    hurt[int(len(hurt) * share) :] = 128
    return hurt


@pytest.mark.parametrize("share", [0.4, 0.7, 0.9])
def test_a_cut_picture_is_a_copy_of_the_whole(share: float) -> None:
    whole = scene(3)
    hurt = view(2, cut(whole, share))
    hurt = replace(hurt, info=replace(hurt.info, damaged=True))
    assert verify(view(1, whole), hurt, similarity=0.7, calibration=SCALE).kind is Kind.COPY


def test_a_cut_picture_of_something_else_is_none() -> None:
    hurt = view(2, cut(scene(4), 0.6))
    hurt = replace(hurt, info=replace(hurt.info, damaged=True))
    assert verify(view(1, scene(3)), hurt, similarity=0.7, calibration=SCALE).kind is not Kind.COPY


def test_sound_pictures_have_no_lost_part() -> None:
    pair = view(1, scene(3)), view(2, cut(scene(3), 0.5))
    assert sound_parts(*pair) is None  # neither file is known to be damaged


def test_almost_nothing_left_says_nothing() -> None:
    hurt = view(2, cut(scene(3), 0.1))
    assert (
        sound_parts(view(1, scene(3)), replace(hurt, info=replace(hurt.info, damaged=True))) is None
    )
