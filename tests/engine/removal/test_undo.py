"""Removing and undoing killed before every single step of theirs, and so their recovery."""

import itertools
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kindred.engine.metadata.carry_over import MetadataOffer
from kindred.engine.metadata.sidecars import read_sidecar
from kindred.engine.progress import CancelToken, ignore
from kindred.engine.removal.remove import plan, remove
from kindred.engine.removal.trash import Trash, folder_trash, system_trash, trash_folders
from kindred.engine.removal.undo import recover, undo
from kindred.engine.store import Store
from kindred.engine.types import State
from tests.engine.metadata.test_sidecars import listed, xmp
from tests.support.kills import ended
from tests.support.libraries import everything, group, remember, write

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="fork and kill -9"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]
FILES = {"a.jpg": b"stays", "b.jpg": b"goes", "b.xmp": b"goes along"}


def copy_linked(folders: dict[Path, Path]) -> None:
    """Copy folders; two names of one file become two names of one file again."""
    copies: dict[tuple[int, int], Path] = {}

    def copy(source: str, target: str) -> None:
        found = Path(source).stat()
        first = copies.setdefault((found.st_dev, found.st_ino), Path(target))
        if first == Path(target):
            shutil.copy2(source, target)
        else:
            Path(target).hardlink_to(first)

    for source, target in folders.items():
        shutil.copytree(source, target, copy_function=copy)


class Case:
    """Photos, a store that knows them and a trash, put back as they were before each kill."""

    def __init__(self, base: Path, can: Path, trash: Trash) -> None:
        self.base, self.can, self.trash = base, can, trash
        self.photos = base / "photos"
        for name, data in FILES.items():
            write(self.photos / name, data)
        self.times = {path: path.stat().st_mtime_ns for path in self.photos.iterdir()}
        store = self.open()
        remember(store, [self.photos / name for name in ("a.jpg", "b.jpg")])
        store.set_units([self.photos], {self.photos / "b.jpg": [self.photos / "b.xmp"]})
        store.close()
        can.mkdir(parents=True)

    def open(self) -> Store:
        return Store(self.base / "kindred.sqlite")

    def keep(self, at: Path) -> None:
        copy_linked({self.base: at / "base", self.can: at / "can"})

    def put_back(self, at: Path) -> None:
        for folder in (self.base, self.can):
            shutil.rmtree(folder)
        copy_linked({at / "base": self.base, at / "can": self.can})

    def state(self) -> str:
        """All that is on the disk and in the journal, the time of day left out."""
        store = self.open()
        items = [item for batch in store.batches() for item in batch.items]
        store.close()
        return repr((items, sorted([*self.photos.rglob("*"), *self.can.rglob("*")])))

    def remove_and_undo(self) -> None:
        store = self.open()
        paths = [photo.path for photo in store.photos()]
        planned = plan([group(store, *paths)], paths[1:], protected=[])
        batch = remove(planned, store=store, trash=self.trash, token=CancelToken(), progress=ignore)
        undo(batch.id, store=store)
        store.close()

    def recover(self) -> None:
        store = self.open()
        recover(store, bins=self.bins)
        store.close()

    def bins(self, path: Path) -> list[Path]:
        return [self.can, *trash_folders(path)]

    def nothing_is_lost(self) -> None:
        assert set(FILES.values()) <= set(everything(self.photos, self.can))

    def check(self) -> None:
        """Recover; then the journal tells the truth, and undoing brings everything back."""
        self.nothing_is_lost()
        store = self.open()
        assert store.notice is None
        recover(store, bins=self.bins)
        assert store.unfinished() == []
        self.nothing_is_lost()
        for batch in store.batches():
            for item in batch.items:
                removed = item.state is State.REMOVED
                place = item.trashed_to if removed else item.path
                assert place.read_bytes() == FILES[item.path.name]
                assert item.path.exists() is not removed
            # a photo and its sidecar are together, but for an undo that can go on
            assert not {State.KEPT, State.REMOVED} <= {item.state for item in batch.items}
        assert {photo.path for photo in store.photos()} == set(self.photos.glob("*.jpg"))
        for batch in store.batches():
            undo(batch.id, store=store)
            states = {item.state for item in store.batch(batch.id).items}
            assert states <= {State.RESTORED, State.KEPT}
        assert Counter(everything(self.photos)) == Counter(FILES.values())
        assert everything(self.can / "files") == []  # of another disk's there is none
        assert {path: path.stat().st_mtime_ns for path in self.photos.iterdir()} == self.times
        store.close()


