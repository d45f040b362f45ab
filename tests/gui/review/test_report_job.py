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
    monkeypatch.setattr(QFileDialog, "exec", lambda _: bool(given))
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _: [given])
    monkeypatch.setattr(QFileDialog, "selectedNameFilter", lambda _: sort)
    assert ask_where(parent, "") == (Path(f"/r/{wanted}") if wanted else None)


def test_the_dialog_adds_the_ending_and_is_asked_again_where_it_did_not(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """So that no file is written over without a question."""
    parent = QWidget()
    qtbot.addWidget(parent)
    (tmp_path / "my.photos.csv").write_text("theirs")
    names, suggested = [tmp_path / "my.photos", tmp_path / "other.csv"], []
    table = "Table for a spreadsheet (*.csv)"

    def answer(dialog: QFileDialog) -> int:
        suggested.append(Path(dialog.selectedFiles()[0]).name)
        assert dialog.defaultSuffix() == "html"
        dialog.selectNameFilter(table)
        dialog.filterSelected.emit(table)
        assert dialog.defaultSuffix() == "csv"
        dialog.selectFile(str(names[len(suggested) - 1]))
        return 1

    monkeypatch.setattr(QFileDialog, "exec", answer)
    assert ask_where(parent, "") == tmp_path / "other.csv"
    assert suggested == ["kindred.html", "my.photos.csv"]


def test_the_words_tell_what_a_photo_is(
    photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    some = group([photo(1, taken_at="2017-07-04T10:11:12"), photo(2)])
    words = report_words([some], {some.members[1].photo.path})
    assert words.summary.startswith("1 group · 2 photos · 1 marked for removal")
    assert words.name(some) == "copy, 2 photos"
    assert words.about(some.members[0]).startswith("320 × 240 · ")
