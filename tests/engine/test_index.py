import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.index import Index, alike, build, load, nearest_others
from engine.progress import CancelToken


def directions(count, *, dim=16, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(count, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


def filled(count) -> Index:
    vectors = directions(count)
    index = build(vectors, total=count)
    index.add(np.arange(count), vectors, token=CancelToken())
    return index


def hits_of(index, ids, vectors, *, threshold=0.9, k=5):
    found = index.hits(ids, vectors, threshold=threshold, k=k, token=CancelToken())
    return [tuple(column.tolist() for column in part) for part in found]


def test_saved_and_loaded_it_answers_the_same(tmp_path):
    index, vectors = filled(500), directions(500)
    index.save(tmp_path / "index")
    again = load(tmp_path / "index", dim=16)
    assert len(again) == 500
    assert np.array_equal(again.ids(), np.arange(500))
    ids = np.arange(500)
    assert hits_of(again, ids, vectors, threshold=0.5) == hits_of(
        index, ids, vectors, threshold=0.5
    )


def test_finds_a_vector_under_its_id_and_not_for_itself():
    index, vectors = filled(500), directions(500)
    ((asked, found, cosine),) = hits_of(index, np.array([7, 1000]), vectors[[8, 7]])
    assert (asked, found) == ([7, 1000], [8, 7])
    assert np.allclose(cosine, 1, atol=1e-3)
    assert hits_of(index, np.array([7]), vectors[[7]]) == [([], [], [])]


def test_removed_ids_are_forgotten():
    index = filled(500)
    index.remove(np.array([3, 4, 10**9]))
    assert np.array_equal(index.ids(), np.setdiff1d(np.arange(500), [3, 4]))


def test_outgrown_after_growing_several_times():
    vectors = directions(28_000)
    index = build(vectors[:6400], total=6400)
    index.add(np.arange(25_000), vectors[:25_000], token=CancelToken())
    assert not index.outgrown
    index.add(np.arange(25_000, 28_000), vectors[25_000:], token=CancelToken())
    assert index.outgrown


@pytest.mark.parametrize("content", [None, b"", b"not an index at all"])
def test_no_usable_file(tmp_path, content):
    if content is not None:
        (tmp_path / "index").write_bytes(content)
    assert load(tmp_path / "index", dim=16) is None


def test_file_of_vectors_of_another_length(tmp_path):
    filled(100).save(tmp_path / "index")
    assert load(tmp_path / "index", dim=17) is None


def test_without_faiss(tmp_path, monkeypatch):
    filled(100).save(tmp_path / "index")
    monkeypatch.setitem(sys.modules, "faiss", None)
    assert load(tmp_path / "index", dim=16) is None
    with pytest.raises(ImportError):
        build(directions(100), total=100)


def test_save_where_nothing_can_be_written(tmp_path):
    with pytest.raises(OSError, match="cannot write"):
        filled(100).save(tmp_path / "missing" / "index")


@given(st.integers(0, 20), st.integers(1, 30), st.integers(1, 5), st.floats(-1, 1))
def test_alike_has_the_best_of_what_is_at_the_threshold(queries, count, k, threshold):
    asking = directions(queries, seed=1).astype(np.float32)
    base = directions(count, seed=2).astype(np.float32)
    row, column, cosine = alike(asking, base, threshold=threshold, k=k)
    table = asking @ base.T
    assert np.allclose(table[row, column], cosine, atol=1e-6)
    assert (cosine >= threshold - 1e-6).all()
    for number in range(queries):
        best = np.sort(table[number][table[number] >= threshold + 1e-6])[::-1][:k]
        assert set(np.round(best, 4)) <= set(np.round(cosine[row == number], 4))


def test_nearest_others_leaves_out_the_photo_itself_and_what_is_beyond_k():
    asked = np.array([1, 1, 1, 2, 1, 2])
    found = np.array([1, 5, 4, 1, 3, 2])
    cosine = np.array([1.0, 0.7, 0.7, 0.6, 0.9, 1.0], np.float32)
    asked, found, cosine = nearest_others((asked, found, cosine), k=2)
    assert (asked.tolist(), found.tolist()) == ([1, 1, 2], [3, 4, 1])
