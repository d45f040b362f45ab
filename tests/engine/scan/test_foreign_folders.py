from pathlib import Path

import pytest

from kindred.engine.errors import KindredError
from kindred.engine.messages import Code
from kindred.engine.progress import CancelToken
from kindred.engine.scan.foreign_folders import Foreign, around
from kindred.engine.scan.walker import walk
from kindred.engine.types import SkippedFile, SkipReason


def see(root: Path, *, hidden: bool = False) -> tuple[list[str], list[SkippedFile]]:
    skipped: list[SkippedFile] = []
    found = walk(
        [root],
        follow_links=False,
        include_hidden=hidden,
        token=CancelToken(),
        on_skipped=skipped.append,
    )
    return [path for folder in found for path, *_ in folder.photos], skipped


def put(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ("Photos Library.photoslibrary/originals/0/a.jpg", Foreign.LIBRARY),
        ("Photos.migratedphotolibrary/Masters/a.jpg", Foreign.LIBRARY),
        ("Old.aplibrary/Masters/a.jpg", Foreign.LIBRARY),
        ("Lightroom Library.lrlibrary/a.jpg", Foreign.LIBRARY),
        ("Studio.cocatalog/Originals/a.jpg", Foreign.LIBRARY),
        ("Cat Smart Previews.lrdata/a.dng", Foreign.THUMBNAILS),
        ("$RECYCLE.BIN/S-1-5/a.jpg", Foreign.TRASH),
        (".Trash-1000/files/a.jpg", Foreign.TRASH),
        (".Trashes/501/a.jpg", Foreign.TRASH),
        ("#recycle/a.jpg", Foreign.TRASH),
        ("@Recycle/a.jpg", Foreign.TRASH),
        (".dtrash/files/a.jpg", Foreign.TRASH),
        ("files_trashbin/files/a.jpg", Foreign.TRASH),
        (".stversions/a.jpg", Foreign.VERSIONS),
        ("files_versions/a.jpg", Foreign.VERSIONS),
        ("@eaDir/a.jpg/SYNOPHOTO_THUMB_XL.jpg", Foreign.THUMBNAILS),
        (".@__thumb/a.jpg", Foreign.THUMBNAILS),
        ("appdata_oc1x2y/preview/a.jpg", Foreign.THUMBNAILS),
        ("mipmaps-0a1b.d/0/a.jpg", Foreign.THUMBNAILS),
        (".Spotlight-V100/a.jpg", Foreign.SYSTEM),
    ],
)
def test_is_named_and_not_entered(tmp_path: Path, inside: str, what: Foreign) -> None:
    put(tmp_path / inside)
    put(tmp_path / "own.jpg")
    for hidden in (False, True):
        photos, skipped = see(tmp_path, hidden=hidden)
        assert photos == [str(tmp_path / "own.jpg")]
        assert [file.reason for file in skipped] == [SkipReason.NOT_ENTERED] * (
            what is not Foreign.SYSTEM
        )
        assert all(file.detail.startswith(what.value or "") for file in skipped)


def test_a_trash_and_an_old_library_are_told_by_what_is_in_them(tmp_path: Path) -> None:
    put(tmp_path / "Trash/files/a.jpg")
    put(tmp_path / "Trash/info/a.jpg.trashinfo")
    put(tmp_path / "iPhoto Library/AlbumData.xml")
    put(tmp_path / "iPhoto Library/Originals/2009/a.jpg")
    put(tmp_path / "more/Trash/a.jpg")  # a folder that a user named so
    photos, skipped = see(tmp_path)
    assert photos == [str(tmp_path / "more/Trash/a.jpg")]
    assert {file.path.name for file in skipped} == {"Trash", "iPhoto Library"}


def test_thumbnails_of_a_drive_are_named_once(tmp_path: Path) -> None:
    for number in range(5):
        put(tmp_path / f"{number}/@eaDir/a.jpg")
    assert len(see(tmp_path)[1]) == 1


@pytest.mark.parametrize(
    ("root", "code", "inside"),
    [
        ("Photos Library.photoslibrary", Code.IN_LIBRARY, "Photos Library.photoslibrary"),
        ("A.aplibrary/Masters/2010", Code.IN_LIBRARY, "A.aplibrary"),
        (".Trash-1000/files", Code.IN_TRASH, ".Trash-1000"),
        ("share/Trash/files", Code.IN_TRASH, "Trash"),
        ("p/.stversions/2020", Code.IN_TRASH, ".stversions"),
    ],
)
def test_a_root_inside_one_is_refused(tmp_path: Path, root: str, code: Code, inside: str) -> None:
    put(tmp_path / "share/Trash/info/x")
    (tmp_path / root).mkdir(parents=True, exist_ok=True)
    put(tmp_path / root / "a.jpg")
    with pytest.raises(KindredError) as caught:
        see(tmp_path / root)
    assert caught.value.message.code is code
    assert caught.value.message.values["inside"] == inside


def test_a_recovered_disk_may_be_chosen(tmp_path: Path) -> None:
    put(tmp_path / "lost+found/a.jpg")
    assert around(tmp_path / "lost+found") is None
    assert len(see(tmp_path / "lost+found")[0]) == 1
