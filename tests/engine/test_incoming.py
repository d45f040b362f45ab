"""Copying from a card: by date, read back, taken back; and what makes it unsafe to erase it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from kindred.engine import incoming
from kindred.engine.digest import digest_file
from kindred.engine.errors import ActionError, KindredError
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
from kindred.engine.scan import pipeline
from kindred.engine.types import Photo, PhotoInfo, ScanOptions
from tests.support.drawing import draw


@pytest.fixture(autouse=True)
def own_drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies in the temporary folder is on the computer's own drive, wherever that is."""
    monkeypatch.setenv("HOME", str(tmp_path))


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


def photo_at(path: Path, *companions: Path) -> Photo:
    at = path.stat()
    info = PhotoInfo(40, 30, "HEIF")
    return Photo(path, digest_file(path), 1, at.st_size, at.st_mtime_ns, info, companions)


def stamp(path: Path) -> tuple[int, int]:
    return path.stat().st_size, path.stat().st_mtime_ns


@pytest.fixture
def shot(card: Path, tmp_path: Path) -> Arrivals:
    """A card with a Live Photo that is there."""
    (card / "notes.txt").unlink()
    mine = tmp_path / "mine"
    mine.mkdir()
    for path in card.iterdir():
        (mine / path.name).write_bytes(path.read_bytes())
    files = []
    twin = photo_at(mine / "IMG_1.HEIC", mine / "IMG_1.MOV")
    for file in arrivals(card).files:
        photo = photo_at(file.path, card / "IMG_1.MOV") if file.path.suffix == ".HEIC" else None
        known = twin if photo is not None else None
        stamps = tuple((path, stamp(path)) for path in known.companions) if known else ()
        files.append(
            replace(
                file, standing=Standing.EXACT, match=twin.path, photo=photo, twin=known,
                beside=stamps,
            )
        )  # fmt: skip
    return Arrivals(card, tuple(files))


def test_a_shot_that_is_there_is_safe(shot: Arrivals) -> None:
    assert not_safe(shot, token=CancelToken()) is None


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("IMG_1.HEIC", b"a picture, but another one", Code.CARD_CHANGED),
        ("IMG_1.HEIC", None, Code.CARD_NO_TWIN),
        ("IMG_1.MOV", b"x", Code.CARD_CHANGED),
        ("IMG_1.MOV", None, Code.CARD_CHANGED),
    ],
)
def test_a_shot_that_is_no_longer_there_as_it_was_is_not_safe(
    shot: Arrivals, tmp_path: Path, name: str, content: bytes | None, code: Code
) -> None:
    if content is None:
        (tmp_path / "mine" / name).unlink()
    else:
        (tmp_path / "mine" / name).write_bytes(content)
    obstacle = not_safe(shot, token=CancelToken())
    assert obstacle is not None and obstacle.code is code
    copied = copies(shot, tmp_path / "sorted")  # then nothing depends on it
    assert not_safe(shot, copied, token=CancelToken()) is None


def test_a_film_of_a_shot_that_never_was_there_is_not_safe(shot: Arrivals, tmp_path: Path) -> None:
    (tmp_path / "mine" / "IMG_1.MOV").unlink()
    files = [
        replace(file, twin=file.twin and replace(file.twin, companions=()), beside=())
        for file in shot.files
    ]
    obstacle = not_safe(replace(shot, files=tuple(files)), token=CancelToken())
    assert obstacle is not None and obstacle.code is Code.CARD_LACKS
    assert obstacle.values["name"] == "IMG_1.MOV"


def test_a_copy_that_was_changed_is_not_safe(card: Path, tmp_path: Path) -> None:
    found = arrivals(card)
    copied = copies(found, tmp_path / "sorted")
    (tmp_path / "sorted" / "undated" / "notes.txt").write_bytes(b"")
    obstacle = not_safe(found, copied, token=CancelToken())
    assert obstacle is not None and obstacle.code is Code.CARD_CHANGED


