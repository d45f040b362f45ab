"""Removing and undoing killed before every single step of theirs, and so their recovery."""

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kindred.engine.confirmed import Confirmed
from kindred.engine.digest import digest_bytes
from kindred.engine.library import Library
from kindred.engine.messages import Code
from kindred.engine.metadata.carry_over import MetadataOffer
from kindred.engine.metadata.sidecars import read_sidecar
from kindred.engine.paths import home
from kindred.engine.progress import CancelToken, ignore
from kindred.engine.removal.remove import plan, remove
from kindred.engine.removal.trash import Trash, folder_trash, system_trash, trash_folders
from kindred.engine.removal.undo import bring_back, permit, recover, undo
from kindred.engine.store import Store
from kindred.engine.store.journal import Entry
from kindred.engine.types import State
from tests.engine.metadata.test_sidecars import listed, xmp
from tests.support.kills import ended
from tests.support.libraries import everything, group, remember, write

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="fork and kill -9"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]
# Killed before every so many steps only; KINDRED_STRIDE=1: all (benchmarks/fault_injection.py).
STRIDE = int(os.environ.get("KINDRED_STRIDE", "5"))
FIRST = 1 + int(os.environ.get("KINDRED_SEED", "0")) % STRIDE
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
    for step in itertools.count(FIRST, STRIDE):
        case.put_back(memory / "fresh")
        done = ended(case.remove_and_undo, before=step)
        case.keep(left)
        seen_before = case.state() in seen or seen.add(case.state())
        case.check()
        if done:
            break
        # Others after each kill.
        for inner_step in itertools.count(1 + step // STRIDE % STRIDE, STRIDE):
            case.put_back(left)
            if seen_before or ended(case.recover, before=inner_step):
                break
            case.check()
        shutil.rmtree(left)
    assert len(seen) > 12 / STRIDE


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

    for step in itertools.count(FIRST, STRIDE):
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


# A journal that may be somebody else's


@pytest.fixture
def mine(tmp_path):
    """A store, a folder that was confirmed with a photo in it, and a trash."""
    photo, can = write(tmp_path / "photos" / "a.jpg", b"a"), tmp_path / "trash"
    can.mkdir()
    with closing(Store(tmp_path / "kindred.sqlite")) as store:
        allowed = permit(
            Confirmed(frozenset({tmp_path / "photos"}), frozenset({can})), bins=lambda _: [can]
        )
        yield store, photo, can, allowed


def planted(store, path, place, *, back=None, state=State.REMOVED, companion=False):
    """An item as a stranger would write it."""
    data = place.read_bytes() if place.exists() else b""
    size, time = len(data), place.stat().st_mtime_ns if place.exists() else 0
    entry = Entry(path, size, time, None if companion else digest_bytes(data), companion)
    (item,) = store.begin_batch([entry]).items
    return store.mark(item, state, trashed_to=place, restored_to=back)


@pytest.mark.parametrize(
    "path", ["elsewhere/evil.jpg", "photos/evil.desktop", "photos/../evil.jpg", "photos/door/e.jpg"]
)
def test_nothing_moves_to_where_the_user_confirmed_nothing(mine, tmp_path, path):
    store, _, can, allowed = mine
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "photos" / "door").symlink_to(tmp_path / "elsewhere")
    place, target = write(can / "evil", b"program"), tmp_path / path
    planted(store, target, place, back=target)
    item = planted(store, target, place)
    before = everything(tmp_path)
    assert recover(store, bins=lambda _: [can], allowed=allowed) == []
    undo(item_batch(store, item), store=store, allowed=allowed)
    assert not target.exists() and place.read_bytes() == b"program"
    assert [found.note.code for b in store.batches() for found in b.items] == [
        Code.NOT_CONFIRMED,
        Code.NOT_CONFIRMED,
    ]
    assert len(everything(tmp_path)) == len(before)


def item_batch(store, item):
    return next(b.id for b in store.batches() if item.row in {found.row for found in b.items})


def test_nothing_moves_from_where_no_trash_is(mine, tmp_path):
    store, photo, can, allowed = mine
    secret = write(tmp_path / ".ssh" / "id", b"secret")
    item = planted(store, photo.with_name("b.jpg"), secret)
    undo(item_batch(store, item), store=store, allowed=allowed, bins=lambda _: [can])
    assert secret.exists() and not photo.with_name("b.jpg").exists()
    back = planted(store, photo, write(can / "c", b"c"), back=tmp_path / "photos" / "c.desktop")
    assert not allowed(back) and allowed(replace(back, restored_to=photo))
    assert allowed(replace(back, restored_to=photo.with_name("a (restored 2).jpg")))


def test_a_crafted_journal_moves_nothing_when_the_library_is_opened(tmp_path, monkeypatch):
    """What a received KINDRED_HOME did: a companion that was kept brought its photo "back"."""
    theirs, target = tmp_path / "received", tmp_path / ".config" / "autostart" / "x.desktop"
    monkeypatch.setenv("KINDRED_HOME", str(theirs))
    evil, bait = write(theirs / "evil", b"Exec=evil"), write(theirs / "bait.xmp", b"bait")
    with closing(Store(home().store)) as store:
        found = bait.stat()
        store.begin_batch([
            Entry(target, 9, evil.stat().st_mtime_ns, digest_bytes(b"Exec=evil"), False),
            Entry(bait, found.st_size, found.st_mtime_ns, None, True),
        ])  # fmt: skip
        store.mark(store.batches()[0].items[0], State.REMOVED, trashed_to=evil)
    with Library.open() as library:
        assert not target.exists() and evil.exists()
        (batch,) = library.batches()
        library.undo(batch.id)
        assert not target.exists() and evil.exists()


