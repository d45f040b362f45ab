"""Starts the window: application, theme, language, log, and the handling of unforeseen errors."""

import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from kindred.engine.paths import Home, home, private
from kindred.gui.services import i18n
from kindred.gui.services.log_format import LogFormatter
from kindred.gui.services.preferences import Settings
from kindred.gui.services.system_trash import move_to_trash
from kindred.gui.services.thumbnails import DISK_BYTES, Thumbnails, prune, thread_count
from kindred.gui.widgets import theme
from kindred.gui.window.main_window import MainWindow

if TYPE_CHECKING:
    from kindred.engine.library import Library

PRUNE_MS = 5000
GC_MS = 1000
GC_QUICK = 20_000  # new objects, which the collector looks through in a few milliseconds
LOG_BYTES = 2**20

log = logging.getLogger(__name__)


def run_window(folders: Sequence[Path] = ()) -> int:
    """Open the window, scan the folders if any, and return the exit code when it is closed."""
    where = home()
    app = QApplication([sys.argv[0], "-style", "Fusion"])  # setStyle() would cost start 5 ms
    app.setApplicationName("kindred")
    app.setApplicationDisplayName("Kindred")
    app.setDesktopFileName("kindred")
    settings = Settings(where.data / "window.ini")
    i18n.speak(settings.text("look/language", "system"), app)
    theme.choose(app, settings.text("look/theme", "system"))
    app.styleHints().colorSchemeChanged.connect(lambda _scheme: theme.apply(app))
    thumbnails = where.small_pictures
    window = MainWindow(
        lambda: open_library(where),
        settings=settings,
        thumbnails=Thumbnails(thumbnails, threads=thread_count()),
        trash=move_to_trash,
        folders=folders,
    )
    pruning = prune_when_quiet(window, thumbnails)
    window.opened.connect(pruning.start)
    report_unforeseen(window)
    collect_on_this_thread(app, lambda: window.quiet)
    close_on_signals(app)
    window.show()
    code = app.exec()
    logging.shutdown()
    if not window.idle:  # a thread is busy in a decoder; nothing it does has to be completed
        os._exit(code)
    return code


def open_library(where: Home) -> "Library":
    """Open the log and the user's library; on a reading thread, because both import much."""
    from kindred.engine.library import Library

    log_to(where.logs / "kindred.log")
    return Library.open(where)


def prune_when_quiet(window: MainWindow, thumbnails: Path) -> QTimer:
    """A timer that has the thumbnails on disk pruned, once, when nobody waits for anything.

    Pruning takes half a second of Python, which would delay frames and the first groups.
    """
    timer = QTimer(window, interval=PRUNE_MS)

    def ring() -> None:
        if window.quiet:
            timer.stop()
            work = partial(prune, thumbnails, limit=DISK_BYTES)
            window.tasks.read(window, work, lambda _none: None, topic="prune")

    timer.timeout.connect(ring)
    return timer


def collect_on_this_thread(app: QApplication, quiet: Callable[[], bool]) -> QTimer:
    """Run the cyclic collector by a timer on the GUI thread only.

    Otherwise a worker may free a Qt object, which only the GUI thread is allowed to do.
    """
    gc.disable()
    timer = QTimer(app, interval=GC_MS)
    timer.timeout.connect(lambda: collect(quiet=quiet()))
    timer.start()
    return timer


def collect(*, quiet: bool) -> None:
    """Collect the generations that are due, as the interpreter would; what takes long when quiet.

    The groups of a large library are a million objects, a second's work to look through.
    """
    due = [count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
    for generation in (2, 1, 0) if quiet else (0,):
        if due[generation] and (quiet or gc.get_count()[0] < GC_QUICK):
            gc.collect(generation)
            return


def report_unforeseen(window: MainWindow) -> None:
    """Send exceptions that nobody caught to the log and to one dialog."""

    def on_gui(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        log.critical("uncaught", exc_info=(kind, error, trace))
        if isinstance(error, Exception):
            window.report(error)

    def on_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            log.critical("uncaught", exc_info=args.exc_value)
            window.tasks.failed.emit(args.exc_value)

    sys.excepthook = on_gui
    threading.excepthook = on_thread


def close_on_signals(app: QApplication) -> None:
    """Ctrl+C in the terminal, and the end of the session, close the window as its button does.

    Python looks for signals between two steps of its own; the collector's timer takes one a second.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # SIGHUP: the terminal is gone; not on Windows
        if hasattr(signal, name):
            signal.signal(
                getattr(signal, name), lambda *_: QTimer.singleShot(0, app.closeAllWindows)
            )


class PrivateLog(RotatingFileHandler):
    """Files of the log that nobody else can read."""

    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        private(Path(self.baseFilename))
        return stream


def log_to(path: Path) -> None:
    """Keep a small rotating log."""
    kept = PrivateLog(path, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8")
    kept.setFormatter(LogFormatter())
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(kept)
