import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kindred.engine.decoding import decode
from kindred.engine.embedding.embedder import Embedder
from kindred.engine.errors import KindredError
from kindred.engine.library import Library
from kindred.engine.progress import CancelToken, Progress
from kindred.engine.types import Kind, ScanOptions, ScanReport, SkipReason, Why
from tests.support.drawing import draw


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three scenes; of the first also a smaller copy, and the same bytes under another name."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(3):
        draw(seed).save(folder / f"{seed}.jpg", quality=92)
    draw(0).resize((320, 240)).save(folder / "0 small.jpg", quality=80)
    (folder / "0 again.jpg").write_bytes((folder / "0.jpg").read_bytes())
    return folder


def scan(
    library: Library,
    *roots: Path,
    token: CancelToken | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> ScanReport:
    return library.scan(
        roots, options=ScanOptions(workers=2), token=token or CancelToken(), progress=progress
    )


def names(library: Library) -> list[tuple[Kind, list[str]]]:
    return [
        (group.kind, [member.photo.path.name for member in group.members])
        for group in library.groups(strictness=0.5)
    ]


def count_embedded(embedder: Embedder, counts: list[int]) -> Embedder:
    def embed(pixels: np.ndarray) -> np.ndarray:
        counts.append(len(pixels))
        return embedder.embed(pixels)

    return replace(embedder, embed=embed)


def test_copies_end_in_one_group_with_the_original_as_keeper(library: Library, folder: Path):
    report = scan(library, folder)
    assert (report.photos, report.skipped, report.stopped) == (5, (), False)
    assert report.stages["decode"].count >= 4
    assert names(library) == [(Kind.COPY, ["0.jpg", "0 again.jpg", "0 small.jpg"])]
    members = library.groups(strictness=0.5)[0].members
    assert [member.relation for member in members] == [Kind.IDENTICAL, Kind.IDENTICAL, Kind.COPY]


def test_the_same_bytes_alone_are_an_identical_group(library: Library, folder: Path):
    (folder / "0 small.jpg").unlink()
    scan(library, folder)
    assert [kind for kind, _ in names(library)] == [Kind.IDENTICAL]


def test_a_second_scan_opens_no_file(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    first = scan(library, folder)
    before = names(library)
    monkeypatch.setattr(decode, "read_bytes", lambda file: pytest.fail(f"opened {file.path}"))
    monkeypatch.setattr(decode, "open_upright", lambda *_, **__: pytest.fail("opened a photo"))
    assert scan(library, folder).photos == first.photos
    assert names(library) == before


def test_moved_and_copied_files_are_not_embedded_again(embedder: Embedder, folder: Path):
    counts: list[int] = []
    with Library.open(embedder=count_embedded(embedder, counts)) as library:
        scan(library, folder)
        counts.clear()
        (folder / "1.jpg").rename(folder / "moved.jpg")
        (folder / "2 again.jpg").write_bytes((folder / "2.jpg").read_bytes())
        assert scan(library, folder).photos == 6
        assert counts == []
        assert (Kind.IDENTICAL, ["2.jpg", "2 again.jpg"]) in names(library)


def test_a_changed_file_is_read_again(library: Library, folder: Path):
    scan(library, folder)
    draw(9).save(folder / "0 small.jpg")
    scan(library, folder)
    assert names(library) == [(Kind.IDENTICAL, ["0.jpg", "0 again.jpg"])]


def test_a_removed_file_leaves_its_group(library: Library, folder: Path):
    scan(library, folder)
    (folder / "0.jpg").unlink()
    (folder / "0 again.jpg").unlink()
    assert scan(library, folder).photos == 3
    assert names(library) == []


def test_a_stopped_scan_goes_on_where_it_was(embedder: Embedder, tmp_path: Path):
    folder = tmp_path / "many"
    folder.mkdir()
    for seed in range(48):
        draw(seed, (64, 48)).save(folder / f"{seed:02}.png")
    counts: list[int] = []
    with Library.open(embedder=count_embedded(embedder, counts)) as library:
        token = CancelToken()

        def stop_early(progress: Progress) -> None:
            if progress.stage == "Embedding" and progress.done:
                token.stop()

        report = scan(library, folder, token=token, progress=stop_early)
        assert report.stopped
        assert 0 < report.photos < 48
        counts.clear()
        assert scan(library, folder).photos == 48
        assert sum(counts) == 48 - report.photos


def test_every_file_is_a_photo_or_skipped_with_a_reason(library: Library, folder: Path):
    (folder / "empty.jpg").touch()
    (folder / "words.png").write_text("not a picture")
    odd = os.fsencode(folder) + b"/odd \xff\n.jpg"
    Path(os.fsdecode(odd)).write_bytes((folder / "1.jpg").read_bytes())
    report = scan(library, folder)
    assert report.photos + len(report.skipped) == len(list(folder.iterdir()))
    assert {skipped.path.name: skipped.reason for skipped in report.skipped} == {
        "empty.jpg": SkipReason.EMPTY,
        "words.png": SkipReason.NOT_A_PICTURE,
    }
    assert scan(library, folder).skipped == report.skipped


def test_a_missing_folder_is_an_expected_failure(library: Library, tmp_path: Path):
    with pytest.raises(KindredError, match="no folder"):
        scan(library, tmp_path / "nowhere")


def test_photos_of_a_drive_that_is_away_are_missing_and_come_back(
    embedder: Embedder, folder: Path, tmp_path: Path
):
    counts: list[int] = []
    with Library.open(embedder=count_embedded(embedder, counts)) as library:
        scan(library, folder)
        before = names(library)
        folder.rename(tmp_path / "away")
        assert scan(library, folder).photos == 0
        assert names(library) == []
        (tmp_path / "away").rename(folder)
        counts.clear()
        scan(library, folder)
        assert (names(library), counts) == (before, [])


def test_a_scan_of_a_drive_that_is_away_leaves_the_other_folders_be(
    library: Library, folder: Path, tmp_path: Path
):
    drive = tmp_path / "drive"
    drive.mkdir()
    draw(7).save(drive / "7.jpg")
    (folder / "1.xmp").write_text("<x/>")
    scan(library, folder, drive)

    def kept() -> list[tuple[str, int]]:
        photos = library._store.photos()
        return [(p.path.name, len(p.companions)) for p in photos if p.path.parent == folder]

    before = kept(), names(library)
    assert ("1.jpg", 1) in before[0]
    drive.rename(tmp_path / "away")
    assert scan(library, drive).photos == 0
    assert (kept(), names(library)) == before
    scan(library)  # no folder at all
    assert (kept(), names(library)) == before
    library.forget_root(folder)
    (tmp_path / "away").rename(drive)
    assert scan(library, drive).photos == 1
    assert (kept(), names(library)) == before


@pytest.mark.parametrize("number", [errno.ENOTCONN, errno.ESTALE, errno.EIO, errno.EACCES])
def test_a_dead_mount_is_a_drive_that_is_away(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
):
    scan(library, folder)
    sound = os.stat

    def stat(path: object, **more: object) -> os.stat_result:
        if not isinstance(path, int) and Path(os.fsdecode(path)) == folder:
            raise OSError(number, os.strerror(number))
        return sound(path, **more)

    monkeypatch.setattr(os, "stat", stat)
    assert scan(library, folder).photos == 0
    library.forget_root(folder)
    with pytest.raises(KindredError, match="no folder"):
        scan(library, folder)


def test_a_device_that_likes_large_batches_leaves_no_worker_idle(
    embedder: Embedder, tmp_path: Path
):
    for seed in range(24):
        Image.new("RGB", (40, 30), (10 * seed, 0, 0)).save(tmp_path / f"{seed}.png")
    counts: list[int] = []
    device = replace(count_embedded(embedder, counts), device="cuda", batch=128)
    with Library.open(embedder=device) as library:
        scan(library, tmp_path)
    assert sum(counts) == 24
    assert max(counts) <= 24 // 4


def test_switching_the_model_keeps_both_sets_of_vectors(embedder: Embedder, folder: Path):
    embedded = []
    for model in ("one", "two", "one"):
        counts: list[int] = []
        counting = replace(count_embedded(embedder, counts), id=model)
        with Library.open(embedder=counting) as library:
            scan(library, folder)
            assert [kind for kind, _ in names(library)] == [Kind.COPY]
        embedded.append(bool(counts))
    assert embedded == [True, True, False]


def test_groups_appear_while_the_scan_runs(library: Library, folder: Path):
    seen: list[int] = []

    def look(progress: Progress) -> None:
        if progress.groups_version:
            seen.append(len(library.groups(strictness=0.5)))

    scan(library, folder, progress=look)
    assert 1 in seen


def test_a_network_without_a_scale_gets_one_from_the_photos(embedder: Embedder, folder: Path):
    for seed in range(10, 40):
        draw(seed, (96, 72)).save(folder / f"{seed}.png")
    with Library.open(embedder=replace(embedder, calibration=None)) as library:
        scan(library, folder)
        assert (Kind.COPY, ["0.jpg", "0 again.jpg", "0 small.jpg"]) in names(library)
        assert 0 < library.calibration().similar < 1


def test_an_enlarged_copy_is_not_kept_for_its_pixels(library: Library, tmp_path: Path):
    folder = tmp_path / "photos"
    folder.mkdir()
    draw(7).save(folder / "original.jpg", quality=90)
    draw(7).resize((1280, 960)).save(folder / "enlarged.jpg", quality=95)
    scan(library, folder)
    (group,) = library.groups(strictness=0.5)
    assert group.keeper.path.name == "original.jpg"
    enlarged = group.members[1].photo.info
    assert enlarged.detail == pytest.approx(640 * 480 / 1e6, rel=0.05)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Two files of the same bytes that cannot be decoded, and another one."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("a.jpg", "b.jpg"):
        (folder / name).write_bytes(b"\xff\xd8\xff\xe0" + b"\x26" * 4000)
    (folder / "other.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"\x27" * 4000)
    return folder


def test_files_that_cannot_be_decoded_are_identical_by_their_bytes(library: Library, broken: Path):
    for _ in range(2):  # as found, and as stored
        report = scan(library, broken)
        assert report.photos == library.photo_count() == 0
        assert [skipped.path.name for skipped in report.skipped] == ["a.jpg", "b.jpg", "other.jpg"]
        assert names(library) == [(Kind.IDENTICAL, ["a.jpg", "b.jpg"])]
    judged = [member.judgement for member in library.groups(strictness=0.5)[0].members]
    assert {one.why for one in judged} <= {Why.FOLDERS, Why.SAME_BYTES, Why.NAME, Why.OLDER, None}


def test_a_file_that_cannot_be_decoded_leaves_its_group_with_its_file(
    library: Library, broken: Path
):
    scan(library, broken)
    data = (broken / "b.jpg").read_bytes()
    (broken / "b.jpg").unlink()
    assert len(scan(library, broken).skipped) == 2
    assert names(library) == []
    (broken / "b.jpg").write_bytes(data)
    assert len(scan(library, broken).skipped) == 3
    assert names(library) == [(Kind.IDENTICAL, ["a.jpg", "b.jpg"])]


def test_a_raw_file_that_cannot_be_decoded_hides_no_photo(library: Library, broken: Path):
    for folder in (broken, broken / "again"):
        folder.mkdir(exist_ok=True)
        (folder / "shot.nef").write_bytes(b"II*\0" + b"\x26" * 4000)
        draw(4).save(folder / "shot.jpg")
    report = scan(library, broken)
    assert report.photos == 2
    assert (Kind.IDENTICAL, ["shot.jpg", "shot.jpg"]) in names(library)
    for group in library.groups(strictness=0.5):
        assert all(not member.photo.companions for member in group.members)
