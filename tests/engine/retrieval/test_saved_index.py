"""The index in a scan: new photos are added to the saved one, and a wrong one does no harm."""

from dataclasses import replace
from pathlib import Path

import pytest

from kindred.engine.embedding.embedder import Embedder
from kindred.engine.library import Library
from kindred.engine.paths import home
from kindred.engine.progress import CancelToken
from kindred.engine.retrieval import neighbours, vector_index
from kindred.engine.types import ScanOptions
from tests.support.drawing import draw


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a few photos are worth an index, saved each time."""
    monkeypatch.setattr(neighbours, "EXACT", 0)
    monkeypatch.setattr(vector_index, "GROWTH", 100)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(8):
        draw(seed).save(folder / f"{seed}.jpg", quality=92)
    add_copy(folder, 0)
    return folder


def add_copy(folder: Path, seed: int) -> None:
    draw(seed).resize((320, 240)).save(folder / f"{seed} small.jpg", quality=80)


def groups(embedder: Embedder, folder: Path) -> list[list[str]]:
    """The groups after a scan, by name."""
    with Library.open(embedder=embedder) as library:
        library.scan([folder], options=ScanOptions(workers=2), token=CancelToken())
        found = library.groups(strictness=0.5)
    return [[member.photo.path.name for member in group.members] for group in found]


def saved() -> list[Path]:
    return list(home().store.parent.glob("*-index-*"))


def test_new_photos_are_added_to_the_saved_index(embedder, folder, monkeypatch):
    assert groups(embedder, folder) == [["0.jpg", "0 small.jpg"]]
    [before] = saved()
    monkeypatch.setattr(vector_index, "build", lambda *_: pytest.fail("made anew"))
    add_copy(folder, 1)
    assert groups(embedder, folder) == [["0.jpg", "0 small.jpg"], ["1.jpg", "1 small.jpg"]]
    [after] = saved()
    assert before != after
    assert len(vector_index.load(after, dim=192)) == 10


@pytest.mark.parametrize(
    "spoilt", [lambda _: b"", lambda data: data[:-9], lambda _: b"IwSq" + bytes(9999), None]
)
def test_a_wrong_index_is_made_anew(embedder, folder, spoilt):
    groups(embedder, folder)
    [file] = saved()
    if spoilt is None:
        file.unlink()
    else:
        file.write_bytes(spoilt(file.read_bytes()))
    add_copy(folder, 1)
    assert groups(embedder, folder) == [["0.jpg", "0 small.jpg"], ["1.jpg", "1 small.jpg"]]


def test_a_store_set_aside_does_not_take_the_index_of_the_old_one(embedder, folder):
    groups(embedder, folder)
    for path in sorted(folder.iterdir()):  # its numbers will stand for other contents
        path.rename(path.with_name(f"{9 - int(path.name[0])}{path.name[1:]}"))
    home().store.write_bytes(b"no database at all")
    assert groups(embedder, folder) == [["9.jpg", "9 small.jpg"]]


def test_another_model_has_an_index_of_its_own(embedder, folder):
    groups(embedder, folder)
    other = replace(embedder, id="other-1", embed=lambda pixels: -embedder.embed(pixels))
    assert groups(other, folder) == [["0.jpg", "0 small.jpg"]]
    assert len(saved()) == 2
