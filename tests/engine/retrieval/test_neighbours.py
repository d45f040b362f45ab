import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindred.engine.errors import Cancelled
from kindred.engine.pairs import Pairs
from kindred.engine.progress import CancelToken
from kindred.engine.retrieval import neighbours, vector_index
from kindred.engine.retrieval.neighbours import find_candidates, nearest


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
    """The pairs of `found`, all together."""
    return together(found(ids, vectors, threshold=threshold, **options))


def together(found, *, further=False):
    pairs = found.further() if further else found.pairs()
    parts = [Pairs(found.ids[:0], found.ids[:0], found.reach[:0]), *pairs]
    columns = ("first", "second", "similarity")
    return Pairs(*(np.concatenate([getattr(p, c) for p in parts]) for c in columns))


def found(
    ids,
    vectors,
    *,
    threshold,
    asked=None,
    likely=None,
    lists=None,
    token=None,
    k=32,
    before=None,
    faintest=None,
):
    """Vectors in any order; all photos ask, and every pair is worth verifying."""
    order = np.argsort(ids)
    ids, vectors = ids[order], vectors[order]
    return find_candidates(
        ids,
        lambda wanted: vectors[np.searchsorted(ids, wanted)],
        asked=ids if asked is None else np.sort(asked),
        threshold=threshold,
        likely=threshold if likely is None else likely,
        faint=2,
        lists=lists,
        token=token or CancelToken(),
        k=k,
        faintest=faintest,
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

    def test_pairs_come_in_order_however_few_at_once(self, monkeypatch):
        ids, vectors = clustered(200)
        everything = search(ids, vectors, threshold=0.1, likely=0.9)
        monkeypatch.setattr(neighbours, "FIRSTS", 7)
        few = search(ids, vectors, threshold=0.1, likely=0.9)
        for name in ("first", "second", "similarity"):
            assert (getattr(few, name) == getattr(everything, name)).all()
        order = np.lexsort((few.second, few.first))
        assert (order == np.arange(len(few))).all()
        assert len(true_pairs(ids, vectors, 0.9)) < len(few)

    def test_old_photos_are_paired_only_with_what_is_nearer_than_they_had(self):
        ids, vectors = clustered(300)
        old, new = np.sort(ids[:200]), np.sort(ids[200:])
        reach = found(old, vectors[:200][np.argsort(ids[:200])], threshold=0.1, likely=2).reach
        new_ones = found(ids, vectors, threshold=0.1, likely=2, asked=new, before=(old, reach))
        pairs, own = together(new_ones), new_ones.reach
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
        reach = found(ids, vectors, threshold=0, likely=0.99).reach
        cosines = np.sort(np.where(vectors @ vectors.T < 0.99, vectors @ vectors.T, -1))[:, -2]
        assert np.allclose(reach, np.where(cosines < 0, -1, cosines))
        assert reach[4] == -1  # it has no neighbour at all

    def test_a_photo_in_a_crowd_reaches_as_far_as_its_kth_neighbour(self):
        ids, vectors = clustered(40, per_cluster=20)
        crowd = found(ids, vectors, threshold=0.1, likely=0.5, k=5)
        assert crowd.crowd.tolist() == np.sort(ids).tolist()
        nearest_five = np.sort(vectors @ vectors.T, axis=1)[np.argsort(ids), -6]
        assert np.allclose(crowd.reach, nearest_five, atol=1e-6)
        alone = found(ids, vectors, threshold=0.1, likely=0.5)
        assert len(alone.crowd) == 0
        assert (alone.reach == -1).all()  # nobody has a faint neighbour

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
        pairs = as_set(search(ids, vectors, threshold=0.75, lists=indexed(ids, vectors)))
        assert pairs <= true_pairs(ids, vectors, 0.745)
        assert len(pairs & wanted) >= 0.995 * len(wanted) > 1000

    def test_new_photos_are_found_from_their_side(self):
        ids, vectors = clustered(2100)
        new = ids[2000:]
        pairs = as_set(search(ids, vectors, threshold=0.9, asked=new, lists=indexed(ids, vectors)))
        fresh = set(new.tolist())
        assert all(fresh & set(pair) for pair in pairs)
        wanted = {pair for pair in true_pairs(ids, vectors, 0.9) if fresh & set(pair)}
        assert len(pairs & wanted) >= 0.995 * len(wanted) > 100

    def test_stops(self):
        ids, vectors = clustered(1000)
        with pytest.raises(Cancelled):
            search(ids, vectors, threshold=0.5, lists=indexed(ids, vectors), token=stopped())


def indexed(ids, vectors):
    order = np.argsort(ids)
    ids, vectors = ids[order], vectors[order]

    def vectors_of(wanted):
        return vectors[np.searchsorted(ids, wanted)]

    lists = vector_index.build(ids, vectors_of)
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
        best, similarity = nearest(ids, vectors, query, top=top)
        assert len(best) == len(similarity) == min(top, count)
        assert (np.diff(similarity) <= 0).all()
        left_out = np.setdiff1d(ids, best)
        cosines = dict(zip(ids.tolist(), (vectors @ query).tolist(), strict=True))
        assert all(cosines[other] <= similarity[-1] + 1e-6 for other in left_out.tolist())

    def test_no_photos(self):
        ids, similarity = nearest(
            np.empty(0, np.int64), np.empty((0, 4), np.float16), np.ones(4, np.float32), top=5
        )
        assert len(ids) == len(similarity) == 0


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(0, 2**31), st.booleans())
def test_of_unlikely_pairs_each_photo_keeps_its_nearest(count, seed, all_ask):
    rng = np.random.default_rng(seed)
    ids, vectors = np.arange(count) * 2, unit(rng.normal(size=(count, 5)))
    asked = ids if all_ask else ids[rng.random(count) < 0.5]
    kept = as_set(search(ids, vectors, threshold=0.2, likely=0.7, asked=asked))
    cosine = vectors @ vectors.T
    np.fill_diagonal(cosine, -1)
    faint = np.where((cosine >= 0.2) & (cosine < 0.7), cosine, -1)
    reach = np.sort(faint, axis=1)[:, -2] if count > 1 else np.zeros(count)
    reach[~np.isin(ids, asked)] = np.inf
    wanted = (cosine >= 0.2) & (cosine >= np.minimum(0.7, np.minimum(reach, reach[:, None])))
    wanted &= np.isin(ids, asked)[:, None] | np.isin(ids, asked)
    first, second = np.nonzero(np.triu(wanted))
    assert kept == set(zip(ids[first].tolist(), ids[second].tolist(), strict=True))


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(0, 2**31))
def test_further_are_the_others_down_to_the_faintest(count, seed):
    rng = np.random.default_rng(seed)
    ids, vectors = np.arange(count) * 2, unit(rng.normal(size=(count, 5)))
    near = as_set(search(ids, vectors, threshold=0.2, likely=0.7))
    both = found(ids, vectors, threshold=0.2, likely=0.7, faintest=0.1)
    assert as_set(together(both)) == near
    assert as_set(together(both, further=True)) == true_pairs(ids, vectors, 0.1) - near


