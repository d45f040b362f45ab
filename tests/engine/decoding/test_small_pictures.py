"""Small pictures: kept by a scan, private, bounded, and made anew when they are gone."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kindred.engine.decoding import decode, small_pictures
from kindred.engine.decoding.decode import SMALL_AREA, small_size
from kindred.engine.decoding.small_pictures import MOST_BYTES, SmallPictures, prune
from kindred.engine.errors import DecodeError
from kindred.engine.types import Photo
from tests.support.drawing import draw


@pytest.fixture
def photo(tmp_path: Path) -> Photo:
    path = tmp_path / "photo.jpg"
    draw(3, (1600, 1200)).save(path, quality=92)
    data, at = path.read_bytes(), path.stat()
    info = decode.decode(data, name=path.name, side=64).info
    return Photo(path, "ab12", 1, at.st_size, at.st_mtime_ns, info)


@pytest.fixture
def pictures(tmp_path: Path) -> SmallPictures:
    return SmallPictures(tmp_path / "cache" / "small")


def kept(pictures: SmallPictures) -> Path:
    (file,) = pictures.folder.glob("*/*")
    return file


def test_an_original_is_opened_once(
    photo: Photo, pictures: SmallPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pictures.open(photo, max_side=400)
    assert first.shape == (300, 400, 3)
    monkeypatch.setattr(decode, "open_upright", None)
    small = pictures.open(photo, max_side=160)
    assert small.shape == (120, 160, 3)
    whole = pictures.open(photo, max_side=5000)
    assert whole.shape[:2] == small_size((1600, 1200))[::-1] == (300, 400)


def test_it_shows_what_the_photo_does(photo: Photo, pictures: SmallPictures) -> None:
    pictures.open(photo, max_side=400)
    there = pictures.open(photo, max_side=400).astype(int)
    apart = np.abs(there - decode.open_upright(photo.path, max_side=400))
    assert apart.mean() < 6


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such modes")
def test_nobody_else_may_read_it(photo: Photo, pictures: SmallPictures) -> None:
    pictures.open(photo, max_side=400)
    file = kept(pictures)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent, pictures.folder)]
    assert modes == [0o600, 0o700, 0o700]


def test_it_is_small_whatever_it_shows(pictures: SmallPictures) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (900, 1200, 3), np.uint8)
    smooth = np.full((900, 1200, 3), 90, np.uint8)
    for digest, rgb in (("aa", noise), ("bb", smooth)):
        pictures.keep(digest, rgb)
        there = pictures.read(digest)
        assert there is not None and there.shape[0] * there.shape[1] <= 1.01 * SMALL_AREA
    assert (pictures.folder / "bb" / "bb.small").stat().st_size < MOST_BYTES


@pytest.mark.parametrize("damage", [b"", b"garbage", b"\xff\xd8\xff\xe0"])
def test_what_is_damaged_is_made_anew(photo: Photo, pictures: SmallPictures, damage: bytes) -> None:
    whole = pictures.open(photo, max_side=400)
    kept(pictures).write_bytes(damage)
    assert pictures.read(photo.digest) is None
    assert np.abs(pictures.open(photo, max_side=400).astype(int) - whole).mean() < 6
    assert pictures.read(photo.digest) is not None


def test_a_changed_file_does_not_stand_for_its_copies(
    photo: Photo, pictures: SmallPictures
) -> None:
    with pytest.raises(DecodeError):
        pictures.open(replace(photo, mtime_ns=photo.mtime_ns + 1), max_side=400)
    assert not list(pictures.folder.glob("*/*"))


def test_a_folder_that_cannot_be_written_costs_only_time(photo: Photo, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert SmallPictures(tmp_path / "file" / "small").open(photo, max_side=400).any()


def test_a_full_disk_is_left_alone(
    photo: Photo, pictures: SmallPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small_pictures, "_LEAST_FREE", 1 << 62)
    assert pictures.open(photo, max_side=400).any()
    assert not list(pictures.folder.glob("*/*"))


def test_many_pictures_stay_within_their_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small_pictures, "_LOOKED_AFTER", 4)
    pictures = SmallPictures(tmp_path / "small", limit=20_000)
    rgb = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    for number in range(20):
        pictures.keep(f"{number:02}", rgb)
    size = sum(file.stat().st_size for file in pictures.folder.glob("*/*"))
    assert 0 < size <= 20_000 + 4 * MOST_BYTES


def test_the_longest_unused_are_deleted(tmp_path: Path) -> None:
    for number in range(10):
        file = tmp_path / "cache" / "ab" / f"{number}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(100))
        os.utime(file, (number, number))
    prune(tmp_path / "cache", limit=1000)
    assert len(list(tmp_path.glob("cache/*/*"))) == 10
    prune(tmp_path / "cache", limit=500)
    left = sorted(int(file.stem) for file in tmp_path.glob("cache/*/*"))
    assert left == [6, 7, 8, 9]
    prune(tmp_path / "not there", limit=0)
