import os
import sys

import numpy as np
import pytest

from kindred.engine.errors import Cancelled
from kindred.engine.progress import CancelToken
from kindred.engine.retrieval.vector_index import VectorIndex, build, load


def directions(count, *, dim=16, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(count, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def filled(count) -> VectorIndex:
    """An index of `directions`, every vector under its row."""
    vectors = directions(count)
    index = build(np.arange(count), vectors.__getitem__)
    assert index.hold(np.arange(count), vectors.__getitem__, token=CancelToken()) == count
    return index


def test_saved_and_loaded_it_answers_the_same(tmp_path):
    index, queries = filled(500), directions(500)
    index.save(tmp_path / "index")
    again = load(tmp_path / "index", dim=16)
    assert len(again) == 500
    assert np.array_equal(again.ids(), np.arange(500))
    both = (lists.search(queries, k=5, probes=8) for lists in (again, index))
    for one, two in zip(*both, strict=True):
        assert np.array_equal(one, two)


def test_finds_what_is_nearest_with_its_cosine():
    index, queries = filled(500), directions(500)
    cosine, found = index.search(queries[[8, 7]], k=3, probes=50)
    assert found[:, 0].tolist() == [8, 7]
    table = queries[[8, 7]] @ queries.T
    assert np.allclose(cosine, np.take_along_axis(table, found, axis=1), atol=0.01)
    assert cosine.max() <= 1
    assert index.search(queries[:1], k=1000, probes=50)[1][0, -1] == -1  # there are not so many


def test_holds_exactly_what_it_is_told_to():
    index, vectors = filled(500), directions(600)
    wanted = np.setdiff1d(np.arange(600), [3, 4])
    assert index.hold(wanted, vectors.__getitem__, token=CancelToken()) == 100
    assert np.array_equal(index.ids(), wanted)
    assert index.search(vectors[[555]], k=1, probes=50)[1].tolist() == [[555]]


def test_outgrown_after_growing_several_times():
    vectors = directions(28_000)
    index = build(np.arange(6400), vectors.__getitem__)
    index.hold(np.arange(25_000), vectors.__getitem__, token=CancelToken())
    assert not index.outgrown
    index.hold(np.arange(28_000), vectors.__getitem__, token=CancelToken())
    assert index.outgrown


@pytest.mark.parametrize("content", [b"", b"not an index at all"])
def test_a_file_that_cannot_be_read(tmp_path, content):
    (tmp_path / "index").write_bytes(content)
    assert load(tmp_path / "index", dim=16) is None


def test_file_of_vectors_of_another_length(tmp_path):
    filled(100).save(tmp_path / "index")
    assert load(tmp_path / "index", dim=17) is None


def test_stops():
    token = CancelToken()
    token.stop()
    with pytest.raises(Cancelled):
        filled(100).hold(np.arange(101), directions(101).__getitem__, token=token)


def test_without_faiss(tmp_path, monkeypatch):
    filled(100).save(tmp_path / "index")
    monkeypatch.setitem(sys.modules, "faiss", None)
    assert load(tmp_path / "index", dim=16) is None
    with pytest.raises(ImportError):
        build(np.arange(100), directions(100).__getitem__)


def test_save_where_nothing_can_be_written(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        filled(100).save(tmp_path / "missing" / "index")


@pytest.mark.skipif(sys.platform != "linux", reason="names that are not UTF-8")
def test_a_folder_that_only_python_can_open(tmp_path):
    """As on Windows, where C's fopen reads names in another encoding."""
    path = tmp_path / os.fsdecode(b"J\xfcrgen")
    filled(100).save(path)
    assert len(load(path, dim=16)) == 100


@pytest.mark.skipif(sys.platform == "win32", reason="a limit of POSIX")
def test_a_full_disk_leaves_no_part_of_a_file(tmp_path):
    import resource

    index, before = filled(500), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            index.save(tmp_path / "index")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not (tmp_path / "index").exists()


def test_a_file_that_is_gone(tmp_path):
    assert load(tmp_path / "index", dim=16) is None
