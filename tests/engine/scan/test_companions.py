"""Units: which files belong to one shot, and which do not."""

import pytest

from kindred.engine.scan.companions import companions, mixed
from kindred.engine.types import Folder

PICTURES = (".jpg", ".heic", ".cr2", ".dng", ".png")


def folder(path: str, *names: str) -> Folder:
    pictures = [(f"{path}/{name}", 1, 1) for name in names if name.lower().endswith(PICTURES)]
    return Folder(path, list(names), pictures)


def units(*folders: Folder) -> dict[str, set[str]]:
    found = companions([seen for seen in folders if mixed(seen)])
    return {main: set(others) for main, others in found.items()}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("a.CR2 a.JPG", {"a.CR2": {"a.JPG"}}),
        ("a.dng a.heic a.mov", {"a.dng": {"a.heic", "a.mov"}}),
        ("a.heic a.MOV", {"a.heic": {"a.MOV"}}),
        ("a.jpg a.mp4 a.aae", {"a.jpg": {"a.mp4", "a.aae"}}),
        ("a.cr2 a.jpg a.xmp a.jpg.xmp", {"a.cr2": {"a.jpg", "a.xmp", "a.jpg.xmp"}}),
        ("a.cr2 a.cr2.xmp", {"a.cr2": {"a.cr2.xmp"}}),
        ("a.jpg a.jpg.xmp", {"a.jpg": {"a.jpg.xmp"}}),
        ("a.jpg b.jpg a.txt", {}),
        ("a.png a.mov a.xmp", {"a.png": {"a.xmp"}}),  # no camera writes a video beside a PNG
        ("a.jpg a.png a.xmp a.png.xmp", {"a.png": {"a.png.xmp"}}),  # whose is a.xmp?
        ("a.jpg a.heic a.mov", {}),
        ("a.cr2 a.dng a.jpg a.xmp", {}),
        ("a.cr2 a.png", {}),
        ("a.jpg A.cr2 a1.mov", {}),
        ("a.mov a.xmp", {}),
    ],
)  # fmt: skip
def test_what_belongs_together(names, expected):
    wanted = {
        f"/p/{main}": {f"/p/{other}" for other in others} for main, others in expected.items()
    }
    assert units(folder("/p", *names.split())) == wanted


def test_folders_do_not_mix():
    assert units(folder("/p", "a.jpg", "x"), folder("/p/x", "a.mov")) == {}


def test_a_linked_photo_that_comes_later_belongs_to_its_folder():
    first = Folder("/p", ["a.cr2", "a.jpg"], [("/p/a.cr2", 1, 1)])
    assert units(first) == {}
    linked = Folder("/p", [], [("/p/a.jpg", 1, 1)])
    assert units(first, linked) == {"/p/a.cr2": {"/p/a.jpg"}}


def test_where_no_two_files_share_a_stem_nothing_is_looked_for():
    assert not mixed(folder("/p", "a.jpg", "b.jpg", "c.mov"))
