from collections import defaultdict
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindred.engine.grouping.hierarchy import ContentGroup, group, hierarchy, similar_threshold
from kindred.engine.pairs import KINDS, Edges
from kindred.engine.types import Calibration, Kind

CALIBRATION = Calibration(0.5, 0.7, 0.9, 0.95)
STRICTNESS = (0.0, 0.2, 0.5, 0.52, 0.61, 0.75, 0.9, 1.0)


def edges(rows):
    """Edges of (first, second, kind, similarity, confidence)."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    return Edges(
        np.array(columns[0], np.int64),
        np.array(columns[1], np.int64),
        np.array([KINDS.index(kind) for kind in columns[2]], np.int8),
        np.array(columns[3], np.float32),
        np.array(columns[4], np.float32),
    )


def tree_of(rows, *, pixels=None, flat=(), contents=None):
    found = edges(rows)
    ids = np.unique([found.first, found.second]) if contents is None else np.array(contents)
    return hierarchy(
        found,
        contents=ids,
        pixels=np.array([(pixels or {}).get(content, 0) for content in ids.tolist()]),
        flat=np.isin(ids, list(flat)),
        calibration=CALIBRATION,
    )


def groups_of(rows, *, strictness=0.5, several=(), rejected=(), **options):
    tree = tree_of(rows, **options)
    return group(tree, strictness=strictness, several=several, rejected=rejected)


def copy(first, second, confidence=1.0):
    return (first, second, Kind.COPY, 0.9, confidence)


def similar(first, second, cosine=0.8, confidence=0.0):
    return (first, second, Kind.SIMILAR, cosine, confidence)


def members(groups, kind):
    return [set(found.members) for found in groups if found.kind == kind]


@st.composite
def relations(draw):
    count = draw(st.integers(2, 14))
    pairs = draw(st.lists(st.sampled_from(list(combinations(range(count), 2))), unique=True))
    rows = []
    for first, second in pairs:
        kind = draw(st.sampled_from([Kind.COPY, Kind.COPY, Kind.SIMILAR, Kind.UNRELATED]))
        similarity = draw(st.sampled_from([0.3, 0.5, 0.69, 0.7, 0.8, 0.9, 0.94, 0.99]))
        confidence = draw(st.sampled_from([0.0, 0.4, 0.5, 0.7, 0.9, 0.98, 1.0]))
        rows.append((first, second, kind, similarity, confidence))
    return rows


def together(groups):
    """Unordered pairs that share a group of any kind."""
    return {pair for found in groups for pair in combinations(sorted(found.members), 2)}


class TestAlways:
    @settings(deadline=None)
    @given(relations(), st.sampled_from(STRICTNESS))
    def test_each_level_is_a_partition(self, rows, strictness):
        groups = groups_of(rows, strictness=strictness, several={0, 3})
        for level in ({Kind.COPY, Kind.IDENTICAL}, {Kind.SIMILAR}):
            contents = [c for found in groups if found.kind in level for c in found.members]
            assert len(contents) == len(set(contents))
        stacks = {found.stacks[0] for found in groups if found.kind == Kind.COPY}
        for found in groups:
            if found.kind == Kind.SIMILAR:
                assert len(found.stacks) > 1
                assert {stack for stack in found.stacks if len(stack) > 1} <= stacks

    @settings(deadline=None)
    @given(relations(), st.lists(st.sampled_from(STRICTNESS), min_size=2, max_size=2))
    def test_raising_strictness_never_joins(self, rows, chosen):
        tree = tree_of(rows)
        loose, strict = (group(tree, strictness=strictness) for strictness in sorted(chosen))
        assert together(strict) <= together(loose)
        stacks = [
            together(found for found in groups if found.kind == Kind.COPY)
            for groups in (strict, loose)
        ]
        assert stacks[0] <= stacks[1]

    @settings(deadline=None)
    @given(relations(), st.randoms(), st.sampled_from(STRICTNESS))
    def test_order_of_edges_and_contents_does_not_matter(self, rows, random, strictness):
        ids = list(range(14))
        shuffled = [
            (second, first, *rest) if random.random() < 0.5 else (first, second, *rest)
            for first, second, *rest in random.sample(rows, len(rows))
        ]
        one = groups_of(rows, strictness=strictness, contents=ids)
        random.shuffle(ids)
        assert groups_of(shuffled, strictness=strictness, contents=ids) == one

    @settings(deadline=None)
    @given(relations(), st.sampled_from(STRICTNESS))
    def test_never_chained(self, rows, strictness):
        copies, related = defaultdict(set), defaultdict(set)
        for first, second, kind, *_ in rows:
            for one, two in ((first, second), (second, first)):
                if kind == Kind.COPY:
                    copies[one].add(two)
                if kind in (Kind.COPY, Kind.SIMILAR):
                    related[one].add(two)
        tree = tree_of(rows)
        base = [set(found.stacks[0]) for found in group(tree, strictness=0.5)]
        unit = {content: min(stack) for stack in base for content in stack}
        for found in group(tree, strictness=strictness):
            if found.kind == Kind.COPY:
                own = copies[found.hub]
                for member in set(found.members) - {found.hub} - own:
                    assert len(copies[member] & (own | {found.hub})) >= 2
            elif found.kind == Kind.SIMILAR:
                units = {unit.get(member, member) for member in found.members}
                near = {
                    one: {unit.get(other, other) for m in found.members if unit.get(m, m) == one
                          for other in related[m]} & units - {one}
                    for one in units
                }  # fmt: skip
                assert any(near[one] == units - {one} for one in units)
                assert all(len(near[one]) >= (len(units) - 1) / 2 for one in units)

    @settings(deadline=None)
    @given(relations(), st.sampled_from(STRICTNESS))
    def test_unrelated_pairs_and_flat_pictures_are_never_related(self, rows, strictness):
        loose = [row for row in rows if row[2] != Kind.UNRELATED]
        ids = list(range(14))
        same = groups_of(rows, strictness=strictness, contents=ids)
        assert groups_of(loose, strictness=strictness, contents=ids) == same
        for found in groups_of(rows, strictness=strictness, contents=ids, flat={0, 1}):
            assert not {0, 1} & set(found.members)


class TestCopies:
    def test_crops_that_share_nothing_meet_at_their_original(self):
        rows = [copy(1, 5), copy(5, 9), (1, 9, Kind.UNRELATED, 0.3, 1.0)]
        assert groups_of(rows) == [ContentGroup(Kind.COPY, ((5, 1, 9),))]

    def test_a_chain_is_split(self):
        rows = [copy(i, i + 1) for i in range(30)]
        sizes = [len(found) for found in members(groups_of(rows), Kind.COPY)]
        assert max(sizes) == 3

    def test_parts_of_one_picture_that_look_like_other_shots_of_each_other(self):
        rows = [copy(0, part, 0.6) for part in range(1, 7)]
        rows += [similar(*pair, confidence=0.9) for pair in combinations(range(1, 7), 2)]
        assert members(groups_of(rows), Kind.COPY) == [set(range(7))]

    def test_missed_by_the_hub_but_known_to_half_of_the_others(self):
        star = [copy(0, other) for other in range(1, 7)]
        assert members(groups_of([*star, copy(7, 1), copy(7, 2), copy(7, 3), copy(7, 4)]),
                       Kind.COPY) == [set(range(8))]  # fmt: skip
        assert members(groups_of([*star, copy(7, 1), copy(7, 2)]), Kind.COPY) == [set(range(7))]

    def test_the_hub_has_the_most_copies_then_the_most_pixels(self):
        assert groups_of([copy(1, 2), copy(2, 3)], pixels={1: 9, 3: 9})[0].hub == 2
        triangle = [copy(1, 2), copy(2, 3), copy(1, 3)]
        assert groups_of(triangle, pixels={1: 5, 2: 5, 3: 9})[0].hub == 3
        assert groups_of(triangle, pixels={1: 5, 2: 9, 3: 9})[0].hub == 2

    def test_a_doubtful_copy_becomes_similar_when_strict(self):
        rows = [copy(1, 2, 0.99), copy(2, 3, 0.8)]
        assert members(groups_of(rows, strictness=0.8), Kind.COPY) == [{1, 2, 3}]
        strict = groups_of(rows, strictness=0.85)
        assert members(strict, Kind.COPY) == [{1, 2}]
        assert members(strict, Kind.SIMILAR) == [{1, 2, 3}]

    def test_nearly_all_variants_meet_their_original_though_many_pairs_are_missed(self):
        random = np.random.default_rng(4)
        rows = []
        for original in range(0, 3000, 100):
            for one, two in combinations(range(28), 2):
                if random.random() < (0.985 if one == 0 else 0.7):
                    rows.append(copy(original + one, original + two, random.uniform(0.8, 1)))
                else:
                    rows.append(similar(original + one, original + two, 0.8, 0.9))
        group_of = {c: found.hub for found in groups_of(rows) for c in found.stacks[0]}
        pairs = [(o, o + variant) for o in range(0, 3000, 100) for variant in range(1, 28)]
        met = sum(group_of.get(one) == group_of.get(two, -1) for one, two in pairs)
        assert met >= 0.985 * len(pairs)


class TestSimilar:
    def test_threshold_follows_the_calibration(self):
        assert similar_threshold(0.5, CALIBRATION) == pytest.approx(0.7)
        assert similar_threshold(1, CALIBRATION) == pytest.approx(0.95)
        assert similar_threshold(0, CALIBRATION) == pytest.approx(0.45)

    @pytest.mark.parametrize("strictness", [0.1, 0.3, 0.5, 0.8, 1.0])
    def test_counts_from_the_threshold_on(self, strictness):
        cosine = similar_threshold(strictness, CALIBRATION)
        assert groups_of([similar(1, 2, cosine + 0.001)], strictness=strictness)
        assert not groups_of([similar(1, 2, cosine - 0.001)], strictness=strictness)

    def test_at_the_loosest_every_similar_relation_counts(self):
        assert groups_of([similar(1, 2, cosine=0.1)], strictness=0.0)

    def test_a_sure_verification_counts_by_default_whatever_the_cosine(self):
        rows = [similar(1, 2, cosine=0.4, confidence=0.9)]
        assert members(groups_of(rows, strictness=0.5), Kind.SIMILAR) == [{1, 2}]
        assert not groups_of(rows, strictness=0.55)

    @pytest.mark.parametrize("jump", [13, 30, 47])
    def test_a_drifting_burst_is_split_where_it_drifts(self, jump):
        """Cosines fall with the time between 60 frames; at `jump` the camera moved at once."""
        place = np.arange(60) + 15.0 * (np.arange(60) >= jump)
        rows = [
            similar(i, j, 1 - 0.01 * (place[j] - place[i]))
            for i, j in combinations(range(60), 2)
            if place[j] - place[i] <= 25
        ]
        found = members(groups_of(rows), Kind.SIMILAR)
        assert set().union(*found) == set(range(60))
        assert all(max(frames) < jump or min(frames) >= jump for frames in found)
        assert all(place[max(frames)] - place[min(frames)] <= 50 for frames in found)
        assert sum(len(frames) - 1 for frames in found) >= 0.9 * 59

    def test_copies_are_folded_into_stacks(self):
        rows = [copy(1, 2), copy(3, 4), similar(2, 3), similar(2, 7)]
        groups = groups_of(rows, pixels={1: 9, 4: 9})
        assert groups == [
            ContentGroup(Kind.COPY, ((1, 2),)),
            ContentGroup(Kind.COPY, ((4, 3),)),
            ContentGroup(Kind.SIMILAR, ((1, 2), (4, 3), (7,))),
        ]

    def test_a_chain_is_split(self):
        found = members(groups_of([similar(i, i + 1) for i in range(40)]), Kind.SIMILAR)
        assert max(map(len, found)) <= 3


class TestIdentical:
    def test_a_content_with_several_files_is_a_group(self):
        assert groups_of([], several={4}) == [ContentGroup(Kind.IDENTICAL, ((4,),))]

    def test_also_when_flat(self):
        groups = groups_of([copy(3, 4)], flat={4}, several={4})
        assert groups == [ContentGroup(Kind.IDENTICAL, ((4,),))]

    def test_inside_a_copy_group_it_is_not_shown_twice(self):
        assert members(groups_of([copy(3, 4)], several={4}), Kind.IDENTICAL) == []


class TestRejected:
    triangle = (copy(1, 2), copy(2, 3), copy(1, 3))

    def test_hidden_when_all_pairs_are_rejected(self):
        (found,) = groups_of(self.triangle)
        assert groups_of(self.triangle, rejected=set(found.pairs())) == []

    def test_back_with_a_new_member(self):
        rejected = {(1, 2)}
        assert groups_of(self.triangle[:1], rejected=rejected) == []
        assert members(groups_of(self.triangle, rejected=rejected), Kind.COPY) == [{1, 2, 3}]

    def test_rejecting_similar_shots_leaves_the_copies_among_them(self):
        rows = [copy(1, 2), similar(2, 3)]
        rejected = set(groups_of(rows)[1].pairs())
        assert rejected == {(1, 3), (2, 3)}
        assert [found.kind for found in groups_of(rows, rejected=rejected)] == [Kind.COPY]

    def test_identical_files_of_a_rejected_group_are_still_shown(self):
        groups = groups_of([copy(1, 2)], rejected={(1, 2)}, several={1})
        assert groups == [ContentGroup(Kind.IDENTICAL, ((1,),))]


def test_contents_that_are_not_asked_for_are_left_out():
    assert groups_of([copy(1, 2), copy(2, 3)], contents=[1, 3]) == []


def test_nothing_in_nothing_out():
    assert groups_of([]) == []


def test_a_second_shot_that_passes_for_a_copy_of_a_few_crops_stays_out_of_the_copies():
    star = [copy(1, other) for other in range(2, 10)]
    crops = [copy(8, 20, 0.7), copy(9, 20, 0.7), copy(1, 20, 0.6)]
    differing = [similar(other, 20, 0.88, 1.0) for other in range(2, 7)]
    doubtful = [similar(other, 20, 0.88, 0.9) for other in range(2, 7)]
    copies = set(range(1, 10))
    assert members(groups_of(star + crops + differing), Kind.COPY) == [copies]
    assert members(groups_of(star + crops + doubtful), Kind.COPY) == [copies | {20}]
