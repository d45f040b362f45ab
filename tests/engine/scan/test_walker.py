import os
import socket
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kindred.engine.errors import Cancelled, KindredError
from kindred.engine.progress import CancelToken
from kindred.engine.scan.walker import walk
from kindred.engine.types import FoundFile, SkippedFile, SkipReason

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX file types and names")


def scan(
    *roots: Path, follow_links: bool = False, include_hidden: bool = False
) -> tuple[list[FoundFile], list[SkippedFile]]:
    skipped: list[SkippedFile] = []
    found = walk(
        roots,
        follow_links=follow_links,
        include_hidden=include_hidden,
        token=CancelToken(),
        on_skipped=skipped.append,
    )
    return [FoundFile(Path(p), *rest) for folder in found for p, *rest in folder.photos], skipped


def names(*roots: Path, **options: bool) -> list[str]:
    return [file.path.name for file in scan(*roots, **options)[0]]


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def test_finds_photos_by_suffix_in_a_fixed_order(tmp_path: Path) -> None:
    for name in ("b.JPG", "a.heic", "notes.txt", "sub/c.dng", "Sub2/d.png", "noext"):
        touch(tmp_path / name)
    found, skipped = scan(tmp_path)
    assert [str(file.path.relative_to(tmp_path)) for file in found] == [
        "a.heic", "b.JPG", "Sub2/d.png", "sub/c.dng",
    ]  # fmt: skip
    assert skipped == []


def test_reports_what_the_disk_says(tmp_path: Path) -> None:
    path = touch(tmp_path / "a.jpg")
    os.utime(path, ns=(1, 1_500_000_000_123_456_789))
    [file], _ = scan(tmp_path)
    status = path.stat()
    assert (file.size, file.mtime_ns) == (1, status.st_mtime_ns)


@posix
def test_folders_come_with_the_names_of_all_in_them(tmp_path: Path) -> None:
    top = tmp_path / "top"
    for name in ("a.jpg", "a.mov", "sub/b.png"):
        touch(top / name)
    (top / "link.jpg").symlink_to(touch(tmp_path / "elsewhere.jpg"))
    walking = walk(
        [top],
        follow_links=True,
        include_hidden=False,
        token=CancelToken(),
        on_skipped=lambda _: None,
    )
    seen = [(Path(f.path).name, f.names, [Path(p).name for p, *_ in f.photos]) for f in walking]
    assert seen == [
        ("top", ["a.jpg", "a.mov", "link.jpg", "sub"], ["a.jpg"]),
        ("sub", ["b.png"], ["b.png"]),
        ("top", [], ["link.jpg"]),
    ]


