"""Which photos of a group may go: nothing without what it holds staying, whatever the ranking."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindred.engine.judgement.losses import Candidate, losses
from kindred.engine.judgement.tiers import Evidence, copy_places, judge, keeper_of
from kindred.engine.types import (
    ContentCheck,
    EditName,
    Encoding,
    FileFacts,
    Judgement,
    Loss,
    LossKind,
    Photo,
    PhotoInfo,
    Tier,
    Why,
)

BOTH = ContentCheck(first_in_second=True, second_in_first=True, same_framing=True)
ONLY_SECOND = ContentCheck(first_in_second=False, second_in_first=True, same_framing=True)
NEITHER = ContentCheck(first_in_second=False, second_in_first=False, same_framing=True)
CAMERA = FileFacts(1, "p1", taken_at="2017-07-04T10:11:12", camera="Canon", maker_note=True)
PLAIN = FileFacts(1, "p2")
DAY = 86_400 * 10**9
NOW = 1_700_000_000 * 10**9


def photo(path: str, *, content: int, mtime: int = NOW, damaged: bool = False) -> Photo:
    info = PhotoInfo(100, 100, "JPEG", damaged=damaged)
    return Photo(Path(path), f"{content:064x}", content, 1000, mtime, info)


def judged(photos: list[Photo], **evidence: object) -> dict[str, Judgement]:
    known = {"facts": {p.content: replace(PLAIN, picture=f"p{p.content}") for p in photos}}
    found = judge(photos, Evidence(**{"checks": {}, **known, **evidence}))
    return {str(path): judgement for path, judgement in found.items()}


def suggested(photos: list[Photo], **evidence: object) -> dict[str, str]:
    found = judged(photos, **evidence)
    return {path: str(j.stays) for path, j in found.items() if j.stays is not None}


def test_a_finer_save_never_stays_for_the_file_it_was_made_from() -> None:
    coarse, finer = photo("/a/coarse.jpg", content=1), photo("/b/finer.avif", content=2)
    found = replace(ONLY_SECOND, first_in_second=True, second_in_first=False)
    assert suggested([coarse, finer], checks={(1, 2): found}) == {
        "/a/coarse.jpg": "/b/finer.avif"  # nothing says that it is the source
    }
    assert suggested([coarse, finer], checks={(1, 2): replace(found, source=1)}) == {}
    both = replace(BOTH, source=1)
    assert suggested([finer, coarse], checks={(1, 2): both}) == {"/b/finer.avif": "/a/coarse.jpg"}


def test_of_exact_copies_the_one_named_a_copy_goes() -> None:
    pair = [photo("/a/x copy.jpg", content=1), photo("/a/x.jpg", content=1)]
    for ranked in (pair, pair[::-1]):
        assert suggested(ranked) == {"/a/x copy.jpg": "/a/x.jpg"}
    assert judged(pair)["/a/x copy.jpg"] == Judgement(
        Tier.EXACT, Path("/a/x.jpg"), (), Why.SAME_BYTES
    )


def test_exact_copies_that_only_folders_tell_apart_are_left_to_the_user() -> None:
    pair = [photo("/Rome/x.jpg", content=1), photo("/2017/x.jpg", content=1)]
    found = judged(pair)
    assert {j.stays for j in found.values()} == {None}
    assert {j.why for j in found.values()} == {Why.FOLDERS}
    assert suggested(pair, preferred=[Path("/2017")]) == {"/Rome/x.jpg": "/2017/x.jpg"}
    assert suggested(pair, protected=[Path("/Rome")]) == {"/2017/x.jpg": "/Rome/x.jpg"}


def test_in_one_folder_the_older_file_stays() -> None:
    pair = [photo("/a/x.jpg", content=1, mtime=NOW + DAY), photo("/a/y.jpg", content=1)]
    assert suggested(pair) == {"/a/x.jpg": "/a/y.jpg"}


def test_a_clock_that_was_not_set_tells_nothing() -> None:
    zipped = photo("/a/unzipped.jpg", content=1, mtime=315_532_800 * 10**9)  # 1980
    assert suggested([zipped, photo("/a/orig.jpg", content=1)]) == {}


def test_everything_protected_stays() -> None:
    pair = [photo("/a/x copy.jpg", content=1), photo("/a/x.jpg", content=1)]
    for ranked in (pair, pair[::-1]):
        found = judged(ranked, protected=[Path("/a")])
        assert {judgement.stays for judgement in found.values()} == {None}
        assert found[str(ranked[1].path)].why is Why.PROTECTED


def test_names_of_one_file_stay() -> None:
    names = [photo("/a/x copy.jpg", content=1), photo("/a/x.jpg", content=1)]
    other = photo("/Backup/x.jpg", content=1)
    linked = {names[0].path, names[1].path}
    assert set(suggested([*names, other], linked=linked)) == {"/Backup/x.jpg"}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_camera_file_stays_for_what_was_saved_again(order: tuple[int, ...]) -> None:
    pair = [photo("/a/camera.jpg", content=1), photo("/a/saved.jpg", content=2)]
    facts = {1: CAMERA, 2: replace(PLAIN, encoding=Encoding(quality=98.0))}
    found = judged([pair[n] for n in order], facts=facts, checks={(1, 2): BOTH})
    assert found["/a/saved.jpg"] == Judgement(Tier.LESSER, Path("/a/camera.jpg"), (), Why.SOURCE)
    assert found["/a/camera.jpg"].stays is None


def test_a_smaller_copy_goes_for_the_larger() -> None:
    pair = [photo("/a/large.jpg", content=1), photo("/a/small.jpg", content=2)]
    found = judged(pair, checks={(1, 2): ONLY_SECOND})
    assert (found["/a/small.jpg"].stays, found["/a/small.jpg"].why) == (
        Path("/a/large.jpg"), Why.CONTAINED,
    )  # fmt: skip
    assert found["/a/large.jpg"].stays is None


def test_what_was_not_compared_stays() -> None:
    pair = [photo("/a/large.jpg", content=1), photo("/a/small.jpg", content=2)]
    assert {j.why for j in judged(pair).values()} == {Why.UNCHECKED, None}
    assert suggested(pair) == {}
    assert suggested(pair, facts={}) == {}


def test_what_only_the_smaller_one_knows_is_carried_over() -> None:
    pair = [photo("/a/large.jpg", content=1), photo("/a/small.jpg", content=2)]
    facts = {1: replace(PLAIN, picture="p1"), 2: replace(PLAIN, rating=4)}
    found = judged(pair, facts=facts, checks={(1, 2): ONLY_SECOND})["/a/small.jpg"]
    assert found.tier is Tier.LESSER and found.stays == Path("/a/large.jpg")
    assert found.losses == (Loss(LossKind.RATING, ("4",), carried=True),)


def test_of_two_that_each_know_something_both_are_told_what_is_lost() -> None:
    pair = [photo("/a/x.jpg", content=1), photo("/b/x.jpg", content=2)]
    facts = {1: replace(PLAIN, picture="p", rating=4), 2: replace(PLAIN, picture="p", title="Sea")}
    found = judged(pair, facts=facts)
    assert {j.stays for j in found.values()} == {None}
    assert [loss.kind for loss in found["/a/x.jpg"].losses] == [LossKind.RATING]
    assert [loss.kind for loss in found["/b/x.jpg"].losses] == [LossKind.TITLE]


def test_a_smaller_copy_with_the_only_camera_data_stays() -> None:
    pair = [photo("/a/large.jpg", content=1), photo("/a/small.jpg", content=2)]
    facts = {1: replace(PLAIN, picture="p1"), 2: replace(CAMERA, picture="p2")}
    assert suggested(pair, facts=facts, checks={(1, 2): ONLY_SECOND}) == {}


def test_equals_of_which_nothing_tells_the_source_stay() -> None:
    pair = [photo("/a/x.jpg", content=1), photo("/Backup/x.jpg", content=2)]
    found = judged(pair, checks={(1, 2): BOTH})
    assert {j.why for j in found.values()} == {Why.ALIKE}


def test_an_edit_is_left_to_the_user_with_what_it_changes() -> None:
    pair = [photo("/a/x.jpg", content=1), photo("/a/cut.jpg", content=2)]
    found = judged(pair, edits={(1, 2): [EditName.CROPPED]})["/a/cut.jpg"]
    assert (found.tier, found.stays, found.why) == (Tier.EDITED, None, Why.LOSES)
    assert [loss.kind for loss in found.losses] == [LossKind.FRAMING]


def test_rejected_pairs_never_stand_for_each_other() -> None:
    three = [photo(f"/a/{n}.jpg", content=n) for n in (1, 2, 3)]
    checks = {(1, 2): ONLY_SECOND, (1, 3): ONLY_SECOND, (2, 3): NEITHER}
    assert suggested(three, checks=checks) == {
        "/a/2.jpg": "/a/1.jpg", "/a/3.jpg": "/a/1.jpg",
    }  # fmt: skip
    assert suggested(three, checks=checks, rejected={(1, 2)}) == {"/a/3.jpg": "/a/1.jpg"}


def test_what_stays_for_another_is_not_suggested_itself() -> None:
    """A chain: 3 is in 2, and 2 is in 1, but nothing says that 3 is in 1."""
    chain = [photo(f"/a/{n}.jpg", content=n) for n in (1, 2, 3)]
    checks = {(1, 2): ONLY_SECOND, (2, 3): ONLY_SECOND, (1, 3): NEITHER}
    for ranked in permutations(chain):
        found = suggested(list(ranked), checks=checks)
        assert not set(found.values()) & found.keys()
        assert found == {"/a/2.jpg": "/a/1.jpg"}


def test_a_companion_whose_twin_is_missing_keeps_its_photo() -> None:
    pair = [photo("/a/x copy.heic", content=1), photo("/a/x.heic", content=1)]
    movie = Loss(LossKind.COMPANION, ("x copy.mov",))

    def companions(going: Photo, _staying: Photo) -> tuple[Loss, ...]:
        return (movie,) if "copy" in going.path.name else ()

    found = judged(pair, companions=companions)
    assert found["/a/x copy.heic"].stays is None
    assert found["/a/x.heic"].stays == Path("/a/x copy.heic")


def test_the_keeper_is_what_most_others_go_for() -> None:
    three = [photo(f"/a/{n}.jpg", content=n) for n in (3, 1, 2)]
    known = {p.content: replace(PLAIN, picture=f"p{p.content}") for p in three}
    found = judge(three, Evidence(known, {(1, 2): ONLY_SECOND, (1, 3): NEITHER}))
    assert keeper_of(three, found).path == Path("/a/1.jpg")


@pytest.mark.parametrize(
    ("copy", "other"),
    [
        ("/p/x (1).jpg", "/p/x.jpg"),
        ("/p/Copy of x.jpg", "/p/x.jpg"),
        ("/p/x - Copy.jpg", "/p/x.jpg"),
        ("/p/x Kopie.jpg", "/p/x.jpg"),
        ("/p/x 副本.jpg", "/p/x.jpg"),
        ("/p/Backup (1)/x.jpg", "/p/Rome/x.jpg"),
        ("/p/Downloads/x.jpg", "/p/Rome/x.jpg"),
        ("/p/WhatsApp Images/IMG-20190704-WA0001.jpg", "/p/Rome/IMG_1.jpg"),
    ],
)
def test_names_of_copies(copy: str, other: str) -> None:
    assert copy_places(Path(copy), Path(other)) == (True, False)


def test_a_folder_that_both_lie_in_says_nothing() -> None:
    assert copy_places(Path("/x/Backup/a/x.jpg"), Path("/x/Backup/b/x.jpg")) == (False, False)


CONTENTS = st.integers(1, 4)
CHECKS = st.builds(
    ContentCheck, first_in_second=st.booleans(), second_in_first=st.booleans(),
    same_framing=st.just(True),
)  # fmt: skip
PAIRS = [(a, b) for a in range(1, 5) for b in range(a + 1, 5)]


@given(
    st.lists(CONTENTS, min_size=2, max_size=7),
    st.fixed_dictionaries({}, optional=dict.fromkeys(PAIRS, CHECKS)),
    st.fixed_dictionaries(
        {},
        optional={
            n: st.builds(
                FileFacts,
                version=st.just(1),
                picture=st.sampled_from(["same", f"p{n}"]),
                camera=st.sampled_from([None, "Canon"]),
                rating=st.sampled_from([None, 2]),
                movie=st.booleans(),
            )
            for n in range(1, 5)
        },
    ),
    st.sets(st.sampled_from(PAIRS)),
)
def test_nothing_goes_unless_all_of_it_stays(
    contents: list[int],
    checks: dict[tuple[int, int], ContentCheck],
    facts: dict[int, FileFacts],
    rejected: set[tuple[int, int]],
) -> None:
    folders = ("a", "a", "Backup", "b")
    photos = [
        photo(f"/{folders[n % 4]}/{n} ({n % 2}).jpg", content=content, mtime=NOW + n * DAY)
        for n, content in enumerate(contents)
    ]
    at = {p.path: p for p in photos}
    found = judge(photos, Evidence(facts, checks, rejected=rejected))
    assert found.keys() == at.keys()
    assert any(judgement.stays is None for judgement in found.values())
    for path, judgement in found.items():
        if judgement.stays is None:
            continue
        assert judgement.tier in (Tier.EXACT, Tier.LESSER)
        going, staying = at[path], at[judgement.stays]
        assert found[staying.path].stays is None
        pair = min(going.content, staying.content), max(going.content, staying.content)
        assert pair not in rejected
        check = checks.get(pair)
        if check and pair[0] != going.content:
            check = replace(
                check, first_in_second=check.second_in_first, second_in_first=check.first_in_second
            )
        lost = losses(
            Candidate(going, facts.get(going.content)),
            Candidate(staying, facts.get(staying.content)),
            contained=check,
        )
        assert all(loss.carried for loss in lost)
        if judgement.tier is Tier.EXACT:
            assert not lost


def test_an_enlarged_copy_does_not_stay_for_its_original() -> None:
    pair = [photo("/a/enlarged.jpg", content=1), photo("/a/x.jpg", content=2)]
    assert suggested(pair, checks={(1, 2): ONLY_SECOND}, edited={1}) == {}


@pytest.mark.parametrize("side", [100, 200])
@pytest.mark.parametrize("finer", [Encoding(lossless=True), Encoding(quality=98)])
def test_what_was_saved_finer_or_enlarged_is_not_the_source(finer: Encoding, side: int) -> None:
    first, second = photo("/a/x.webp", content=1), photo("/a/x.jpg", content=2)
    second = replace(second, info=replace(second.info, width=side, height=side))
    facts = {
        1: replace(PLAIN, picture="p1", encoding=Encoding(quality=80)),
        2: replace(PLAIN, picture="p2", encoding=finer),
    }
    assert suggested([second, first], checks={(1, 2): BOTH}, facts=facts) == {}


def test_what_lies_in_a_preferred_folder_does_not_go_for_what_lies_elsewhere() -> None:
    pair = [photo("/a/large.jpg", content=1), photo("/mine/small.jpg", content=2)]
    checks = {(1, 2): ONLY_SECOND}
    assert suggested(pair, checks=checks) == {"/mine/small.jpg": "/a/large.jpg"}
    assert suggested(pair, checks=checks, preferred=[Path("/mine")]) == {}
