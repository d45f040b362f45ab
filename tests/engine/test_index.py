import sys

import numpy as np
import pytest

from engine.index import Index, build, load
from engine.progress import CancelToken


def directions(count, *, dim=16, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(count, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


def filled(count) -> Index:
    vectors = directions(count)
    index = build(vectors, total=count)
    index.add(np.arange(count), vectors, token=CancelToken())
    return index


def test_saved_and_loaded_it_answers_the_same(tmp_path):
    index, queries = filled(500), directions(500).astype(np.float32)
    index.save(tmp_path / "index")
    again = load(tmp_path / "index", dim=16)
    assert len(again) == 500
    assert np.array_equal(again.ids(), np.arange(500))
    for one, two in zip(again.search(queries, k=5), index.search(queries, k=5), strict=True):
        assert np.array_equal(one, two)


def test_finds_float16_vectors_without_loss():
    index, queries = filled(500), directions(500).astype(np.float32)
    cosine, found = index.search(queries[[8, 7]], k=3)
    assert found[:, 0].tolist() == [8, 7]
    assert np.allclose(cosine, np.take_along_axis(queries[[8, 7]] @ queries.T, found, axis=1))
    assert (index.search(queries[:1], k=1000)[1][0, -1]) == -1  # there are not so many


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
