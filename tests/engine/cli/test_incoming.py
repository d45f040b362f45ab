"""What of a card is new: every standing, copying by date, and when it is safe to erase."""

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from kindred.engine.library import Library
from main import main
from tests.support.drawing import draw


def taken(picture: Image.Image, path: Path, *, when: str, quality: int = 92) -> None:
    exif = picture.getexif()
    exif.get_ifd(0x8769)[0x9003] = when
    picture.save(path, quality=quality, exif=exif)


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of the library's photos one renamed, one smaller, one larger and one cropped; two new."""
    monkeypatch.setenv("HOME", str(tmp_path))  # the computer's own drive, and none of the card's
    pictures, card = tmp_path / "Pictures", tmp_path / "card" / "DCIM"
    pictures.mkdir()
    card.mkdir(parents=True)
    for seed in (1, 2, 3, 4):
        draw(seed, (1280, 960)).save(pictures / f"{seed}.jpg", quality=92)
    shutil.copy(pictures / "1.jpg", card / "renamed.jpg")
    with Image.open(pictures / "2.jpg") as picture:
        picture.resize((640, 480), Image.Resampling.LANCZOS).save(card / "small.jpg", quality=75)
    with Image.open(pictures / "3.jpg") as picture:
        picture.save(card / "larger.png")
        picture.resize((640, 480), Image.Resampling.LANCZOS).save(pictures / "3.jpg", quality=75)
    with Image.open(pictures / "4.jpg") as picture:
        picture.crop((200, 100, 1200, 900)).save(card / "cropped.jpg", quality=90)
    taken(draw(8), card / "new.jpg", when="2017:07:04 10:11:12")
    draw(9).save(card / "no date.jpg")
    (card / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    (card / "film.mp4").write_bytes(b"film")
    return card.parent


def run(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, object]:
    assert main([*map(str, words)]) == 0
    return json.loads(capsys.readouterr().out)


def test_every_file_of_a_card_has_a_standing(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in card.rglob("*")}
    found = run(capsys, "new", card, "--library", tmp_path / "Pictures", "--json")
    standing = {Path(file["path"]).name: file["standing"] for file in found["files"]}
    assert standing.pop("cropped.jpg") in ("edited", "new")
    assert standing == {
        "renamed.jpg": "exact",
        "small.jpg": "lesser",
        "larger.png": "better",
        "new.jpg": "new",
        "no date.jpg": "new",
        "broken.jpg": "could not be read",
        "film.mp4": "not a photo",
    }
    match = {Path(file["path"]).name: file["match"] for file in found["files"]}
    assert match["renamed.jpg"] == str(tmp_path / "Pictures" / "1.jpg")
    assert found["safe_to_erase"] is False
    assert before == {
        path: (path.stat().st_mtime_ns, path.stat().st_size) for path in card.rglob("*")
    }
    with Library.open() as library:
        assert library.roots() == [tmp_path / "Pictures"]
        members = [m for group in library.groups(strictness=0.5) for m in group.members]
        assert not [m for m in members if m.photo.path.is_relative_to(card)]


def test_new_photos_are_copied_by_date_and_read_back(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("broken.jpg", "film.mp4", "cropped.jpg", "larger.png"):
        (card / "DCIM" / name).unlink()
    target = tmp_path / "sorted"
    (target / "2017" / "2017-07-04").mkdir(parents=True)
    (target / "2017" / "2017-07-04" / "new.jpg").write_bytes(b"another")
    words = ("new", card, "--library", tmp_path / "Pictures", "--copy-to", target, "--json")
    found = run(capsys, *words)
    copied = target / "2017" / "2017-07-04" / "new (2).jpg"
    assert copied.read_bytes() == (card / "DCIM" / "new.jpg").read_bytes()
    assert (target / "undated" / "no date.jpg").is_file()
    assert (target / "2017" / "2017-07-04" / "new.jpg").read_bytes() == b"another"
    assert found["safe_to_erase"] is True
    again = run(capsys, *words)  # what is there already is not copied once more
    assert again["safe_to_erase"] is True
    assert len([path for path in target.rglob("*") if path.is_file()]) == 3
    (tmp_path / "Pictures" / "2.jpg").write_bytes(b"gone bad")
    assert run(capsys, *words[:4], "--json")["safe_to_erase"] is False


def test_a_card_inside_the_library_is_refused(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", str(card), "--library", str(tmp_path)]) == 1
    assert "hold one another" in capsys.readouterr().err
