"""Units: which files belong to one shot, and which do not."""

from pathlib import Path

import pytest

from kindred.engine.scan.companions import companions, may_have_units
from kindred.engine.types import Folder

PICTURES = (".jpg", ".heic", ".cr2", ".dng", ".png")


def folder(path: str, *names: str) -> Folder:
    pictures = [(f"{path}/{name}", 1, 1) for name in names if name.lower().endswith(PICTURES)]
    return Folder(path, list(names), pictures)


def units(*folders: Folder) -> dict[str, set[str]]:
    found = companions([seen for seen in folders if may_have_units(seen)])
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
        ("a.jpg a.jpg.xmp a.jpg.pp3 a.jpg.dop a.on1", {
            "a.jpg": {"a.jpg.xmp", "a.jpg.pp3", "a.jpg.dop", "a.on1"}}),
        ("a.CR2 a.JPG a.xmp a.CR2.dop a.JPG.pp3", {
            "a.CR2": {"a.JPG", "a.xmp", "a.CR2.dop", "a.JPG.pp3"}}),
        ("a.heic a.mov a.mov.xmp", {"a.heic": {"a.mov", "a.mov.xmp"}}),
        ("a.heic a.heic.mov", {"a.heic": {"a.heic.mov"}}),
        ("a.MP.jpg a.MP b.jpg", {"a.MP.jpg": {"a.MP"}}),  # Pixel phones
        ("a.jpg a_01.jpg.xmp b_01.jpg.xmp", {"a.jpg": {"a_01.jpg.xmp"}}),  # darktable
        ("a.jpg a_01.jpg a_01.jpg.xmp", {"a_01.jpg": {"a_01.jpg.xmp"}}),
        ("IMG_1234.heic IMG_O1234.AAE IMG_1234.AAE", {
            "IMG_1234.heic": {"IMG_1234.AAE", "IMG_O1234.AAE"}}),
        ("DSC_1.JPG DSC_1.WAV", {"DSC_1.JPG": {"DSC_1.WAV"}}),  # said into the camera
        ("IMG_1.JPG img_1.xmp img_1.jpg.XMP", {"IMG_1.JPG": {"img_1.xmp", "img_1.jpg.XMP"}}),
        ("a.JPG A.jpg a.jpg.xmp", {}),  # whose is it?
        ("IMG_1234.heic IMG_E1234.AAE", {"IMG_1234.heic": {"IMG_E1234.AAE"}}),
        ("IMG_1234.heic IMG_E1234.jpg IMG_E1234.AAE", {"IMG_E1234.jpg": {"IMG_E1234.AAE"}}),
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
    assert not may_have_units(folder("/p", "a.jpg", "b.jpg", "c.mov"))


LONG = "a_name_of_forty_seven_characters_as_takeout_cut"  # it keeps so many and the suffix


@pytest.mark.parametrize(
    ("photo", "json"),
    [
        ("a.jpg", "a.jpg.json"),
        ("a.jpg", "a.json"),
        ("a.jpg", "a.jpg.supplemental-metadata.json"),
        ("a.jpg", "a.jpg.supplemental-meta.json"),
        ("a.jpg", "a.jpg.supplem.json"),
        ("a.jpg", "a.jpg.s.json"),
        ("a.jpg", "a.jpg..json"),
        ("a(1).jpg", "a(1).jpg.json"),
        ("a(1).jpg", "a.jpg(1).json"),
        ("a(1).jpg", "a.jpg.supplemental-metadata(1).json"),
        ("a(1).jpg", "a(1).jpg.supplemental-metadata.json"),
        ("a-edited.jpg", "a.jpg.json"),
        (f"{LONG}.jpg", f"{LONG[:46]}.json"),
        (f"{LONG}(2).jpg", f"{LONG[:46]}(2).json"),
        (f"{LONG[:41]}.jpg", f"{LONG[:41]}.jpg..json"),
        (f"{LONG[:44]}.jpg", f"{LONG[:44]}.j.json"),
        (f"{LONG[:44]}(1).jpg", f"{LONG[:44]}.j(1).json"),
        (f"{LONG[:44]}.jpg", f"{LONG[:44]}.JP.supplemental.json".replace("JP", "jp")),
    ],
)  # fmt: skip
def test_takeout_writes_the_name_of_the_photo_in_many_ways(photo, json):
    strangers = ["b.jpg", "b(1).jpg", f"{LONG[:30]}.jpg", "metadata.json", f"{LONG[:43]}.json"]
    assert units(folder("/p", photo, json, *strangers)) == {f"/p/{photo}": {f"/p/{json}"}}


def test_the_numbers_of_takeout_tell_the_photos_apart():
    names = ["a.jpg", "a(1).jpg", "a(2).jpg", "a.jpg.json", "a.jpg(1).json"]
    names += ["a.jpg.supplemental-metadata(2).json", "a.jpg(3).json"]
    assert units(folder("/p", *names)) == {
        "/p/a.jpg": {"/p/a.jpg.json"},
        "/p/a(1).jpg": {"/p/a.jpg(1).json"},
        "/p/a(2).jpg": {"/p/a.jpg.supplemental-metadata(2).json"},
    }


def test_a_cut_name_that_may_be_of_two_photos_is_of_none():
    names = [f"{LONG}.jpg", f"{LONG}.heic", f"{LONG[:46]}.json"]
    assert units(folder("/p", *names)) == {}


def test_the_json_of_a_movie_goes_with_its_photo():
    names = ["a.heic", "a.mp4", "a.heic.supplemental-metadata.json", "a.mp4.supplemental-me.json"]
    assert units(folder("/p", *names)) == {"/p/a.heic": {f"/p/{name}" for name in names[1:]}}


def test_the_original_keeps_the_json_that_an_edited_picture_shares():
    names = ["a.jpg", "a-edited.jpg", "a.jpg.json"]
    assert units(folder("/p", *names)) == {"/p/a.jpg": {"/p/a.jpg.json"}}


def test_settings_may_lie_in_a_folder_below(tmp_path: Path) -> None:
    for name in ("CaptureOne/Settings153/a.jpg.cos", "CaptureOne/Settings153/gone.jpg.cos",
                 "CaptureOne/Cache/a.jpg.cop", "NKSC_PARAM/b.JPG.nksc"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    names = ("a.jpg", "b.CR2", "b.JPG", "CaptureOne", "NKSC_PARAM")
    assert units(folder(str(tmp_path), *names)) == {
        f"{tmp_path}/a.jpg": {f"{tmp_path}/CaptureOne/Settings153/a.jpg.cos"},
        f"{tmp_path}/b.CR2": {f"{tmp_path}/b.JPG", f"{tmp_path}/NKSC_PARAM/b.JPG.nksc"},
    }
    alone = folder(str(tmp_path), "a.jpg", "CaptureOne")
    assert list(units(alone)) == [f"{tmp_path}/a.jpg"]
