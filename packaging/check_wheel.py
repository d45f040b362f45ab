"""Builds the wheel, installs it away from the checkout, and uses it.

    python packaging/check_wheel.py

The packages that Kindred needs are those of the interpreter that runs this. Ends with an error when
a file is missing from the wheel, when the window does not open, or when a scan finds no group.
"""

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WINDOW = """
import sys, kindred
from PySide6.QtCore import QTimer
from kindred.__main__ import main
from PySide6.QtWidgets import QApplication
from kindred.gui.window.main_window import MainWindow

def shown(window):
    show(window)
    assert not window.grab().isNull() and window.palette() and QApplication.instance().styleSheet()
    print(kindred.__file__)
    QTimer.singleShot(0, window.close)

show, MainWindow.show = MainWindow.show, shown
sys.exit(main([]))
"""
PICTURES = """
import sys
from PIL import Image
noise = Image.effect_noise((480, 360), 90).resize((640, 480))
noise.save(sys.argv[1] + "/one.png")
noise.save(sys.argv[1] + "/two.bmp")
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", scratch, ROOT, cwd=place)
        (wheel,) = place.glob("*.whl")
        packed = set(zipfile.ZipFile(wheel).namelist())
        missing = [name for name in shipped() if f"kindred/{name}" not in packed]
        outside = {name.split("/")[0] for name in packed if not name.startswith("kindred")}
        if missing or outside:
            sys.exit(f"not in the wheel: {missing}; beside Kindred's own package: {outside}")
        venv.create(place / "venv", with_pip=True)
        python = place / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
        run(python, "-m", "pip", "install", "-q", "--no-deps", wheel, cwd=place)
        where = run(python, "-c", WINDOW, cwd=place).strip()
        if not Path(where).is_relative_to(place.resolve()):
            sys.exit(f"the window came from {where}")
        (place / "photos").mkdir()
        run(python, "-c", PICTURES, place / "photos", cwd=place)
        run(python, "-m", "kindred", "scan", place / "photos", "--json", "found.json", cwd=place)
        found = json.loads((place / "found.json").read_text("utf-8"))
        if found["photos"] != 2 or len(found["groups"]) != 1:
            sys.exit(f"the installed scan found {found}")
        sys.stdout.write(f"{wheel.name}: {len(packed)} files, opens its window and scans\n")


def shipped() -> list[str]:
    """Every tracked file of the packages, by its path in the checkout."""
    listed = run("git", "ls-files", "engine", "gui", "resources", "kindred", cwd=ROOT)
    return [name.removeprefix("kindred/") for name in listed.split("\n") if name]


def run(*words: str | Path, cwd: Path) -> str:
    """What the program printed; ends this one with its words when it fails."""
    env = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "KINDRED_HOME": str(cwd / "home"),
        "PYTHONPATH": sysconfig.get_path("purelib"),
    }
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"{words[0]} {words[1]}: {done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
