"""The query card: it offers only what can be done with the picture and the choice."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from kindred.gui.search.part_preview import SIDE
from kindred.gui.search.query_card import QueryCard, invitation


@pytest.fixture
def card(qtbot: QtBot) -> QueryCard:
    made = QueryCard()
    qtbot.addWidget(made)
    made.show()
    return made


def button(card: QueryCard, start: str) -> QPushButton:
    return next(b for b in card.findChildren(QPushButton) if b.text().startswith(start))


@pytest.mark.parametrize(
    ("chosen", "file", "removable", "copies"),
    [
        (0, True, True, True),
        (1, True, True, True),
        (3, True, True, False),
        (3, True, True, True),
        (1, False, False, True),
        (1, True, False, False),
    ],
)
def test_what_is_offered(
    card: QueryCard, chosen: int, file: bool, removable: bool, copies: bool
) -> None:
    card.show_actions(chosen=chosen, file=file, removable=removable, copies=copies)
    compare, remove = button(card, "Compare"), button(card, "Remove")
    assert compare.isVisible() == file and compare.isEnabled() == (chosen == 1)
    assert remove.isVisible() == removable and remove.isEnabled() == (chosen > 0 and copies)
    assert remove.text() == remove.accessibleName()
    assert remove.text() == {0: "Remove…", 1: "Remove 1 photo…", 3: "Remove 3 photos…"}[chosen]


def test_the_preview_fits(card: QueryCard) -> None:
    image = QImage(300, 100, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    card.show_preview(image)
    assert (card.preview.area.width(), card.preview.area.height()) == (SIDE, SIDE // 3)
    card.show_preview(None)
    assert card.preview.area.isEmpty()


def test_a_hostile_name_is_plain_text(card: QueryCard) -> None:
    card.show_source("<img src=x>", "<b>folder</b>")
    labels = [label for label in card.findChildren(QLabel) if "<" in label.text()]
    assert len(labels) == 2
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)


def test_the_invitation_opens_and_pastes(qtbot: QtBot) -> None:
    asked: list[str] = []
    page = invitation(opened=lambda: asked.append("open"), pasted=lambda: asked.append("paste"))
    qtbot.addWidget(page)
    for made in page.findChildren(QPushButton):
        qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
    assert asked == ["open", "paste"]