# Undo follows the trash and the drive


def test_undo_says_that_the_trash_is_away_and_finds_it_again(mine, tmp_path):
    store, photo, can, _ = mine
    place, there = write(can / "b.jpg", b"b"), photo.with_name("b.jpg")
    item = planted(store, there, place)
    away = can.rename(tmp_path / "unplugged")
    (item,) = undo(item_batch(store, item), store=store, bins=lambda _: []).items
    assert (item.state, item.note.code) == (State.REMOVED, Code.TRASH_AWAY)
    (item,) = undo(item_batch(store, item), store=store, bins=lambda _: [away]).items
    assert item.state is State.RESTORED and there.read_bytes() == b"b"


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="needs root to mount")
def test_nothing_is_written_below_the_mount_point_of_a_drive_that_is_away(mine, tmp_path):
    store, _, can, _ = mine
    drive, away = tmp_path / "drive", tmp_path / "away"
    drive.mkdir()
    away.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", drive], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        paths = [write(drive / "photos" / name, name.encode()) for name in ("a.jpg", "b.jpg")]
        remember(store, paths)
        planned = plan([group(store, *paths)], paths[1:], protected=[])
        batch = remove(
            planned, store=store, trash=folder_trash(can), token=CancelToken(), progress=ignore
        )
        subprocess.run(["mount", "--move", drive, away], check=False)
        if drive.is_mount():
            pytest.skip("mounts cannot be moved here")
        (item,) = undo(batch.id, store=store).items
        assert (item.state, item.note.code) == (State.REMOVED, Code.DRIVE_AWAY)
        assert list(drive.iterdir()) == []
        subprocess.run(["mount", "--move", away, drive], check=True)
        (item,) = undo(batch.id, store=store).items
        assert item.state is State.RESTORED and paths[1].read_bytes() == b"b.jpg"
    finally:
        for place in (drive, away):
            subprocess.run(["umount", place], check=False, stderr=subprocess.DEVNULL)


def test_another_drive_in_its_place_gets_no_folders(mine, tmp_path, monkeypatch):
    store, photo, can, _ = mine
    monkeypatch.setattr(Path, "is_mount", lambda path: path == photo.parent)
    store.set_setting("drives", {str(photo.parent): photo.stat().st_dev + 1})
    there = photo.parent / "2020" / "b.jpg"
    item = planted(store, there, write(can / "b.jpg", b"b"))
    (item,) = undo(item_batch(store, item), store=store).items
    assert item.note.code is Code.DRIVE_AWAY and not there.parent.exists()
    there.parent.mkdir()  # it is the same drive by another number
    (item,) = undo(item_batch(store, item), store=store).items
    assert item.state is State.RESTORED


def test_an_undo_cut_short_between_two_files_of_a_photo_is_completed(mine):
    store, photo, can, _ = mine
    write(photo, b"photo")
    side = write(photo.with_suffix(".xmp"), b"words")
    remember(store, [photo, write(photo.with_name("kept.jpg"), b"kept")])
    store.set_units([photo.parent], {photo: [side]})
    planned = plan([group(store, photo.with_name("kept.jpg"), photo)], [photo], protected=[])
    batch = remove(
        planned, store=store, trash=folder_trash(can), token=CancelToken(), progress=ignore
    )
    bring_back(batch.items[0], store)
    assert photo.exists() and not side.exists()
    (settled,) = recover(store, bins=lambda _: [can])
    assert (settled.state, settled.note.code) == (State.RESTORED, Code.ENDED_UNDOING)
    assert side.read_bytes() == b"words"
    assert recover(store, bins=lambda _: [can]) == []


def test_an_undo_can_be_stopped_and_goes_on_later(mine):
    store, photo, can, _ = mine
    paths = [write(photo.with_name(f"{n}.jpg"), b"%d" % n) for n in range(4)]
    remember(store, paths)
    planned = plan([group(store, *paths)], paths[1:], protected=[])
    batch = remove(
        planned, store=store, trash=folder_trash(can), token=CancelToken(), progress=ignore
    )
    token = CancelToken()
    stopped = undo(batch.id, store=store, token=token, progress=lambda p: p.done and token.stop())
    assert [item.state for item in stopped.items].count(State.REMOVED) >= 1
    done = undo(batch.id, store=store)
    assert {item.state for item in done.items} == {State.RESTORED}


def test_a_note_of_the_trash_whose_file_never_came_is_removed(mine, tmp_path, monkeypatch):
    store, photo, _, _ = mine
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    system_trash(write(photo.with_name("other.jpg"), b"other"))
    info = tmp_path / "share" / "Trash" / "info" / "a.jpg.trashinfo"
    info.write_text(f"[Trash Info]\nPath={photo}\nDeletionDate=2026-01-01T00:00:00\n")
    found = photo.stat()
    store.begin_batch([Entry(photo, found.st_size, found.st_mtime_ns, digest_bytes(b"a"), False)])
    (item,) = recover(store)
    assert item.state is State.KEPT and not info.exists()
    assert (info.parent / "other.jpg.trashinfo").exists()
