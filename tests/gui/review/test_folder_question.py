"""Which folders are the albums: asked once for each pair, not modal, remembered as preferred."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kindred.engine.types import Group, Judgement, Kind, Photo, Tier, Why
from kindred.gui.review.folder_question import FolderQuestion
from kindred.gui.review.review_page import ReviewPage
from kindred.gui.services.context import Context
from kindred.gui.services.preferences import Settings

ALBUMS, DISK, PHONE = Path("/p/Albums & more"), Path("/p/<b>Old disk"), Path("/q/Phone")
CHOICES = ((ALBUMS, DISK, 120), (DISK, PHONE, 1))
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def question(settings: Settings, qtbot: QtBot) -> FolderQuestion:
    made = FolderQuestion(settings)
    qtbot.addWidget(made)
    made.show()
    made.ask(CHOICES)
    return made


def test_it_asks_with_the_count_and_names_both_folders(question: FolderQuestion) -> None:
    assert question.words.words == "120 photos lie in both folders. Which are your albums?"
    assert [made.text() for made in question.folders] == ["Albums && more", "<b>Old disk"]
    assert "<b>" not in question.folders[1].toolTip()
    assert str(DISK) in question.folders[1].accessibleName()


def test_each_pair_is_asked_about_once(
    question: FolderQuestion, settings: Settings, qtbot: QtBot
) -> None:
    qtbot.mouseClick(question.close_button, LEFT)
    assert question.words.words.startswith("1 photo lies in both")
    with qtbot.waitSignal(question.chosen) as heard:
        qtbot.mouseClick(question.folders[0], LEFT)
    assert heard.args == [DISK]
    assert not question.isVisible()
    question.ask(CHOICES)
    assert not question.isVisible()
    again = FolderQuestion(settings)
    qtbot.addWidget(again)
    again.ask((*CHOICES, (ALBUMS, PHONE, 3)))
    assert again.words.words.startswith("3 photos")


@pytest.mark.parametrize("stored", ["", "no JSON", "{}"])
def test_what_was_asked_is_forgotten_where_it_cannot_be_read(
    question: FolderQuestion, settings: Settings, stored: str
) -> None:
    settings.put("review/folders_asked", stored)
    question.ask(CHOICES)
    assert question.isVisible()


def test_the_chosen_folder_is_preferred_and_groups_are_judged_again(
    photo: Callable[..., Photo],
    group: Callable[..., Group],
    shelf: Callable[[list[Group]], Context],
    qtbot: QtBot,
) -> None:
    photos = [photo(1, name="Albums/1.jpg"), photo(1, name="Old disk/1.jpg")]
    made = group(photos, kind=Kind.IDENTICAL)
    left = Judgement(Tier.EXACT, why=Why.FOLDERS)
    unsure = replace(made, members=tuple(replace(m, judgement=left) for m in made.members))
    context = shelf([unsure])
    albums, preferred = photos[0].path.parent, [Path("/other")]
    judged = Judgement(Tier.EXACT, photos[0].path, (), Why.PREFERRED)
    sure = replace(unsure, members=(made.members[0], replace(made.members[1], judgement=judged)))

    def prefer(folders: list[Path]) -> None:
        preferred[:] = folders
        context.library.groups = lambda *, strictness: [sure]

    context.library.prefer, context.library.preferred = prefer, lambda: tuple(preferred)
    page = ReviewPage(context)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    qtbot.waitUntil(page.folders.isVisible)
    assert not page.groups.bulk.exact.isEnabled()
    qtbot.mouseClick(page.folders.folders[0], LEFT)
    qtbot.waitUntil(page.groups.bulk.exact.isEnabled)
    assert preferred == [albums, Path("/other")]
    assert not page.folders.isVisible()
    assert str(albums) in page.panel.hint.words
