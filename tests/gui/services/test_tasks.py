"""Tasks: results on the GUI thread, one job, dropped results, errors, closing."""

import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kindred.engine.errors import KindredError
from kindred.engine.messages import Code
from kindred.engine.progress import Progress
from kindred.gui.services.tasks import Tasks


def test_result_arrives_on_the_gui_thread(tasks: Tasks, qtbot: QtBot) -> None:
    seen: list[tuple[str, threading.Thread]] = []
    tasks.read(
        tasks,
        lambda: threading.current_thread().name,
        lambda name: seen.append((name, threading.current_thread())),
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0].startswith("kindred-read")
    assert seen[0][1] is threading.main_thread()


def test_newer_question_drops_the_older_answer(tasks: Tasks, qtbot: QtBot) -> None:
    gate, seen = threading.Event(), []
    tasks.read(tasks, lambda: gate.wait() and "old", seen.append, topic="a")
    tasks.read(tasks, lambda: "new", seen.append, topic="a")
    tasks.read(tasks, lambda: "other", seen.append, topic="b")
    gate.set()
    qtbot.waitUntil(lambda: len(seen) == 2)
    qtbot.wait(50)
    assert sorted(seen) == ["new", "other"]


def test_answer_for_a_deleted_owner_is_dropped(tasks: Tasks, qtbot: QtBot) -> None:
    gate, seen, after = threading.Event(), [], []
    owner = QObject()
    tasks.read(owner, gate.wait, seen.append)
    owner.deleteLater()
    qtbot.waitSignal(owner.destroyed).wait()
    gate.set()
    tasks.read(tasks, lambda: 1, after.append)
    qtbot.waitUntil(lambda: bool(after))
    qtbot.wait(50)
    assert not seen


def test_error_goes_to_failed_once(tasks: Tasks, qtbot: QtBot) -> None:
    error = KindredError(Code.NO_FOLDER, path="/gone")

    def fail() -> None:
        raise error

    with qtbot.waitSignal(tasks.failed) as heard:
        tasks.read(tasks, fail, lambda _none: None)
    assert heard.args == [error]
    taken: list[Exception] = []
    with qtbot.assertNotEmitted(tasks.failed, wait=50):
        tasks.read(tasks, fail, lambda _none: None, topic="own", failed=taken.append)
        qtbot.waitUntil(lambda: taken == [error])


def test_one_job_at_a_time(tasks: Tasks, qtbot: QtBot) -> None:
    gate, done = threading.Event(), []

    def work(_token: object, progress: object) -> str:
        progress(Progress("Reading", 3, 10))
        gate.wait()
        return "scanned"

    assert tasks.run(tasks, "scan", work, done.append)
    qtbot.waitUntil(lambda: tasks.progress.done == 3)
    assert not tasks.run(tasks, "scan", work, done.append)
    with qtbot.waitSignal(tasks.job_ended):
        gate.set()
    qtbot.waitUntil(lambda: done == ["scanned"])
    assert tasks.job is None


def test_stopped_job_is_silent(tasks: Tasks, qtbot: QtBot) -> None:
    started, done = threading.Event(), []

    def work(token: object, _progress: object) -> None:
        started.set()
        while True:
            token.check()

    with (
        qtbot.assertNotEmitted(tasks.failed),
        qtbot.waitSignal(tasks.job_ended),
    ):
        tasks.run(tasks, "scan", work, done.append)
        started.wait()
        tasks.token.stop()
    assert not done


def test_close_stops_a_paused_job(qtbot: QtBot) -> None:
    tasks, seen = Tasks(), []

    def work(token: object, _progress: object) -> None:
        token.pause()
        token.check()

    tasks.run(tasks, "scan", work, seen.append)
    assert tasks.close(seconds=20)
    tasks.read(tasks, lambda: 1, seen.append)
    qtbot.wait(50)
    assert not seen


def test_close_says_when_a_thread_still_works(qtbot: QtBot) -> None:
    tasks, started, gate = Tasks(), threading.Event(), threading.Event()
    tasks.read(tasks, lambda: (started.set(), gate.wait()), lambda _none: None)
    started.wait()
    assert not tasks.close(seconds=0.05)
    gate.set()
    assert tasks.close(seconds=20)


def test_close_does_not_wait_for_what_never_started(qtbot: QtBot) -> None:
    tasks, gate = Tasks(), threading.Event()
    for number in range(9):
        tasks.read(tasks, gate.wait, lambda _none: None, topic=str(number))
    threading.Timer(0.1, gate.set).start()
    assert tasks.close(seconds=20)


def test_only_an_expected_failure_has_a_sentence(tasks: Tasks, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(tasks.failed):
        assert tasks.sentence(KindredError(Code.LIBRARY_CLOSED)) == "The library is closed."
    with qtbot.waitSignal(tasks.failed):
        assert tasks.sentence(TypeError("bug")) == ""


def test_changes_come_in_order_and_outlive_closing(qtbot: QtBot) -> None:
    tasks, gate, order = Tasks(), threading.Event(), []
    for number in range(3):
        tasks.read(tasks, gate.wait, lambda _none: None, topic=str(number))  # every reader is busy
    tasks.change(tasks, lambda: (gate.wait(), order.append(1)))
    tasks.change(tasks, lambda: order.append(2))
    threading.Timer(0.1, gate.set).start()
    assert tasks.close(seconds=20)
    assert order == [1, 2]


def test_a_change_that_fails_while_closing_is_logged(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    tasks = Tasks()

    def work() -> None:
        raise KindredError(Code.LIBRARY_CLOSED)

    tasks.change(tasks, work)  # and before its failure is delivered
    assert tasks.close(seconds=20)
    assert "library closed" in caplog.text