@pytest.fixture
def memory(tmp_path) -> Iterator[Path]:
    """A folder on another device than tmp_path where Linux has one; it does not wait for disks."""
    shm = Path("/dev/shm")  # noqa: S108 - a second device
    there = shm if os.access(shm, os.W_OK) else tmp_path
    other = Path(tempfile.mkdtemp(prefix="kindred-test-", dir=there))
    yield other
    shutil.rmtree(other)


@pytest.fixture(params=["the desktop's trash", "another disk"])
def case(request, tmp_path, memory, monkeypatch) -> Case:
    # Backups have a test of their own (test_store); here they would make most of the steps.
    monkeypatch.setattr(Store, "_back_up", lambda self: None)
    if request.param == "another disk":
        if memory.stat().st_dev == tmp_path.stat().st_dev:
            pytest.skip("no second device here")
        return Case(memory / "case", tmp_path / "trash", folder_trash(tmp_path / "trash"))
    if sys.platform == "darwin":
        pytest.skip("another system's trash")
    monkeypatch.setenv("XDG_DATA_HOME", str(memory / "data"))
    return Case(memory / "case", memory / "data" / "Trash", system_trash)


def test_killed_before_every_step_of_removing_undoing_and_recovering(case, memory):
    case.keep(memory / "fresh")
    left = memory / "left"
    seen = set()
    for step in itertools.count(1):
        case.put_back(memory / "fresh")
        done = ended(case.remove_and_undo, before=step)
        case.keep(left)
        seen_before = case.state() in seen or seen.add(case.state())
        case.check()
        if done:
            break
        for inner_step in itertools.count(1):
            case.put_back(left)
            if seen_before or ended(case.recover, before=inner_step):
                break
            case.check()
        shutil.rmtree(left)
    assert len(seen) > 12


THEIRS = xmp('crs:Exposure2012="+1.00"', listed("dc:subject", "Bag", "own"))


def test_killed_before_every_step_of_saving_words_and_taking_them_out(memory, monkeypatch):
    """The keeper's sidecar is at each moment the old or the new one, whole, and the old one is
    somewhere; in the end undo puts it back."""
    monkeypatch.setattr(Store, "_back_up", lambda self: None)
    case = Case(memory / "case", memory / "trash", folder_trash(memory / "trash"))
    sidecar = write(case.photos / "a.jpg.xmp", THEIRS)
    case.keep(memory / "fresh")

    def remove_and_undo() -> None:
        store = case.open()
        kept, going = sorted(store.photos(), key=lambda photo: photo.path)
        planned = plan([group(store, kept.path, going.path)], [going.path], protected=[])
        (removal,) = planned.removals
        carrying = replace(removal, carries=MetadataOffer(kept, rating=4))
        batch = remove(
            replace(planned, removals=(carrying,)), store=store, trash=case.trash,
            token=CancelToken(), progress=ignore,
        )  # fmt: skip
        undo(batch.id, store=store)
        store.close()

    for step in itertools.count(1):
        case.put_back(memory / "fresh")
        done = ended(remove_and_undo, before=step)
        case.nothing_is_lost()
        assert THEIRS in everything(case.photos, case.can)
        facts = read_sidecar(sidecar, sidecar.name)
        assert facts.has_edits and facts.keywords == ("own",) and facts.rating in (None, 4)
        store = case.open()
        recover(store, bins=case.bins)
        for batch in store.batches():
            undo(batch.id, store=store)
        assert sidecar.read_bytes() == THEIRS
        assert (case.photos / "b.jpg").read_bytes() == FILES["b.jpg"]
        store.close()
        if done:
            break
    assert step > 20 and THEIRS not in everything(case.can)
