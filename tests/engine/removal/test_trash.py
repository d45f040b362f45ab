"""The trash of the Linux desktop, and moving a file without ever losing or replacing one."""

import errno
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from kindred.engine.errors import ActionError
from kindred.engine.progress import CancelToken, ignore
from kindred.engine.removal import trash
from kindred.engine.removal.remove import plan, remove
from kindred.engine.removal.trash import (
    folder_trash,
    forget_info,
    move_new,
    system_trash,
    trash_folders,
)
from kindred.engine.removal.undo import recover, undo
from kindred.engine.store import Store
from kindred.engine.types import State
from tests.support.libraries import group, remember, write

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="another system's trash")


@pytest.fixture
def can(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "Trash"


@pytest.fixture
def elsewhere(tmp_path) -> Path:
    """A folder on another device than tmp_path."""
    shm = Path("/dev/shm")  # noqa: S108 - a second device
    if not os.access(shm, os.W_OK) or shm.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second device here")
    other = Path(tempfile.mkdtemp(prefix="kindred-test-", dir=shm))
    yield other
    shutil.rmtree(other)


def info_of(place: Path) -> dict[str, str]:
    lines = (place.parent.parent / "info" / f"{place.name}.trashinfo").read_text().splitlines()
    assert lines[0] == "[Trash Info]"
    return dict(line.split("=", 1) for line in lines[1:])


@linux
def test_a_file_goes_to_the_home_trash_with_its_place_written_down(tmp_path, can):
    name = os.fsdecode(b"sp ace\n%\xe9.jpg")
    path = write(tmp_path / name, b"one")
    place = system_trash(path)
    assert place.parent == can / "files" and place.read_bytes() == b"one" and not path.exists()
    assert unquote_to_bytes(info_of(place)["Path"]) == os.fsencode(path)
    again = system_trash(write(path, b"two"))
    assert again != place and again.suffix == ".jpg" and place.read_bytes() == b"one"
    forget_info(place)
    assert [entry.name for entry in (can / "info").iterdir()] == [f"{again.name}.trashinfo"]
    assert can.stat().st_mode & 0o777 == 0o700


@linux
def test_an_orphan_in_the_trash_is_not_replaced(tmp_path, can):
    write(can / "files" / "a.jpg", b"orphan")
    place = system_trash(write(tmp_path / "a.jpg", b"mine"))
    assert place.read_bytes() == b"mine" and (can / "files" / "a.jpg").read_bytes() == b"orphan"
    assert len(list((can / "info").iterdir())) == 1


@linux
@pytest.mark.parametrize("length", [255, 120])
def test_long_names_fit(tmp_path, can, length):
    name = ("x" if length == 255 else "é") * (length - 4) + ".jpg"
    first, second = (system_trash(write(tmp_path / name, b"%d" % n)) for n in range(2))
    assert first.suffix == second.suffix == ".jpg" and first != second


@linux
def test_a_failure_leaves_the_file_and_no_note(tmp_path, can):
    with pytest.raises(FileNotFoundError):
        system_trash(tmp_path / "none.jpg")
    assert list((can / "info").iterdir()) == []


@linux
def test_another_device_has_its_own_trash(elsewhere, can, monkeypatch):
    monkeypatch.setattr(trash, "_mount_point", lambda path: elsewhere)
    path = write(elsewhere / "sub" / "a.jpg", b"a")
    place = system_trash(path)
    assert place == elsewhere / f".Trash-{os.getuid()}" / "files" / "a.jpg"
    assert info_of(place)["Path"] == "sub/a.jpg"
    assert place.parent in trash_folders(path)
    (elsewhere / ".Trash").mkdir()
    (elsewhere / ".Trash").chmod(0o1777)
    place = system_trash(write(path, b"a"))
    assert place.parent.parent == elsewhere / ".Trash" / str(os.getuid())


@linux
def test_without_a_trash_on_the_device_the_home_trash_takes_a_copy(elsewhere, can, monkeypatch):
    monkeypatch.setattr(trash, "_mount_point", lambda path: elsewhere)
    write(elsewhere / f".Trash-{os.getuid()}", b"in the way")
    path = write(elsewhere / "a.jpg", b"a")
    before = path.stat().st_mtime_ns
    place = system_trash(path)
    assert place.parent == can / "files" and place.read_bytes() == b"a" and not path.exists()
    assert place.stat().st_mtime_ns == before and info_of(place)["Path"] == str(path)


@linux
def test_a_removal_through_the_real_trash_can_be_undone_and_recovered(tmp_path, can):
    store = Store(tmp_path / "kindred.sqlite")
    a, b = (write(tmp_path / "photos" / name, name.encode()) for name in ("a.jpg", "b.jpg"))
    remember(store, [a, b])

    def killed(path):
        system_trash(path)
        raise KeyboardInterrupt

    for way in (system_trash, killed):
        planned = plan([group(store, a, b)], [b], protected=[])
        try:
            remove(planned, store=store, trash=way, token=CancelToken(), progress=ignore)
        except KeyboardInterrupt:
            recover(store)
        batch = store.batches()[0]
        assert batch.items[0].state is State.REMOVED and not b.exists()
        undo(batch.id, store=store)
        assert b.read_bytes() == b"b.jpg" and list(can.rglob("*.*")) == []
    store.close()


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_elsewhere_only_the_window_removes(tmp_path, monkeypatch, system):
    monkeypatch.setattr(sys, "platform", system)
    path = write(tmp_path / "a.jpg", b"a")
    with pytest.raises(ActionError):
        system_trash(path)
    assert path.exists()


def test_a_folder_as_trash_keeps_every_file(tmp_path):
    move = folder_trash(tmp_path / "trash")
    places = [move(write(tmp_path / "a.jpg", b"%d" % n)) for n in range(3)]
    assert [place.read_bytes() for place in places] == [b"0", b"1", b"2"]


@pytest.mark.parametrize("device", ["same", "other"])
def test_moving_never_replaces(tmp_path, request, device):
    folder = tmp_path if device == "same" else request.getfixturevalue("elsewhere")
    source, target = write(tmp_path / "a", b"a"), write(folder / "b", b"b")
    with pytest.raises(FileExistsError):
        move_new(source, target)
    assert source.read_bytes() == b"a" and target.read_bytes() == b"b"
    before = source.stat().st_mtime_ns
    move_new(source, folder / "c")
    assert (folder / "c").read_bytes() == b"a" and not source.exists()
    assert (folder / "c").stat().st_mtime_ns == before
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["b", "c"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses by itself")
def test_a_disk_without_hard_links_is_fine(tmp_path, monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    source = write(tmp_path / "a", b"a")
    with pytest.raises(FileExistsError):
        move_new(source, write(tmp_path / "b", b"b"))
    move_new(source, tmp_path / "c")
    assert (tmp_path / "c").read_bytes() == b"a" and not source.exists()


def test_a_copy_that_fails_half_way_leaves_only_the_original(tmp_path, elsewhere, monkeypatch):
    source = write(tmp_path / "a", b"a" * 1000)

    def short(_source, target, **_options):
        Path(target).write_bytes(b"a" * 10)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copy2", short)
    with pytest.raises(OSError, match="No space"):
        move_new(source, elsewhere / "a")
    assert source.stat().st_size == 1000 and list(elsewhere.iterdir()) == []


def test_a_copy_that_differs_does_not_replace_the_original(tmp_path, elsewhere, monkeypatch):
    source = write(tmp_path / "a", b"a" * 1000)

    def bad(_source, target, **_options):
        Path(target).write_bytes(b"a" * 999 + b"b")

    monkeypatch.setattr(shutil, "copy2", bad)
    with pytest.raises(OSError, match="copy differs"):
        move_new(source, elsewhere / "a")
    assert source.read_bytes() == b"a" * 1000 and list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EIO])
def test_a_folder_that_cannot_be_synced_leaves_one_photo(tmp_path, elsewhere, monkeypatch, number):
    real = os.fsync

    def refuse(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", refuse)
    source = write(tmp_path / "a", b"a")
    if number == errno.EIO:  # the new name may never reach the disk
        with pytest.raises(OSError, match=os.strerror(number)):
            move_new(source, elsewhere / "a")
        assert source.read_bytes() == b"a" and list(elsewhere.iterdir()) == []
    else:  # vboxsf, 9p and others cannot do it at all
        move_new(source, elsewhere / "a")
        assert (elsewhere / "a").read_bytes() == b"a" and not source.exists()


@pytest.mark.parametrize("device", ["same", "other"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_interruption_at_the_last_step_leaves_one_photo(
    tmp_path, request, monkeypatch, device, moment
):
    folder = tmp_path / "bin" if device == "same" else request.getfixturevalue("elsewhere")
    folder.mkdir(exist_ok=True)
    source = write(tmp_path / "a", b"a")
    real = Path.unlink

    def interrupted(path, **options):
        if path != source:
            return real(path, **options)
        if moment == "after":
            real(path)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", interrupted)
        with pytest.raises(KeyboardInterrupt):
            move_new(source, folder / "a")
    left = [path for path in (source, folder / "a") if path.exists()]
    assert [path.read_bytes() for path in left] == [b"a"]
    assert source.exists() is (moment == "before")
