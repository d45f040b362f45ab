"""The pair: pictures get sharper, and late answers for another pair are dropped."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtGui import QTransform
from pytestqt.qtbot import QtBot

from kindred.engine.errors import DecodeError
from kindred.engine.types import Group, Kind, Photo, Registration, Relation, SkipReason
from kindred.gui.compare import pair_loader as pairs
from kindred.gui.compare.pair_loader import PairLoader
from kindred.gui.compare.placement import Placement
from kindred.gui.services.context import Context
from kindred.gui.services.preferences import Settings
from kindred.gui.services.tasks import Tasks
from kindred.gui.services.thumbnails import Thumbnails

MIRROR = Registration((-1.0, 0.0, 320.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0), mirrored=True)


class SlowLibrary:
    """Answers a comparison when the test lets it."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.error: Exception | None = None

    def compare(self, _first: Path, _second: Path) -> Any:
        self.gate.wait(20)
        if self.error:
            raise self.error
        return SimpleNamespace(relation=Relation(0, 1, Kind.COPY, 0.9, 0.9, registration=MIRROR))


@pytest.fixture
def library() -> SlowLibrary:
    return SlowLibrary()


@pytest.fixture
def pair(
    qtbot: QtBot, library: SlowLibrary, tasks: Tasks, thumbnails: Thumbnails, settings: Settings
) -> PairLoader:
    return PairLoader(Context(library, tasks, thumbnails, settings))


@pytest.fixture
def shots(photo: Callable[..., Photo], group: Callable[..., Group]) -> Group:
    return group([photo(1), photo(2), photo(3)], kind=Kind.SIMILAR)


def test_a_better_placement_replaces_the_one_by_size(
    pair: PairLoader, library: SlowLibrary, shots: Group, qtbot: QtBot
) -> None:
    pair.show(shots, 0, 1)
    assert pair.searching and pair.placement is not None and not pair.placement.registered
    with qtbot.waitSignal(pair.placed):
        library.gate.set()
    assert pair.placement.registered and not pair.searching
    assert pair.relation is not None and pair.relation.kind is Kind.COPY


def test_an_answer_for_an_earlier_pair_is_dropped(
    pair: PairLoader, library: SlowLibrary, shots: Group, tasks: Tasks, qtbot: QtBot
) -> None:
    pair.show(shots, 0, 1)
    pair.forget()
    library.gate.set()
    assert tasks.close(seconds=20)
    qtbot.wait(20)
    assert pair.placement is None and pair.relation is None


@pytest.mark.parametrize("kind", [Kind.COPY, Kind.SIMILAR])
def test_copies_are_laid_more_exactly_a_moment_later(
    pair: PairLoader,
    shots: Group,
    tasks: Tasks,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
) -> None:
    def moved(_first: Photo, _second: Photo, placement: Placement) -> Placement:
        return replace(placement, onto_first=QTransform.fromTranslate(3, 0))

    monkeypatch.setattr(pairs, "align", moved)
    other = replace(shots.members[1], relation=kind, registration=MIRROR)
    pair.show(replace(shots, members=(shots.members[0], other)), 0, 1)
    qtbot.waitUntil(lambda: not tasks.reading)
    assert pair.placement is not None
    assert (pair.placement.onto_first.m31() == 3) is (kind is Kind.COPY)


def test_a_failed_comparison_keeps_the_placement_by_size(
    pair: PairLoader, library: SlowLibrary, shots: Group, qtbot: QtBot
) -> None:
    library.error = DecodeError(SkipReason.VANISHED, "It is gone.")
    pair.show(shots, 0, 1)
    with qtbot.waitSignal(pair.placed):
        library.gate.set()
    assert not pair.searching and pair.placement is not None and not pair.placement.registered


def test_pictures_only_get_sharper(
    pair: PairLoader,
    library: SlowLibrary,
    shots: Group,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pairs, "PREVIEW", 100)
    library.gate.set()
    widths: dict[int, list[int]] = {0: [], 1: []}
    pair.pictured.connect(lambda found: widths[found.side].append(found.picture.width))
    pair.show(shots, 0, 1)
    qtbot.waitUntil(lambda: all(seen and seen[-1] == 320 for seen in widths.values()))
    qtbot.wait(50)
    assert all(seen == sorted(seen) for seen in widths.values())


def test_the_first_photo_is_not_loaded_again_for_the_next_pair(
    pair: PairLoader,
    library: SlowLibrary,
    shots: Group,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library.gate.set()
    loads: list[str] = []
    real = pairs.image_pyramid.load

    def load(path: Path, *, max_side: int | None) -> Any:
        loads.append(path.name)
        return real(path, max_side=max_side)

    monkeypatch.setattr(pairs.image_pyramid, "load", load)
    for second in (1, 2):
        pair.show(shots, 0, second)
        name = shots.members[second].photo.path.name
        qtbot.waitUntil(lambda name=name: {"1.jpg", name} <= set(loads))
    assert loads.count("1.jpg") == 1
