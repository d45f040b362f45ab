"""The strip: only what differs, the better value marked, and marks as they are told."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from kindred.engine.types import Edit, EditName, Photo, PhotoInfo
from kindred.gui.compare.metadata_strip import MetadataStrip, SideMark, differences

Photos = Callable[..., Photo]


@pytest.fixture
def pair(photo: Photos) -> tuple[Photo, Photo]:
    first = photo(1, name="first.jpg", jpeg_quality=95, taken_at="2020-05-01T10:00:00")
    second = photo(2, name="second.jpg", jpeg_quality=70, camera="Phone")
    return first, second


def better(first: Photo, second: Photo) -> dict[str, int | None]:
    return {found.label: found.better for found in differences(first, second)}


def test_only_what_differs_with_the_better_side(pair: tuple[Photo, Photo]) -> None:
    found = better(*pair)
    assert found["JPEG quality"] == 0
    assert found["Taken"] == 0
    assert found["Camera"] == 1
    assert "Dimensions" not in found
    assert "Format" not in found


def test_the_same_photo_differs_in_nothing(pair: tuple[Photo, Photo]) -> None:
    assert differences(pair[0], pair[0]) == []


@pytest.mark.parametrize(
    ("label", "changes", "side"),
    [
        ("Dimensions", {"width": 9000}, 1),
        ("Real detail", {"detail": 4.0}, 1),
        ("Condition", {"damaged": True}, 0),
        ("Position", {"latitude": 1.0, "longitude": 2.0}, 1),
        ("Rating", {"rating": 4}, 1),
        ("Keywords", {"keywords": ("sea", "sun")}, 1),
        ("Caption", {"caption": "At the sea"}, 1),
        ("Format", {"format": "RAW"}, 1),
        ("Format", {"format": "PNG"}, None),
    ],
)
def test_which_value_is_better(
    photo: Photos, label: str, changes: dict[str, object], side: int | None
) -> None:
    first = photo(1)
    second = replace(first, info=replace(first.info, **changes))
    assert better(first, second)[label] == side


def test_bytes_say_nothing_across_formats(photo: Photos) -> None:
    first = photo(1)
    larger = replace(first, size=first.size * 2)
    assert better(first, larger)["Size"] == 1
    assert better(first, replace(larger, info=PhotoInfo(320, 240, "PNG")))["Size"] is None


def test_what_was_added_makes_no_photo_better(photo: Photos) -> None:
    first = photo(1)
    info = replace(first.info, width=640, height=480, detail=0.3)
    second = replace(first, size=first.size * 2, info=info)

    def sides(*names: EditName) -> list[int | None]:
        found = differences(first, second, [Edit(name) for name in names])
        return [fact.better for fact in found if fact.label in ("Dimensions", "Size")]

    assert sides() == sides(EditName.RESIZED) == [1, 1]
    assert sides(EditName.OVERLAID) == [1, None]
    assert sides(EditName.SCREENSHOT) == [None, None]


def test_enlarging_makes_no_photo_better(photo: Photos) -> None:
    first = photo(1, detail=0.0768)
    enlarged = replace(first, info=replace(first.info, width=640, height=480, detail=0.0769))
    assert better(first, enlarged)["Dimensions"] is None


def test_capture_times_differ_by_less_than_a_second(photo: Photos) -> None:
    times = ("2024-08-12T10:00:00.03", "2024-08-12T10:00:00.36")
    first = photo(1)
    shots = [replace(first, info=replace(first.info, taken_at=time)) for time in times]
    (found,) = differences(*shots)
    assert [value[-11:] for value in found.values] == ["10:00:00.03", "10:00:00.36"]


def test_values_stand_beside_the_names(strip: MetadataStrip, qtbot: QtBot) -> None:
    strip.resize(900, strip.sizeHint().height())
    strip.show()
    value = next(label for label in strip.findChildren(QLabel) if label.text() == "✓ 95")
    keep = button(strip, "Keep", 0)
    qtbot.waitUntil(lambda: value.height() > 0 and value.isVisible())
    lines = [widget.mapTo(strip, widget.rect().center()).y() for widget in (keep, value)]
    assert abs(lines[0] - lines[1]) <= 1


def test_a_time_no_calendar_has_is_left_out(photo: Photos) -> None:
    first = photo(1)
    assert "Modified" in better(first, replace(first, mtime_ns=10**18))
    assert differences(replace(first, mtime_ns=10**26), first)[0].values[0] == ""


@pytest.fixture
def strip(qtbot: QtBot, pair: tuple[Photo, Photo]) -> MetadataStrip:
    made = MetadataStrip()
    qtbot.addWidget(made)
    made.show_photos(*pair)
    return made


def button(strip: MetadataStrip, text: str, side: int) -> QToolButton:
    return [made for made in strip.findChildren(QToolButton) if made.text() == text][side]


def test_the_better_value_is_told_in_words_too(strip: MetadataStrip) -> None:
    labels = [label for label in strip.findChildren(QLabel) if label.text() == "✓ 95"]
    assert [label.accessibleName() for label in labels] == ["95, the better one"]


def test_buttons_say_what_was_clicked(strip: MetadataStrip, qtbot: QtBot) -> None:
    with qtbot.waitSignal(strip.marked) as heard:
        qtbot.mouseClick(button(strip, "Remove", 1), Qt.MouseButton.LeftButton)
    assert heard.args == [SideMark(1, "remove")]


def test_marks_are_shown_as_told(strip: MetadataStrip) -> None:
    strip.show_marks(("keep", None), protected={1})
    assert button(strip, "Keep", 0).isChecked()
    assert not button(strip, "Remove", 0).isChecked()
    assert not button(strip, "Remove", 1).isEnabled()
    assert button(strip, "Keep", 1).isEnabled()


def test_hostile_names_are_plain_text(strip: MetadataStrip, photo: Photos) -> None:
    strip.show_photos(photo(3), photo(4, caption="<b>bold</b>" * 90))
    labels = [label for label in strip.findChildren(QLabel) if "bold" in label.toolTip()]
    assert labels and all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)


def test_what_becomes_of_each_if_removed_comes_first(
    pair: tuple[Photo, Photo], qtbot: QtBot
) -> None:
    strip = MetadataStrip()
    qtbot.addWidget(strip)
    said = "edited · would be lost: <b>" + "words " * 90
    strip.show_photos(*pair, fates=("", said))
    assert (strip.differences[0].label, strip.differences[0].values) == ("If removed", ("", said))
    label = next(one for one in strip.findChildren(QLabel) if one.accessibleName() == said)
    assert "…" in label.text()
    assert label.toolTip().startswith("<span") and "&lt;b&gt;" in label.toolTip()
    strip.show_photos(*pair)
    assert strip.differences[0].label != "If removed"
