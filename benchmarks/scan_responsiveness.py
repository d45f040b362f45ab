"""How late the window's event loop is while a scan has all cores.

    python -m benchmarks.scan_responsiveness FOLDER [--photos 200]

The photos of FOLDER are written under new bytes until there are enough, the app is opened with the
built-in network and scans them, while a timer of 5 ms in the GUI thread notes how late it comes
(see benchmarks/event_loop.py), from the start of the scan to its end. The window shows the review
page, whose groups grow. Prints the figures and photos per second. Runs offscreen unless
QT_QPA_PLATFORM
says otherwise.
"""

import argparse
import time
from pathlib import Path

from PySide6.QtCore import QObject

from benchmarks import app_driver
from benchmarks.event_loop import Turns
from kindred.gui.window.main_window import MainWindow


class Scan(QObject):
    """Scans a folder as soon as the library is open, then closes the window."""

    def __init__(self, window: MainWindow, folder: Path, photos: int) -> None:
        super().__init__(window)
        self._window, self._folder, self._photos = window, folder, photos
        self._turns = Turns(self)
        self._started = 0.0
        window.opened.connect(self._scan)
        window.tasks.job_ended.connect(self._ended)

    def _scan(self) -> None:
        self._turns.start()
        self._started = time.perf_counter()
        self._window.scan([self._folder])

    def _ended(self, _name: object) -> None:
        seconds = time.perf_counter() - self._started
        self._turns.stop("during the scan")
        groups = len(self._window.review_page.groups.listed)
        print(f"{self._photos / seconds:.1f} photos a second, {groups} groups")
        self._window.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=200)
    options = parser.parse_args()
    with app_driver.home() as folder:
        photos = sorted(options.folder.glob("*.jpg"))
        for number in range(options.photos):
            data = photos[number % len(photos)].read_bytes()  # what follows its end is ignored
            (folder / f"{number:04}.jpg").write_bytes(data + number.to_bytes(4, "big"))
        app_driver.run(lambda window: Scan(window, folder, options.photos))


if __name__ == "__main__":
    main()
