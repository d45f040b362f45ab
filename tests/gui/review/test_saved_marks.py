"""Marks outlive the window."""

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from kindred.engine.types import Group, Photo
from kindred.gui.review.marks import Marks, index
from kindred.gui.review.saved_marks import SavedMarks
from kindred.gui.services.context import Context
from tests.support.settings_library import SettingsLibrary


def test_marks_are_there_again_in_the_next_window(
    settings_library: SettingsLibrary,
    settings_context: Context,
    photo: Callable[..., Photo],
    group: Callable[..., Group],
    qtbot: QtBot,
) -> None:
    photos = [photo(5), photo(6)]
    found = index([group(photos)])

    def window() -> tuple[Marks, SavedMarks]:
        qtbot.waitUntil(lambda: not settings_context.tasks.reading)  # the one before has written
        marks = Marks()
        marks.show(found)
        kept = SavedMarks(settings_context, marks, settings_context.tasks)
        with qtbot.waitSignal(kept.restored):
            kept.read()
        return marks, kept

    first, kept = window()
    assert first.set([photos[1].path], "remove")
    kept.flush()
    second, kept = window()
    assert second.all == {photos[1].path: "remove"}
    second.undo()  # another window's steps are not this one's
    assert second.set([photos[1].path], None)
    kept.flush()
    assert window()[0].all == {}


def test_what_is_kept_is_not_written_over_before_it_is_read(
    settings_library: SettingsLibrary, settings_context: Context, photo: Callable[..., Photo]
) -> None:
    settings_library.values["marks"] = {"/p/other.jpg": ("remove", "digest")}
    marks = Marks()
    kept = SavedMarks(settings_context, marks, settings_context.tasks)
    marks.set([photo(5).path], "keep")
    kept.flush()
    assert settings_library.values["marks"] == {"/p/other.jpg": ("remove", "digest")}
