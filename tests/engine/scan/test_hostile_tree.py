"""A whole scan of folders as bad as a disk can hold: nothing is left out in silence."""

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kindred.engine.decoding.decode import read_bytes
from kindred.engine.errors import DecodeError, StoreError
from kindred.engine.library import Library
from kindred.engine.progress import CancelToken, Progress
from kindred.engine.scan.walker import PHOTO_SUFFIXES
from kindred.engine.types import FoundFile, ScanOptions, ScanReport, SkipReason
from tests.support import hostile
from tests.support.drawing import draw

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nodes and names of POSIX")

NAMES = (
    b"two\nlines.jpg", b"'single'.jpg", b'"double".jpg', b"right \xe2\x80\xae left.jpg",
    b"latin \xe9\xff.jpg", b"\xed\xa0\x80 surrogate.jpg", b"$(id) `id` ;&|.jpg", b"%s %n {0}.jpg",
    b"tab\tand\x01\x7f.jpg", b"-rf.jpg", b" .jpg", b"a.JPG.jpg", b"=1+1.jpg",
    "\N{PILE OF POO}.jpg".encode(), "e\u0301.jpg".encode(), "\u00e9.jpg".encode(),
    b"n" * 251 + b".jpg", b"<b>&amp;.jpg", b"back\\slash.jpg", b"*?.jpg", b"\xef\xbb\xbf.jpg",
)  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Path]:
    """Every bad name with a picture, every kind of node, and pictures that are none."""
    top = tmp_path / "photos"
    top.mkdir()
    picture = hostile.bases()["a.jpg"]
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(top) + b"/" + name)).write_bytes(picture + name)
    (top / "folder.jpg").mkdir()
    (top / "folder.jpg" / "inside.jpg").write_bytes(picture)
    os.mkfifo(top / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as node:
        here = Path.cwd()
        os.chdir(top)  # the address of a socket is at most 108 bytes
        node.bind("socket.jpg")
        os.chdir(here)
    (top / "loop.jpg").symlink_to("loop.jpg")
    (top / "broken.jpg").symlink_to("nowhere.jpg")
    (top / "up").symlink_to(top)
    (top / "out").symlink_to("/etc")
    (top / "device.jpg").symlink_to("/dev/zero")
    (top / "empty.jpg").touch()
    for number, bad in enumerate(hostile.misnamed()):
        if number % 5 == 0:
            (top / f"{number}.{bad.name.rpartition('.')[2]}").write_bytes(bad.data)
    deep(top, picture)
    yield top
    shutil.rmtree(top)  # by descriptors; pytest's own removal knows no such depth


def deep(top: Path, picture: bytes) -> None:
    """Folders in folders until paths have 4,000 characters, and on beyond what can be said."""
    folder = os.open(top, os.O_RDONLY)
    length = len(os.fsencode(top))
    while length < 4400:
        name = "d" * 200
        os.mkdir(name, dir_fd=folder)
        inner = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder, length = inner, length + 201
        at = os.open("deep.jpg", os.O_WRONLY | os.O_CREAT, dir_fd=folder)
        os.write(at, picture)
        os.close(at)
    os.close(folder)


def photo_nodes(top: Path) -> set[bytes]:
    """Everything with a photo's suffix that is no link, counted without Kindred.

    Of what lies deeper than a path can say, only the folder it begins with.
    """
    found = set()
    for folder, folders, files in os.walk(os.fsencode(top)):
        for name in files + folders:
            path = folder + b"/" + name
            suffix = os.path.splitext(os.fsdecode(name))[1].lower()  # noqa: PTH122
            if suffix in PHOTO_SUFFIXES and not os.path.islink(path):  # noqa: PTH114 - bytes
                found.add(path)
    return found


def scan(library: Library, top: Path, **options: bool) -> ScanReport:
    return library.scan([top], options=ScanOptions(workers=2, **options), token=CancelToken())


def accounted(library: Library, report: ScanReport) -> set[bytes]:
    photos = {os.fsencode(photo.path) for photo in library._store.photos()}
    skipped = {os.fsencode(skipped.path) for skipped in report.skipped}
    assert len(photos) == report.photos and len(skipped) == len(report.skipped)
    assert photos.isdisjoint(skipped)
    return photos | skipped


def test_photos_and_skipped_are_all_there_is(library: Library, tree: Path) -> None:
    report = scan(library, tree)
    found = accounted(library, report)
    nodes = photo_nodes(tree)
    assert nodes <= found
    # What else is named is the folder that lies too deep to be entered.
    assert [skip for skip in found - nodes if len(skip) < 4000] == []
    assert all(skip.detail for skip in report.skipped)
    reasons = {skip.path.name: skip.reason for skip in report.skipped}
    assert reasons["pipe.jpg"] is reasons["socket.jpg"] is SkipReason.NOT_A_PICTURE
    assert reasons["folder.jpg"] is SkipReason.NOT_A_PICTURE
    assert reasons["empty.jpg"] is SkipReason.EMPTY
    assert SkipReason.CRASHED not in reasons.values()
    shown = {os.fsencode(photo.path.name) for photo in library._store.photos()}
    assert set(NAMES) <= shown and b"inside.jpg" in shown
    assert max(len(os.fsencode(photo.path)) for photo in library._store.photos()) > 3800
    assert library.groups(strictness=0.5)
    again = scan(library, tree)
    assert (again.photos, again.skipped) == (report.photos, report.skipped)


def test_followed_links_neither_loop_nor_hang(library: Library, tree: Path) -> None:
    (tree / "out").unlink()  # /etc is not the test's
    plain = scan(library, tree)
    followed = scan(library, tree, follow_links=True)
    assert followed.photos == plain.photos
    more = {s.path.name: s.reason for s in followed.skipped if s not in plain.skipped}
    assert more["device.jpg"] is SkipReason.NOT_A_PICTURE
    assert more["loop.jpg"] is SkipReason.UNREADABLE
    assert more["broken.jpg"] is SkipReason.VANISHED


def test_files_that_change_between_the_walk_and_the_reading(
    library: Library, tmp_path: Path
) -> None:
    top = tmp_path / "moving"
    top.mkdir()
    for seed in range(8):
        draw(seed, (48, 36)).save(top / f"{seed}.png")

    def meddle(progress: Progress) -> None:
        if (progress.stage, progress.done) != ("Embedding", 0):
            return
        (top / "0.png").unlink()
        with (top / "1.png").open("ab") as file:
            file.write(b"more")
        (top / "2.png").write_bytes(b"")
        (top / "3.png").unlink()
        os.mkfifo(top / "3.png")
        (top / "4.png").unlink()
        (top / "4.png").mkdir()
        (top / "5.png").unlink()
        (top / "5.png").symlink_to("5.png")

    report = library.scan(
        [top], options=ScanOptions(workers=2), token=CancelToken(), progress=meddle
    )
    reasons = {skip.path.name: skip.reason for skip in report.skipped}
    assert reasons == {
        "0.png": SkipReason.VANISHED,
        "1.png": SkipReason.CHANGED,
        "2.png": SkipReason.CHANGED,
        "3.png": SkipReason.NOT_A_PICTURE,
        "4.png": SkipReason.NOT_A_PICTURE,
        "5.png": SkipReason.UNREADABLE,
    }
    assert report.photos == 2
    (top / "5.png").unlink()
    settled = scan(library, top)  # 1 has trailing bytes but is a picture
    assert settled.photos == 3
    assert {s.path.name for s in settled.skipped} == {"2.png", "3.png", "4.png"}


def test_a_disk_that_fills_up_stops_a_scan_with_one_line_and_keeps_what_was_done(
    library: Library, tmp_path: Path
) -> None:
    top = tmp_path / "many"
    top.mkdir()
    for seed in range(64):
        draw(seed, (48, 36)).save(top / f"{seed}.png")
    before = {path: path.read_bytes() for path in top.iterdir()}
    with library._store.write() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages + 30}")  # as a disk with so little room
    with pytest.raises(StoreError, match=r"disk.*full"):
        scan(library, top)
    assert 0 < library.photo_count() < 64
    assert {path: path.read_bytes() for path in top.iterdir()} == before
    with library._store.write() as db:
        db.execute("PRAGMA max_page_count = 1000000")
    assert scan(library, top).photos == 64


