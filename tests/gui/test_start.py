"""The window is there before anything heavy is imported."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from kindred.gui.window.main_window import MainWindow
import main

HEAVY = {"torch", "torchvision", "faiss", "cv2", "onnxruntime", "rawpy", "simplejpeg", "numpy"}
HEAVY |= {"PIL", "pillow_heif", "safetensors", "blake3", "sqlite3", "kindred.engine.library"}

def shown(window):
    show(window)
    window.grab()
    print(sorted(HEAVY & sys.modules.keys()))
    QTimer.singleShot(0, window.close)

show, MainWindow.show = MainWindow.show, shown
sys.exit(main.main([]))
"""


def test_nothing_heavy_is_imported_before_the_window_shows() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
    assert "Traceback" not in done.stderr
