"""What was called not duplicates stays so, whatever is written into a file or joins the group."""

from pathlib import Path

from kindred.engine.library import Library
from tests.support import camera_files as files
from tests.support.camera_files import jpeg, with_xmp
from tests.support.drawing import draw
from tests.support.keeper_situations import put
from tests.support.outside import see

SHOT = files.shot(1, draw(1, (700, 525)))


def reject(folder: Path) -> None:
    see(folder)
    with Library.open() as library:
        (group,) = library.groups(strictness=0.5)
        library.reject(group)


def test_a_rating_written_later_does_not_undo_it(folder: Path) -> None:
    put(folder, "x1.jpg", SHOT.data)
    put(folder, "x2.jpg", jpeg(SHOT.picture().resize((690, 518)), quality=85))
    reject(folder)
    put(folder, "x1.jpg", with_xmp(SHOT.data, files.xmp(rating=4)), when=1_600_000_000)
    seen = see(folder)
    assert seen.apart("x1.jpg", "x2.jpg")
    assert seen.suggested == set()


def test_a_third_copy_does_not_bring_the_pair_back(folder: Path) -> None:
    put(folder, "x1.jpg", SHOT.data)
    put(folder, "x2.jpg", jpeg(SHOT.picture().resize((690, 518)), quality=85))
    reject(folder)
    put(folder, "x3.jpg", jpeg(SHOT.picture().resize((680, 510)), quality=80))
    for removal in see(folder).removals:
        assert {removal.path, removal.keeper} != {"x1.jpg", "x2.jpg"}
