"""Removing and undoing: nothing is ever lost, and each refusal says which photo it is about."""

import contextlib
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from kindred.engine.cli.words import message_text
from kindred.engine.errors import ActionError, PlanError, StoreError
from kindred.engine.messages import Code
from kindred.engine.metadata.carry_over import MetadataOffer
from kindred.engine.metadata.sidecars import read_sidecar
from kindred.engine.progress import CancelToken, ignore
from kindred.engine.removal.remove import plan, remove, without_carrying
from kindred.engine.removal.trash import folder_trash
from kindred.engine.removal.undo import recover, undo
from kindred.engine.store import Store
from kindred.engine.store.journal import Entry
from kindred.engine.types import (
    Judgement,
    Kind,
    Loss,
    LossKind,
    State,
    Tier,
    Verdict,
    Why,
)
from tests.engine.metadata.test_sidecars import xmp
from tests.support.libraries import everything, group, photo_at, remember, write


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "data" / "kindred.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def photos(tmp_path) -> Path:
    return tmp_path / "photos"


@pytest.fixture
def can(tmp_path) -> Path:
    return tmp_path / "trash"


@pytest.fixture
def pair(store, photos):
    """Two photos of one group: a stays, b can go."""
    paths = [write(photos / name, name.encode()) for name in ("a.jpg", "b.jpg")]
    remember(store, paths)
    return paths


def run(store, can, removal_plan, *, token=None, trash=None):
    return remove(
        removal_plan,
        store=store,
        trash=trash or folder_trash(can),
        token=token or CancelToken(),
        progress=ignore,
    )


def states(batch):
    return {item.path.name: item.state for item in batch.items}


def test_a_removed_photo_lies_in_the_trash_and_comes_back_as_it_was(store, can, pair):
    a, b = pair
    before = b.stat().st_mtime_ns
    planned = plan([group(store, a, b)], [b], protected=[])
    assert planned.frees == len(b"b.jpg")
    batch = run(store, can, planned)
    (item,) = batch.items
    assert item.state is State.REMOVED and item.trashed_to.read_bytes() == b"b.jpg"
    assert not b.exists() and [photo.path for photo in store.photos()] == [a]
    (item,) = undo(batch.id, store=store).items
    assert (item.state, item.note) == (State.RESTORED, None)
    assert b.read_bytes() == b"b.jpg" and b.stat().st_mtime_ns == before
    assert [photo.path for photo in store.photos()] == [a, b] and everything(can) == []


def test_no_group_is_emptied(store, photos, pair):
    a, b = pair
    c = write(photos / "c.jpg", b"c")
    remember(store, [c])
    with pytest.raises(PlanError, match=r"a\.jpg.*b\.jpg"):
        plan([group(store, a, b)], [a, b], protected=[])
    with pytest.raises(PlanError, match="left"):  # b is the copy of a, and a is the shot like c
        plan([group(store, a, b), group(store, a, c, kind=Kind.SIMILAR)], [a, c], protected=[])
    plan([group(store, a, b, c)], [a, c], protected=[])
    with pytest.raises(PlanError, match="not in these groups"):
        plan([group(store, a, b)], [c], protected=[])
    with pytest.raises(PlanError, match="marked"):
        plan([group(store, a, b)], [], protected=[])


def test_the_photo_that_stays_must_be_on_the_disk_unchanged(store, can, pair):
    a, b = pair
    both = group(store, a, b)
    planned = plan([both], [b], protected=[])
    write(a, b"other bytes")
    with pytest.raises(PlanError):
        plan([both], [b], protected=[])
    batch = run(store, can, planned)
    assert batch.items[0].state is State.KEPT and "a.jpg" in message_text(batch.items[0].note)
    write(a, b"A.jpg")  # of the size and time that are known
    batch = run(store, can, planned)
    assert batch.items[0].state is State.KEPT and "a.jpg" in message_text(batch.items[0].note)
    a.unlink()
    with pytest.raises(PlanError):
        plan([both], [b], protected=[])
    assert b.exists()


@pytest.mark.parametrize("way", ["name", "link to the folder", "inside a linked folder"])
def test_protected_folders_are_never_touched(store, can, tmp_path, photos, way):
    a, b = write(photos / "a.jpg", b"a"), write(photos / "safe" / "b.jpg", b"b")
    remember(store, [a, b])
    folder = photos / "safe"
    if way == "link to the folder":
        folder = tmp_path / "link"
        folder.symlink_to(photos / "safe")
    elif way == "inside a linked folder":
        (tmp_path / "link").symlink_to(photos)
        b = tmp_path / "link" / "safe" / "b.jpg"
        remember(store, [b])
    both = group(store, a, b)
    with pytest.raises(PlanError, match=r"b\.jpg.*protected"):
        plan([both], [b], protected=[folder])
    planned = plan([both], [b], protected=[photos / "saf"])
    store.protect(folder)  # after the plan was made
    assert states(run(store, can, planned)) == {"b.jpg": State.KEPT}
    assert b.exists()


