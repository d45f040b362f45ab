"""PySide6 6.12.0 on Python 3.11 loses a reference to None on every void call and aborts."""

import subprocess
import sys

import PySide6
from packaging.version import Version

# More void calls than the interpreter holds references to None at its start.
_VOID_CALLS = """
import sys
from PySide6.QtCore import QObject, QTimer

before = sys.getrefcount(None)
subject, timer = QObject(), QTimer()
for _ in range(20_000):
    subject.setObjectName("x")
    timer.setInterval(10)
print(sys.getrefcount(None) - before)
"""


def test_version_is_one_that_was_tried() -> None:
    assert Version("6.8") <= Version(PySide6.__version__) < Version("6.12")


def test_void_calls_keep_none_alive() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _VOID_CALLS], capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > -1000, "references to None are lost"