@pytest.mark.parametrize("there", ["copy", "library"])
def test_what_lies_on_the_drive_of_the_card_is_not_safe(
    shot: Arrivals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    def mounted_at(path: Path) -> Path:
        own = path.is_relative_to(shot.card) or path.is_relative_to(tmp_path / "mine")
        return tmp_path / "stick" if own else Path("/")

    monkeypatch.setattr(incoming, "mount_point", mounted_at)
    copied = copies(shot, tmp_path / "mine" / "sorted") if there == "copy" else []
    obstacle = not_safe(shot, copied, token=CancelToken())
    assert obstacle is not None and obstacle.code is Code.CARD_SAME_DRIVE
    copied = copies(shot, tmp_path / "sorted")
    assert not_safe(shot, copied, token=CancelToken()) is None


def test_a_long_name_is_copied_and_no_hidden_file_goes(card: Path, tmp_path: Path) -> None:
    (card / f"{'l' * 245}.jpg").write_bytes(b"long")
    theirs = tmp_path / "sorted" / "undated" / ".notes.txt.kindred-copy"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"theirs")
    copied = copies(arrivals(card), tmp_path / "sorted")
    assert all(copy.made for copy in copied)
    assert theirs.read_bytes() == b"theirs"
    hidden = [path for path in (tmp_path / "sorted").rglob(".*") if path != theirs]
    assert hidden == []


def test_a_trash_that_cannot_be_used_is_told_for_each_copy(card: Path, tmp_path: Path) -> None:
    def trash(path: Path) -> Path:
        raise ActionError(Code.WINDOW_TRASH)

    copied = copies(arrivals(card), tmp_path / "sorted")
    left = take_back(copied, trash=trash, token=CancelToken())
    assert [copy.note and copy.note.code for copy in left] == [Code.WINDOW_TRASH] * 3


def test_a_look_that_fails_leaves_the_card_out(
    card: Path, tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_work: object) -> None:
        raise OSError(28, "No space left on device")

    mine = tmp_path / "mine"
    mine.mkdir()
    draw(1, (64, 48)).save(card / "1.png")
    monkeypatch.setattr(pipeline, "match_photos", full)
    with pytest.raises(OSError, match="No space"):
        look(library, card, [mine], options=ScanOptions(), token=CancelToken())
    assert library.roots() == [mine]
    assert not library.photos([card])


def test_words_that_only_the_card_has_are_not_there(tmp_path: Path, library: Library) -> None:
    mine, card = tmp_path / "mine", tmp_path / "card"
    for folder in (mine, card):
        folder.mkdir()
        for name in ("same", "told", "bare"):
            exif = Image.Exif()
            if name == "same" or (name == "told") == (folder is card):
                exif[0x010E] = "Grandma at her birthday"
            seed = ["same", "told", "bare"].index(name) + 1
            draw(seed, (320, 240)).save(folder / f"{name}.jpg", quality=92, exif=exif)
    found = look(library, card, [mine], options=ScanOptions(), token=CancelToken())
    assert {file.path.stem: file.standing for file in found.files} == {
        "same": Standing.EXACT,
        "told": Standing.BETTER,
        "bare": Standing.EXACT,
    }
    twins = {file.path.stem: file.twin and file.twin.path for file in found.files}
    assert twins == {"same": mine / "same.jpg", "told": None, "bare": mine / "bare.jpg"}
    obstacle = not_safe(found, token=CancelToken())
    assert obstacle is not None and obstacle.values["name"] == "told.jpg"


def test_words_of_each_are_told_from_words_of_one(tmp_path: Path, library: Library) -> None:
    """Neither holds all of the other, whichever of the two stays."""
    mine, card = tmp_path / "mine", tmp_path / "card"
    for number, (folder, tag, word) in enumerate(
        [(mine, 0x010E, "Rome"), (card, 0x9C9E, "rome;family".encode("utf-16-le") + b"\0\0")] * 2
    ):
        folder.mkdir(exist_ok=True)
        exif = Image.Exif()
        exif[tag] = word
        draw(number // 2 + 1, (320, 240)).save(folder / f"{number // 2}.jpg", quality=92, exif=exif)
    found = look(library, card, [mine], options=ScanOptions(), token=CancelToken())
    assert not [file for file in found.files if file.standing in incoming.THERE]
    assert {file.match and file.match.parent for file in found.files} == {mine}
