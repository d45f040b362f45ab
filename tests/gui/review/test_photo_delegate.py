"""Cards paint in every state, in both looks, and their labels answer to clicks only."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kindred.engine.types import (
    Edit,
    EditName,
    Group,
    Judgement,
    Kind,
    Loss,
    LossKind,
    Photo,
    Tier,
    Why,
)
from kindred.gui.review.marks import Marks, index
from kindred.gui.review.photo_model import PhotoModel
from kindred.gui.review.photo_view import PhotoView
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
def test_cards_paint_in_every_state(
    view: PhotoView, scheme: str, qapp: QApplication, qtbot: QtBot, thumbnails: Thumbnails
) -> None:
    theme.choose(qapp, scheme)
    gone = view.model().group.members[5].photo
    view.grab()
    qtbot.waitUntil(lambda: thumbnails.failed(gone))
    image = view.grab().toImage()
    card = view.visualRect(view.model().index(0, 0))
    assert image.pixelColor(card.center().x(), card.bottom() - 12) == theme.tokens().surface
    with_photo = view.visualRect(view.model().index(1, 0))
    middle = image.pixelColor(with_photo.center().x(), with_photo.top() + 80)
    assert middle not in (theme.tokens().surface, theme.tokens().raised)


def test_what_was_done_is_said_within_the_card(
    view: PhotoView, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    known = {"taken_at": "2024-08-12T10:00:00", "camera": "Canon"}
    made = group([photo(1, **known), photo(2, name="second.jpg")])
    done = tuple(Edit(name, 0.5) for name in EditName) * 2
    model, row = view.model(), 1
    model.set_group(replace(made, members=(made.members[0], replace(made.members[1], edits=done))))
    view.resize(480, 500)
    image = view.grab().toImage()
    card = view.visualRect(model.index(row, 0))
    edge = range(card.bottom() - 11, card.bottom() - 8)  # inside, below the words
    colours = {image.pixel(x, y) for y in edge for x in range(card.left() + 20, card.right() - 20)}
    assert colours == {theme.tokens().surface.rgb()}


def test_losses_stay_within_the_card_and_are_marked(
    view: PhotoView, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    made = group([photo(1), photo(2, name="second.jpg")])
    words = tuple(f"word {number}" for number in range(80))
    losses = (Loss(LossKind.KEYWORDS, words), Loss(LossKind.RATING, ("4",), carried=True))
    judged = replace(
        made.members[1],
        judgement=Judgement(Tier.EDITED, None, losses, Why.LOSES),
        edits=tuple(Edit(name, 0.5) for name in EditName),
    )
    view.model().set_group(replace(made, members=(made.members[0], judged)))
    view.resize(480, 700)
    image = view.grab().toImage()
    card = view.visualRect(view.model().index(1, 0))
    edge = range(card.bottom() - 11, card.bottom() - 8)  # inside, below the words
    below = {image.pixel(x, y) for y in edge for x in range(card.left() + 20, card.right() - 20)}
    assert below == {theme.tokens().surface.rgb()}
    text = range(card.bottom() - view.delegate.text_height(view.font()), card.bottom())
    seen = {image.pixel(x, y) for y in text for x in range(card.left(), card.right())}
    assert theme.tokens().warn.rgb() in seen


def test_no_room_is_kept_for_facts_that_no_photo_has(
    view: PhotoView, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    before = view.delegate.text_height(view.font())  # with a camera
    view.model().set_group(group([photo(1), photo(2)]))
    assert view.delegate.text_height(view.font()) < before


def test_labels_answer_to_the_left_button_only(view: PhotoView, qtbot: QtBot) -> None:
    view.grab()
    corner = view.visualRect(view.model().index(3, 0)).topLeft()
    marked, folded = [], []
    view.delegate.mark_clicked.connect(marked.append)
    view.delegate.fold_clicked.connect(folded.append)
    area = view.viewport()
    qtbot.mouseClick(area, Qt.MouseButton.RightButton, pos=corner + QPoint(40, 34))
    qtbot.mouseClick(area, Qt.MouseButton.LeftButton, pos=corner + QPoint(100, 100))
    assert (marked, folded) == ([], [])
    qtbot.mouseClick(area, Qt.MouseButton.LeftButton, pos=corner + QPoint(40, 34))
    text = view.delegate.text_height(view.font())
    bottom = view.delegate.size.height() - text - 6
    qtbot.mouseClick(area, Qt.MouseButton.LeftButton, pos=corner + QPoint(40, bottom - 16))
    assert (marked, folded) == ([3], [3])


def test_cards_fill_the_width(view: PhotoView) -> None:
    first, second = (view.visualRect(view.model().index(row, 0)) for row in (0, 4))
    assert first.top() == second.top()  # five cards beside each other in 1500 pixels
    view.resize(520, 500)
    first, third = (view.visualRect(view.model().index(row, 0)) for row in (0, 2))
    assert third.top() > first.top()
    assert third.left() == first.left()