@pytest.mark.parametrize("mtime", [4_000_000_000, 9_000_000_000, 0, -3_000_000_000])
def test_a_clock_that_is_wrong_does_not_make_files_new_again(
    library: Library, tmp_path: Path, mtime: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = tmp_path / "times"
    top.mkdir()
    draw(1, (48, 36)).save(top / "a.png")
    os.utime(top / "a.png", (mtime, mtime))
    assert scan(library, top).photos == 1
    monkeypatch.setattr("time.time", lambda: 1.0)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    again = scan(library, top)
    assert again.photos == 1 and "read" not in again.stages


@pytest.mark.usefixtures("ordinary_user")
def test_folders_that_may_not_be_read_are_named(library: Library, tmp_path: Path) -> None:
    top = tmp_path / "locked"
    (top / "inner").mkdir(parents=True)
    draw(1, (48, 36)).save(top / "a.png")
    (top / "a.png").chmod(0)
    (top / "inner").chmod(0)
    report = scan(library, top)
    (top / "inner").chmod(0o755)
    reasons = {skip.path.name: skip.reason for skip in report.skipped}
    assert reasons == {"a.png": SkipReason.UNREADABLE, "inner": SkipReason.UNREADABLE}


def test_a_drive_unplugged_in_mid_scan_leaves_its_photos_missing_not_forgotten(
    library: Library, tmp_path: Path
) -> None:
    drive, away = tmp_path / "drive", tmp_path / "away"
    drive.mkdir()
    for seed in range(40):
        draw(seed, (48, 36)).save(drive / f"{seed}.png")
    scan(library, drive)
    known = {photo.path: photo.content for photo in library._store.photos()}
    for seed in range(40, 48):
        draw(seed, (48, 36)).save(drive / f"{seed}.png")

    def unplug(progress: Progress) -> None:
        if (progress.stage, progress.done) == ("Embedding", 0) and drive.exists():
            drive.rename(away)

    options, token = ScanOptions(workers=2), CancelToken()
    report = library.scan([drive], options=options, token=token, progress=unplug)
    assert {skip.reason for skip in report.skipped} == {SkipReason.VANISHED}
    assert scan(library, drive).photos == 0  # started again without the drive
    assert library.roots() == [drive]
    away.rename(drive)
    back = scan(library, drive)
    assert (back.photos, back.skipped) == (48, ())
    assert known.items() <= {p.path: p.content for p in library._store.photos()}.items()
    assert back.stages["decode"].count == 8  # what was known was not decoded again


def test_a_refused_file_is_not_left_open(tmp_path: Path) -> None:
    (tmp_path / "folder.jpg").mkdir()
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "empty.jpg").touch()
    free = lowest_free_descriptor()
    for path in tmp_path.iterdir():
        found = path.stat()
        file = FoundFile(path, found.st_size, found.st_mtime_ns)
        for _ in range(3):
            with pytest.raises(DecodeError):
                read_bytes(file)
    assert lowest_free_descriptor() <= free


def lowest_free_descriptor() -> int:
    descriptor = os.open("/", os.O_RDONLY)
    os.close(descriptor)
    return descriptor
