"""The search page: from a picture to ranked photos, and what can be done with them."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from kindred.engine.decoding import decode
from kindred.engine.errors import KindredError
from kindred.engine.messages import Code
from kindred.engine.search import SearchResult, group_of
from kindred.engine.types import Group, Hit, Kind, LossKind, Photo, Relation, Tier
from kindred.gui.compare.compare_view import CompareView
from kindred.gui.search.search_page import SearchPage
from kindred.gui.services.context import Context
from kindred.gui.services.preferences import Settings
from kindred.gui.services.tasks import Tasks
from kindred.gui.services.thumbnails import Thumbnails
from tests.support.controls import lacking


class FakeLibrary:
    """Answers every search with the hits it was given."""

    def __init__(self) -> None:
        self.hits: list[Hit] = []
        self.asked: list[Path | bytes] = []
        self.parts: list[tuple[Path | bytes, tuple[float, ...]]] = []
        self.relations = {"2.jpg": Relation(1, 2, Kind.COPY, 0.95, 1.0)}
        self.gate = threading.Event()  # closed: hits are not compared yet
        self.gate.set()

    def search(self, picture: Path | bytes) -> SearchResult:
        self.asked.append(picture)
        data = picture if isinstance(picture, bytes) else picture.read_bytes()
        decoded = decode.decode(data, name="picture", side=64)
        query = None
        if isinstance(picture, Path):
            own = (hit.photo for hit in self.hits if hit.photo.path == picture)
            query = next(own, Photo(picture, "0" * 64, 0, len(data), 0, decoded.info))
        return SearchResult(decoded.rgb, query, tuple(self.hits))

    def part_of(self, picture: Path | bytes, box: tuple[float, ...]) -> bytes:
        self.parts.append((picture, box))
        return self.hits[1].photo.path.read_bytes()

    def relate(self, _picture: Path | bytes, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        self.gate.wait()
        return tuple(replace(hit, relation=self.relations.get(hit.photo.path.name)) for hit in hits)

    def search_group(self, query: Photo, hits: Sequence[Hit]) -> Group:
        return group_of(query, hits)

    def compare(self, _first: Path, _second: Path) -> Any:
        raise KindredError(Code.MODEL_MISSING)


@pytest.fixture
def library(photo: Callable[..., Photo]) -> FakeLibrary:
    made = FakeLibrary()
    made.hits = [Hit(photo(n), value) for n, value in ((1, 0.99), (2, 0.95), (3, 0.3))]
    return made


@pytest.fixture
def page(
    qtbot: QtBot, library: FakeLibrary, tasks: Tasks, thumbnails: Thumbnails, settings: Settings
) -> SearchPage:
    made = SearchPage(Context(library, tasks, thumbnails, settings))
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def names(page: SearchPage) -> list[str]:
    rows = (page.model.row(number) for number in range(page.model.rowCount()))
    return [row.photo.path.name for row in rows if isinstance(row, Hit)]


def found(qtbot: QtBot, page: SearchPage, picture: Path | bytes) -> None:
    page.search(picture)
    qtbot.waitUntil(lambda: page.model.rowCount() > 0 and not page._context.tasks.reading)


def test_a_file_of_the_library_is_searched_and_not_among_its_results(
    page: SearchPage, library: FakeLibrary, qtbot: QtBot
) -> None:
    found(qtbot, page, library.hits[0].photo.path)
    assert names(page) == ["2.jpg", "3.jpg"]
    assert "in the library" in page.card.source
    assert [hit.photo.path.name for hit in page.view.chosen] == ["2.jpg"]


def test_a_rectangle_on_the_picture_searches_by_that_part(
    page: SearchPage, library: FakeLibrary, qtbot: QtBot
) -> None:
    path = library.hits[0].photo.path
    found(qtbot, page, path)
    preview = page.card.preview
    left = Qt.MouseButton.LeftButton
    corner = preview.area.topLeft().toPoint()
    qtbot.mousePress(preview, left, pos=corner)
    qtbot.mouseMove(preview, preview.rect().center())
    preview.grab()
    qtbot.mouseRelease(preview, left, pos=preview.rect().center())
    qtbot.waitUntil(lambda: "a part of 1.jpg" in page.card.title)
    picture, box = library.parts[0]
    assert picture == path and box == pytest.approx((0, 0, 0.5, 0.5), abs=0.03)
    qtbot.mouseClick(preview, left)  # no rectangle
    assert len(library.parts) == 1


def test_removal_keeps_the_picture_searched_for(
    page: SearchPage, library: FakeLibrary, qtbot: QtBot
) -> None:
    found(qtbot, page, library.hits[0].photo.path)
    with qtbot.waitSignal(page.removal_asked) as heard:
        page.remove()
    groups, paths = heard.args[0].groups, heard.args[0].paths
    assert paths == {library.hits[1].photo.path}
    assert isinstance(groups[0], Group)
    assert groups[0].keeper == library.hits[0].photo


def test_only_verified_copies_can_be_removed(
    page: SearchPage, library: FakeLibrary, qtbot: QtBot
) -> None:
    library.gate.clear()
    page.search(library.hits[0].photo.path)
    qtbot.waitUntil(lambda: page.model.rowCount() > 0)
    remove = next(one for one in page.findChildren(QPushButton) if "Remove" in one.text())
    assert not remove.isEnabled() and "found to be copies" in remove.toolTip()
    page.view.choose([library.hits[2].photo.path])
    library.gate.set()
    qtbot.waitUntil(lambda: not page._context.tasks.reading)
    assert [row.text for row in map(page.model.row, (0, 2))] == ["Copies", "By likeness"]
    assert [hit.photo.path.name for hit in page.view.chosen] == ["3.jpg"]  # as before
    assert not remove.isEnabled()
    with qtbot.assertNotEmitted(page.removal_asked):
        page.remove()
    page.view.choose([hit.photo.path for hit in library.hits[1:]])
    assert not remove.isEnabled()
    page.view.choose([library.hits[1].photo.path])
    assert remove.isEnabled()
    with qtbot.waitSignal(page.removal_asked) as heard:
        page.remove()
    member = heard.args[0].groups[0].members[1]
    assert (member.relation, member.judgement.tier) == (Kind.COPY, Tier.EDITED)
    assert [loss.kind for loss in member.judgement.losses] == [LossKind.UNCHECKED]


def test_relations_of_an_earlier_picture_are_not_shown(
    page: SearchPage, library: FakeLibrary, photo: Callable[..., Photo], qtbot: QtBot
) -> None:
    library.gate.clear()
    page.search(library.hits[0].photo.path)
    qtbot.waitUntil(lambda: page.model.rowCount() > 0)
    other = photo(9, name="strange.jpg").path
    page.search(other)
    library.relations = {}
    library.gate.set()
    qtbot.waitUntil(lambda: "not in the library" in page.card.source)
    qtbot.waitUntil(lambda: not page._context.tasks.reading)
    assert page.model.row(0).text == "By likeness"


def test_a_strange_file_removes_nothing_but_can_be_compared(
    page: SearchPage, library: FakeLibrary, photo: Callable[..., Photo], qtbot: QtBot
) -> None:
    found(qtbot, page, photo(9, name="strange.jpg").path)
    assert "not in the library" in page.card.source
    with qtbot.assertNotEmitted(page.removal_asked):
        page.remove()
    page.compare()
    view = page.findChild(CompareView)
    assert view is not None and view.isVisible() and view.pair.photos is not None
    assert [shown.path.name for shown in view.pair.photos] == ["strange.jpg", "1.jpg"]
    qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert page.view.isVisible()


def test_a_pasted_picture_has_nothing_to_compare_with(
    page: SearchPage, library: FakeLibrary, qtbot: QtBot
) -> None:
    data = library.hits[0].photo.path.read_bytes()
    found(qtbot, page, data)
    assert library.asked == [data]
    assert names(page) == ["2.jpg", "1.jpg", "3.jpg"]  # the copy first
    page.compare()
    assert page.findChild(CompareView) is None


def test_the_clipboard_is_searched(page: SearchPage, library: FakeLibrary, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(library.hits[0].photo.path))])
    QGuiApplication.clipboard().setMimeData(mime)
    page.paste()
    qtbot.waitUntil(lambda: page.model.rowCount() > 0)
    assert library.asked == [library.hits[0].photo.path]


@pytest.mark.parametrize("content", [b"", b"not a picture", None])
def test_what_cannot_be_used_is_said(
    page: SearchPage, qtbot: QtBot, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "broken.jpg"
    if content is not None:
        file.write_bytes(content)
    page.search(file)
    qtbot.waitUntil(lambda: page.note not in ("", "Searching…"))
    assert page.model.rowCount() == 0


def test_an_empty_library_says_what_to_do(
    page: SearchPage, library: FakeLibrary, qtbot: QtBot
) -> None:
    picture = library.hits[0].photo.path
    library.hits = []
    page.search(picture)
    qtbot.waitUntil(lambda: "scan a folder" in page.note)


def test_removed_photos_leave_the_results(
    page: SearchPage, library: FakeLibrary, qtbot: QtBot
) -> None:
    found(qtbot, page, library.hits[0].photo.path)
    page.forget_photos({library.hits[1].photo.path})
    assert names(page) == ["3.jpg"]
    page.forget_photos({library.hits[2].photo.path})
    assert page.note == "The photos found were all removed."


def test_the_only_photo_of_a_library_has_none_like_it(
    page: SearchPage, library: FakeLibrary, qtbot: QtBot
) -> None:
    library.hits = library.hits[:1]
    page.search(library.hits[0].photo.path)
    qtbot.waitUntil(lambda: page.note == "There is no other photo in the library.")
    page.forget_photos({library.hits[0].photo.path.with_name("another.jpg")})
    assert page.note == "There is no other photo in the library."


def test_the_cards_fill_the_width_and_headings_break_the_line(
    page: SearchPage, library: FakeLibrary, qtbot: QtBot
) -> None:
    found(qtbot, page, library.hits[0].photo.path)
    qtbot.waitUntil(lambda: page.view.visualRect(page.model.index(3, 0)).isValid())
    rects = [page.view.visualRect(page.model.index(row, 0)) for row in range(4)]
    assert rects[0].width() > 3 * rects[1].width()
    assert rects[1].top() >= rects[0].bottom()
    assert rects[2].top() >= rects[1].bottom()


def test_every_control_is_told(page: SearchPage, library: FakeLibrary, qtbot: QtBot) -> None:
    assert not lacking(page)
    found(qtbot, page, library.hits[0].photo.path)
    assert not lacking(page)
