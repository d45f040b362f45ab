"""Long bursts in a scan: more alike photos than any of them has candidates that are opened."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kindred.engine.embedding.embedder import Embedder
from kindred.engine.library import Library
from kindred.engine.pairs import KINDS, Edges
from kindred.engine.progress import CancelToken
from kindred.engine.scan import matching
from kindred.engine.types import Kind, Relation, ScanOptions
from kindred.engine.verification import verify
from kindred.engine.verification.views import View
from tests.support.drawing import draw
from tests.support.scenery import scene

FRAMES = 70


def frames(folder: Path, *, pan: int) -> None:
    """A camera that stands still, but moves on by `pan` pixels at frame 40."""
    wide = scene(61, width=160 + pan, height=120).astype(np.int16)
    random = np.random.default_rng(0)
    for number in range(FRAMES):
        left = pan if number >= 40 else 0
        grain = random.integers(-2, 3, (120, 160, 3))
        picture = (wide[:, left : left + 160] + grain).clip(0, 255).astype(np.uint8)
        Image.fromarray(picture).save(folder / f"{number:02}.png", compress_level=1)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The pairs whose pictures are opened: all are similar shots."""
    pairs: list[tuple[int, int]] = []

    def similar(first: View, second: View, *, similarity: float, **_: object):
        pairs.append((first.content, second.content))
        return Relation(first.content, second.content, Kind.SIMILAR, similarity, 0.9)

    monkeypatch.setattr(verify, "verify", similar)
    return pairs


def groups_of(library: Library, folder: Path) -> list[list[str]]:
    library.scan([folder], options=ScanOptions(workers=2), token=CancelToken())
    return [
        sorted(member.photo.path.stem for member in group.members)
        for group in library.groups(strictness=0.5)
    ]


def test_a_long_burst_is_one_group_though_not_all_its_pairs_are_opened(
    library: Library, tmp_path: Path, opened: list[tuple[int, int]]
) -> None:
    frames(tmp_path, pan=0)
    assert groups_of(library, tmp_path) == [[f"{number:02}" for number in range(FRAMES)]]
    assert len(opened) <= FRAMES * matching.NEAR < FRAMES * (FRAMES - 1) / 2
    assert len(set(opened)) == len(opened)
    opened.clear()
    assert len(groups_of(library, tmp_path)) == 1
    assert opened == []


def test_it_is_split_where_the_camera_moved_on(
    library: Library, tmp_path: Path, opened: list[tuple[int, int]]
) -> None:
    frames(tmp_path, pan=100)
    assert groups_of(library, tmp_path) == [
        [f"{number:02}" for number in range(40)],
        [f"{number:02}" for number in range(40, FRAMES)],
    ]


def test_photos_of_one_event_do_not_set_the_scale_for_ever(
    embedder: Embedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    opened: list[tuple[int, int]],
) -> None:
    """A network without a scale of its own: two scans come to what one comes to."""
    event, rest = tmp_path / "event", tmp_path / "rest"
    event.mkdir()
    rest.mkdir()
    wide = scene(61, width=200, height=120)
    for number in range(6):
        Image.fromarray(wide[:, 3 * number :][:, :160]).save(event / f"{number:02}.png")
    for seed in range(60):
        draw(seed, (64, 48)).save(rest / f"{seed}.png")
    found = []
    for scans in ([[event], [event, rest]], [[event, rest]]):
        monkeypatch.setenv("KINDRED_HOME", str(tmp_path / str(len(scans))))
        with Library.open(embedder=replace(embedder, calibration=None)) as library:
            for folders in scans:
                library.scan(folders, options=ScanOptions(workers=2), token=CancelToken())
            groups = library.groups(strictness=0.5)
            names = [sorted(member.photo.path.name for member in g.members) for g in groups]
            found.append((library.calibration(), names, len(opened)))
            opened.clear()
    assert found[0] == found[1]
    assert [f"{number:02}.png" for number in range(6)] in found[0][1]


def edges(rows: list[tuple[int, int, Kind, float]]) -> Edges:
    first, second, kinds, sure = zip(*rows, strict=True)
    return Edges(
        np.array(first, np.int64),
        np.array(second, np.int64),
        np.array([KINDS.index(kind) for kind in kinds], np.int8),
        np.full(len(rows), 0.4, np.float32),
        np.array(sure, np.float32),
    )


def wanted(rows: list[tuple[int, int, Kind, float]]) -> list[tuple[int, int]]:
    return list(zip(*(side.tolist() for side in matching.copies_of_hubs(edges(rows))), strict=True))


STAR = [(1, 2, Kind.COPY, 0.9), (1, 3, Kind.COPY, 0.9), (1, 4, Kind.COPY, 0.9)]


def test_the_copy_of_a_copy_is_compared_with_the_hub() -> None:
    assert (1, 9) in wanted([*STAR, (4, 9, Kind.COPY, 0.8)])


@pytest.mark.parametrize(
    ("kind", "sure", "again"),
    [
        (Kind.SIMILAR, 0.6, False),
        (Kind.UNRELATED, 1.0, False),  # it was opened
        (Kind.UNRELATED, 0.7, True),  # the network alone said so
    ],
)
def test_a_pair_that_was_opened_is_not_opened_again(kind: Kind, sure: float, again: bool) -> None:
    assert ((1, 9) in wanted([*STAR, (4, 9, Kind.COPY, 0.8), (1, 9, kind, sure)])) == again


def test_photos_without_copies_have_no_hub() -> None:
    assert wanted([(1, 2, Kind.SIMILAR, 0.9), (2, 3, Kind.SIMILAR, 0.9)]) == []


def test_a_collage_is_grouped_with_the_photo_in_it(library: Library, tmp_path: Path) -> None:
    photos = [scene(seed, width=480, height=360) for seed in range(80, 84)]
    page = np.vstack([np.hstack(photos[:2]), np.hstack(photos[2:])])
    Image.fromarray(photos[0]).save(tmp_path / "photo.png")
    Image.fromarray(page).save(tmp_path / "collage.png")
    for seed in range(8):
        Image.fromarray(scene(seed, width=480, height=360)).save(tmp_path / f"{seed}.png")
    assert ["collage", "photo"] in groups_of(library, tmp_path)
