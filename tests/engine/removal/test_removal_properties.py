"""Whatever a user does, and whenever the process is killed: no content is ever lost.

Killed before every step of a small removal: see test_undo.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kindred.engine.digest import digest_file
from kindred.engine.errors import PlanError
from kindred.engine.progress import CancelToken, ignore
from kindred.engine.removal.file_checks import identity
from kindred.engine.removal.remove import plan, remove
from kindred.engine.removal.trash import folder_trash
from kindred.engine.removal.undo import recover, undo
from kindred.engine.store import Store
from kindred.engine.types import Kind, State
from tests.support.libraries import everything, group, remember, write

NAMES = st.sampled_from([f"{folder}/{n}.jpg" for folder in ("x", "y", "safe") for n in range(4)])
DATA = (b"one", b"two", b"three")
KILLS = int(os.environ.get("KINDRED_KILLS", "6"))


class Killed(BaseException):
    """Stands for the end of the process."""


class Removals(RuleBasedStateMachine):
    """Random libraries with hard links, companions and a folder of two names, some with a trash on
    another device or with numbers of files that lie, so that no two names seem one file; removals,
    edits, crashes, undos, and a trash that others use too."""

    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp(prefix="kindred-test-"))
        self.photos, self.can = self.base / "photos", self.base / "trash"
        self.photos.mkdir()
        self.elsewhere: Path | None = None
        self.store = Store(self.base / "kindred.sqlite")
        self.store.protect(self.photos / "safe")
        self.ever: Counter[bytes] = Counter()  # of every name ever made
        self.safe: dict[Path, bytes] = {}
        self.number = 0
        self.lies = ExitStack()
        self.honest = True

    def teardown(self) -> None:
        self.lies.close()
        self.store.close()
        shutil.rmtree(self.base)
        if self.elsewhere:
            shutil.rmtree(self.elsewhere)

    @initialize(
        files=st.dictionaries(NAMES, st.sampled_from(DATA), min_size=4),
        sidecar=st.booleans(),
        other_device=st.booleans(),
        honest=st.booleans(),
    )
    def begin(
        self, files: dict[str, bytes], sidecar: bool, other_device: bool, honest: bool
    ) -> None:
        self.honest = honest
        if not honest:
            self.lies.enter_context(patch("kindred.engine.removal.remove.identity", str))
        if other_device and os.access("/dev/shm", os.W_OK):  # noqa: S108 - a second device
            self.elsewhere = Path(tempfile.mkdtemp(dir="/dev/shm", prefix="kindred-test-"))
            self.can = self.elsewhere / "trash"
        self.can.mkdir()
        (self.photos / "x").mkdir()
        (self.photos / "door").symlink_to("x")
        for name, data in files.items():
            self.add(name, data, sidecar)
        self.scan()

    def files(self) -> list[Path]:
        return sorted(self.photos.rglob("*.jpg"))

    @rule(name=NAMES, data=st.sampled_from(DATA), sidecar=st.booleans())
    def add(self, name: str, data: bytes, sidecar: bool) -> None:
        path = self.photos / name
        if path.exists():
            return
        write(path, data)
        self.ever[data] += 1
        if sidecar and not (side := path.with_suffix(".xmp")).exists():
            self.number += 1
            write(side, b"sidecar %d" % self.number)
            self.ever[side.read_bytes()] += 1
        if path.parent.name == "safe":
            self.safe |= {p: p.read_bytes() for p in path.parent.iterdir()}

    @rule(name=NAMES, pick=st.randoms(use_true_random=False))
    def link(self, name: str, pick: random.Random) -> None:
        path, files = self.photos / name, self.files()
        if files and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.hardlink_to(pick.choice(files))
            self.ever[path.read_bytes()] += 1
            if path.parent.name == "safe":
                self.safe[path] = path.read_bytes()

    @rule()
    def scan(self) -> None:
        files = self.files()
        remember(self.store, [*files, *(self.photos / "door").glob("*.jpg")])
        units = {p: [p.with_suffix(".xmp")] for p in files if p.with_suffix(".xmp").exists()}
        self.store.set_units([self.photos], units)

    @rule(
        pick=st.randoms(use_true_random=False),
        kind=st.sampled_from([Kind.COPY, Kind.SIMILAR]),
        crash=st.sampled_from([None, None, "before", "after"]),
        edit=st.sampled_from(["none", "none", "seen", "silent"]),
    )
    def remove(self, pick: random.Random, kind: Kind, crash: str | None, edit: str) -> None:
        known = [photo.path for photo in self.store.photos()]
        if len(known) < 2:
            return
        members = pick.sample(known, pick.randint(2, len(known)))
        marked = pick.sample(members, pick.randint(1, len(members)))
        if pick.random() < 0.8:  # a careful user
            marked = [path for path in marked[1:] or marked if path.parent.name != "safe"]
        try:
            planned = plan(
                [group(self.store, *members, kind=kind)], marked, protected=self.store.protected()
            )
        except PlanError:
            return
        going = {removal.photo.path for removal in planned.removals}
        assert going | {left.photo.path for left in planned.left_out} == set(marked)
        assert 0 < len(going) == len(planned.removals) < len(members)
        names = Counter(identity(path) for path in members)
        assert not self.honest or all(names[identity(path)] == 1 for path in going)
        edited = self.edit(pick.choice(members), edit)
        kept = {r.photo.path: (r.kept, os.path.realpath(r.kept.path)) for r in planned.removals}
        try:
            batch = remove(
                planned, store=self.store, trash=self.trash(pick, crash), token=CancelToken(),
                progress=ignore,
            )  # fmt: skip
        except Killed:
            self.restart()
            batch = self.store.batches()[0]
        for item in batch.items:
            if item.state is State.REMOVED and not item.companion:
                photo, real = kept[item.path]
                assert digest_file(photo.path) == photo.digest
                assert os.path.realpath(item.path) != real
                assert not item.trashed_to or not item.trashed_to.samefile(photo.path)
        assert all(path.read_bytes() == data for path, data in edited.items())

    def edit(self, path: Path, way: str) -> dict[Path, bytes]:
        """Change a photo between the plan and the act, perhaps of the same size and time."""
        if way == "none" or not path.exists() or path.resolve().parent.name == "safe":
            return {}
        if path.stat().st_nlink > 1:
            return {}
        before, found = path.read_bytes(), path.stat()
        self.number += 1
        data = b"edit %d" % self.number
        if way == "silent":
            data = (b"%d" % self.number).rjust(found.st_size, b"#")[-found.st_size :]
        if data == before:
            return {}
        self.ever[data] += 1
        write(self.base / "edited away" / str(self.number), before)
        write(path, data, mtime_ns=found.st_mtime_ns if way == "silent" else self.number)
        return {path: data}

    def trash(self, pick: random.Random, crash: str | None):
        move = folder_trash(self.can)

        def trash(path: Path) -> Path:
            if crash and pick.random() < 0.5:
                if crash == "after":
                    move(path)
                raise Killed
            if pick.random() < 0.2:
                raise PermissionError(13, "Permission denied")
            place = move(path)
            if pick.random() < 0.2 and path.suffix == ".jpg":
                os.utime(place)  # as a disk does that keeps no times
            return place

        return trash

    def restart(self) -> None:
        self.store.close()
        self.store = Store(self.base / "kindred.sqlite")
        recover(self.store, bins=lambda path: [self.can])
        assert self.store.unfinished() == []

    @rule(pick=st.randoms(use_true_random=False))
    def undo(self, pick: random.Random) -> None:
        if not (batches := self.store.batches()):
            return
        batch = pick.choice(batches)
        before = {item.row: item.state for item in batch.items}
        for item in undo(batch.id, store=self.store).items:
            if item.state is State.RESTORED and before[item.row] is State.REMOVED:
                assert item.restored_to.lstat().st_mtime_ns == item.mtime_ns
                assert item.companion or digest_file(item.restored_to) == item.digest

    @rule(pick=st.randoms(use_true_random=False), alike=st.booleans())
    def others_empty_the_trash_and_use_it(self, pick: random.Random, alike: bool) -> None:
        if not (places := sorted(path for path in self.can.iterdir() if path.is_file())):
            return
        place = pick.choice(places)
        found, data = place.stat(), place.read_bytes()
        self.number += 1
        stranger = b"stranger %d" % self.number
        if alike:
            stranger = stranger[-found.st_size :].rjust(found.st_size, b"?")
        place.unlink()
        write(place, stranger, mtime_ns=5)
        self.ever += Counter([stranger])
        self.ever -= Counter([data])

    @invariant()
    def every_content_exists(self) -> None:
        found = everything(self.photos, self.can, self.base / "edited away")
        assert Counter(found) == self.ever

    @invariant()
    def protected_folders_never_change(self) -> None:
        folder = self.photos / "safe"
        assert {path: path.read_bytes() for path in folder.glob("*")} == self.safe

    @invariant()
    def the_journal_tells_the_truth(self) -> None:
        for batch in self.store.batches():
            for item in batch.items:
                if item.state is State.REMOVED and item.trashed_to:
                    assert item.trashed_to.exists()

    @invariant()
    def shown_photos_are_not_known_as_removed(self) -> None:
        last = {i.path: i for b in reversed(self.store.batches()) for i in b.items}
        gone = {p for p, i in last.items() if i.state is State.REMOVED and not p.exists()}
        assert gone.isdisjoint(photo.path for photo in self.store.photos())


TestRemovals = Removals.TestCase
TestRemovals.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)

WORKER = """
import sys
from pathlib import Path
from kindred.engine.removal.remove import plan, remove
from kindred.engine.progress import CancelToken, ignore
from kindred.engine.store import Store
from kindred.engine.removal.trash import folder_trash
from kindred.engine.removal.undo import recover, undo
from tests.support.libraries import group

