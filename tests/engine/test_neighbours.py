import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import index, neighbours
from engine.arrays import Pairs
from engine.errors import Cancelled
from engine.neighbours import candidates, nearest, worth_verifying
from engine.progress import CancelToken


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def clustered(count, *, dim=32, per_cluster=4, spread=0.25, seed=0):
    """Unit vectors in clusters whose members have cosines of about 0.94 (ids shuffled)."""
    rng = np.random.default_rng(seed)
    centres = unit(rng.normal(size=(-(-count // per_cluster), dim)))
    noise = rng.normal(size=(count, dim)) * spread / np.sqrt(dim)
    vectors = unit(np.repeat(centres, per_cluster, axis=0)[:count] + noise)
    return rng.permutation(count).astype(np.int64) * 3 + 7, vectors


def true_pairs(ids, vectors, threshold):
    table = vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    first, second = np.nonzero(np.triu(table >= threshold, 1))
    return {(min(a, b), max(a, b)) for a, b in zip(ids[first], ids[second], strict=True)}


def as_set(pairs):
    return set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))


def search(ids, vectors, *, threshold, **options):
    """The pairs of `reached`."""
    return reached(ids, vectors, threshold=threshold, **options)[0]


def reached(
    ids, vectors, *, threshold, asked=None, likely=None, lists=None, token=None, k=32, before=None
):
    """candidates() of vectors in any order; all photos ask, and every pair is worth verifying."""
    order = np.argsort(ids)
    ids, vectors = ids[order], vectors[order]
    return candidates(
        ids,
        lambda wanted: vectors[np.searchsorted(ids, wanted)],
        asked=ids if asked is None else np.sort(asked),
        threshold=threshold,
        likely=threshold if likely is None else likely,
        faint=2,
        lists=lists,
        token=token or CancelToken(),
        k=k,
        **({"before": before} if before else {}),
    )


def stopped():
    token = CancelToken()
    token.stop()
    return token


class TestExact:
    @pytest.fixture(autouse=True, params=["faiss", "numpy"])
    def library(self, request, monkeypatch):
        monkeypatch.setattr(neighbours, "QUERIES", 70)
        monkeypatch.setattr(neighbours, "BLOCK", 110)
        if request.param == "numpy":
            monkeypatch.setitem(sys.modules, "faiss", None)
            monkeypatch.setattr(neighbours, "EXACT", 0)
            assert not neighbours.wants_index(10**6, 10**6)

    def test_finds_all_pairs_at_the_threshold_once(self):
        ids, vectors = clustered(300)
        pairs = search(ids, vectors, threshold=0.9)
        assert as_set(pairs) == true_pairs(ids, vectors, 0.9)
        assert len(as_set(pairs)) == len(pairs) > 200
        assert (pairs.first < pairs.second).all()
        where = {content: row for row, content in enumerate(ids.tolist())}
        cosines = [
            vectors[where[a]] @ vectors[where[b]]
            for a, b in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
        ]
        assert np.allclose(pairs.similarity, cosines, atol=1e-5)

    def test_looks_at_k_neighbours_only(self):
        ids, vectors = clustered(40, per_cluster=40)
        pairs = search(ids, vectors, threshold=-1, k=3)
        assert 40 * 3 / 2 <= len(pairs) <= 40 * 3

    def test_new_photos_are_paired_with_all_and_old_ones_not_again(self):
        ids, vectors = clustered(200)
        new = ids[::4]
        pairs = search(ids, vectors, threshold=0.9, asked=new)
        fresh = set(new.tolist())
        expected = {pair for pair in true_pairs(ids, vectors, 0.9) if fresh & set(pair)}
        assert as_set(pairs) == expected
        assert expected

    def test_of_the_unlikely_each_photo_keeps_its_nearest_however_few_are_held(self, monkeypatch):
        ids, vectors = clustered(200)
        everything = search(ids, vectors, threshold=0.1)
        kept = search(ids, vectors, threshold=0.1, likely=0.9)
        assert as_set(kept) == as_set(worth_verifying(everything, likely=0.9, k=2))
        assert len(true_pairs(ids, vectors, 0.9)) < len(kept) < len(everything)
        monkeypatch.setattr(neighbours, "HELD", 10)
        assert as_set(search(ids, vectors, threshold=0.1, likely=0.9)) == as_set(kept)

    def test_old_photos_are_paired_only_with_what_is_nearer_than_they_had(self):
        ids, vectors = clustered(300)
        old, new = np.sort(ids[:200]), np.sort(ids[200:])
        _, reach = reached(old, vectors[:200][np.argsort(ids[:200])], threshold=0.1, likely=2)
        pairs, own = reached(ids, vectors, threshold=0.1, likely=2, asked=new, before=(old, reach))
        among_all = as_set(search(ids, vectors, threshold=0.1, likely=2))
        fresh = set(new.tolist())
        assert {pair for pair in among_all if fresh & set(pair)} <= as_set(pairs)
        near = dict(zip(old.tolist(), reach.tolist(), strict=True))
        near |= dict(zip(new.tolist(), own.tolist(), strict=True))
        for a, b, cosine in zip(pairs.first, pairs.second, pairs.similarity, strict=True):
            assert any(cosine >= near[end] - 1e-6 for end in (int(a), int(b)))
        unknown = old, np.full(len(old), -1, np.float32)
        more = search(ids, vectors, threshold=0.1, likely=2, asked=new, before=unknown)
        assert len(pairs) < len(more)

    def test_reach_is_that_of_the_last_faint_neighbour(self):
        vectors = unit(np.array([[1, 0], [1, 0.1], [1, 0.5], [1, 1.2], [-1, 0]]))
        ids = np.arange(5)
        _, reach = reached(ids, vectors, threshold=0, likely=0.99)
        cosines = np.sort(np.where(vectors @ vectors.T < 0.99, vectors @ vectors.T, -1))[:, -2]
        assert np.allclose(reach, np.where(cosines < 0, -1, cosines))
        assert reach[4] == -1  # it has no neighbour at all

    @pytest.mark.parametrize("count", [0, 1])
    def test_no_pairs_without_two_photos(self, count):
        ids, vectors = clustered(4)
        assert len(search(ids[:count], vectors[:count], threshold=-1)) == 0

    def test_no_pairs_when_nothing_is_new(self):
        ids, vectors = clustered(8)
        assert len(search(ids, vectors, threshold=-1, asked=ids[:0])) == 0

    def test_stops(self):
        with pytest.raises(Cancelled):
            search(*clustered(8), threshold=0, token=stopped())


class TestWithIndex:
    def test_recall_against_exact(self):
        ids, vectors = clustered(4000, spread=0.5)
        wanted = true_pairs(ids, vectors, 0.75)
        found = as_set(search(ids, vectors, threshold=0.75, lists=indexed(ids, vectors)))
        assert found <= true_pairs(ids, vectors, 0.745)
        assert len(found & wanted) >= 0.995 * len(wanted) > 1000

    def test_new_photos_are_found_from_their_side(self):
        ids, vectors = clustered(2100)
        new = ids[2000:]
        found = as_set(search(ids, vectors, threshold=0.9, asked=new, lists=indexed(ids, vectors)))
        fresh = set(new.tolist())
        assert all(fresh & set(pair) for pair in found)
        wanted = {pair for pair in true_pairs(ids, vectors, 0.9) if fresh & set(pair)}
        assert len(found & wanted) >= 0.995 * len(wanted) > 100

    def test_stops(self):
        ids, vectors = clustered(1000)
        with pytest.raises(Cancelled):
            search(ids, vectors, threshold=0.5, lists=indexed(ids, vectors), token=stopped())


def indexed(ids, vectors):
    order = np.argsort(ids)
    ids, vectors = ids[order], vectors[order]

    def vectors_of(wanted):
        return vectors[np.searchsorted(ids, wanted)]

    lists = index.build(ids, vectors_of)
    lists.hold(ids, vectors_of, token=CancelToken())
    return lists


def test_an_index_is_made_where_comparing_all_with_all_is_dear():
    assert not neighbours.wants_index(20_000, 20_000)
    assert neighbours.wants_index(1_000, 1_000_000)


class TestNearest:
    @settings(max_examples=30, deadline=None)
    @given(st.integers(1, 60), st.integers(1, 80), st.integers(0, 2**31))
    def test_best_first(self, count, top, seed):
        ids, vectors = clustered(count, dim=8, seed=seed)
        query = vectors[seed % count]
        found, similarity = nearest(ids, vectors, query, top=top)
        assert len(found) == len(similarity) == min(top, count)
        assert (np.diff(similarity) <= 0).all()
        left_out = np.setdiff1d(ids, found)
        cosines = dict(zip(ids.tolist(), (vectors @ query).tolist(), strict=True))
        assert all(cosines[other] <= similarity[-1] + 1e-6 for other in left_out.tolist())

    def test_no_photos(self):
        ids, similarity = nearest(
            np.empty(0, np.int64), np.empty((0, 4), np.float16), np.ones(4, np.float32), top=5
        )
        assert len(ids) == len(similarity) == 0


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from([0.1, 0.2, 0.3, 0.6])),
        max_size=40,
    ),
    st.integers(1, 3),
)
def test_of_unlikely_pairs_each_photo_keeps_its_nearest(rows, k):
    table = {(min(a, b), max(a, b)): cosine for a, b, cosine in rows if a != b}
    columns = [list(column) for column in zip(*sorted(table), strict=True)] or [[], []]
    cosines = np.array([table[pair] for pair in sorted(table)], np.float32)
    pairs = Pairs(np.array(columns[0], np.int64), np.array(columns[1], np.int64), cosines)
    kept = as_set(worth_verifying(pairs, likely=0.5, k=k))
    assert kept >= {pair for pair, cosine in table.items() if cosine >= 0.5}
    for photo in range(10):
        mine = sorted(
            (cosine for pair, cosine in table.items() if photo in pair and cosine < 0.5),
            reverse=True,
        )
        shown = sorted(
            (table[pair] for pair in kept if photo in pair and table[pair] < 0.5), reverse=True
        )
        assert shown[:k] == mine[:k]
    low = sum(table[pair] < 0.5 for pair in kept)
    assert low <= 10 * k


def test_crowds_are_the_photos_with_many_likely_pairs():
    pairs = Pairs(
        np.array([1, 1, 1, 2, 2]),
        np.array([2, 3, 4, 3, 9]),
        np.array([0.9, 0.8, 0.7, 0.6, 0.2], np.float32),
    )
    assert neighbours.crowded(pairs, likely=0.5, k=3).tolist() == [1]
    assert neighbours.crowded(pairs, likely=0.5, k=2).tolist() == [1, 2, 3]
    assert neighbours.crowded(pairs, likely=0.1, k=3).tolist() == [1, 2]
    near = neighbours.among_nearest(pairs, k=1)
    assert near.tolist() == [True, True, True, False, True]  # 9 has only that one
