"""The page of a running scan: one bar, words, the last photos, the first groups, the skipped."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QProgressBar
from pytestqt.qtbot import QtBot

from kindred.engine.progress import CancelToken, Progress, ProgressSink, Stage, Whole
from kindred.engine.types import Group, Photo
from kindred.gui.library.scan_view import ScanView, scan_text
from kindred.gui.services.context import Context


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress(), "Starting"),
        (Progress(Stage.LOOKING, 1200), "Looking · 1,200 photos found"),
        (
            Progress(Stage.VERIFYING, 3, 9, whole=Whole(410, 739, 120.0)),
            "Comparing · 410 of 739 photos · 2 minutes left",
        ),
        (Progress(Stage.EMBEDDING, whole=Whole(0, 1)), "Reading · 0 of 1 photo"),
    ],
)
def test_a_scan_in_words(progress: Progress, text: str) -> None:
    assert scan_text(progress, paused=False) == text


def test_a_running_scan_is_shown_as_one_bar(
    shelf: Callable[[list[Group]], Context], photo: Callable[..., Photo], qtbot: QtBot
) -> None:
    context = shelf([])
    view = ScanView(context)
    qtbot.addWidget(view)
    view.show()
    last = (photo(2), photo(1))
    told = Progress(Stage.EMBEDDING, 3, 9, skipped=2, whole=Whole(30, 40, 61.0), latest=last)

    def work(token: CancelToken, progress: ProgressSink) -> None:
        progress(told)
        while True:
            token.check()

    context.tasks.run(view, "scan", work, lambda _none: None)
    view.begin()
    qtbot.waitUntil(lambda: view.photos.photos == last)
    assert view.findChild(QProgressBar).value() == 750
    assert view.words.text() == "Reading · 30 of 40 photos · 1 minute left"
    assert view.skipped.text() == "2 skipped (show)"
    assert not view.review.isVisible()
    view.show_groups(7)
    assert view.groups.text() == "7 groups found so far"
    with qtbot.waitSignal(view.review_asked):
        view.review.click()
    view.grab()
    context.tasks.token.stop()
    view.end()
