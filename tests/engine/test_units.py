"""Units: which files belong to one shot, and which do not."""

from pathlib import Path

import pytest

from engine.units import companions

PICTURES = (".jpg", ".heic", ".cr2", ".dng", ".png")


def units(folder: Path, *names: str) -> dict[str, set[str]]:
    for name in names:
        (folder / name).write_bytes(b"")
    photos = [folder / name for name in names if name.lower().endswith(PICTURES)]
    return {
        main.name: {other.name for other in others} for main, others in companions(photos).items()
    }


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
def test_what_belongs_together(tmp_path, names, expected):
    assert units(tmp_path, *names.split()) == expected


def test_folders_do_not_mix_and_missing_ones_have_no_units(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.mov").write_bytes(b"")
    assert units(tmp_path, "a.jpg") == {}
    assert companions([tmp_path / "gone" / "a.jpg"]) == {}
