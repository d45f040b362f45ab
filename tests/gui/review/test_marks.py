"""Marks: no group is ever left empty, protected photos are never marked, every step undoes."""

import json
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kindred.engine.judgement.suggestions import BULK
from kindred.engine.types import Group, Judgement, Kind, Member, Photo, PhotoInfo, Tier
from kindred.gui.review.marks import SUGGESTED, Marks, index

INFO = PhotoInfo(4, 3, "JPEG")
PATHS = [Path(f"/p/{n}.jpg") for n in range(8)]


def group_of(
    numbers: list[int], *, locked: frozenset[int] = frozenset(), kind: Kind = Kind.COPY
) -> Group:
    members = tuple(
        Member(Photo(PATHS[n], str(n), n, 100 + n, 0, INFO), kind, 0.9, protected=n in locked)
        for n in numbers
    )
    return Group(f"{kind}{numbers}", kind, members)


def judged(group: Group, *tiers: Tier) -> Group:
    """The group with its members after the first in these tiers; the first stays for the safe."""
    members = [group.members[0]]
    for member, tier in zip(group.members[1:], tiers, strict=True):
        stays = group.keeper.path if tier in BULK else None
        members.append(replace(member, judgement=Judgement(tier, stays)))
    return replace(group, members=tuple(members))


def safe(group: Group) -> Group:
    """The group with all its photos suggested that no folder protects."""
    going = [m for m in group.members[1:] if not m.protected]
    staying = [m for m in group.members[1:] if m.protected]
    whole = replace(group, members=(group.members[0], *going, *staying))
    return judged(whole, *[Tier.EXACT] * len(going), *[Tier.SIMILAR] * len(staying))


def shown(*groups: Group) -> Marks:
    marks = Marks()
    marks.show(index(list(groups)))
    return marks


numbers = st.lists(st.integers(0, 7), min_size=2, max_size=6, unique=True)
actions = st.lists(
    st.tuples(
        st.sampled_from(["remove", "keep", "clear", "first", "suggest", "undo", "regroup"]),
        st.lists(st.integers(0, 7), min_size=1, max_size=4, unique=True),
    ),
    max_size=20,
)


@given(
    st.lists(numbers, min_size=1, max_size=4), st.frozensets(st.integers(0, 7), max_size=2), actions
)
def test_no_action_empties_a_group_or_marks_a_protected_photo(
    layout: list[list[int]], locked: frozenset[int], steps: list[tuple[str, list[int]]]
) -> None:
    groups = [safe(group_of(part, locked=locked)) for part in layout]
    marks = shown(*groups)
    for action, chosen in steps:
        paths = [PATHS[n] for n in chosen]
        if action == "suggest":
            marks.mark_suggested([groups[n % len(groups)] for n in chosen], SUGGESTED)
        elif action == "first":
            marks.keep_suggested(groups[chosen[0] % len(groups)])
        elif action == "regroup":
            groups = [safe(group_of(list({*chosen, (chosen[0] + 1) % 8}), locked=locked))]
            marks.show(index(groups))
        elif action == "undo":
            marks.undo()
        else:
            marks.set(paths, {"remove": "remove", "keep": "keep", "clear": None}[action])
        assert marks.saved().keys() == {str(path) for path in marks.all}
        assert marks.removed.isdisjoint(PATHS[n] for n in locked)
        for group in groups:
            assert any(member.photo.path not in marks.removed for member in group.members)


@given(st.lists(numbers, min_size=1, max_size=3), actions)
def test_undoing_everything_leaves_no_mark(
    layout: list[list[int]], steps: list[tuple[str, list[int]]]
) -> None:
    groups = [safe(group_of(part)) for part in layout]
    marks = shown(*groups)
    for action, chosen in steps:
        if action == "suggest":
            marks.mark_suggested([groups[n % len(groups)] for n in chosen], SUGGESTED)
        elif action == "first":
            marks.keep_suggested(groups[chosen[0] % len(groups)])
        elif action != "undo":
            marks.set([PATHS[n] for n in chosen], "remove" if action == "remove" else None)
    while marks.undo():
        pass
    assert not marks.all


def test_marks_survive_regrouping_and_count_their_bytes() -> None:
    marks = shown(group_of([0, 1, 2]))
    assert marks.set([PATHS[1]], "remove")
    marks.show(index([group_of([0, 1]), group_of([2, 3])]))
    assert marks.removed == {PATHS[1]}
    assert marks.frees == 101


