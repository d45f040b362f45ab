"""training.data: photos from folders and tar files, decoded once."""

import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data import prepare, read


def write_photos(folder: Path, count: int) -> None:
    folder.mkdir()
    random = np.random.default_rng(0)
    for number in range(count):
        small = Image.fromarray(random.integers(0, 256, (6, 8, 3), np.uint8))
        small.resize((80, 60), Image.Resampling.BICUBIC).save(folder / f"{number}.png")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_photos(tmp_path / "photos", 12)
    (tmp_path / "photos" / "notes.txt").write_text("not a photo", "utf-8")
    (tmp_path / "photos" / "broken.jpg").write_bytes(b"not a photo either")
    return tmp_path / "photos"


def test_a_tar_holds_what_its_folder_holds(folder: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "photos.tar", "w") as archive:
        archive.add(folder, "photos")
    in_tar = dict(read(tmp_path / "photos.tar"))
    assert {Path(name).name: data for name, data in in_tar.items()} == dict(read(folder))
    assert "notes.txt" not in dict(read(folder))


def test_unreadable_files_are_left_out_and_the_split_is_disjoint(
    folder: Path, tmp_path: Path
) -> None:
    pictures = prepare([folder], side=32, cache=tmp_path / "cache", held_out=3)
    assert pictures.pixels.shape == (12, 32, 32, 3)
    assert len(pictures.held_out) == 3
    assert sorted([*pictures.train, *pictures.held_out]) == list(range(12))


def test_a_photo_that_looks_the_same_is_dropped(folder: Path, tmp_path: Path) -> None:
    Image.open(folder / "0.png").save(folder / "again.jpg", quality=90)
    pictures = prepare([folder], side=32, cache=tmp_path / "cache", held_out=0)
    assert len(pictures.pixels) == 13
    assert len(pictures.train) == 12


def test_the_cache_is_used_again(folder: Path, tmp_path: Path) -> None:
    first = prepare([folder], side=32, cache=tmp_path / "cache", held_out=3)
    files = {p: p.stat().st_mtime_ns for p in (tmp_path / "cache").iterdir()}
    second = prepare([folder], side=32, cache=tmp_path / "cache", held_out=3)
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "cache").iterdir()} == files
    np.testing.assert_array_equal(first.train, second.train)
