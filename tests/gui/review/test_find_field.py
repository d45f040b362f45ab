"""The field that finds groups: chips, what is remembered, words of the language of the window."""

from pytestqt.qtbot import QtBot

from kindred.engine.types import EditName, Tier
from kindred.gui.review.find_field import FindField, vocabulary
from kindred.gui.services import i18n
from kindred.gui.services.preferences import Settings


def test_each_condition_has_a_chip_that_takes_it_out(qtbot: QtBot, settings: Settings) -> None:
    field = FindField(settings)
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.changed):
        qtbot.keyClicks(field.edit, "before 2010 Rome & Co")
    assert [chip.text() for chip in field.chips] == [
        "before 2010 ×",
        "Rome ×",
        "&& ×",
        "Co ×",
    ]
    assert field.chips[0].accessibleName() == "Take out date: before 2010"
    with qtbot.waitSignal(field.changed):
        field.chips[1].click()
    assert field.edit.text() == "before 2010 & Co"
    again = FindField(settings)
    qtbot.addWidget(again)
    assert [term.said for term in again.terms] == ["before 2010", "&", "Co"]


def test_words_are_known_in_both_languages() -> None:
    i18n.set_language("pl")
    words = vocabulary()
    assert words["cropped"] is EditName.CROPPED
    assert words[i18n.tr("cropped").lower()] is EditName.CROPPED
    assert words[i18n.tr("Lesser").lower()] is Tier.LESSER