def test_another_name_of_the_same_file_is_not_a_copy(store, can, tmp_path, photos, pair):
    a, b = pair
    hard = photos / "hard.jpg"
    hard.hardlink_to(a)
    (tmp_path / "door").symlink_to(photos)
    alias = tmp_path / "door" / "a.jpg"
    soft = photos / "soft.jpg"
    soft.symlink_to(a)
    remember(store, [hard, alias, soft])
    for name in (hard, alias):
        with pytest.raises(PlanError, match="another name"):
            plan([group(store, a, b, name)], [name], protected=[])
    with pytest.raises(PlanError, match="link"):
        plan([group(store, a, soft)], [soft], protected=[])
    with pytest.raises(PlanError, match="another name"):
        plan([group(store, b, a, hard)], [a, hard], protected=[])
    assert plan([group(store, b, a)], [a], protected=[]).frees == 0  # hard.jpg keeps the bytes


def test_what_cannot_go_is_left_out_and_the_rest_goes_on(store, can, photos, pair):
    a, b = pair
    files = {name: write(photos / f"{name}.jpg", name.encode()) for name in "cdefghij"}
    hard, soft, safe = photos / "hard.jpg", photos / "soft.jpg", photos / "safe" / "s.jpg"
    hard.hardlink_to(files["c"])
    soft.symlink_to(files["c"])
    write(safe, b"safe")
    remember(store, [*files.values(), hard, soft, safe])
    groups = [
        group(store, a, b, safe),
        group(store, files["c"], hard, soft),
        group(store, files["d"], files["e"]),
        group(store, files["f"], files["g"], kind=Kind.SIMILAR),
        group(store, files["h"], files["i"], files["j"]),
    ]
    write(files["d"], b"touched keeper")
    files["i"].unlink()
    marked = [b, safe, hard, soft, *(files[name] for name in "efgij")]
    planned = plan(groups, marked, protected=[photos / "safe"])
    notes = {left.photo.path.name: message_text(left.note) for left in planned.left_out}
    assert "protected" in notes.pop("s.jpg")
    assert "Another name" in notes.pop("hard.jpg")
    assert "link to a photo" in notes.pop("soft.jpg")
    assert "cannot be found" in notes.pop("i.jpg")
    assert all("None would be left" in notes.pop(f"{name}.jpg") for name in "efg")
    assert not notes and planned.frees == len(b"b.jpg" + b"j")
    batch = run(store, can, planned)
    assert states(batch) == {"b.jpg": State.REMOVED, "j.jpg": State.REMOVED}
    assert everything(can) == [b"b.jpg", b"j"]


def test_names_of_one_file_are_never_removed_nor_counted(store, can, photos, pair):
    a, b = pair
    first, second = photos / "first.jpg", photos / "second.jpg"
    write(first, a.read_bytes())
    second.hardlink_to(first)
    remember(store, [first, second])
    planned = plan([group(store, a, b, first, second)], [b, first, second], protected=[])
    assert [left.photo.path for left in planned.left_out] == [first, second]
    assert planned.frees == len(b"b.jpg")
    run(store, can, planned)
    assert first.samefile(second) and everything(can) == [b"b.jpg"]


def test_what_is_left_out_of_one_group_may_be_kept_in_another(store, photos, pair):
    a, b = pair
    c = write(photos / "c.jpg", b"c")
    remember(store, [c])
    groups = [group(store, a, b), group(store, b, c, kind=Kind.SIMILAR)]
    planned = plan(groups, [a, b, c], protected=[])  # a and b would leave their group empty
    assert [(removal.photo.path, removal.kept.path) for removal in planned.removals] == [(c, b)]


@pytest.fixture(params=["two mounts", "lying numbers"])
def second_name(request, tmp_path, photos, monkeypatch):
    """The folder of the photos once more, by numbers another folder."""
    folder = tmp_path / "again"
    if request.param == "two mounts":
        mounted = mount_again(photos, folder)
        yield folder
        mounted.close()
    else:
        folder.symlink_to(photos)
        monkeypatch.setattr("kindred.engine.removal.remove.identity", str)
        yield folder


