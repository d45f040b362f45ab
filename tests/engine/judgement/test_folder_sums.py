"""Folders are counted with what is below them, and told where the same photos lie."""

from pathlib import Path

from kindred.engine.judgement.folder_sums import FolderSum, folder_sums
from kindred.engine.types import Group, Judgement, Kind, Member, Photo, PhotoInfo, Tier, Why

INFO = PhotoInfo(40, 30, "JPEG")
PICTURES, BACKUP = Path("/pictures"), Path("/pictures/Backup 2019")


def photo(path: str, content: int) -> Photo:
    return Photo(Path(path), f"{content:064}", content, 10, 0, INFO)


def pair(going: Photo, staying: Photo, tier: Tier) -> Group:
    judged = Judgement(tier, staying.path if tier is not Tier.EDITED else None, (), Why.CONTAINED)
    return Group(
        str(going.path),
        Kind.COPY,
        (Member(staying, Kind.COPY, 1.0), Member(going, Kind.COPY, 1.0, judgement=judged)),
    )


def test_a_folder_knows_where_its_photos_are_too() -> None:
    counts = {BACKUP / "07": (3, 30), PICTURES / "Camera" / "2019": (5, 50), PICTURES: (1, 10)}
    groups = [
        pair(photo(f"{BACKUP}/07/1.jpg", 1), photo("/pictures/Camera/2019/1.jpg", 1), Tier.EXACT),
        pair(photo(f"{BACKUP}/07/2.jpg", 2), photo("/pictures/Camera/2019/2.jpg", 3), Tier.LESSER),
        pair(photo(f"{BACKUP}/07/3.jpg", 4), photo("/pictures/Camera/2019/3.jpg", 5), Tier.EDITED),
        pair(photo("/pictures/Camera/2019/4.jpg", 6), photo("/pictures/x.jpg", 7), Tier.LESSER),
    ]
    sums = folder_sums(counts, groups, [PICTURES])
    camera = PICTURES / "Camera"
    assert sums[BACKUP] == FolderSum(BACKUP, 3, 30, 1, 1, ((camera, 2),))
    assert sums[BACKUP / "07"].where == ((camera, 2),)
    assert sums[camera] == FolderSum(camera, 5, 50, 1, 1, ((BACKUP, 1), (PICTURES, 1)))
    assert sums[PICTURES] == FolderSum(PICTURES, 9, 90)
    assert Path("/") not in sums


def test_a_keeper_that_may_go_is_counted_by_what_is_said_of_it() -> None:
    """What the other one would lose in its stead is another matter."""
    ours, theirs = photo(f"{BACKUP}/1.jpg", 1), photo("/pictures/x/1.jpg", 2)
    members = (
        Member(ours, Kind.COPY, 1.0, judgement=Judgement(Tier.LESSER, None, (), Why.FOLDERS)),
        Member(theirs, Kind.COPY, 1.0, judgement=Judgement(Tier.EXACT, None, (), Why.FOLDERS)),
    )
    counts = {BACKUP: (1, 10), PICTURES / "x": (1, 10)}
    sums = folder_sums(counts, [Group("k", Kind.COPY, members)], [PICTURES])
    assert (sums[BACKUP].exact, sums[BACKUP].lesser) == (0, 1)
    assert (sums[PICTURES / "x"].exact, sums[PICTURES / "x"].lesser) == (1, 0)
