"""The compare view: pairs, keys, marks, and what is loaded and read out."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import ImageDraw
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kindred.engine.embedding.explanation import Explanation, Match
from kindred.engine.embedding.similarity import Measures
from kindred.engine.errors import DecodeError
from kindred.engine.types import (
    Edit,
    EditName,
    Group,
    Kind,
    Member,
    Photo,
    Registration,
    Relation,
    SkipReason,
)
from kindred.gui.compare.canvas import Mode
from kindred.gui.compare.compare_view import CompareView
from kindred.gui.services.context import Context
from kindred.gui.services.preferences import Settings
from kindred.gui.services.requests import MarkRequest
from kindred.gui.services.tasks import Tasks
from kindred.gui.services.thumbnails import Thumbnails
from tests.support.controls import lacking
from tests.support.drawing import draw

SAME_PLACE = Registration((1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0))
Key = Qt.Key


class FakeLibrary:
    """Compares with a relation that the test sets; explains with two hot corners."""

    def __init__(self) -> None:
        self.relation = Relation(0, 1, Kind.SIMILAR, 0.9, 0.9)
        self.asked: list[tuple[Path, Path]] = []

    def compare(self, first: Path, second: Path) -> Any:
        self.asked.append((first, second))
        return SimpleNamespace(relation=self.relation)

    def explain(self, first: Path, _second: Path) -> Any:
        if not first.exists():
            raise DecodeError(SkipReason.VANISHED, "It is gone.")
        hot = np.eye(4, dtype=np.float32)
        measures = Measures(0.8, 0.632, 0.667)
        return Explanation(hot, hot, (Match((0.1, 0.2), (0.8, 0.9), 0.7),), measures)


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
def view(
    qtbot: QtBot, library: FakeLibrary, tasks: Tasks, thumbnails: Thumbnails, settings: Settings
) -> CompareView:
    made = CompareView(Context(library, tasks, thumbnails, settings))
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def copies(photo: Callable[..., Photo]) -> Group:
    edits = (Edit(EditName.OVERLAID, 0.06),)
    members = [Member(photo(1), Kind.IDENTICAL, 1.0)]
    members += [
        Member(photo(seed), Kind.COPY, 0.97, edits=edits, registration=SAME_PLACE)
        for seed in (2, 3)
    ]
    return Group("copies", Kind.COPY, tuple(members))


@pytest.fixture
def shots(copies: Group) -> Group:
    members = (replace(m, relation=Kind.SIMILAR, registration=None) for m in copies.members)
    return Group("shots", Kind.SIMILAR, tuple(members))


def press(qtbot: QtBot, view: CompareView, key: Qt.Key) -> None:
    qtbot.keyClick(view.canvas, key)


def loaded(view: CompareView, side: int) -> int:
    """Width of the sharpest picture the canvas has of a side."""
    found = view.canvas.picture(side)
    return found.width if found else 0


def test_both_full_pictures_arrive(view: CompareView, copies: Group, qtbot: QtBot) -> None:
    view.show_group(copies, 0, 1)
    qtbot.waitUntil(lambda: loaded(view, 0) == 320 and loaded(view, 1) == 320)
    assert "1 of 2" in view.title
    assert "something laid over it" in view.title


def test_arrows_go_round_the_other_photos(view: CompareView, copies: Group, qtbot: QtBot) -> None:
    view.show_group(copies, 0, 1)
    names = []
    for _ in range(3):
        press(qtbot, view, Key.Key_Right)
        assert view.pair.photos is not None
        names.append(view.pair.photos[1].path.name)
    assert names == ["3.jpg", "2.jpg", "3.jpg"]
    press(qtbot, view, Key.Key_Left)
    assert view.pair.photos[1].path.name == "2.jpg"
    qtbot.waitUntil(lambda: loaded(view, 1) == 320)


@pytest.mark.parametrize(
    ("key", "mode"),
    [
        (Key.Key_1, Mode.SIDES),
        (Key.Key_2, Mode.SWIPE),
        (Key.Key_3, Mode.FLICKER),
        (Key.Key_4, Mode.DIFFERENCE),
        (Key.Key_5, Mode.EXPLAIN),
        (Key.Key_E, Mode.EXPLAIN),
    ],
)
def test_number_keys_choose_the_mode(
    view: CompareView, copies: Group, qtbot: QtBot, key: Qt.Key, mode: Mode
) -> None:
    view.show_group(copies, 0, 1)
    press(qtbot, view, key)
    assert view.canvas.mode is mode


def test_k_and_x_mark_the_active_photo(view: CompareView, copies: Group, qtbot: QtBot) -> None:
    view.show_group(copies, 0, 1)
    heard = []
    view.marked.connect(heard.append)
    press(qtbot, view, Key.Key_X)
    press(qtbot, view, Key.Key_Up)
    press(qtbot, view, Key.Key_K)
    paths = [member.photo.path for member in copies.members]
    assert heard == [MarkRequest(paths[1], "remove"), MarkRequest(paths[0], "keep")]


def test_a_protected_photo_is_not_marked_for_removal(
    view: CompareView, copies: Group, qtbot: QtBot
) -> None:
    members = (copies.members[0], replace(copies.members[1], protected=True))
    view.show_group(replace(copies, members=members), 0, 1)
    heard = []
    view.marked.connect(heard.append)
    press(qtbot, view, Key.Key_X)
    assert heard == []
    assert "protected folder" in view.readout


def test_nothing_is_marked_where_there_is_nothing_to_mark(
    view: CompareView, copies: Group, qtbot: QtBot
) -> None:
    view.set_markable(on=False)
    view.show_group(copies, 0, 1)
    with qtbot.assertNotEmitted(view.marked):
        press(qtbot, view, Key.Key_X)


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_Space])
def test_escape_and_space_close(
    view: CompareView, copies: Group, qtbot: QtBot, key: Qt.Key
) -> None:
    view.show_group(copies, 0, 1)
    with qtbot.waitSignal(view.closed):
        press(qtbot, view, key)


def test_keys_win_over_the_shortcuts_of_the_page_below(
    view: CompareView, copies: Group, qtbot: QtBot
) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    QVBoxLayout(page).addWidget(view)
    stolen = []
    QShortcut(QKeySequence("X"), page, lambda: stolen.append("X"))
    page.show()
    qtbot.waitExposed(page)
    view.show_group(copies, 0, 1)
    with qtbot.waitSignal(view.marked):
        press(qtbot, view, Key.Key_X)
    assert stolen == []
    view.setParent(None)


def test_zoom_keys(view: CompareView, copies: Group, qtbot: QtBot) -> None:
    view.show_group(copies, 0, 1)
    fitted = view.canvas.zoom(0)
    press(qtbot, view, Key.Key_Plus)
    assert view.canvas.zoom(0) == pytest.approx(fitted * 1.25)
    press(qtbot, view, Key.Key_Z)
    assert view.canvas.zoom(0) == pytest.approx(1)
    press(qtbot, view, Key.Key_F)
    assert view.canvas.zoom(0) == pytest.approx(fitted)


def test_flicker_keys(view: CompareView, copies: Group, qtbot: QtBot) -> None:
    view.show_group(copies, 0, 1)
    press(qtbot, view, Key.Key_3)
    press(qtbot, view, Key.Key_P)
    assert not view.canvas.flickering
    shown = view.canvas.shown
    press(qtbot, view, Key.Key_S)
    assert view.canvas.shown != shown


def test_flicker_goes_on_when_the_view_is_shown_again(
    view: CompareView, copies: Group, qtbot: QtBot
) -> None:
    view.show_group(copies, 0, 1)
    press(qtbot, view, Key.Key_3)
    view.hide()
    assert not view.canvas.flickering
    view.show_group(copies, 0, 2)
    view.show()
    assert view.canvas.flickering
    assert "Pause" in [made.accessibleName() for made in view.findChildren(QToolButton)]
    press(qtbot, view, Key.Key_1)
    view.hide()
    view.show()
    assert not view.canvas.flickering


def test_difference_is_read_out(view: CompareView, copies: Group, qtbot: QtBot) -> None:
    picture = draw(1, (320, 240))
    ImageDraw.Draw(picture).rectangle((60, 200, 260, 225), fill="white")
    picture.save(copies.members[1].photo.path, quality=90)
    view.show_group(copies, 0, 1)
    press(qtbot, view, Key.Key_4)
    qtbot.waitUntil(lambda: "at the bottom" in view.readout, timeout=20_000)
    press(qtbot, view, Key.Key_1)
    assert "at the bottom" not in view.readout


def test_similar_shots_are_compared_then_said_to_be_unregistered(
    view: CompareView, shots: Group, library: FakeLibrary, qtbot: QtBot
) -> None:
    view.show_group(shots, 0, 1)
    qtbot.waitUntil(lambda: "Different shots" in view.readout)
    assert library.asked == [tuple(member.photo.path for member in shots.members[:2])]


def test_a_registration_that_is_found_is_used(
    view: CompareView, shots: Group, library: FakeLibrary, qtbot: QtBot
) -> None:
    library.relation = Relation(
        0, 1, Kind.COPY, 0.9, 0.9, (Edit(EditName.MIRRORED),), registration=SAME_PLACE
    )
    view.show_group(shots, 0, 1)
    qtbot.waitUntil(lambda: view.pair.placement is not None and view.pair.placement.registered)
    assert "copy · mirrored" in view.title


def test_explain_asks_the_library(view: CompareView, shots: Group, qtbot: QtBot) -> None:
    view.show_group(shots, 0, 1)
    press(qtbot, view, Key.Key_E)
    qtbot.waitUntil(lambda: set(view.canvas.overlay.layers) == {0, 1})
    assert "Cosine 0.800 · Euclidean distance 0.632 · Jaccard 0.667" in view.readout
    assert view.canvas.overlay.points == {0: [(0.1, 0.2)], 1: [(0.8, 0.9)]}
    press(qtbot, view, Key.Key_1)
    assert not view.canvas.overlay.layers


def test_a_photo_that_is_gone_is_named(view: CompareView, copies: Group, qtbot: QtBot) -> None:
    copies.members[1].photo.path.unlink()
    view.show_group(copies, 0, 1)
    qtbot.waitUntil(lambda: "2.jpg:" in view.readout)
    qtbot.waitUntil(lambda: loaded(view, 0) == 320)


def test_hiding_gives_the_pictures_back(view: CompareView, copies: Group, qtbot: QtBot) -> None:
    view.show_group(copies, 0, 1)
    qtbot.waitUntil(lambda: loaded(view, 1) == 320)
    view.hide()
    assert loaded(view, 0) == loaded(view, 1) == 0
    view.show()
    qtbot.waitUntil(lambda: loaded(view, 0) == loaded(view, 1) == 320)


def test_marks_are_shown(view: CompareView, copies: Group) -> None:
    paths = [member.photo.path for member in copies.members]
    view.set_marks({paths[0]: "keep", paths[1]: "remove"})
    view.show_group(copies, 0, 1)
    buttons = view.strip.findChildren(QToolButton)
    assert [made.text() for made in buttons if made.isChecked()][-2:] == ["Keep", "Remove"]


def test_every_control_is_told(view: CompareView, copies: Group) -> None:
    view.show_group(copies, 0, 1)
    view.set_mode(Mode.FLICKER)
    assert not lacking(view)


def test_a_rectangle_drawn_on_a_photo_asks_for_that_part(
    view: CompareView, copies: Group, qtbot: QtBot
) -> None:
    view.show_group(copies, 0, 1)
    left, canvas = Qt.MouseButton.LeftButton, view.canvas
    corners = canvas.to_widget(1).mapRect(canvas._placement.rect(1))
    middle, corner = corners.center().toPoint(), corners.bottomRight().toPoint()
    qtbot.keyClick(view, Key.Key_R)
    assert "rectangle" in view.readout
    with qtbot.waitSignal(view.part_asked) as heard:
        qtbot.mousePress(canvas, left, pos=middle)
        qtbot.mouseMove(canvas, corner)
        canvas.grab()
        qtbot.mouseRelease(canvas, left, pos=corner)
    asked = heard.args[0]
    assert asked.picture == view.pair.photos[1].path
    assert asked.box == pytest.approx((0.5, 0.5, 1, 1), abs=0.05)
    assert not canvas.picking and "rectangle" not in view.readout
