"""How often a first scan opens a file, and how many pairs of a group it opens."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kindred.engine.decoding import decode
from kindred.engine.library import Library
from kindred.engine.progress import CancelToken
from kindred.engine.scan import pipeline
from kindred.engine.types import Kind, ScanOptions
from kindred.engine.verification import verify
from tests.support.drawing import draw

COPIES = 6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A photo with copies of other sizes and qualities, and other photos."""
    photos = tmp_path / "photos"
    photos.mkdir()
    picture = draw(1, (600, 450))
    for number in range(COPIES):
        size = 600 - 40 * number, 450 - 30 * number
        picture.resize(size).save(photos / f"copy{number}.jpg", quality=95 - 3 * number)
    for seed in range(2, 4):
        draw(seed, (320, 240)).save(photos / f"other{seed}.jpg", quality=90)
    return photos


def scan(library: Library, folder: Path) -> None:
    library.scan([folder], options=ScanOptions(workers=2), token=CancelToken())


def test_a_first_scan_opens_each_original_once(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Close looks, and the checks of what would be suggested, are made later and left out here."""
    opened: Counter[str] = Counter()
    read = decode.read_bytes
    monkeypatch.setattr(
        decode, "read_bytes", lambda file: opened.update([file.path.name]) or read(file)
    )
    monkeypatch.setattr(
        decode, "open_upright", lambda path, **_: opened.update([path.name]) or None
    )
    monkeypatch.setattr(verify, "_look", lambda *_, **__: None)
    monkeypatch.setattr(pipeline, "judge", lambda _work: None)
    scan(library, folder)
    assert opened == Counter(path.name for path in folder.iterdir())
    (group,) = [group for group in library.groups(strictness=0.5) if group.kind is Kind.COPY]
    assert len(group.members) == COPIES


def test_copies_of_one_photo_open_as_many_pairs_as_there_are_copies(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[int, int]] = []
    plain = verify.verify

    def counted(first: verify.View, second: verify.View, **more: object):
        relation = plain(first, second, **more)
        opened.extend([(first.content, second.content)] if relation.kind is Kind.COPY else [])
        return relation

    monkeypatch.setattr(verify, "verify", counted)
    monkeypatch.setattr(pipeline, "judge", lambda _work: None)
    scan(library, folder)
    (group,) = [group for group in library.groups(strictness=0.5) if group.kind is Kind.COPY]
    assert len(group.members) == COPIES
    assert len(opened) == len(set(opened)) == COPIES - 1
    # What follows from the hub is as good as what was seen.
    for member in group.members:
        assert member.relation is not Kind.SIMILAR and member.registration is not None
        scale = group.keeper.info.width / member.photo.info.width
        matrix = np.reshape(member.registration.matrix, (3, 3))
        assert np.allclose(matrix, np.diag([scale, scale, 1]), atol=2)


def test_a_photo_added_later_is_opened_with_the_hub_alone(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "judge", lambda _work: None)
    scan(library, folder)
    Image.open(folder / "copy0.jpg").crop((30, 30, 550, 420)).save(folder / "new.jpg", quality=90)
    opened: list[object] = []
    plain = verify.verify
    monkeypatch.setattr(
        verify, "verify", lambda *views, **more: opened.append(views) or plain(*views, **more)
    )
    scan(library, folder)
    (group,) = [group for group in library.groups(strictness=0.5) if group.kind is Kind.COPY]
    assert len(group.members) == COPIES + 1
    assert len(opened) <= 6
