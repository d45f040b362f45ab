"""The job bar: what it says, pausing and stopping, and when it asks for groups."""

import pytest
from pytestqt.qtbot import QtBot

from kindred.engine.progress import Progress
from kindred.gui.services.tasks import Tasks
from kindred.gui.window.job_bar import JobBar, progress_text


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress(), "Starting"),
        (Progress("Walking", 1200), "Walking 1,200"),
        (
            Progress("Embedding", 12410, 40233, 61.2, 480.0),
            "Reading 12,410 of 40,233 · 61 photos/s · 8 minutes left",
        ),
        (Progress("Embedding", 3, 10, 0.24), "Reading 3 of 10 · 0.2 photos/s"),
    ],
)
def test_progress_in_words(progress: Progress, text: str) -> None:
    assert progress_text(progress, paused=False) == text


def test_paused_says_so() -> None:
    text = progress_text(Progress("Embedding", 1, 2, 9.0, 60.0), paused=True)
    assert text == "Reading 1 of 2 · paused"


def test_a_job_is_shown_paused_and_stopped(tasks: Tasks, qtbot: QtBot) -> None:
    bar = JobBar(tasks)
    qtbot.addWidget(bar)
    bar.show()
    bar.rest("12 photos", skipped=0)
    assert not bar.stop_button.isVisible()

    def work(token: object, progress: object) -> None:
        progress(Progress("Embedding", 2**40, 2**41, skipped=3, groups_version=1))
        while True:
            token.check()

    with qtbot.waitSignal(bar.groups_grew):
        tasks.run(tasks, "scan", work, lambda _none: None)
    assert bar.skipped_button.text() == "3 skipped (show)" == bar.skipped_button.accessibleName()
    bar.pause_button.click()
    assert tasks.token.paused and bar.pause_button.text() == "Resume"
    bar.pause_button.click()
    assert not tasks.token.paused
    with qtbot.waitSignal(tasks.job_ended):
        bar.stop_button.click()
        assert bar.text == "Stopping…"
    assert bar.text == "12 photos"
    assert not bar.stop_button.isVisible()
