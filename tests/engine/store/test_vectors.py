"""The index beside the store: which file is taken for it, and which is not."""

from pathlib import Path

import numpy as np
import pytest

from kindred.engine.cli.words import message_text
from kindred.engine.pairs import Pairs
from kindred.engine.store import Store
from kindred.engine.store.contents import NewContent
from kindred.engine.types import PhotoInfo


@pytest.fixture
def store(tmp_path: Path):
    opened = Store(tmp_path / "store.db")
    yield opened
    opened.close()


def indexes(store: Store) -> list[Path]:
    return sorted(store.path.parent.glob("*-index-*"))


def save(store: Store, model: str, data: bytes) -> Path:
    store.save_index(model, lambda path: path.write_bytes(data))
    saved = store.saved_index(model)
    assert saved is not None and saved.read_bytes() == data
    return saved


def test_each_model_has_the_index_saved_last(store):
    assert store.saved_index("one") is None
    first, other = save(store, "one", b"first"), save(store, "two", b"other")
    second = save(store, "one", b"second")
    assert first not in (second, other)
    assert indexes(store) == sorted([second, other])
    assert store.saved_index("two") == other
    assert store.saved_index("none") is None


@pytest.mark.parametrize("data", [b"", b"secon", b"Second", b"seconds", None])
def test_a_file_that_is_not_as_it_was_is_not_taken(store, data):
    saved = save(store, "one", b"second")
    if data is None:
        saved.unlink()
    else:
        saved.write_bytes(data)
    assert store.saved_index("one") is None


def test_what_cannot_be_written_leaves_the_old_index(store):
    def broken(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("no space")

    saved = save(store, "one", b"first")
    with pytest.raises(OSError, match="no space"):
        store.save_index("one", broken)
    assert store.saved_index("one") == saved


def test_killed_before_the_store_names_the_new_index(store, monkeypatch):
    saved = save(store, "one", b"first")
    with monkeypatch.context() as patched:
        patched.setattr(Store, "write", lambda _self: exit())
        with pytest.raises(SystemExit):
            store.save_index("one", lambda path: path.write_bytes(b"second"))
    assert store.saved_index("one") == saved
    assert len(indexes(store)) == 2
    third = save(store, "one", b"third")
    assert indexes(store) == [third]


def test_the_index_of_a_store_that_was_set_aside_is_not_taken(tmp_path):
    store = Store(tmp_path / "store.db")
    store.add_vectors("one", [])
    old = save(store, "one", b"of other contents")
    store.close()
    store.path.write_bytes(b"no database at all")
    store = Store(tmp_path / "store.db")
    assert "set aside" in message_text(store.notice)
    assert old.exists() and store.saved_index("one") is None
    new = save(store, "one", b"new")
    assert indexes(store) == [new]
    store.close()


def test_an_older_copy_of_the_store_does_not_take_the_newer_index(store, tmp_path):
    save(store, "one", b"yesterday's")
    store.close()
    yesterday = store.path.read_bytes()
    store = Store(tmp_path / "store.db")
    save(store, "one", b"today's")
    store.close()
    store.path.write_bytes(yesterday)
    store = Store(tmp_path / "store.db")
    assert store.saved_index("one") is None
    store.close()


def test_contents_with_a_vector(store):
    from kindred.engine.store.contents import NewContent
    from kindred.engine.types import PhotoInfo

    new = [NewContent(f"{n:064x}", PhotoInfo(1, 1, "PNG"), np.zeros(4, np.uint8)) for n in range(3)]
    numbers = store.add_contents(new)
    store.add_vectors("one", [(number, [1.0]) for number in numbers[::-2]])
    assert store.with_vector("one").tolist() == [numbers[0], numbers[2]]
    assert store.with_vector("two").dtype == np.int64 and len(store.with_vector("two")) == 0


def test_a_photo_has_the_vectors_of_the_pictures_inside_it(store):
    digests = [NewContent(name, PhotoInfo(8, 8, "PNG"), np.zeros(4, np.uint8)) for name in "ab"]
    first, second = store.add_contents(digests)
    store.add_panel_vectors("one", {second: np.eye(4, dtype=np.float32)[:2]})
    store.add_panel_vectors("one", {first: np.eye(4, dtype=np.float32)[2:3]})
    owners, vectors = store.panel_vectors("one")
    assert owners.tolist() == [first, second, second]
    assert np.array_equal(vectors, np.eye(4)[[2, 0, 1]])
    assert len(store.panel_vectors("two")[0]) == 0
    store.add_panel_vectors("one", {second: np.eye(4, dtype=np.float32)[3:]})
    assert store.panel_vectors("one")[1].shape == (2, 4)  # in place of those before


def test_the_larger_similarity_of_a_pair_is_kept(store):
    def pair(similarity: float) -> Pairs:
        return Pairs(np.array([1]), np.array([2]), np.array([similarity], np.float32))

    store.add_pairs("one", pair(0.5))
    store.add_pairs("one", pair(0.4), keep_likelier=True)
    assert store.pairs("one").similarity.tolist() == [0.5]
    store.add_pairs("one", pair(0.75), keep_likelier=True)
    assert store.pairs("one").similarity.tolist() == [0.75]