def test_a_group_that_shrank_to_marked_photos_is_unmarked() -> None:
    marks = shown(group_of([0, 1, 2]), group_of([3, 4]))
    assert marks.set([PATHS[1], PATHS[2], PATHS[3]], "remove")
    marks.show(index([group_of([1, 2]), group_of([3, 4])]))
    assert marks.removed == {PATHS[3]}


def test_undo_does_not_empty_a_group_that_shrank() -> None:
    marks = shown(group_of([0, 1, 2]))
    assert marks.set([PATHS[1], PATHS[2]], "remove")
    assert marks.set([PATHS[1]], None)
    marks.show(index([group_of([1, 2])]))
    assert marks.undo()
    assert not marks.all


def test_undo_takes_back_what_it_can() -> None:
    groups = [group_of([0, 1]), group_of([2, 3])]
    marks = shown(*groups)
    assert marks.set([PATHS[1]], "remove")
    assert marks.set([PATHS[3]], "remove")
    assert marks.set([PATHS[1], PATHS[3]], None)
    marks.show(index([group_of([0, 1], locked=frozenset({1})), groups[1]]))
    assert marks.undo()
    assert marks.removed == {PATHS[3]}


def test_undo_does_not_mark_a_file_that_holds_other_bytes_by_now() -> None:
    group = group_of([0, 1])
    marks = shown(group)
    assert marks.set([PATHS[1]], "remove")
    assert marks.set([PATHS[1]], None)
    edited = replace(group.members[1], photo=replace(group.members[1].photo, digest="other"))
    marks.show(index([replace(group, members=(group.members[0], edited))]))
    assert marks.set([PATHS[1]], "keep")
    while marks.undo():
        assert not marks.all


def test_a_photo_in_no_group_is_not_marked() -> None:
    marks = shown(group_of([0, 1]))
    assert not marks.set([PATHS[1], PATHS[2]], "remove")
    assert not marks.all


def test_marks_of_photos_in_no_group_are_kept_but_not_acted_on() -> None:
    marks = shown(group_of([0, 1]))
    marks.set([PATHS[1]], "remove")
    marks.show(index([]))
    assert marks.removed == set()
    marks.show(index([group_of([0, 1])]))
    assert marks.removed == {PATHS[1]}


def test_one_group_is_marked_as_a_whole_on_request() -> None:
    group = group_of([3, 1, 2], locked=frozenset({2}))
    marks = shown(group)
    assert marks.keep_only(group, [PATHS[3]])
    assert dict(marks.all) == {PATHS[3]: "keep", PATHS[1]: "remove"}
    assert marks.undo()
    assert not marks.all


def test_a_folder_protected_later_unmarks_its_photos() -> None:
    marks = shown(group_of([0, 1]))
    marks.set([PATHS[1]], "remove")
    marks.show(index([group_of([0, 1], locked=frozenset({1}))]))
    assert marks.removed == set()


def test_removed_photos_are_forgotten() -> None:
    marks = shown(group_of([0, 1, 2]))
    marks.set([PATHS[1]], "remove")
    marks.drop({PATHS[1]})
    assert not marks.all
    assert marks.undo()
    assert not marks.all


def test_what_was_taken_back_is_done_again_until_something_else_is_done() -> None:
    group = judged(group_of([0, 1, 2]), Tier.EXACT, Tier.EDITED)
    marks = shown(group)
    assert marks.keep_suggested(group) and marks.set([PATHS[2]], "remove")
    after = dict(marks.all)
    assert marks.undo() and marks.undo() and not marks.all
    assert marks.redo() and marks.redo()
    assert dict(marks.all) == after
    assert marks.undo() and marks.set([PATHS[1]], None)
    assert not marks.redo()


def test_keeping_the_other_of_two_exact_copies_lets_the_suggested_one_go() -> None:
    group = judged(group_of([0, 1]), Tier.EXACT)
    same = replace(group.members[1], photo=replace(group.members[1].photo, digest="0"))
    marks = shown(group := replace(group, members=(group.members[0], same)))
    assert marks.keep(group, [PATHS[1]])
    assert dict(marks.all) == {PATHS[0]: "remove", PATHS[1]: "keep"}