def test_overlapping_roots_count_once(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    touch(tmp_path / "sub/b.jpg")
    assert names(tmp_path / "sub", tmp_path, tmp_path / "sub/../sub") == ["a.jpg", "b.jpg"]


def test_hidden_and_system_folders(tmp_path: Path) -> None:
    for name in (
        ".hidden/a.jpg",
        ".b.jpg",
        "$RECYCLE.BIN/c.jpg",
        ".Trash-1000/d.jpg",
        "@eaDir/e.jpg",
    ):
        touch(tmp_path / name)
    touch(tmp_path / "f.jpg")
    assert names(tmp_path) == ["f.jpg"]
    assert names(tmp_path, include_hidden=True) == [".b.jpg", "f.jpg", "a.jpg"]
    assert names(tmp_path / ".hidden") == ["a.jpg"]  # asked for by name


def test_libraries_of_other_applications_are_named_not_entered(tmp_path: Path) -> None:
    touch(tmp_path / "My.photoslibrary/originals/a.jpg")
    found, [skipped] = scan(tmp_path)
    assert found == []
    assert skipped.reason is SkipReason.NOT_ENTERED
    assert skipped.path.name == "My.photoslibrary"


@posix
def test_links_are_followed_only_on_request_and_never_in_a_loop(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    touch(inside / "a.jpg")
    touch(outside / "b.jpg")
    touch(outside / "c.jpg")
    (inside / "loop").symlink_to(inside)
    (inside / "folder").symlink_to(outside)
    (inside / "again").symlink_to(outside)
    (inside / "b-link.jpg").symlink_to(outside / "b.jpg")
    (inside / "a-link.jpg").symlink_to(inside / "a.jpg")
    (inside / "broken.jpg").symlink_to(tmp_path / "nowhere")
    assert names(inside) == ["a.jpg"]
    found, skipped = scan(inside, follow_links=True)
    # "again" sorts first and is entered; a.jpg is known by its own path, b.jpg by that of "again".
    assert [str(file.path.relative_to(inside)) for file in found] == [
        "a.jpg", "again/b.jpg", "again/c.jpg",
    ]  # fmt: skip
    assert [(entry.path.name, entry.reason) for entry in skipped] == [
        ("broken.jpg", SkipReason.VANISHED)
    ]


@posix
def test_disks_that_number_no_files_are_walked_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for name in ("in/a.jpg", "in/sub/b.jpg", "in/sub/deep/c.jpg", "out/d.jpg", "out/e.jpg"):
        touch(tmp_path / name)
    (inside / "loop").symlink_to(inside)
    for name in ("d.jpg", "e.jpg", "again.jpg"):
        (inside / name).symlink_to(outside / name.replace("again", "d"))
    sound = os.stat

    def stat(path: str | Path, **more: bool) -> os.stat_result:
        found = sound(path, **more)
        return os.stat_result((found[0], 0, *found[2:]))

    monkeypatch.setattr(os, "stat", stat)
    assert names(inside) == ["a.jpg", "b.jpg", "c.jpg"]
    assert names(inside, inside / "sub" / "..", inside / "sub") == ["a.jpg", "b.jpg", "c.jpg"]
    linked = names(inside, follow_links=True)
    assert linked == ["a.jpg", "b.jpg", "c.jpg", "again.jpg", "e.jpg"]


@posix
def test_what_is_not_a_file_is_reported(tmp_path: Path) -> None:
    touch(tmp_path / "album.jpg/a.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as bound:
        folder = os.open(tmp_path, os.O_RDONLY)
        try:
            bound.bind(f"/proc/self/fd/{folder}/socket.png")
        finally:
            os.close(folder)
        found, skipped = scan(tmp_path)
    assert [file.path.name for file in found] == ["a.jpg"]
    assert {entry.path.name for entry in skipped} == {"album.jpg", "pipe.jpg", "socket.png"}
    assert {entry.reason for entry in skipped} == {SkipReason.NOT_A_PICTURE}


@posix
def test_names_of_any_bytes_pass_through(tmp_path: Path) -> None:
    strange = [b"new\nline.jpg", b"quote'\".jpg", b"\xff\xfe.jpg", "\u202egpj.jpg".encode()]
    for name in strange:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x")
    assert {os.fsencode(name) for name in names(tmp_path)} == set(strange)


@posix
@pytest.mark.usefixtures("ordinary_user")
def test_unreadable_folder_is_reported(tmp_path: Path) -> None:
    closed = touch(tmp_path / "closed/a.jpg").parent
    touch(tmp_path / "b.jpg")
    closed.chmod(0)
    try:
        found, [skipped] = scan(tmp_path)
    finally:
        closed.chmod(0o700)
    assert [file.path.name for file in found] == ["b.jpg"]
    assert (skipped.path, skipped.reason) == (closed, SkipReason.UNREADABLE)


def test_folder_that_vanishes_meanwhile_is_reported(tmp_path: Path) -> None:
    top = touch(tmp_path / "top/a.jpg").parent
    gone = touch(top / "sub/b.jpg").parent
    skipped: list[SkippedFile] = []
    walking = walk(
        [top],
        follow_links=False,
        include_hidden=False,
        token=CancelToken(),
        on_skipped=skipped.append,
    )
    next(walking)
    (gone / "b.jpg").unlink()
    gone.rmdir()
    assert list(walking) == []
    assert [(entry.path, entry.reason) for entry in skipped] == [(gone, SkipReason.VANISHED)]


def test_missing_root_and_stop(tmp_path: Path) -> None:
    with pytest.raises(KindredError, match="no folder"):
        scan(tmp_path / "missing")
    touch(tmp_path / "a.jpg")
    token = CancelToken()
    token.stop()
    walking = walk(
        [tmp_path],
        follow_links=False,
        include_hidden=False,
        token=token,
        on_skipped=lambda _: None,
    )
    with pytest.raises(Cancelled):
        next(walking)


_part = st.sampled_from(["a", "b", "c.jpg", "d.png", "e"])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.lists(_part, min_size=1, max_size=3).map("/".join), max_size=8), st.data())
def test_any_roots_inside_a_tree_give_each_photo_once(
    tmp_path_factory: pytest.TempPathFactory, tree: set[str], data: st.DataObject
) -> None:
    top = tmp_path_factory.mktemp("tree")
    for index, folder in enumerate(sorted(tree)):
        touch(top / folder / f"{index}.jpg")
    folders = [top, *sorted(path for path in top.rglob("*") if path.is_dir())]
    roots = [top, *data.draw(st.lists(st.sampled_from(folders), max_size=4))]
    found, _ = scan(*data.draw(st.permutations(roots)))
    paths = [file.path for file in found]
    assert sorted(paths) == sorted(path for path in top.rglob("*.jpg") if path.is_file())
    assert len(set(paths)) == len(paths)
    assert scan(top)[0] == found


def test_pictures_without_a_known_ending_are_found_by_their_first_bytes(tmp_path: Path) -> None:
    jpeg = b"\xff\xd8\xff\xe0" + bytes(100)
    for name in ("photo.jpg (1)", "a.jpg_original", "b.jpg~", "IMG_0001", "c.JPG.bak", "d.dat"):
        (tmp_path / name).write_bytes(jpeg)
    for name in ("notes", "e.dat", "f.mp4", "g.svg", "h.txt", ".DS_Store", "empty"):
        (tmp_path / name).write_bytes(jpeg[:0] if name == "empty" else b"some text")
    (tmp_path / "i.mp4").write_bytes(jpeg)  # its ending is that of another thing
    folders = list(
        walk(
            [tmp_path],
            follow_links=False,
            include_hidden=False,
            token=CancelToken(),
            on_skipped=lambda _: None,
        )
    )
    found = {Path(path).name for path, *_ in folders[0].photos}
    assert found == {"photo.jpg (1)", "a.jpg_original", "b.jpg~", "IMG_0001", "c.JPG.bak", "d.dat"}
    assert folders[0].ignored == {
        "(no ending)": 2, "dat": 1, "mp4": 2, "svg": 1, "txt": 1, "(hidden)": 1,
    }  # fmt: skip
