"""Photos of a group: edge and badge in both looks, their size, and what a click on them does."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kindred.engine.types import (
    Edit,
    EditName,
    Group,
    Kind,
    Photo,
)
from kindred.gui.review.group_photos import places
from kindred.gui.review.marks import Marks, index
from kindred.gui.review.photo_model import PhotoModel
from kindred.gui.review.photo_view import PhotoView, card_size
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets import theme


@pytest.fixture
def view(
    thumbnails: Thumbnails,
    photo: Callable[..., Photo],
    group: Callable[..., Group],
    qtbot: QtBot,
) -> PhotoView:
    """Keeper, copy with edits, protected, folded copies, and a photo that is gone."""
    photos = [photo(n, camera="Canon" if n else None) for n in range(6)]
    photos[5].path.unlink()
    made = group(
        photos, kind=Kind.SIMILAR, stacks=[0, 1, 2, 3, 3, 4], locked={photos[2].path}, burst=True
    )
    edited = replace(made.members[1], edits=(Edit(EditName.CROPPED, 0.5),), relation=Kind.COPY)
    made = replace(made, members=(made.members[0], edited, *made.members[2:]))
    marks = Marks()
    marks.show(index([made]))
    marks.set([photos[0].path], "keep")
    marks.set([photos[1].path], "remove")
    model = PhotoModel(marks)
    shown = PhotoView(model, thumbnails)
    qtbot.addWidget(shown)
    shown.resize(1500, 500)
    shown.show()
    model.set_group(made)
    return shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_are_told_by_edge_and_badge_and_nothing_is_faded(
    view: PhotoView, scheme: str, qapp: QApplication, qtbot: QtBot, thumbnails: Thumbnails
) -> None:
    theme.choose(qapp, scheme)
    gone = view.model().group.members[5].photo
    view.grab()
    qtbot.waitUntil(lambda: thumbnails.failed(gone))
    for row, colour in ((0, theme.tokens().keep), (1, theme.tokens().remove)):
        card = view.model().card(row)
        qtbot.waitUntil(lambda card=card: thumbnails.pixmap(card.member.photo, 100) is not None)
        image = view.grab().toImage()
        place = view.visualRect(view.model().index(row, 0))
        colours = {
            image.pixelColor(x, place.center().y()).rgb()
            for x in range(place.left(), place.right())
        }
        assert colour.rgb() in colours  # the edge
        pixmap = thumbnails.pixmap(card.member.photo, 100)
        middle = pixmap.toImage().pixelColor(pixmap.width() // 2, pixmap.height() // 2)
        painted = image.pixelColor(place.center())
        parts = zip(painted.getRgb()[:3], middle.getRgb()[:3], strict=True)
        assert max(abs(one - two) for one, two in parts) < 16


def test_labels_answer_to_the_left_button_only(view: PhotoView, qtbot: QtBot) -> None:
    view.grab()
    corner = view.visualRect(view.model().index(3, 0)).topLeft()
    marked, folded = [], []
    view.delegate.mark_clicked.connect(marked.append)
    view.delegate.fold_clicked.connect(folded.append)
    area = view.viewport()
    badges = view.delegate.badges[3]
    at = corner + badges["fold"].center()
    qtbot.mouseClick(area, Qt.MouseButton.RightButton, pos=at)
    qtbot.mouseClick(area, Qt.MouseButton.LeftButton, pos=corner + QPoint(150, 100))
    assert (marked, folded) == ([], [])
    qtbot.mouseClick(area, Qt.MouseButton.LeftButton, pos=at)
    mark = view.delegate.badges[1]["mark"].center()
    place = view.visualRect(view.model().index(1, 0)).topLeft()
    qtbot.mouseClick(area, Qt.MouseButton.LeftButton, pos=place + mark)
    assert (marked, folded) == ([1], [3])


def test_all_cards_fit_where_they_are_not_too_small(view: PhotoView) -> None:
    rows = range(view.model().rowCount())
    places = [view.visualRect(view.model().index(row, 0)) for row in rows]
    assert all(view.viewport().rect().contains(place) for place in places)
    view.resize(150, 300)
    first, second = (view.visualRect(view.model().index(row, 0)) for row in (0, 1))
    assert second.top() > first.top() and second.left() == first.left()


@pytest.mark.parametrize(
    ("count", "room", "shape", "size"),
    [
        (2, QSize(804, 404), 1.5, QSize(400, 400)),  # beside each other
        (3, QSize(304, 604), 1.5, QSize(300, 200)),  # below each other
        (4, QSize(604, 404), 1.5, QSize(300, 200)),  # two and two
        (90, QSize(304, 304), 1.0, QSize(96, 96)),  # to scroll, three in a row beside the bar
    ],
)
def test_cards_are_as_large_as_there_is_room(
    count: int, room: QSize, shape: float, size: QSize
) -> None:
    assert card_size(count, room, shape, scroll_bar=12) == size


def test_upright_photos_leave_more_room_for_the_others() -> None:
    lying, upright = (places(5, QSize(1000, 600), shape) for shape in (1.5, 0.67))
    assert upright[1].width() > lying[1].width()
    assert lying[0].width() > lying[1].width()
    assert places(2, QSize(1000, 600), 1.5)[0].isEmpty()
