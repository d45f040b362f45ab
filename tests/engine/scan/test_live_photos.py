"""A movie beside a copy stays in its unit only if it is the movie of that photo."""

import struct
from pathlib import Path

import pytest
from PIL import Image

from kindred.engine.library import Library
from kindred.engine.progress import CancelToken
from kindred.engine.types import ScanOptions
from tests.support.drawing import draw
from tests.support.movies import movie

TAKEN = "2023:05:01 12:11:12"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two identical photos, in folders of their own."""
    exif = Image.Exif()
    camera = exif.get_ifd(0x8769)
    camera[0x9003], camera[0x927C] = TAKEN, maker_note(b"ABC-1")
    for name in ("a", "b"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        draw(1).save(tmp_path / "photos" / name / "IMG_1.jpg", exif=exif)
    return tmp_path / "photos"


def maker_note(content_id: bytes) -> bytes:
    """Apple's, with one tag: the identifier that a Live Photo shares with its movie."""
    entry = struct.pack(">HHHII", 1, 17, 2, len(content_id) + 1, 32)
    return b"Apple iOS\0\0\1MM" + entry + bytes(4) + content_id + b"\0"


def companions(library: Library, folder: Path) -> list[str]:
    library.scan([folder], options=ScanOptions(), token=CancelToken())
    (group,) = library.groups(strictness=0.5)
    return sorted(path.name for member in group.members for path in member.photo.companions)


@pytest.mark.parametrize(
    ("taken_at", "seconds", "belongs"),
    [
        ("2023-05-01T12:11:11+0200", 2.5, True),
        ("2023-05-01T12:11:11+0200", 40.0, False),
        ("2019-05-01T12:11:11+0200", 2.5, False),
    ],
)
def test_time_and_length_say_whose_a_movie_is(
    library: Library, folder: Path, taken_at: str, seconds: float, belongs: bool
) -> None:
    (folder / "a" / "IMG_1.MOV").write_bytes(movie(taken_at=taken_at, seconds=seconds))
    (folder / "a" / "IMG_1.xmp").write_text("<x/>")
    expected = ["IMG_1.MOV", "IMG_1.xmp"] if belongs else ["IMG_1.xmp"]
    assert companions(library, folder) == expected
    before = library.changes
    assert companions(library, folder) == expected and library.changes == before


def test_what_says_nothing_stays(library: Library, folder: Path) -> None:
    (folder / "a" / "IMG_1.MOV").write_bytes(b"movmovmov")
    assert companions(library, folder) == ["IMG_1.MOV"]


@pytest.mark.parametrize(("content_id", "belongs"), [("ABC-1", True), ("XYZ-9", False)])
def test_the_identifier_decides_before_time_and_length(
    library: Library, folder: Path, content_id: str, belongs: bool
) -> None:
    taken_at, seconds = ("2019-05-01T12:11:11+0200", 40.0) if belongs else (None, 2.5)
    data = movie(content_id=content_id, taken_at=taken_at, seconds=seconds)
    (folder / "b" / "IMG_1.mov").write_bytes(data)
    assert companions(library, folder) == (["IMG_1.mov"] if belongs else [])
