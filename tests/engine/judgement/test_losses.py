"""The loss ledger: whatever one photo has and the other has not is named."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindred.engine.judgement.losses import Candidate, losses
from kindred.engine.types import (
    ContentCheck,
    EditName,
    FileFacts,
    Loss,
    LossKind,
    Photo,
    PhotoInfo,
)

SAME = ContentCheck(first_in_second=True, second_in_first=True, same_framing=True)
KNOWN = FileFacts(
    version=1,
    picture="a",
    taken_at="2017-07-04T10:11:12",
    camera="Canon",
    latitude=48.0,
    longitude=11.0,
    rating=3,
    keywords=("sea", "sun"),
)


def candidate(facts: FileFacts | None, *, content: int, size: int = 100) -> Candidate:
    info = PhotoInfo(size, size, "JPEG")
    return Candidate(Photo(Path(f"/{content}.jpg"), f"{content}", content, 1, 1, info), facts)


def lost(
    going: FileFacts | None, staying: FileFacts | None, check: ContentCheck | None = SAME
) -> tuple[Loss, ...]:
    return losses(candidate(going, content=1), candidate(staying, content=2), contained=check)


def kinds(found: tuple[Loss, ...]) -> dict[LossKind, bool]:
    return {loss.kind: loss.carried for loss in found}


def test_nothing_is_lost_with_a_picture_that_is_in_the_other() -> None:
    assert lost(replace(KNOWN, picture="b"), KNOWN) == ()


def test_what_was_not_compared_is_lost() -> None:
    assert kinds(lost(replace(KNOWN, picture="b"), KNOWN, None)) == {LossKind.UNCHECKED: False}
    assert kinds(lost(None, KNOWN)) == {LossKind.UNCHECKED: False}
    assert kinds(lost(KNOWN, None)) == {LossKind.UNCHECKED: False}


def test_the_same_picture_data_needs_no_comparison() -> None:
    assert lost(KNOWN, KNOWN, None) == ()
    assert kinds(lost(replace(KNOWN, picture=None), replace(KNOWN, picture=None), None)) == {
        LossKind.UNCHECKED: False
    }


def test_the_same_picture_data_shown_another_way_up_is_another_picture() -> None:
    facts = FileFacts(picture="p")
    upright, lying = candidate(facts, content=1), candidate(facts, content=2)
    info = replace(lying.photo.info, orientation=6)
    lying = replace(lying, photo=replace(lying.photo, info=info))
    for pair in ((upright, lying), (lying, upright)):
        (loss,) = losses(*pair, contained=None)
        assert (loss.kind, loss.values) == (LossKind.CONTENT, ("turned",))


def test_content_detail_and_framing_are_told_apart() -> None:
    other = replace(KNOWN, picture="b")
    less = ContentCheck(first_in_second=False, second_in_first=True, same_framing=True)
    cut = ContentCheck(first_in_second=False, second_in_first=False, same_framing=False)
    finer = candidate(KNOWN, content=1, size=200), candidate(other, content=2)
    assert kinds(losses(*finer, contained=less)) == {LossKind.DETAIL: False}
    assert kinds(lost(KNOWN, other, less)) == {LossKind.CONTENT: False}
    assert kinds(lost(KNOWN, other, cut)) == {LossKind.FRAMING: False}


def test_an_edit_is_a_loss_that_names_itself() -> None:
    pair = candidate(KNOWN, content=1), candidate(replace(KNOWN, picture="b"), content=2)
    found = losses(*pair, contained=SAME, edits=[EditName.RESIZED, EditName.OVERLAID])
    assert found == (Loss(LossKind.CONTENT, ("overlaid",)),)
    found = losses(*pair, contained=None, edits=[EditName.CROPPED])
    assert found == (Loss(LossKind.FRAMING, ("cropped",)),)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (LossKind.FRAMES, {"frames": 3}),
        (LossKind.PAGES, {"pages": 2}),
        (LossKind.LAYERS, {"layers": 1}),
        (LossKind.MOVIE, {"movie": True}),
        (LossKind.SOUND, {"sound": True}),
        (LossKind.GAIN_MAP, {"gain_map": True}),
        (LossKind.DEPTH_MAP, {"depth_map": True}),
        (LossKind.ALPHA, {"alpha": True}),
        (LossKind.BIT_DEPTH, {"bits": 16}),
        (LossKind.GAMUT, {"wide_gamut": True, "profile": "Display P3"}),
    ],
)
def test_what_lies_in_the_file_beside_the_picture(kind: LossKind, more: dict[str, object]) -> None:
    assert kinds(lost(replace(KNOWN, picture="b", **more), KNOWN)) == {kind: False}
    assert lost(replace(KNOWN, picture="b"), replace(KNOWN, **more)) == ()


def test_frames_and_movies_that_were_not_compared_are_lost() -> None:
    moving = replace(KNOWN, frames=3, movie=True)
    assert kinds(lost(replace(moving, picture="b"), moving)) == {
        LossKind.FRAMES: False,
        LossKind.MOVIE: False,
    }
    known = replace(moving, extras="m")
    assert lost(known, known) == ()


@pytest.mark.parametrize(
    "more",
    [
        {"movie": True},
        {"sound": True},
        {"gain_map": True},
        {"depth_map": True},
        {"trailer": True},
        {"pages": 2},
        {"layers": 3},
    ],
)
def test_one_picture_with_other_extras_is_another_file(more: dict[str, object]) -> None:
    mine, other = (replace(KNOWN, extras=digest, **more) for digest in ("m", "n"))
    assert len(lost(mine, other)) == 1 and lost(mine, mine) == ()


def test_what_the_comparison_does_not_see_is_lost_unless_the_data_are_the_same() -> None:
    for more in ({"alpha": True}, {"bits": 16}):
        one, other = replace(KNOWN, **more), replace(KNOWN, picture="b", **more)
        assert len(lost(one, other)) == 1 and lost(one, one) == ()


def test_profiles_are_told_apart_by_what_is_in_them() -> None:
    wide = replace(KNOWN, profile="P", colours="p", wide_gamut=True)
    other = replace(wide, colours="q")
    assert kinds(lost(wide, other)) == {LossKind.GAMUT: False}
    assert lost(wide, replace(wide, picture="b")) == ()


def test_one_picture_in_other_colours_is_left_to_a_person() -> None:
    plain, tagged = KNOWN, replace(KNOWN, profile="P", colours="p")
    assert kinds(lost(plain, tagged)) == kinds(lost(tagged, plain)) == {LossKind.CONTENT: False}
    camera = replace(tagged, maker_note=True)
    assert lost(replace(plain, camera=None), camera) == ()  # stripped of all it said
    assert lost(replace(plain, picture="b"), tagged) == ()  # seen as they are shown


def test_a_moment_in_utc_is_in_the_local_time_of_a_clock() -> None:
    local = replace(KNOWN, taken_at="2017-07-04T14:31:07")
    moment = replace(KNOWN, taken_at="2017-07-04T12:31:07", zone="+00:00")
    assert lost(moment, local) == ()
    assert kinds(lost(local, moment)) == {LossKind.TAKEN_AT: False}
    assert lost(moment, replace(local, zone="+02:00")) == ()
    for other in (replace(local, zone="+03:00"), replace(local, taken_at="2017-07-04T14:36:07")):
        assert LossKind.TAKEN_AT in kinds(lost(moment, other))
    assert kinds(lost(replace(moment, taken_at=local.taken_at), local)) == {LossKind.ZONE: True}


@pytest.mark.parametrize(
    ("kind", "without"),
    [
        (LossKind.TAKEN_AT, {"taken_at": None}),
        (LossKind.POSITION, {"latitude": None, "longitude": None}),
        (LossKind.RATING, {"rating": 0}),
        (LossKind.KEYWORDS, {"keywords": ("sun",)}),
    ],
)
def test_words_can_be_carried_over(kind: LossKind, without: dict[str, object]) -> None:
    assert kinds(lost(KNOWN, replace(KNOWN, **without))) == {kind: True}


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        (LossKind.TAKEN_AT, {"taken_at": "2018-07-04T10:11:12"}),
        (LossKind.POSITION, {"latitude": 49.0}),
        (LossKind.RATING, {"rating": 5}),
    ],
)
def test_two_different_values_cannot_be_carried(kind: LossKind, other: dict[str, object]) -> None:
    assert kinds(lost(KNOWN, replace(KNOWN, **other))) == {kind: False}


def test_a_camera_and_its_notes_cannot_be_carried() -> None:
    assert kinds(lost(KNOWN, replace(KNOWN, camera=None))) == {LossKind.CAMERA: False}
    assert kinds(lost(KNOWN, replace(KNOWN, camera="Nikon D70"))) == {LossKind.CAMERA: False}
    assert lost(KNOWN, replace(KNOWN, camera="CANON EOS 5D")) == ()
    five = replace(KNOWN, camera="Canon EOS 5D")
    assert lost(five, replace(KNOWN, camera="EOS 5D")) == ()
    for other in ("Canon EOS 5D Mark II", "Canon"):
        assert kinds(lost(five, replace(KNOWN, camera=other))) == {LossKind.CAMERA: False}
    noted = replace(KNOWN, maker_note=True)
    assert kinds(lost(noted, KNOWN)) == {LossKind.CAMERA: False}


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (LossKind.PLACE, "place"),
        (LossKind.AUTHOR, "author"),
        (LossKind.COPYRIGHT, "copyright"),
        (LossKind.PANORAMA, "panorama"),
        (LossKind.CAPTION, "comment"),
    ],
)
def test_who_made_it_and_how_it_is_shown_cannot_be_carried(kind: LossKind, field: str) -> None:
    known, other = replace(KNOWN, **{field: "Ada"}), replace(KNOWN, **{field: "Charles"})
    assert kinds(lost(known, KNOWN)) == kinds(lost(known, other)) == {kind: False}
    assert lost(known, known) == lost(KNOWN, known) == ()


def test_a_comment_that_is_the_caption_of_the_other_is_not_lost() -> None:
    said, noted = replace(KNOWN, caption="Ada"), replace(KNOWN, caption="sea", comment="Ada")
    assert lost(said, noted) == ()
    assert kinds(lost(noted, said)) == {LossKind.CAPTION: False}


def test_positions_beside_each_other_are_one_place() -> None:
    assert lost(KNOWN, replace(KNOWN, latitude=48.0001)) == ()
    east = replace(KNOWN, longitude=180.0), replace(KNOWN, longitude=-180.0)
    assert lost(*east) == ()


def test_a_rating_of_nothing_is_no_loss() -> None:
    assert lost(replace(KNOWN, rating=0), replace(KNOWN, rating=None)) == ()


def test_a_damaged_photo_does_not_stay_for_a_sound_one() -> None:
    hurt = replace(KNOWN, picture="b", damage=2)
    assert kinds(lost(KNOWN, hurt)) == {LossKind.CONTENT: False}
    assert lost(hurt, KNOWN) == ()


FACTS = st.builds(
    FileFacts,
    version=st.just(1),
    picture=st.sampled_from(["a", "b"]),
    frames=st.integers(1, 2),
    movie=st.booleans(),
    bits=st.sampled_from([8, 16]),
    taken_at=st.sampled_from([None, "2017-07-04T10:11:12", "no time at all"]),
    camera=st.sampled_from([None, "Canon"]),
    rating=st.sampled_from([None, 0, 3, 5]),
    keywords=st.sampled_from([(), ("sea",), ("sea", "sun")]),
    damage=st.integers(0, 1),
)


@given(FACTS, FACTS)
def test_a_fact_that_only_one_knows_is_lost_in_one_direction(a: FileFacts, b: FileFacts) -> None:
    """Where nothing is lost either way round, both know the same."""
    if not lost(a, b) and not lost(b, a):
        assert (a.frames, a.movie, a.bits, a.taken_at, a.camera) == (
            b.frames, b.movie, b.bits, b.taken_at, b.camera
        )  # fmt: skip
        assert (a.rating or 0, set(a.keywords)) == (b.rating or 0, set(b.keywords))