def test_bulk_marks_only_what_is_judged_to_be_safe() -> None:
    exact, lesser, edited = Tier.EXACT, Tier.LESSER, Tier.EDITED
    group = judged(group_of([0, 1, 2, 3]), exact, lesser, edited)
    similar = group_of([4, 5], kind=Kind.SIMILAR)
    unjudged = group_of([6, 7])
    marks = shown(group, similar, unjudged)
    everything = [group, similar, unjudged]
    assert marks.mark_suggested(everything, (exact,)) == 1
    assert dict(marks.all) == {PATHS[0]: "keep", PATHS[1]: "remove"}
    assert marks.mark_suggested(everything, BULK) == 1
    assert marks.removed == {PATHS[1], PATHS[2]}
    assert marks.mark_suggested(everything, BULK) == 0
    assert marks.mark_suggested(everything, (edited,)) == 1
    assert marks.removed == {PATHS[1], PATHS[2], PATHS[3]}
    assert [marks.undo() for _ in range(4)] == [True, True, True, False]
    assert not marks.all


def test_what_stays_for_a_photo_is_marked_keep_though_it_is_not_the_first() -> None:
    group = group_of([0, 1, 2])
    second = replace(group.members[2], judgement=Judgement(Tier.EXACT, PATHS[1]))
    group = replace(group, members=(*group.members[:2], second))
    marks = shown(group)
    assert marks.mark_suggested([group], BULK) == 1
    assert dict(marks.all) == {PATHS[1]: "keep", PATHS[2]: "remove"}


def test_several_groups_marked_at_once_are_one_step() -> None:
    groups = [judged(group_of([n, n + 1]), Tier.EXACT) for n in (0, 2, 4)]
    marks = shown(*groups)
    assert marks.mark_suggested(groups, BULK) == 3
    assert marks.undo()
    assert not marks.all


def test_what_would_lose_something_is_not_marked_with_its_group() -> None:
    group = judged(group_of([0, 1, 2]), Tier.LESSER, Tier.EDITED)
    marks = shown(group)
    assert marks.keep_suggested(group)
    assert marks.removed == {PATHS[1]}


def test_marks_are_put_back_on_the_same_bytes_where_they_still_may() -> None:
    before = shown(group_of([0, 1, 2]), group_of([3, 4]))
    assert before.set([PATHS[1], PATHS[3]], "remove")
    assert before.set([PATHS[4]], "keep")
    saved = json.loads(json.dumps(before.saved()))
    after = Marks()
    after.show(index([group_of([0, 1, 2])]))
    after.restore(saved)
    assert after.all == {PATHS[1]: "remove"}
    assert after.saved() == before.saved()  # what is not shown yet is not forgotten
    after.show(index([group_of([0, 1, 2]), group_of([3, 4], locked=frozenset({3}))]))
    assert after.all == {PATHS[1]: "remove"}  # one of the others is protected by now
    edited = {path: (mark, "other bytes") for path, (mark, _) in saved.items()}
    changed = shown(group_of([0, 1, 2]))
    changed.restore(edited)
    assert not changed.all


def test_marks_put_back_never_empty_a_group() -> None:
    before = shown(group_of([0, 1]), group_of([2, 3]))
    assert before.set([PATHS[0], PATHS[2]], "remove")
    after = shown(group_of([0, 2]))
    after.restore(before.saved())
    assert not after.all


def test_all_suggestions_leave_what_the_user_chose() -> None:
    group, other = (judged(group_of(numbers), Tier.EXACT) for numbers in ([0, 1], [2, 3]))
    marks = shown(group, other)
    marks.set([PATHS[0]], "remove")
    marks.set([PATHS[1]], "keep")
    assert marks.mark_suggested([group, other], BULK) == 1
    assert marks.of(PATHS[0]) == "remove" and marks.of(PATHS[1]) == "keep"
    assert marks.of(PATHS[3]) == "remove"
    assert marks.keep_suggested(group)  # asked for this one group
    assert marks.of(PATHS[0]) == "keep" and marks.of(PATHS[1]) == "remove"


def test_marks_of_photos_in_no_group_now_are_kept() -> None:
    marks = shown(group_of([0, 1]), group_of([2, 3]))
    marks.set([PATHS[1]], "remove")
    marks.show(index([group_of([2, 3])]))  # a stricter setting, or a drive that is away
    marks.set([PATHS[3]], "remove")
    assert marks.saved() == {str(PATHS[1]): ("remove", "1"), str(PATHS[3]): ("remove", "3")}


def test_a_mark_goes_with_the_bytes_it_was_made_for() -> None:
    group = group_of([0, 1])
    marks = shown(group)
    marks.set([PATHS[1]], "remove")
    edited = replace(group.members[1], photo=replace(group.members[1].photo, digest="edited"))
    marks.show(index([replace(group, members=(group.members[0], edited))]))
    assert marks.of(PATHS[1]) is None
