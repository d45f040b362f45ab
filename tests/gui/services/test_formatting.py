"""Words: bytes, edits and times as the user reads them."""

from pathlib import Path

import pytest

from kindred.engine.types import Edit, EditName, Photo, PhotoInfo
from kindred.gui.services import formatting


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (8_234_000, "8.2 MB"),
        (823_400_000, "823 MB"),
        (7_100_000_000, "7.1 GB"),
        (2 * 10**12, "2.0 TB"),
    ],
)
def test_bytes(count: int, text: str) -> None:
    assert formatting.bytes_text(count) == text


def test_every_edit_has_words_with_and_without_an_amount() -> None:
    for name in EditName:
        assert formatting.edit_text(Edit(name))
        assert formatting.edit_text(Edit(name, 0.64))
    assert formatting.edits_text([Edit(EditName.CROPPED, 0.64), Edit(EditName.MIRRORED)]) == (
        "cropped to 64%, mirrored"
    )
    assert formatting.edit_text(Edit(EditName.TURNED, 90.0)) == "turned to the right"


def test_names_come_once() -> None:
    edits = [Edit(EditName.RESIZED, 0.5), Edit(EditName.RESIZED, 0.2), Edit(EditName.MIRRORED)]
    assert formatting.names_text(edits) == "other size, mirrored"


def test_a_time_that_is_none_is_shown_as_it_is() -> None:
    assert formatting.when_text("0000:00:00") == "0000:00:00"
    assert "2024" in formatting.when_text("2024-08-12T10:24:31.25")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (5, "less than a minute left"),
        (61, "1 minute left"),
        (480, "8 minutes left"),
        (7200, "2 hours left"),
    ],
)
def test_time_left(seconds: float, text: str) -> None:
    assert formatting.left_text(seconds) == text


def test_a_time_that_only_a_name_states_says_so() -> None:
    def told(name: str, **known: str) -> str:
        photo = Photo(Path(name), "ab", 1, 10, 5, PhotoInfo(4, 3, "JPEG", **known))
        return formatting.taken_text(photo, formatting.moment_text)

    assert told("IMG_20190704_101112.jpg").endswith("10:11:12, by its name")
    assert told("IMG-20190704-WA0001.jpg").count(":") == 0
    assert told("IMG-20190704-WA0001.jpg", taken_at="2020-01-02T03:04:05").endswith("03:04:05")
    assert told("a.jpg") == ""
