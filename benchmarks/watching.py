"""Whether the window keeps its size while it watches a folder for hours.

    python -m benchmarks.watching [--hours 8] [--photos 200] [--seed 0]

Opens the app, with the built-in network, on a folder of drawn photos and lets it watch, the minute
between two looks compressed to 50 ms. Before each look one photo is added (half of them copies of
others), renamed, edited or deleted at random; the user stands on the review page and goes from
group to group. Prints, for every simulated hour, resident memory without the thumbnails (which
have a budget of their own and fill it), open files, threads and helper processes, and fails when
the last hour's memory is more than 5% above the second hour's, or any of the other numbers grows
(open files: by more than three connections to the store).
"""

import argparse
import os
import random
import sys
import threading
import traceback
from pathlib import Path

import psutil
from PIL import Image
from PySide6.QtCore import QObject, QTimer

from benchmarks import app_driver
from benchmarks.event_loop import resident
from kindred.gui.library import folder_watch, scan_job
from kindred.gui.window.main_window import MainWindow
from tests.support.drawing import draw

LOOKS_AN_HOUR = 60
PAUSE_MS = 50
MOST_GROWTH = 1.05
SPARE_FILES = 6  # the store opens its two files once more when more threads than ever read at once


class Hours(QObject):
    """Changes the folder before each look, and writes down the figures."""

    def __init__(self, window: MainWindow, folder: Path, hours: int, seed: int) -> None:
        super().__init__(window)
        self._window, self._folder, self._hours = window, folder, hours
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._looks = 0
        self._made = 10_000
        self.figures: list[tuple[float, int, int, int]] = []
        window.opened.connect(lambda: window.scan([folder]))
        window.tasks.job_ended.connect(self._ended)
        window.tasks.failed.connect(_failed)
        window.report = _failed

    def _ended(self, _name: object) -> None:
        if self._looks == 0:
            self._window.go("review")
            self._window.library_page.watch.setChecked(True)
        elif self._looks % LOOKS_AN_HOUR == 0:
            self._note()
        if self._looks == self._hours * LOOKS_AN_HOUR:
            self._window.close()
            return
        self._looks += 1
        self._change()
        groups = self._window.review_page.groups
        QTimer.singleShot(0, self, lambda: groups.go((groups.row + 1) % max(1, len(groups.listed))))

    def _note(self) -> None:
        process = psutil.Process()
        held = self._window.review_page.context.thumbnails.held / 2**20
        figures = (
            resident() - held,
            process.num_fds(),
            threading.active_count(),
            len(process.children(recursive=True)),
        )
        self.figures.append(figures)
        groups = len(self._window.review_page.groups.listed)
        print(
            f"hour {self._looks // LOOKS_AN_HOUR:2}: {figures[0]:6.1f} MiB and {held:5.1f} of"
            f" thumbnails, {figures[1]} files,"
            f" {figures[2]} threads, {figures[3]} helpers, {groups} groups",
            flush=True,
        )

    def _change(self) -> None:
        photos = sorted(self._folder.iterdir())
        one = self._chance.choice(photos)
        self._made += 1
        new = self._folder / f"{self._made}.jpg"
        match self._chance.choice(("draw", "copy", "rename", "edit", "delete", "delete")):
            case "draw":
                draw(self._made, (640, 480)).save(new, quality=90)
            case "copy":
                with Image.open(one) as picture:
                    picture.resize((480, 360)).save(new, quality=80)
            case "rename":
                one.rename(new)
            case "edit":
                draw(self._made, (640, 480)).save(one, quality=90)
            case "delete":
                one.unlink()


def _failed(error: Exception) -> None:
    """Stop on an error; nobody would close its dialog."""
    traceback.print_exception(error)
    os._exit(1)


def verdict(figures: list[tuple[float, int, int, int]]) -> list[str]:
    """Which figures grew."""
    second, last = figures[1], figures[-1]
    grew = []
    if last[0] > MOST_GROWTH * second[0]:
        grew.append(f"memory grew from {second[0]:.1f} to {last[0]:.1f} MiB")
    for number, name, spare in (
        (1, "open files", SPARE_FILES),
        (2, "threads", 0),
        (3, "helpers", 0),
    ):
        if last[number] > second[number] + spare:
            grew.append(f"{name} grew from {second[number]} to {last[number]}")
    return grew


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=int, default=8)
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    hours: list[Hours] = []
    with app_driver.home() as folder:
        for seed in range(options.photos):
            draw(seed, (640, 480)).save(folder / f"{seed}.jpg", quality=90)
        scan_job.PAUSE_MS, folder_watch.SHARE = PAUSE_MS, 0
        app_driver.run(
            lambda window: hours.append(Hours(window, folder, options.hours, options.seed))
        )
        grew = verdict(hours[0].figures)
        print("; ".join(grew) or "nothing grew")
        sys.exit(1 if grew else 0)


if __name__ == "__main__":
    main()
