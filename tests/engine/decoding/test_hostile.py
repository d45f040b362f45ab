"""Thousands of bad pictures through the decoder: each is shown or refused with a reason."""

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
import pytest

from kindred.engine.decoding.decode import Decoded, decode
from kindred.engine.errors import DecodeError
from kindred.engine.types import SkipReason
from tests.support import hostile
from tests.support.hostile import Bad


def outcome(bad: Bad) -> SkipReason | None:
    """The reason it was refused for, None when it was shown; any other exception fails."""
    try:
        shown = decode(bad.data, name=bad.name, side=32)
    except DecodeError as error:
        assert str(error) and "\n" not in str(error), bad.name
        return error.reason
    check(shown)
    return None


def check(shown: Decoded) -> None:
    assert shown.rgb.dtype == np.uint8 and shown.rgb.ndim == 3 and shown.rgb.shape[2] == 3
    assert min(shown.rgb.shape) > 0 and shown.info.width > 0 and shown.info.height > 0


def test_there_are_enough_of_them() -> None:
    kinds = Counter(bad.kind for bad in hostile.inputs())
    assert kinds.total() >= 2000, kinds


@pytest.mark.parametrize("name", sorted(hostile.bases()))
def test_cut_and_flipped(name: str) -> None:
    every = [*hostile.truncated(), *hostile.flipped()]
    seen = Counter(outcome(bad) for bad in every if bad.name == name)
    assert seen[SkipReason.CRASHED] == 0
    assert seen.total() >= hostile.CUTS + hostile.FLIPS
    assert outcome(Bad("sound", name, hostile.bases()[name])) is None


def test_names_do_not_matter_to_sound_pictures_but_nothing_else_becomes_one() -> None:
    for bad in hostile.misnamed():
        sound = bad.data in hostile.bases().values()
        reason = outcome(bad)
        assert (reason is None) == sound or bad.name.endswith(("dng", "cr2", "cr3", "nef")), (
            bad.name
        )
        assert reason is not SkipReason.CRASHED


def test_promised_sizes_are_refused_before_memory_is_taken() -> None:
    for bad in hostile.promising():
        assert outcome(bad) in (SkipReason.TOO_LARGE, SkipReason.DAMAGED, None), bad.name


@pytest.mark.parametrize("make", [hostile.bombs, hostile.exif, hostile.attached])
def test_bombs_and_lies(make: Callable[[], Iterable[Bad]]) -> None:
    for bad in make():
        assert outcome(bad) is not SkipReason.CRASHED, bad.name


def test_metadata_that_lies_does_not_hide_the_picture() -> None:
    for bad in [*hostile.exif(), *hostile.attached()]:
        # Pillow refuses a PNG with more packed text or profile than a megabyte as a whole.
        huge = bad.name.endswith(".PNG") and len(bad.data) < 10_000 and bad.name.startswith("7")
        if not bad.name.endswith(".dng"):
            assert (outcome(bad) is None) != huge, (bad.kind, bad.name)


def test_rare_but_sound_pictures_are_shown() -> None:
    for bad in hostile.unusual():
        shown = decode(bad.data, name=bad.name, side=32)
        check(shown)
        assert not shown.info.damaged, bad.name


def test_random_mutations() -> None:
    """benchmarks/fault_injection.py runs a hundred thousand."""
    seen = Counter(outcome(bad) for bad in hostile.mutated(300, seed=0))
    assert seen[SkipReason.CRASHED] == 0 and seen[None] and seen[SkipReason.DAMAGED]
