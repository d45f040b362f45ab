"""Saving a report: its sort by the ending or by the choice, and its words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from kindred.engine.types import Group, Photo
from kindred.gui.review.report_job import ask_where, report_words


@pytest.mark.parametrize(
    ("name", "sort", "wanted"),
    [
        ("r", "Table for a spreadsheet (*.csv)", "r.csv"),
        ("r.json", "Page with pictures (*.html)", "r.json"),
        ("my.photos", "", "my.photos.html"),
        ("", "", None),
    ],
)
def test_a_report_always_has_an_ending(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, name: str, sort: str, wanted: str | None
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    given = f"/r/{name}" if name else ""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (given, sort))
    assert ask_where(parent, "") == (Path(f"/r/{wanted}") if wanted else None)


def test_the_words_tell_what_a_photo_is(
    photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    some = group([photo(1, taken_at="2017-07-04T10:11:12"), photo(2)])
    words = report_words([some], {some.members[1].photo.path})
    assert words.summary.startswith("1 group · 2 photos · 1 marked for removal")
    assert words.name(some) == "copy, 2 photos"
    assert words.about(some.members[0]).startswith("320 × 240 · ")
