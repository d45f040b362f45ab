"""Copying from a card: by date, read back, taken back; and what makes it unsafe to erase it."""

import os
from pathlib import Path

import pytest

from kindred.engine.errors import KindredError
from kindred.engine.incoming import (
    Arrivals,
    Copied,
    Incoming,
    Standing,
    copy_to,
    look,
    not_safe,
    take_back,
)
from kindred.engine.library import Library
from kindred.engine.messages import Code
from kindred.engine.progress import CancelToken
from kindred.engine.removal.trash import folder_trash
from kindred.engine.types import ScanOptions


@pytest.fixture
def card(tmp_path: Path) -> Path:
    folder = tmp_path / "card"
    folder.mkdir()
    for name in ("IMG_1.HEIC", "IMG_1.MOV", "notes.txt"):
        (folder / name).write_bytes(name.encode())
    return folder


def arrivals(card: Path) -> Arrivals:
    """All files of the card as new ones, those of the shot taken on one day."""
    files = []
    for path in sorted(card.iterdir()):
        at = path.stat()
        taken = "2017-07-04T10:11:12" if path.stem == "IMG_1" else None
        files.append(
            Incoming(path, Standing.NEW, taken_at=taken, size=at.st_size, mtime_ns=at.st_mtime_ns)
        )
    return Arrivals(card, tuple(files))


def copies(found: Arrivals, target: Path, token: CancelToken | None = None) -> list[Copied]:
    return copy_to(target, found.files, card=found.card, token=token or CancelToken())


def test_the_files_of_a_shot_are_copied_into_one_folder(card: Path, tmp_path: Path) -> None:
    found = arrivals(card)
    copied = copies(found, tmp_path / "sorted")
    day = tmp_path / "sorted" / "2017" / "2017-07-04"
    assert sorted(path.name for path in day.iterdir()) == ["IMG_1.HEIC", "IMG_1.MOV"]
    assert (day / "IMG_1.MOV").stat().st_mtime_ns == (card / "IMG_1.MOV").stat().st_mtime_ns
    assert all(copy.made for copy in copied)
    assert not_safe(found, copied, token=CancelToken()) is None
    again = copies(found, tmp_path / "sorted")
    assert [copy.target for copy in again] == [copy.target for copy in copied]
    assert not any(copy.made for copy in again)


def test_copies_are_taken_back_while_the_card_has_them(card: Path, tmp_path: Path) -> None:
    found = arrivals(card)
    copied = copies(found, tmp_path / "sorted")
    (card / "IMG_1.MOV").unlink()
    (tmp_path / "sorted" / "undated" / "notes.txt").write_bytes(b"written on")
    trash = folder_trash(tmp_path / "trash")
    left = take_back(copied, trash=trash, token=CancelToken())
    assert {(copy.source.name, copy.note and copy.note.code) for copy in left} == {
        ("IMG_1.MOV", Code.CARD_NO_LONGER),
        ("notes.txt", Code.FILE_CHANGED),
    }
    assert [path.name for path in (tmp_path / "trash").iterdir()] == ["IMG_1.HEIC"]


def test_what_was_there_before_is_never_taken_back(card: Path, tmp_path: Path) -> None:
    found = arrivals(card)
    copies(found, tmp_path / "sorted")
    again = copies(found, tmp_path / "sorted")
    trash = folder_trash(tmp_path / "trash")
    assert take_back(again, trash=trash, token=CancelToken()) == []
    assert not (tmp_path / "trash").exists()


def test_a_stopped_copy_tells_what_was_not_copied(card: Path, tmp_path: Path) -> None:
    token = CancelToken()
    token.stop()
    copied = copies(arrivals(card), tmp_path / "sorted", token)
    assert {copy.note and copy.note.code for copy in copied} == {Code.STOPPED}
    assert not any(path.is_file() for path in (tmp_path / "sorted").rglob("*"))


def test_nothing_is_copied_onto_the_card(card: Path) -> None:
    with pytest.raises(KindredError):
        copies(arrivals(card), card / "sorted")
    assert not (card / "sorted").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX")
def test_links_and_pipes_are_not_copied(card: Path, tmp_path: Path) -> None:
    (card / "notes.txt").unlink()
    (card / "link.jpg").symlink_to(tmp_path)
    os.mkfifo(card / "pipe.jpg")
    copied = copies(arrivals(card), tmp_path / "sorted")
    assert {copy.source.name for copy in copied if copy.target is None} == {"link.jpg", "pipe.jpg"}


@pytest.mark.parametrize("change", ["added", "changed", "removed"])
def test_a_card_that_changed_is_not_safe_to_erase(card: Path, tmp_path: Path, change: str) -> None:
    found = arrivals(card)
    copied = copies(found, tmp_path / "sorted")
    if change == "added":
        (card / "late.jpg").write_bytes(b"late")
    elif change == "changed":
        (card / "notes.txt").write_bytes(b"longer than before")
    else:
        (card / "notes.txt").unlink()
    obstacle = not_safe(found, copied, token=CancelToken())
    assert obstacle is not None and obstacle.code is Code.CARD_CHANGED


def test_a_copy_that_has_gone_is_not_safe(card: Path, tmp_path: Path) -> None:
    found = arrivals(card)
    copied = copies(found, tmp_path / "sorted")
    (tmp_path / "sorted" / "undated" / "notes.txt").unlink()
    obstacle = not_safe(found, copied, token=CancelToken())
    assert obstacle is not None and obstacle.code is Code.CARD_NO_TWIN


@pytest.mark.usefixtures("ordinary_user")
def test_a_folder_that_cannot_be_listed_is_not_safe_to_erase(
    card: Path, tmp_path: Path, library: Library
) -> None:
    hidden = card / "hidden"
    hidden.mkdir()
    (hidden / "photo.jpg").write_bytes(b"photo")
    hidden.chmod(0)
    mine = tmp_path / "mine"
    mine.mkdir()
    try:
        found = look(library, card, [mine], options=ScanOptions(), token=CancelToken())
    finally:
        hidden.chmod(0o700)
    assert hidden in [file.path for file in found.of(Standing.UNREADABLE)]
