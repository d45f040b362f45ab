"""The app in a home of its own with something that drives its window."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kindred.gui.window.main_window import MainWindow


@contextmanager
def home() -> Iterator[Path]:
    """A folder for photos beside an empty home; offscreen unless QT_QPA_PLATFORM says otherwise."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["KINDRED_HOME"] = f"{scratch}/home"
        folder = Path(scratch) / "photos"
        folder.mkdir()
        yield folder


def run(drive: Callable[[MainWindow], object]) -> int:
    """The whole app until its window closes; `drive` gets the window once it shows."""
    import main as app

    show = MainWindow.show

    def shown(window: MainWindow) -> None:
        show(window)
        drive(window)

    MainWindow.show = shown
    return app.main([])