def mount_again(folder: Path, place: Path) -> contextlib.ExitStack:
    """Mount a folder at a second place, by other device numbers, until closed."""
    if shutil.which("bindfs") is None or os.geteuid() != 0:
        pytest.skip("needs bindfs and root")
    folder.mkdir(exist_ok=True)
    place.mkdir()
    if subprocess.run(["bindfs", folder, place], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    mounted = contextlib.ExitStack()
    mounted.callback(subprocess.run, ["umount", place], check=True)
    return mounted


def test_one_folder_by_two_mounts_loses_nothing(store, can, photos, second_name, pair):
    a, b = pair
    copy = write(photos / "copy of a.jpg", a.read_bytes())
    aliases = [second_name / path.name for path in (a, b)]
    remember(store, [copy, *aliases])
    before = everything(photos)
    groups = [group(store, a, aliases[0], copy), group(store, b, aliases[1])]
    batch = run(store, can, plan(groups, [aliases[0], copy, aliases[1]], protected=[]))
    assert [item.state for item in batch.items] == [State.RESTORED, State.KEPT, State.RESTORED]
    assert message_text(batch.items[0].note).startswith("Put back: once it had gone, a.jpg, which")
    assert "went with another photo" in message_text(batch.items[1].note)
    assert everything(photos) == before and everything(can) == []
    assert store.settled(Verdict.DUPLICATE) == []
    batch = run(store, can, plan([group(store, a, copy)], [copy], protected=[]))
    assert states(batch) == {"copy of a.jpg": State.REMOVED}


def test_a_companion_of_what_stays_that_goes_with_another_comes_back(store, can, photos, pair):
    a, b = pair
    side, other = write(photos / "IMG.xmp", b"words"), photos / "img.xmp"
    other.symlink_to(side)  # stands for the same name on a disk that ignores case
    store.set_units([photos], {a: [side], b: [side]})
    planned = plan([group(store, a, b)], [b], protected=[])
    (removal,) = planned.removals
    kept = replace(removal.kept, companions=(side,))
    going = replace(removal.photo, companions=(side,))
    planned = replace(planned, removals=(replace(removal, kept=kept, photo=going),))
    batch = run(store, can, planned)
    assert states(batch) == {"b.jpg": State.RESTORED, "IMG.xmp": State.RESTORED}
    assert side.read_bytes() == b"words" and b.exists()


def test_a_share_that_still_shows_what_has_gone_is_not_believed(store, can, pair, monkeypatch):
    a, b = pair
    planned = plan([group(store, a, b)], [b], protected=[])

    def trash(path: Path) -> Path:
        place = folder_trash(can)(path)
        a.chmod(0o640)  # its entry changes, as it does when the file moves by another name
        return place

    assert states(run(store, can, planned, trash=trash)) == {"b.jpg": State.RESTORED}


@pytest.mark.parametrize("numbered", [True, False])
def test_a_name_in_other_case_is_not_a_copy(store, can, pair, monkeypatch, numbered):
    a, b = pair
    shouted = a.with_name("A.JPG")
    write(shouted, a.read_bytes())
    remember(store, [shouted])
    shouted.unlink()
    real = os.stat

    def folded(path, **options):
        """What a disk says for which A.JPG and a.jpg are one name; some number no files."""
        found = real(a if path == shouted else path, **options)
        return found if numbered else os.stat_result((found[0], 0, *found[2:10]))

    monkeypatch.setattr(os, "stat", folded)
    monkeypatch.setattr(os.path, "normcase", lambda path: os.fspath(path).lower())
    with pytest.raises(PlanError, match="another name"):
        plan([group(store, a, b, shouted)], [shouted], protected=[])


def test_what_is_freed_on_a_drive_that_numbers_no_files(store, photos, pair, monkeypatch):
    a, b = pair
    c = write(photos / "c.jpg", b"c")
    remember(store, [c])
    real = os.stat

    def unnumbered(path, **options):
        found = real(path, **options)
        times = {"st_mtime_ns": found.st_mtime_ns}
        return os.stat_result((found[0], 0, *found[2:10]), times)

    monkeypatch.setattr(os, "stat", unnumbered)
    assert plan([group(store, a, b, c)], [b, c], protected=[]).frees == len(b"b.jpg" + b"c")


def test_a_photo_that_became_a_name_of_the_keeper_stays(store, can, pair):
    a, b = pair
    write(b, a.read_bytes())
    remember(store, [b])
    planned = plan([group(store, a, b)], [b], protected=[])
    b.unlink()
    b.hardlink_to(a)
    assert "another name" in message_text(run(store, can, planned).items[0].note)
    assert a.exists() and b.exists()


@pytest.mark.parametrize("edit", ["size", "time", "bytes", "gone", "folder"])
def test_a_photo_changed_after_the_scan_is_not_removed(store, can, photos, pair, edit):
    a, b = pair
    c = write(photos / "c.jpg", b"c")
    remember(store, [c])
    planned = plan([group(store, a, b, c)], [b, c], protected=[])
    if edit == "size":
        write(b, b"edited")
    elif edit == "time":
        write(b, b.read_bytes(), mtime_ns=5)
    elif edit == "bytes":  # as `exiftool -P` does
        write(b, b"B.jpg", mtime_ns=b.stat().st_mtime_ns)
    else:
        b.unlink()
        if edit == "folder":
            b.mkdir()
    batch = run(store, can, planned)
    assert states(batch) == {"b.jpg": State.KEPT, "c.jpg": State.REMOVED}
    assert "b.jpg" in message_text(batch.items[0].note)
    assert everything(can) == [b"c"]


def test_companions_go_and_come_back_with_their_photo(store, can, photos, pair):
    a, b = pair
    sidecar = write(photos / "b.xmp", b"<x/>")
    store.set_units([photos], {b: [sidecar, photos / "b.mov"]})
    planned = plan([group(store, a, b)], [b], protected=[])
    assert planned.frees == len(b"b.jpg") + len(b"<x/>")
    batch = run(store, can, planned)
    assert states(batch) == {"b.jpg": State.REMOVED, "b.xmp": State.REMOVED}
    assert not sidecar.exists()
    undo(batch.id, store=store)
    assert sidecar.read_bytes() == b"<x/>" and b.exists()


def test_a_companion_of_what_goes_is_no_photo_that_stays(store, photos):
    raw, jpeg = write(photos / "a.cr2", b"raw"), write(photos / "a.jpg", b"jpeg")
    remember(store, [raw, jpeg])
    before = group(store, raw, jpeg)
    store.set_units([photos], {raw: [jpeg]})
    both = replace(before, members=(*group(store, raw).members, before.members[1]))
    with pytest.raises(PlanError, match="none would be left"):
        plan([both], [raw], protected=[])


def test_a_unit_is_removed_whole_or_not_at_all(store, can, photos, pair):
    a, b = pair
    c = write(photos / "c.jpg", b"c")
    remember(store, [c])
    sidecar = write(photos / "b.xmp", b"<x/>")
    store.set_units([photos], {b: [sidecar]})

    def trash(path):
        if path == sidecar:
            raise PermissionError(13, "Permission denied")
        return folder_trash(can)(path)

    planned = plan([group(store, a, b, c)], [b, c], protected=[])
    batch = run(store, can, planned, trash=trash)
    assert states(batch) == {
        "b.jpg": State.RESTORED, "b.xmp": State.FAILED, "c.jpg": State.REMOVED
    }  # fmt: skip
    assert "Permission denied" in message_text(batch.items[1].note) and "b.xmp" in message_text(
        batch.items[0].note
    )
    assert b.exists() and sidecar.exists() and not c.exists()
    assert {photo.path.name for photo in store.photos()} == {"a.jpg", "b.jpg"}


@pytest.mark.parametrize("error", [OSError(28, "No space left"), ActionError(Code.WINDOW_TRASH)])
def test_a_full_trash_is_one_line_and_the_rest_goes_on(store, can, photos, pair, error):
    a, b = pair
    c = write(photos / "c.jpg", b"c")
    remember(store, [c])

    def trash(path):
        if path == b:
            raise error
        return folder_trash(can)(path)

    planned = plan([group(store, a, b, c)], [b, c], protected=[])
    batch = run(store, can, planned, trash=trash)
    assert states(batch) == {"b.jpg": State.FAILED, "c.jpg": State.REMOVED}
    assert b.exists() and "could not be removed" in message_text(batch.items[0].note)


def test_a_trash_that_fails_after_taking_the_file_is_told(store, can, pair):
    a, b = pair

    def trash(path):
        path.unlink()
        raise OSError(5, "Input/output error")

    (item,) = run(store, can, plan([group(store, a, b)], [b], protected=[]), trash=trash).items
    assert item.state is State.REMOVED and "Input/output" in message_text(item.note)
    assert [photo.path for photo in store.photos()] == [a]


@pytest.mark.usefixtures("ordinary_user")
def test_a_photo_that_may_not_be_read_stays_and_the_rest_goes(store, can, photos, pair):
    a, b = pair
    c = write(photos / "c.jpg", b"c")
    remember(store, [c])
    b.chmod(0)
    batch = run(store, can, plan([group(store, a, b, c)], [b, c], protected=[]))
    assert states(batch) == {"b.jpg": State.KEPT, "c.jpg": State.REMOVED}
    assert "Permission denied" in message_text(batch.items[0].note) and b.exists()


@pytest.mark.usefixtures("ordinary_user")
def test_undo_into_a_folder_that_may_not_be_changed_can_be_tried_again(store, can, photos, pair):
    a, _b = pair
    c = write(photos / "locked" / "c.jpg", b"c")
    remember(store, [c])
    batch = run(store, can, plan([group(store, a, c)], [c], protected=[]))
    c.parent.chmod(0o555)
    (item,) = undo(batch.id, store=store).items
    c.parent.chmod(0o755)
    assert item.state is State.REMOVED and "Permission denied" in message_text(item.note)
    assert undo(batch.id, store=store).items[0].state is State.RESTORED and c.exists()


@pytest.mark.usefixtures("ordinary_user")
def test_a_folder_that_may_not_be_changed_is_one_line_and_keeps_its_photo(store, can, photos, pair):
    a, _b = pair
    c = write(photos / "locked" / "c.jpg", b"c")
    remember(store, [c])
    planned = plan([group(store, a, c)], [c], protected=[])
    c.parent.chmod(0o555)
    (item,) = run(store, can, planned).items
    c.parent.chmod(0o755)
    assert item.state is State.FAILED and "Permission denied" in message_text(item.note)
    assert c.exists() and everything(can) == []


def test_a_full_disk_means_nothing_is_touched(store, can, photos, pair):
    a, _b = pair
    many = [write(photos / f"{n:0200}.jpg", b"%d" % n) for n in range(40)]
    remember(store, many)
    planned = plan([group(store, a, *many)], many, protected=[])
    with store.write() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")  # as a full disk: no page more
    with pytest.raises(StoreError, match="full"):
        run(store, can, planned)
    assert all(path.exists() for path in many) and everything(can) == []
    assert store.batches() == []


def test_stopping_leaves_the_rest_in_place(store, can, photos, pair):
    a, b = pair
    c = write(photos / "c.jpg", b"c")
    remember(store, [c])
    token = CancelToken()

    def trash(path):
        token.stop()
        return folder_trash(can)(path)

    planned = plan([group(store, a, b, c)], [b, c], protected=[])
    batch = run(store, can, planned, token=token, trash=trash)
    assert states(batch) == {"b.jpg": State.REMOVED, "c.jpg": State.KEPT}
    assert c.exists()


def test_an_occupied_place_is_left_alone_when_undoing(store, can, pair):
    a, b = pair
    batch = run(store, can, plan([group(store, a, b)], [b], protected=[]))
    write(b, b"newcomer")
    write(b.with_name("b (restored).jpg"), b"another")
    (item,) = undo(batch.id, store=store).items
    beside = b.with_name("b (restored 2).jpg")
    assert item.state is State.RESTORED and beside.name in message_text(item.note)
    assert item.restored_to == beside and beside.read_bytes() == b"b.jpg"
    assert b.read_bytes() == b"newcomer"


def test_undo_makes_the_folder_again_and_works_in_a_later_run(tmp_path, store, can, photos):
    a, b = write(photos / "a.jpg", b"a"), write(photos / "deep" / "er" / "b.jpg", b"b")
    remember(store, [a, b])
    batch = run(store, can, plan([group(store, a, b)], [b], protected=[]))
    shutil.rmtree(photos / "deep")
    store.close()
    later = Store(store.path)
    undo(batch.id, store=later)
    assert b.read_bytes() == b"b"
    later.close()


def test_undo_says_what_is_no_longer_in_the_trash(store, can, photos, pair):
    a, b = pair
    c = write(photos / "c.jpg", b"c")
    remember(store, [c])
    batch = run(store, can, plan([group(store, a, b, c)], [b, c], protected=[]))
    batch.items[0].trashed_to.unlink()
    items = undo(batch.id, store=store).items
    assert items[0].state is State.REMOVED and "no longer in the trash" in message_text(
        items[0].note
    )
    assert items[1].state is State.RESTORED and c.exists()
    with pytest.raises(ActionError):
        undo(99, store=store)


@pytest.mark.parametrize("size", ["same", "other"])
def test_a_stranger_under_the_name_in_the_trash_is_not_brought_back(store, can, photos, pair, size):
    a, b = pair
    side = write(photos / "b.xmp", b"<x/>")
    store.set_units([photos], {b: [side]})
    batch = run(store, can, plan([group(store, a, b)], [b], protected=[]))
    for item in batch.items:  # the trash was emptied, and others took the names
        data = item.trashed_to.read_bytes().upper() + b"!" * (size == "other")
        write(item.trashed_to, data, mtime_ns=5)
    for item in undo(batch.id, store=store).items:
        assert item.state is State.REMOVED and "no longer in the trash" in message_text(item.note)
        assert item.trashed_to.stat().st_mtime_ns == 5
    assert not b.exists() and not side.exists()


def test_undo_gives_back_the_time_that_a_trash_has_changed(store, can, pair):
    a, b = pair
    before = b.stat().st_mtime_ns
    batch = run(store, can, plan([group(store, a, b)], [b], protected=[]))
    os.utime(batch.items[0].trashed_to)
    undo(batch.id, store=store)
    assert b.stat().st_mtime_ns == before
    assert {photo.path for photo in store.photos()} == {a, b}


def test_undo_of_what_the_user_brought_back_by_hand(store, can, pair):
    a, b = pair
    batch = run(store, can, plan([group(store, a, b)], [b], protected=[]))
    os.rename(batch.items[0].trashed_to, b)  # noqa: PTH104 - as a file manager does
    (item,) = undo(batch.id, store=store).items
    assert item.state is State.RESTORED and b.exists()


def test_undo_that_cannot_write_can_be_tried_again(store, can, photos, pair):
    a, b = pair
    c = write(photos / "sub" / "c.jpg", b"c")
    remember(store, [c])
    batch = run(store, can, plan([group(store, a, b, c)], [c], protected=[]))
    c.parent.rmdir()
    write(c.parent, b"a file where the folder was")
    (item,) = undo(batch.id, store=store).items
    assert item.state is State.REMOVED and "could not be brought back" in message_text(item.note)
    c.parent.unlink()
    assert undo(batch.id, store=store).items[0].state is State.RESTORED and c.exists()


def test_removed_copies_become_examples_for_calibration_until_undone(store, can, photos, pair):
    a, b = pair
    c = write(photos / "c.jpg", b"c")
    remember(store, [c])
    groups = [group(store, a, c, kind=Kind.SIMILAR), group(store, a, b)]
    contents = tuple(sorted(photo_at(store, path).content for path in (a, b)))
    batch = run(store, can, plan(groups, [b, c], protected=[]))
    assert [pair[:2] for pair in store.settled(Verdict.DUPLICATE)] == [contents]
    undo(batch.id, store=store)
    assert store.settled(Verdict.DUPLICATE) == []


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_removal_cut_short_is_settled_at_the_next_start(store, can, pair, moment):
    a, b = pair
    digest = photo_at(store, b).digest

    def trash(path):
        if moment == "after":
            folder_trash(can)(path)
        raise Killed

    with pytest.raises(Killed):
        run(store, can, plan([group(store, a, b)], [b], protected=[]), trash=trash)
    write(can / "a decoy.jpg", b"12345", mtime_ns=a.stat().st_mtime_ns)
    (item,) = recover(store, bins=lambda path: [can / "none", can])
    assert recover(store, bins=lambda path: [can]) == []
    if moment == "before":
        assert item.state is State.KEPT and b.exists()
    else:
        assert item.state is State.REMOVED and item.digest == digest
        undo(store.batches()[0].id, store=store)
        assert b.read_bytes() == b"b.jpg"


def test_recovery_tells_photos_of_the_same_bytes_apart(store, can, photos, pair):
    a, b = pair
    twin = write(photos / "twin" / "b.jpg", b.read_bytes())
    remember(store, [twin])
    write(can / "b.jpg", b"in the way: they become b 2 and b 3")

    def trash(path):
        place = folder_trash(can)(path)
        if path == twin:
            raise Killed
        return place

    with pytest.raises(Killed):
        run(store, can, plan([group(store, a, b, twin)], [b, twin], protected=[]), trash=trash)
    recover(store, bins=lambda path: [can])
    items = undo(store.batches()[0].id, store=store).items
    assert [item.state for item in items] == [State.RESTORED] * 2
    assert b.read_bytes() == twin.read_bytes() == b"b.jpg" and len(everything(can)) == 1


def test_a_newcomer_in_the_old_place_does_not_hide_that_the_photo_was_removed(store, can, pair):
    a, b = pair

    def trash(path):
        folder_trash(can)(path)
        write(path, b"newcomer")
        raise Killed

    with pytest.raises(Killed):
        run(store, can, plan([group(store, a, b)], [b], protected=[]), trash=trash)
    (item,) = recover(store, bins=lambda path: [can])
    assert item.state is State.REMOVED
    assert undo(store.batches()[0].id, store=store).items[0].restored_to.read_bytes() == b"b.jpg"
    assert b.read_bytes() == b"newcomer"


def test_a_removal_whose_photo_cannot_be_found_again_says_so(store, can, pair):
    a, b = pair

    def trash(path):
        path.unlink()
        raise Killed

    with pytest.raises(Killed):
        run(store, can, plan([group(store, a, b)], [b], protected=[]), trash=trash)
    (item,) = recover(store, bins=lambda path: [can])
    assert item.state is State.REMOVED and "look for it" in message_text(item.note)


@pytest.mark.parametrize("moment", ["written down", "linked", "copied", "moved"])
def test_an_undo_cut_short_is_settled_and_can_go_on(store, can, pair, moment):
    a, b = pair
    batch = run(store, can, plan([group(store, a, b)], [b], protected=[]))
    (item,) = batch.items
    store.mark(item, State.REMOVED, trashed_to=item.trashed_to, restored_to=b)
    if moment == "linked":
        b.hardlink_to(item.trashed_to)
    elif moment == "copied":
        shutil.copy2(item.trashed_to, b)
    elif moment == "moved":
        item.trashed_to.rename(b)
    (settled,) = recover(store, bins=lambda path: [can])
    assert settled.state is (State.REMOVED if moment == "written down" else State.RESTORED)
    undo(batch.id, store=store)
    assert b.read_bytes() == b"b.jpg" and store.batch(batch.id).items[0].state is State.RESTORED
    assert [photo.path for photo in store.photos()] == [a, b]


def test_a_newcomer_where_a_photo_was_to_come_back_is_not_taken_for_it(store, can, pair):
    a, b = pair
    batch = run(store, can, plan([group(store, a, b)], [b], protected=[]))
    (item,) = batch.items
    store.mark(item, State.REMOVED, trashed_to=item.trashed_to, restored_to=b)
    write(b, b"other", mtime_ns=5)
    assert recover(store, bins=lambda path: [can])[0].state is State.REMOVED
    assert b.stat().st_mtime_ns == 5
    assert undo(batch.id, store=store).items[0].restored_to.read_bytes() == b"b.jpg"
    assert b.read_bytes() == b"other"


def test_what_recovery_cannot_settle_is_left_for_the_next_start(store, can, pair, monkeypatch):
    a, b = pair
    batch = run(store, can, plan([group(store, a, b)], [b], protected=[]))
    (item,) = batch.items
    store.mark(item, State.REMOVED, trashed_to=item.trashed_to, restored_to=b)
    b.hardlink_to(item.trashed_to)

    def refuse(_path, **_options):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        assert recover(store, bins=lambda path: [can]) == []
    assert [item.path for item in store.unfinished()] == [b]
    assert recover(store, bins=lambda path: [can])[0].state is State.RESTORED
    assert everything(can) == []


def test_a_name_in_the_trash_that_is_the_photo_itself_is_never_unlinked(store, can, pair):
    a, b = pair
    door = can.parent / "door"
    door.symlink_to(b.parent)
    store.begin_batch([Entry(b, 5, b.stat().st_mtime_ns, None, companion=False)])
    second = b.with_name("second.jpg")
    second.hardlink_to(b)
    (item,) = recover(store, bins=lambda path: [door])
    assert item.state is State.KEPT and a.exists() and b.exists() and second.exists()


def test_a_second_window_may_not_remove(store, can, pair):
    a, b = pair
    second = Store(store.path)
    with pytest.raises(StoreError, match="already open"):
        run(second, can, plan([group(second, a, b)], [b], protected=[]))
    assert b.exists()
    second.close()


def carrying(store, keeper, *going, **words):
    """A plan that saves these words in a sidecar of the keeper with each photo that goes."""
    planned = plan([group(store, keeper, *going)], going, protected=[])
    removals = (
        replace(removal, carries=MetadataOffer(removal.kept, **words))
        for removal in planned.removals
    )
    return replace(planned, removals=tuple(removals))


def test_words_are_saved_before_a_photo_goes_and_taken_out_when_it_comes_back(store, can, pair):
    a, b = pair
    batch = run(store, can, carrying(store, a, b, rating=4, keywords=("sea",)))
    sidecar = a.with_name("a.jpg.xmp")
    assert read_sidecar(sidecar, sidecar.name).rating == 4
    assert states(batch) == {"b.jpg": State.REMOVED, "a.jpg.xmp": State.WRITTEN}
    assert states(undo(batch.id, store=store)) == dict.fromkeys(
        ("b.jpg", "a.jpg.xmp"), State.RESTORED
    )
    assert b.exists() and not sidecar.exists() and everything(can) == []


def test_a_sidecar_that_was_there_comes_back(store, can, photos, pair):
    a, b = pair
    c = write(photos / "c.jpg", b"c")
    remember(store, [c])
    theirs = write(a.with_name("a.jpg.xmp"), xmp('crs:Exposure2012="+1.00"'))
    before, when = theirs.read_bytes(), theirs.stat().st_mtime_ns
    first, second = carrying(store, a, b, rating=4), carrying(store, a, c, caption="said")
    both = replace(first, removals=first.removals + second.removals)
    batch = run(store, can, both)
    facts = read_sidecar(theirs, theirs.name)
    assert facts.has_edits and (facts.rating, facts.caption) == (4, "said")
    assert {path.name for path in photos.iterdir()} == {"a.jpg", "a.jpg.xmp"}
    undo(batch.id, store=store)
    assert theirs.read_bytes() == before and theirs.stat().st_mtime_ns == when
    assert everything(can) == [] and b.exists() and c.exists()


def test_a_photo_whose_words_cannot_be_saved_stays(store, can, photos, pair):
    a, b = pair
    c = write(photos / "c.jpg", b"c")
    remember(store, [c])
    theirs = write(a.with_name("a.jpg.xmp"), xmp('xmp:Rating="2"'))
    rated, said = carrying(store, a, b, rating=4), carrying(store, a, c, caption="said")
    batch = run(store, can, replace(rated, removals=rated.removals + said.removals))
    assert states(batch) == {
        "b.jpg": State.KEPT, "c.jpg": State.REMOVED, "a.jpg.xmp": State.WRITTEN
    }  # fmt: skip
    assert "something else (rating)" in message_text(batch.items[0].note) and b.exists()
    assert read_sidecar(theirs, theirs.name).rating == 2


def test_undo_leaves_a_sidecar_that_was_changed_or_whose_photo_does_not_come_back(store, can, pair):
    a, b = pair
    sidecar = a.with_name("a.jpg.xmp")
    batch = run(store, can, carrying(store, a, b, rating=4))
    place = batch.items[0].trashed_to
    place.rename(can / "hidden")
    assert states(undo(batch.id, store=store))["a.jpg.xmp"] is State.WRITTEN
    (can / "hidden").rename(place)
    write(sidecar, sidecar.read_bytes() + b"\n")
    items = undo(batch.id, store=store).items
    assert b.exists() and sidecar.exists()
    assert items[1].state is State.KEPT and "changed since" in message_text(items[1].note)


@pytest.mark.parametrize("fails", ["copy", "trash", "write"])
def test_a_sidecar_that_cannot_be_saved_is_left_as_it_was(store, can, pair, monkeypatch, fails):
    a, b = pair
    theirs = write(a.with_name("a.jpg.xmp"), xmp('xmp:Label="Red"'))
    before = theirs.read_bytes()

    def refuse(*_arguments, **_options):
        raise PermissionError(13, "Permission denied")

    if fails == "copy":
        monkeypatch.setattr(shutil, "copy2", refuse)
    elif fails == "write":
        monkeypatch.setattr(Path, "replace", refuse)
    batch = run(
        store, can, carrying(store, a, b, rating=4), trash=refuse if fails == "trash" else None
    )
    assert batch.items[0].state is State.KEPT and "could not be saved" in message_text(
        batch.items[0].note
    )
    assert b.exists() and theirs.read_bytes() == before
    assert sorted(path.name for path in a.parent.iterdir()) == ["a.jpg", "a.jpg.xmp", "b.jpg"]


def test_what_is_lost_is_told_towards_the_photo_that_really_stays(store, photos, pair):
    third = write(photos / "c.jpg", b"c.jpg")
    remember(store, [third])
    judged = Judgement(Tier.EDITED, None, (Loss(LossKind.CAMERA, ("Nikon",)),), Why.LOSES)
    made = group(store, *pair, third)
    members = [replace(member, judgement=judged) for member in made.members[1:]]
    made = replace(made, members=(made.members[0], *members))
    found = plan([made], {third}, protected=[])
    assert found.removals[0].judgement == judged  # the keeper stays
    found = plan([made], {pair[0], third}, protected=[])
    losses = [removal.judgement.losses for removal in found.removals]
    assert losses == [(Loss(LossKind.UNCHECKED),)] * 2  # judged by another than what stays


@pytest.mark.parametrize("why", [Why.FOLDERS, Why.ALIKE])
def test_either_of_two_that_hold_the_same_may_go(store, pair, why):
    made = group(store, *pair)
    judged = Judgement(Tier.EXACT, why=why)
    made = replace(made, members=tuple(replace(m, judgement=judged) for m in made.members))
    for going in pair:
        found = plan([made], {going}, protected=[])
        assert found.removals[0].judgement == judged


def test_words_of_a_photo_that_was_left_to_the_user_are_saved_or_told_to_be_lost(store, pair):
    made = group(store, *pair)
    said = Loss(LossKind.RATING, ("4",), carried=True)
    judged = Judgement(Tier.EDITED, None, (said,), Why.LOSES)
    made = replace(made, members=(made.members[0], replace(made.members[1], judgement=judged)))
    found = plan([made], {pair[1]}, protected=[])
    assert found.removals[0].carries.rating == 4
    (without,) = without_carrying(found).removals
    assert without.carries is None
    assert without.judgement.losses == (replace(said, carried=False),)


def test_the_keeper_of_the_same_bytes_is_an_exact_copy(store, photos):
    paths = [write(photos / name, b"the same") for name in ("a.jpg", "b.jpg", "c.jpg")]
    remember(store, paths)
    found = plan([group(store, *paths, kind=Kind.IDENTICAL)], {paths[0]}, protected=[])
    assert found.removals[0].judgement == Judgement(Tier.EXACT, why=Why.SAME_BYTES)
