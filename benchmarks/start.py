"""How long the window takes to show, beside a bare PySide6 program that shows an empty one.

    python benchmarks/start.py [--runs 11]

Both are started in turns, each as a process of its own with an empty home and a warm cache; the
time is that from the start of the process to the end of the window's first painting, which both
tell in the same way. Prints the medians, their ratio and the smallest and largest ratio of a pair;
and the same of processor time, which other programs disturb less.
Runs on the platform that QT_QPA_PLATFORM names, offscreen when it is not set.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAINTED = """
import sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.tell)
        return False
    def tell(self):
        print(time.monotonic(), time.process_time(), flush=True)
        self.parent().close()
"""
BARE = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(sys.argv[:1])
window = QMainWindow()
window.installEventFilter(Painted(window))
window.show()
sys.exit(app.exec())
"""
KINDRED = """
from kindred.gui.window.main_window import MainWindow
def shown(window):
    window.installEventFilter(Painted(window))
    show(window)
show, MainWindow.show = MainWindow.show, shown
sys.argv = ["main.py"]
import main
sys.exit(main.main())
"""


def seconds(program: str) -> tuple[float, float]:
    """From the start of the process to its first painting: on the clock, and of the processor."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "KINDRED_HOME": home}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled modules belong to a warm cache
        command = [sys.executable, "-c", PAINTED + program]
        started = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    painted, spent = map(float, done.stdout.split())
    return painted - started, spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    options = parser.parse_args()
    for program in (BARE, KINDRED):  # fills the file cache
        seconds(program)
    pairs = [(seconds(BARE), seconds(KINDRED)) for _ in range(options.runs)]
    for number, what in enumerate(("clock", "processor")):
        times = [(bare[number], kindred[number]) for bare, kindred in pairs]
        bare, kindred = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
        ratios = sorted(ours / theirs for theirs, ours in times)
        print(
            f"{what}: bare {bare:.0f} ms, Kindred {kindred:.0f} ms, ratio {kindred / bare:.2f};"
            f" pairs from {ratios[0]:.2f} to {ratios[-1]:.2f}, {options.runs} of each"
        )


if __name__ == "__main__":
    main()
