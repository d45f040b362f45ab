"""Hub first: which pairs are opened, and what follows for the others."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from kindred.engine.pairs import Pairs
from kindred.engine.scan.hubs import WITNESSES, Hubs, StrongCopy, is_strong
from kindred.engine.types import Kind, PhotoInfo, Registration, Relation

Pair = tuple[int, int]
INFO = PhotoInfo(400, 300, "JPEG")


def pairs_of(some: list[Pair], similarity: float = 0.9) -> Pairs:
    first, second = np.array(sorted(some), np.int64).reshape(-1, 2).T
    return Pairs(first, second, np.full(len(first), similarity, np.float32))


def copy(pair: Pair, matrix: np.ndarray | None = None, confidence: float = 0.95) -> Relation:
    placed = np.eye(3) if matrix is None else matrix
    at = Registration(tuple(placed.ravel().tolist()))
    return Relation(*pair, Kind.COPY, 0.9, confidence, (), at)


def settle(
    hubs: Hubs, pairs: Pairs, copies: dict[Pair, Relation]
) -> tuple[list[Pair], list[Relation], list[Pair]]:
    """Go through all pairs as a scan does: which were opened, what was derived, what was left."""
    every = np.ones(len(pairs), np.bool_)
    opened: list[Pair] = []
    derived: list[Relation] = []

    def open_all(places: np.ndarray) -> None:
        some = [(int(pairs.first[n]), int(pairs.second[n])) for n in places]
        opened.extend(some)
        found = [copies[pair] for pair in some if pair in copies]
        strong = [StrongCopy(r, (INFO, INFO)) for r in found if is_strong(r, INFO, INFO)]
        hubs.learn(places, found, strong)
        derived.extend(hubs.derived(every))

    while len(places := hubs.next_round(every)):
        open_all(places)
    open_all(hubs.witnesses(every))
    must, need_not = hubs.left(every)
    open_all(must)
    return opened, derived, [(int(pairs.first[n]), int(pairs.second[n])) for n in need_not]


def sizes(count: int) -> np.ndarray:
    return np.full(count, 120_000, np.int64)


def test_copies_of_one_hub_open_as_many_pairs_as_there_are_copies() -> None:
    every = list(combinations(range(1, 13), 2))
    pairs = pairs_of(every)
    hubs = Hubs(pairs, pixels=sizes(12))
    opened, derived, left = settle(hubs, pairs, {pair: copy(pair) for pair in every})
    assert len(opened) == 11 and not left
    assert {(r.first, r.second) for r in derived} | set(opened) == set(every)
    assert all(r.derived and r.kind is Kind.COPY for r in derived)


def test_the_largest_of_them_is_the_hub() -> None:
    every = list(combinations(range(1, 6), 2))
    pairs = pairs_of(every)
    hubs = Hubs(pairs, pixels=np.array([9, 9, 9, 50, 9]))
    assert all(4 in pair for pair in settle(hubs, pairs, {p: copy(p) for p in every})[0])


def test_shots_of_a_burst_are_all_opened() -> None:
    every = list(combinations(range(1, 9), 2))
    pairs = pairs_of(every)
    opened, derived, left = settle(Hubs(pairs, pixels=sizes(8)), pairs, {})
    assert sorted(opened) == every and not derived and not left


@pytest.mark.parametrize("confidence", [0.5, 0.7])
def test_nothing_is_derived_from_a_doubtful_copy(confidence: float) -> None:
    every = list(combinations(range(1, 6), 2))
    pairs = pairs_of(every)
    copies = {pair: copy(pair, confidence=confidence) for pair in every}
    opened, derived, _ = settle(Hubs(pairs, pixels=sizes(5)), pairs, copies)
    assert sorted(opened) == every and not derived


def test_a_damaged_picture_stands_for_nothing() -> None:
    damaged = replace(INFO, damaged=True)
    assert is_strong(copy((1, 2)), INFO, INFO)
    assert not is_strong(copy((1, 2)), damaged, INFO)
    assert not is_strong(replace(copy((1, 2)), derived=True), INFO, INFO)
    assert not is_strong(replace(copy((1, 2)), registration=None), INFO, INFO)


def two_stars() -> tuple[list[Pair], dict[Pair, Relation]]:
    """Copies 1 to 5 and 6 to 10, all of them alike."""
    stars = [range(1, 6), range(6, 11)]
    copies = {pair: copy(pair) for star in stars for pair in combinations(star, 2)}
    return list(combinations(range(1, 11), 2)), copies


def test_between_two_stars_a_few_pairs_bear_witness() -> None:
    every, copies = two_stars()
    pairs = pairs_of(every)
    opened, derived, left = settle(Hubs(pairs, pixels=sizes(10)), pairs, copies)
    across = [pair for pair in opened if pair not in copies]
    assert len(across) <= WITNESSES + 5  # each of the second star with the first's hub
    assert len(opened) + len(derived) + len(left) == len(every)
    assert not set(left) & set(copies)


def test_one_copy_between_two_stars_has_all_opened() -> None:
    every, copies = two_stars()
    pairs = pairs_of(every)
    similar = [0.95 if pair == (4, 9) else 0.9 for pair in every]
    pairs = replace(pairs, similarity=np.array(similar, np.float32))
    copies[4, 9] = copy((4, 9), confidence=0.6)
    opened, _, left = settle(Hubs(pairs, pixels=sizes(10)), pairs, copies)
    across = [pair for pair in every if pair[0] <= 5 < pair[1]]
    assert set(across) <= set(opened) and not left


def test_what_earlier_scans_found_is_not_opened_again() -> None:
    known = [StrongCopy(copy((1, other)), (INFO, INFO)) for other in range(2, 9)]
    pairs = pairs_of([(other, 9) for other in range(1, 9)])
    hubs = Hubs(pairs, pixels=np.array([500_000] + [120_000] * 8), known=known)
    opened, derived, left = settle(hubs, pairs, {p: copy(p) for p in combinations(range(1, 10), 2)})
    assert opened == [(1, 9)] and len(derived) == 7 and not left


def test_where_copies_lie_on_each_other_follows_from_the_hub() -> None:
    """2 is the right half of 1, 3 is 1 at half size, 4 the left fifth."""
    half_right = np.array([[1, 0, 200], [0, 1, 0], [0, 0, 1.0]])
    smaller = np.diag([2, 2, 1.0])
    left_end = np.array([[1, 0, -320], [0, 1, 0], [0, 0, 1.0]])
    every = list(combinations(range(1, 5), 2))
    copies = {(1, 2): copy((1, 2), half_right), (1, 3): copy((1, 3), smaller)}
    copies[1, 4] = copy((1, 4), left_end)
    pairs = pairs_of(every)
    hubs = Hubs(pairs, pixels=np.array([9, 1, 1, 1]))
    derived = {(r.first, r.second): r for r in settle(hubs, pairs, copies)[1]}
    at = derived[2, 3].registration
    assert at is not None
    assert np.allclose(np.reshape(at.matrix, (3, 3)), np.linalg.inv(half_right) @ smaller)
    assert derived[2, 4].kind is Kind.UNRELATED and derived[2, 4].derived


def test_every_pair_is_settled_once_whatever_is_found() -> None:
    random = np.random.default_rng(4)
    for _ in range(20):
        every = [p for p in combinations(range(1, 25), 2) if random.random() < 0.4]
        copies = {
            pair: copy(pair, confidence=float(random.uniform(0.5, 1)))
            for pair in every
            if random.random() < 0.3
        }
        pairs = pairs_of(every)
        count = len({end for pair in every for end in pair})
        opened, derived, left = settle(Hubs(pairs, pixels=sizes(count)), pairs, copies)
        followed = [(relation.first, relation.second) for relation in derived]
        assert sorted([*opened, *followed, *left]) == every
