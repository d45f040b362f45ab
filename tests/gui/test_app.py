"""Starting: the collector runs on the GUI thread only, and nothing that is raised is lost."""

import gc
import logging
import os
import signal
import stat
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from kindred.gui import app


class Window(QObject):
    """As much of a window as error reporting needs."""

    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.tasks = SimpleNamespace(failed=self.failed)
        self.reported: list[Exception] = []

    def report(self, error: Exception) -> None:
        self.reported.append(error)


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield


def test_unforeseen_errors_reach_log_and_window(
    hooks: None, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    window = Window()
    app.report_unforeseen(window)
    error = ValueError("surprise")
    sys.excepthook(ValueError, error, None)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert window.reported == [error]
    assert "uncaught" in caplog.text

    def fail() -> None:
        raise error

    with qtbot.waitSignal(window.failed) as heard:
        threading.Thread(target=fail).start()
    assert heard.args == [error]


def test_cycles_are_collected_by_the_timer(qapp: QApplication, qtbot: QtBot) -> None:
    class Node:
        pass

    node = Node()
    node.itself = node
    gone = weakref.ref(node)
    timer = app.collect_on_this_thread(qapp, lambda: False)
    try:
        assert not gc.isenabled()
        del node
        garbage = [[] for _ in range(gc.get_threshold()[0] + 1)]
        qtbot.waitUntil(lambda: gone() is None)
        assert garbage
    finally:
        timer.stop()
        gc.enable()


def test_thumbnails_are_pruned_once_when_nobody_waits(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, asked, rings = Window(), [], []
    monkeypatch.setattr(app, "PRUNE_MS", 1)
    window.quiet = False
    window.tasks.read = lambda _owner, work, _done, topic: asked.append(work)
    timer = app.prune_when_quiet(window, tmp_path)
    timer.timeout.connect(lambda: rings.append(1))
    timer.start()
    qtbot.waitUntil(lambda: len(rings) > 2)
    assert not asked
    window.quiet = True
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert not timer.isActive()
    asked[0]()  # there is nothing to prune


def test_log_is_a_file(tmp_path: Path) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        app.log_to(tmp_path / "kindred.log")
        logging.getLogger("kindred.x").info("hello %s", "log")
        assert "kindred.x: hello log" in (tmp_path / "kindred.log").read_text()
    finally:
        for handler in set(root.handlers) - set(before):
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)


@pytest.mark.skipif(sys.platform == "win32", reason="sends itself a signal")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_closes_the_window(qapp: QApplication, qtbot: QtBot, name: str) -> None:
    number = getattr(signal, name)
    before = {n: signal.getsignal(getattr(signal, n)) for n in ("SIGINT", "SIGTERM", "SIGHUP")}
    window, dialog = QWidget(), QDialog()
    try:
        app.close_on_signals(qapp)
        for part in (window, dialog):
            qtbot.addWidget(part)
            part.show()
        os.kill(os.getpid(), number)
        qtbot.waitUntil(lambda: not window.isVisible() and not dialog.isVisible())
    finally:
        for restored, handler in before.items():
            signal.signal(getattr(signal, restored), handler)


def test_nobody_else_can_read_the_log(tmp_path: Path) -> None:
    root, level = logging.getLogger(), logging.getLogger().level
    before = list(root.handlers)
    try:
        app.log_to(tmp_path / "kindred.log")
        assert stat.S_IMODE((tmp_path / "kindred.log").stat().st_mode) & 0o077 == 0
    finally:
        for handler in set(root.handlers) - set(before):
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)
