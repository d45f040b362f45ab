"""A real window on a real X server: it opens, scans, shows groups and closes without a word."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.drawing import draw

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from kindred.engine.library import Library
from kindred.gui import app
from kindred.gui.window.main_window import MainWindow
from tests.support.tiny_embedder import tiny_embedder

def shown(window):
    show(window)
    app_timer.start(window)

class Walk:
    def start(self, window):
        self.window, self.timer = window, QTimer(interval=50)
        self.timer.timeout.connect(self.step)
        self.timer.start()

    def step(self):
        window = self.window
        if hasattr(window, "review_page") and len(window.review_page.groups.listed) == 1:
            self.timer.stop()
            window.go("review")
            window.grab()
            print(QGuiApplication.platformName(), window.review_page.photo_model.rowCount())
            window.close()

app_timer = Walk()
show, MainWindow.show = MainWindow.show, shown
app.open_library = lambda where: Library.open(where, embedder=tiny_embedder())
sys.exit(app.run_window([Path(sys.argv[1])]))
"""


@pytest.mark.window
@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="xvfb-run is not installed")
def test_a_real_window_scans_and_shows_groups(tmp_path: Path) -> None:
    for seed, name in ((1, "a.jpg"), (1, "b.jpg"), (2, "c.jpg")):
        draw(seed).save(tmp_path / name)
    done = subprocess.run(
        ["xvfb-run", "-a", sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "xcb"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "xcb 2"), done.stderr
    assert "Traceback" not in done.stderr