base = Path(sys.argv[1])
store = Store(base / "kindred.sqlite")
recover(store, bins=lambda path: [base / "trash"])
print("ready", flush=True)
while True:
    for batch in store.batches():
        if any(item.state == "removed" for item in batch.items):
            undo(batch.id, store=store)
    members = [photo.path for photo in store.photos()]
    planned = plan([group(store, *members)], members[1:], protected=[])
    remove(planned, store=store, trash=folder_trash(base / "trash"), token=CancelToken(),
           progress=ignore)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_killed_at_random_moments_of_removing_and_undoing(tmp_path):
    """KINDRED_KILLS sets how many times."""
    paths = [write(tmp_path / "photos" / f"{n}.jpg", b"photo %d" % n) for n in range(30)]
    store = Store(tmp_path / "kindred.sqlite")
    remember(store, paths)
    store.close()
    contents = Counter(everything(tmp_path / "photos"))
    times = {path: path.stat().st_mtime_ns for path in paths}
    pick = random.Random(0)  # noqa: S311 - moments, not secrets
    for _ in range(KILLS):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(tmp_path)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        )
        with worker:
            assert worker.stdout.readline() == b"ready\n"
            time.sleep(pick.uniform(0, 0.3))
            worker.send_signal(signal.SIGKILL)
        assert worker.returncode == -signal.SIGKILL
        found = Counter(everything(tmp_path / "photos", tmp_path / "trash"))
        # Between link and unlink a file has two names.
        assert found.keys() == contents.keys() and (found - contents).total() <= 1
    store = Store(tmp_path / "kindred.sqlite")
    assert store.notice is None
    recover(store, bins=lambda path: [tmp_path / "trash"])
    for batch in store.batches():
        undo(batch.id, store=store)
    assert {path: path.stat().st_mtime_ns for path in paths} == times
    assert Counter(everything(tmp_path / "photos")) == contents
    assert {photo.path for photo in store.photos()} == set(paths)
    store.close()
