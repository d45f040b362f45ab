"""What is said about a pair: true to what is known of it, and careful about two shots."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtGui import QTransform

from kindred.engine.types import (
    Edit,
    EditName,
    Group,
    Judgement,
    Kind,
    Loss,
    LossKind,
    Photo,
    PhotoInfo,
    Relation,
    Tier,
    Why,
)
from kindred.gui.compare import pair_text
from kindred.gui.compare.canvas import Mode
from kindred.gui.compare.placement import place_by_size

INFO = PhotoInfo(400, 300, "JPEG")
BY_SIZE = place_by_size(INFO, INFO)
REGISTERED = replace(BY_SIZE, registered=True)


@pytest.fixture
def trio(photo: Callable[..., Photo], group: Callable[..., Group]) -> Group:
    made = group([photo(1), photo(2), photo(3)])
    edited = replace(made.members[1], edits=(Edit(EditName.CROPPED, 0.64),))
    return replace(made, members=(made.members[0], edited, made.members[2]))


def test_the_title_counts_the_other_photos(trio: Group) -> None:
    assert pair_text.title(trio, 0, 1, None) == "1 of 2 · copy · cropped to 64%"
    assert pair_text.title(trio, 0, 2, None) == "2 of 2 · copy"
    assert pair_text.title(trio, 1, 0, None) == "1 of 2 · copy"
    assert pair_text.title(trio, 1, 2, None) == "2 of 2 · copy"


def test_a_comparison_knows_better_than_the_group(trio: Group) -> None:
    compared = Relation(0, 1, Kind.SIMILAR, 0.8, 0.9, (Edit(EditName.MIRRORED),))
    assert pair_text.title(trio, 0, 1, compared) == "1 of 2 · different shot · mirrored"


def test_what_is_lost_is_said_of_the_photo_that_was_judged_by_the_other(trio: Group) -> None:
    lost = Judgement(Tier.EDITED, None, (Loss(LossKind.SOUND),), Why.LOSES)
    safe = Judgement(Tier.EXACT, trio.members[1].photo.path, (), Why.SAME_BYTES)
    first, second, third = trio.members
    judged = (first, replace(second, judgement=lost), replace(third, judgement=safe))
    group = replace(trio, members=judged)
    said = "edited · would be lost: the one that stays has no sound"
    assert pair_text.fates(group, 0, 1) == ("", said)
    assert pair_text.fates(group, 1, 0) == (said, "")
    assert pair_text.fates(group, 1, 2) == ("", "exact copy: the same file")
    assert pair_text.fates(group, 0, 2) == ("", "")
    assert pair_text.fates(trio, 0, 1) == ("", "")
    assert pair_text.fates(replace(group, kind=Kind.SIMILAR), 0, 1) == ("", "")


def test_only_copies_are_said_to_lie_exactly() -> None:
    said = {
        kind: pair_text.view_text(Mode.SWIPE, kind, REGISTERED, searching=False) for kind in Kind
    }
    assert "exactly" in said[Kind.COPY] and "exactly" in said[Kind.IDENTICAL]
    assert "exactly" not in said[Kind.SIMILAR] and "exactly" not in said[Kind.UNRELATED]


def test_an_unregistered_pair_is_said_to_be_one() -> None:
    assert "by size only" in pair_text.view_text(
        Mode.DIFFERENCE, Kind.SIMILAR, BY_SIZE, searching=False
    )
    assert "Finding" in pair_text.view_text(Mode.SWIPE, Kind.SIMILAR, BY_SIZE, searching=True)


def test_differences_of_two_shots_come_with_a_caution() -> None:
    said = partial(pair_text.overlay_text, placement=REGISTERED, words="Text.")
    assert said(Mode.DIFFERENCE, Kind.COPY) == "Text."
    assert said(Mode.DIFFERENCE, Kind.SIMILAR).startswith("Two different")
    assert said(Mode.EXPLAIN, Kind.SIMILAR) == "Text."


def test_a_crop_is_read_out_beside_what_changed() -> None:
    crop = replace(REGISTERED, onto_first=QTransform.fromScale(0.5, 0.5))
    said = pair_text.overlay_text(Mode.DIFFERENCE, Kind.COPY, crop, "Nothing changed.")
    assert said == "Nothing changed. The second photo ends at the dashed line."


def test_no_photo_of_a_group_is_called_unrelated(trio: Group) -> None:
    compared = Relation(0, 1, Kind.UNRELATED, 0.5, 0.9)
    assert pair_text.title(trio, 0, 1, compared) == "1 of 2 · no matching detail found"