def test_near_are_the_pairs_most_similar_to_either_of_their_photos():
    pairs = Pairs(
        np.array([1, 1, 1, 2, 2]),
        np.array([2, 3, 4, 3, 9]),
        np.array([0.9, 0.8, 0.7, 0.6, 0.2], np.float32),
    )
    near = neighbours.among_nearest(pairs, k=1)
    assert near.tolist() == [True, True, True, False, True]  # 9 has only that one


def test_pictures_inside_a_photo_find_those_they_are_alike():
    ids, vectors = clustered(40, dim=16, per_cluster=1)
    order = np.argsort(ids)
    ids, vectors = ids[order], vectors[order]
    owners = np.array([ids[3], ids[3], ids[9]])
    inside = vectors[[5, 7, 9]]  # the last is its own photo once more

    def vectors_of(some):
        return vectors[np.searchsorted(ids, some)]

    parts = neighbours.find_panels(
        owners, inside, ids, vectors_of, threshold=0.99, token=CancelToken()
    )
    found = set().union(*map(as_set, parts))
    assert found == {(ids[3], ids[5]), (ids[3], ids[7])}


def test_a_pair_is_found_once_though_two_panels_find_it():
    ids = np.array([1, 2, 3])
    vectors = np.eye(3, dtype=np.float32)
    (found,) = neighbours.find_panels(
        np.array([1, 1]),
        unit(np.array([[0, 1, 0], [0, 1, 0.2]])),
        ids,
        lambda some: vectors[some - 1],
        threshold=0.5,
        token=CancelToken(),
    )
    assert (found.first.tolist(), found.second.tolist()) == ([1], [2])
    assert found.similarity.tolist() == [1]
