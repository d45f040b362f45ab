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


@pytest.fixture
def token():
    return CancelToken()


class TestExact:
    @pytest.fixture(autouse=True, params=["faiss", "numpy"])
    def library(self, request, monkeypatch):
        monkeypatch.setattr(neighbours, "QUERIES", 100)
        if request.param == "numpy":
            monkeypatch.setitem(sys.modules, "faiss", None)
            monkeypatch.setattr(neighbours, "EXACT", 0)

    def test_finds_all_pairs_at_the_threshold_once(self, token):
        ids, vectors = clustered(300)
        pairs = candidates(ids, vectors, threshold=0.9, token=token)
        assert as_set(pairs) == true_pairs(ids, vectors, 0.9)
        assert len(as_set(pairs)) == len(pairs) > 200
        assert (pairs.first < pairs.second).all()
        where = {content: row for row, content in enumerate(ids.tolist())}
        cosines = [
            vectors[where[a]] @ vectors[where[b]]
            for a, b in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
        ]
        assert np.allclose(pairs.similarity, cosines, atol=1e-5)

    def test_does_not_depend_on_the_order_of_photos(self, token):
        ids, vectors = clustered(200)
        order = np.random.default_rng(1).permutation(200)
        straight = candidates(ids, vectors, threshold=0.8, token=token)
        shuffled = candidates(ids[order], vectors[order], threshold=0.8, token=token)
        assert np.array_equal(straight.first, shuffled.first)
        assert np.array_equal(straight.second, shuffled.second)

    def test_looks_at_k_neighbours_only(self, token):
        ids, vectors = clustered(40, per_cluster=40)
        pairs = candidates(ids, vectors, threshold=-1, token=token, k=3)
        assert 40 * 3 / 2 <= len(pairs) <= 40 * 3

    def test_new_photos_are_paired_with_all_and_old_ones_not_again(self, token):
        ids, vectors = clustered(200)
        new = np.arange(200) % 4 == 0
        pairs = candidates(ids, vectors, threshold=0.9, token=token, new=new)
        fresh = set(ids[new].tolist())
        expected = {pair for pair in true_pairs(ids, vectors, 0.9) if fresh & set(pair)}
        assert as_set(pairs) == expected
        assert expected

    def test_float16_vectors(self, token):
        ids, vectors = clustered(100)
        half = vectors.astype(np.float16)
        pairs = candidates(ids, half, threshold=0.9, token=token)
        assert as_set(pairs) == true_pairs(ids, half.astype(np.float32), 0.9)

    @pytest.mark.parametrize("count", [0, 1])
    def test_no_pairs_without_two_photos(self, count, token):
        ids, vectors = clustered(4)
        assert len(candidates(ids[:count], vectors[:count], threshold=-1, token=token)) == 0

    def test_no_pairs_when_nothing_is_new(self, token):
        ids, vectors = clustered(8)
        none = np.zeros(8, bool)
        assert len(candidates(ids, vectors, threshold=-1, token=token, new=none)) == 0

    def test_stops(self, token):
        token.stop()
        with pytest.raises(Cancelled):
            candidates(*clustered(8), threshold=0, token=token)


class TestWithIndex:
    """A few thousand vectors count as many, so that the index answers."""

    @pytest.fixture(autouse=True)
    def small(self, monkeypatch):
        monkeypatch.setattr(neighbours, "EXACT", 1000)

    def test_recall_against_exact(self, token):
        ids, vectors = clustered(4000, spread=0.5)
        vectors = vectors.astype(np.float16)
        wanted = true_pairs(ids, vectors, 0.75)
        found = as_set(candidates(ids, vectors, threshold=0.75, token=token))
        assert found <= true_pairs(ids, vectors, 0.7499)
        assert len(found & wanted) >= 0.995 * len(wanted) > 1000

    def test_new_photos_are_searched_in_the_saved_index(self, tmp_path, token, monkeypatch):
        ids, vectors = clustered(2100)
        saved = tmp_path / "model.index"
        old = slice(0, 2000)
        everything = candidates(ids[old], vectors[old], threshold=0.9, token=token, saved=saved)
        assert [path.name for path in tmp_path.glob("*index*")] == ["model.index"]
        monkeypatch.setattr(index, "build", None)  # nothing is made anew
        new = np.arange(len(ids)) >= 2000
        added = candidates(ids, vectors, threshold=0.9, token=token, saved=saved, new=new)
        fresh = set(ids[new].tolist())
        assert all(fresh & set(pair) for pair in as_set(added))
        wanted = true_pairs(ids, vectors, 0.9)
        assert len((as_set(added) | as_set(everything)) & wanted) >= 0.995 * len(wanted) > 1000

    def test_photos_that_are_gone_are_not_found_in_the_saved_index(self, tmp_path, token):
        ids, vectors = clustered(2000)
        saved = tmp_path / "model.index"
        candidates(ids, vectors, threshold=0.9, token=token, saved=saved)
        left = slice(0, None, 2)
        pairs = candidates(ids[left], vectors[left], threshold=0.5, token=token, saved=saved)
        assert as_set(pairs)
        assert {content for pair in as_set(pairs) for content in pair} <= set(ids[left].tolist())

    def test_a_place_that_cannot_be_written_is_done_without(self, tmp_path, token, caplog):
        ids, vectors = clustered(500)
        saved = tmp_path / "missing" / "index"
        assert len(candidates(ids, vectors, threshold=0.9, token=token, saved=saved)) > 100
        assert "cannot be saved" in caplog.text

    def test_stops(self, token):
        ids, vectors = clustered(1000)
        token.stop()
        with pytest.raises(Cancelled):
            candidates(ids, vectors, threshold=0.5, token=token)


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
