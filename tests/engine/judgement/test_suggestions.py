"""What groups suggest: which photos may go while others stay, and the sums of the tiers."""

from dataclasses import replace
from pathlib import Path

from kindred.engine.judgement.suggestions import may_go, tier_sums, tier_towards
from kindred.engine.types import Group, Judgement, Kind, Member, Photo, PhotoInfo, Tier, Why


def photo(path: str, content: int) -> Photo:
    return Photo(Path(path), f"{content:064}", content, 100 + content, 0, PhotoInfo(40, 30, "JPEG"))


def member(of: Photo, judgement: Judgement = Judgement(Tier.EXACT)) -> Member:  # noqa: B008
    return Member(of, Kind.COPY, 0.9, judgement=judgement)


def group(*members: Member, kind: Kind = Kind.COPY) -> Group:
    return Group(members[0].photo.path.name + kind, kind, members)


def test_a_photo_counts_in_one_tier() -> None:
    keeper, exact, edited = (photo(f"/p/{n}.jpg", n) for n in range(3))
    copies = group(
        member(keeper),
        member(exact, Judgement(Tier.EXACT, keeper.path)),
        member(edited, Judgement(Tier.EDITED)),
    )
    shots = group(
        member(photo("/p/9.jpg", 9), Judgement()), member(edited, Judgement()), kind=Kind.SIMILAR
    )
    sums = tier_sums([shots, copies])
    assert [sums[tier].photos for tier in Tier] == [1, 0, 1, 0]
    assert [sums[tier].bytes for tier in Tier] == [101, 0, 102, 0]
    assert sums[Tier.SIMILAR].groups == {shots.key}
    assert sums[Tier.EXACT].groups == sums[Tier.EDITED].groups == {copies.key}


def test_what_may_go_while_a_photo_stays() -> None:
    keeper, exact, lesser, edited = (photo(f"/p/{n}.jpg", n) for n in range(4))
    same = replace(exact, digest=keeper.digest)
    made = group(
        member(keeper),
        member(same, Judgement(Tier.EXACT, keeper.path, why=Why.SAME_BYTES)),
        member(lesser, Judgement(Tier.LESSER, keeper.path, why=Why.CONTAINED)),
        member(edited, Judgement(Tier.EDITED, why=Why.LOSES)),
    )
    going = [m.photo for m in may_go(made, [keeper.path])]
    assert going == [same, lesser]
    assert [m.photo for m in may_go(made, [same.path])] == [keeper]
    assert may_go(made, [edited.path]) == []
    locked = replace(made, members=(replace(made.members[0], protected=True), *made.members[1:]))
    assert may_go(locked, [same.path]) == []


def test_of_two_alike_in_two_folders_the_one_that_is_not_kept_may_go() -> None:
    one, two = photo("/a/1.jpg", 1), photo("/b/1.jpg", 2)
    made = group(
        member(one, Judgement(Tier.EXACT, why=Why.FOLDERS)),
        member(two, Judgement(Tier.EXACT, why=Why.FOLDERS)),
    )
    assert [m.photo for m in may_go(made, [one.path])] == [two]
    assert [m.photo for m in may_go(made, [two.path])] == [one]


def test_the_tier_of_a_photo_is_that_of_the_pair() -> None:
    keeper, exact, lesser = (photo(f"/p/{n}.jpg", n) for n in range(3))
    first, same, less = (
        member(keeper),
        member(exact, Judgement(Tier.EXACT, keeper.path, why=Why.SAME_PICTURE)),
        member(lesser, Judgement(Tier.LESSER, keeper.path, why=Why.CONTAINED)),
    )
    made = group(first, same, less)
    assert tier_towards(made, same, first) is Tier.EXACT
    assert tier_towards(made, less, first) is Tier.LESSER
    assert tier_towards(made, same, less) is Tier.LESSER
    alike = member(lesser, Judgement(Tier.LESSER, why=Why.ALIKE))
    two = group(member(keeper, Judgement(Tier.EXACT, why=Why.ALIKE)), alike)
    assert tier_towards(two, two.members[0], alike) is Tier.LESSER
    twin = member(replace(lesser, digest=keeper.digest), Judgement(Tier.EDITED))
    assert tier_towards(group(first, twin), twin, first) is Tier.EXACT
