"""The last part of a scan: facts and content checks of copies, each read and made once."""

from pathlib import Path

import pytest
from PIL import Image, ImageEnhance

from kindred.engine.judgement import companion_losses
from kindred.engine.library import Library
from kindred.engine.progress import CancelToken
from kindred.engine.scan import judging
from kindred.engine.types import FileFacts, Kind, Photo, ScanOptions, Tier, Why
from kindred.engine.verification import content
from tests.support.drawing import draw
from tests.support.movies import movie
from tests.support.scenery import scene


def scan(library: Library, folder: Path) -> None:
    library.scan([folder], options=ScanOptions(), token=CancelToken())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A photo, its bytes again, a smaller copy, and a brighter one."""
    folder = tmp_path / "photos"
    (folder / "Backup").mkdir(parents=True)
    picture = Image.fromarray(scene(3, width=960, height=720))
    picture.save(folder / "large.jpg", quality=95)
    (folder / "Backup" / "large.jpg").write_bytes((folder / "large.jpg").read_bytes())
    saved = Image.open(folder / "large.jpg")
    saved.resize((480, 360), Image.Resampling.LANCZOS).save(folder / "small.jpg", quality=85)
    ImageEnhance.Brightness(picture).enhance(1.2).save(folder / "bright.jpg", quality=92)
    return folder


def judged(library: Library) -> dict[str, tuple[Tier, str | None, Why | None]]:
    return {
        member.photo.path.relative_to(member.photo.path.parents[1]).as_posix(): (
            member.judgement.tier,
            member.judgement.stays and member.judgement.stays.name,
            member.judgement.why,
        )
        for group in library.groups(strictness=0.5)
        if group.kind is not Kind.SIMILAR
        for member in group.members[1:]
    }


def test_copies_are_judged_when_the_scan_ends(library: Library, folder: Path) -> None:
    scan(library, folder)
    assert judged(library) == {
        "Backup/large.jpg": (Tier.EXACT, "large.jpg", Why.SAME_BYTES),
        "photos/small.jpg": (Tier.LESSER, "large.jpg", Why.CONTAINED),
        "photos/bright.jpg": (Tier.EDITED, None, Why.LOSES),
    }


def test_nothing_is_read_or_checked_twice(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    checked: list[object] = []
    facts_of, check = judging.facts_of, content.check_content

    def counting(photo: Photo) -> FileFacts | None:
        read.append(photo.path.name)
        return facts_of(photo)

    monkeypatch.setattr(judging, "facts_of", counting)
    monkeypatch.setattr(
        content, "check_content", lambda *sides: checked.append(sides) or check(*sides)
    )
    scan(library, folder)
    assert sorted(read) == ["bright.jpg", "large.jpg", "small.jpg"]
    once = len(checked)
    scan(library, folder)
    assert len(checked) == once > 0
    Image.fromarray(scene(3, width=960, height=720)).save(folder / "again.jpg", quality=70)
    scan(library, folder)
    assert sorted(read) == ["again.jpg", "bright.jpg", "large.jpg", "small.jpg"]
    assert once < len(checked) <= once + judging.STAYING


def test_a_check_that_fails_leaves_the_pair_to_the_user(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_sides: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(content, "check_content", broken)
    scan(library, folder)
    assert judged(library)["photos/small.jpg"] == (Tier.EDITED, None, Why.LOSES)


def test_documents_of_one_cover_are_no_copies(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    cover, pages = draw(1), [draw(2), draw(3)]
    for name, page in zip("ab", pages, strict=True):
        cover.save(folder / f"{name}.tif", save_all=True, append_images=[page])
    scan(library, folder)
    assert [group.kind for group in library.groups(strictness=0.5)] == [Kind.SIMILAR]


def test_a_rejected_pair_stays_rejected_when_metadata_are_written_into_a_file(
    library: Library, folder: Path
) -> None:
    (folder / "bright.jpg").unlink()
    scan(library, folder)
    library.reject_photos(folder / "large.jpg", folder / "small.jpg")
    (folder / "Backup" / "large.jpg").unlink()
    small = folder / "small.jpg"
    data = small.read_bytes()
    comment = b"a rating, say"
    small.write_bytes(
        data[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + data[2:]
    )
    scan(library, folder)
    assert library.groups(strictness=0.5) == []
    (decision,) = library.decisions()
    library.forget(decision)
    assert len(library.groups(strictness=0.5)) == 1


def test_files_of_the_same_bytes_are_not_read_for_it(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("small.jpg", "bright.jpg"):
        (folder / name).unlink()
    monkeypatch.setattr(judging, "facts_of", lambda photo: pytest.fail(str(photo.path)))
    scan(library, folder)
    assert judged(library) == {"Backup/large.jpg": (Tier.EXACT, "large.jpg", Why.SAME_BYTES)}


def test_movies_are_compared_by_what_the_scan_read(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("small.jpg", "bright.jpg"):
        (folder / name).unlink()
    (folder / "large.mov").write_bytes(movie())
    other = folder / "Backup" / "large.mov"
    other.write_bytes(movie(taken_at="2023-05-01T12:11:12+0200"))
    scan(library, folder)
    monkeypatch.setattr(companion_losses, "same_movie", lambda *_: pytest.fail("read again"))
    assert judged(library) == {"Backup/large.jpg": (Tier.EXACT, "large.jpg", Why.SAME_BYTES)}
    other.write_bytes(movie(media=b"pictures and noise"))
    scan(library, folder)
    assert judged(library) == {"Backup/large.jpg": (Tier.EDITED, None, Why.LOSES)}


def test_what_is_removed_from_a_search_is_judged_as_in_its_group(
    library: Library, folder: Path
) -> None:
    scan(library, folder)
    large = folder / "large.jpg"
    found = library.search(large)
    hits = library.relate(large, found.hits)
    query = next(hit.photo for hit in hits if hit.photo.path == large)
    others = [hit for hit in hits if hit.photo.path != large]
    group = library.search_group(query, others)
    plan = library.plan([group], {hit.photo.path for hit in others})
    assert {r.photo.path.name: (r.judgement.tier, r.judgement.why) for r in plan.removals} == {
        "large.jpg": (Tier.EXACT, Why.SAME_BYTES),
        "small.jpg": (Tier.LESSER, Why.CONTAINED),
        "bright.jpg": (Tier.EDITED, Why.LOSES),
    }
