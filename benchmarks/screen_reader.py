"""What a screen reader is told of the window, over the bus that screen readers use (AT-SPI).

    xvfb-run -a dbus-run-session python -m benchmarks.screen_reader

Starts the accessibility bus and the window on it with an empty library, goes through the pages by
key as a user does, and walks everything that is on the bus. Prints for each page how many
controls there are, and the role of each without a name; fails when there is one. For Linux.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
REGISTRY = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
CONTROLS = {"push button", "check box", "toggle button", "combo box", "entry", "slider", "list",
            "table", "tree", "tree table", "text", "spin button", "button"}  # fmt: skip
SHOWING = 1 << 25  # a state of AT-SPI (ATSPI_STATE_SHOWING)
OPENING_SECONDS = 40
PAGES = 6

Place = tuple[str, str]  # name on the bus, path

WINDOW = """
import os, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from kindred.engine.paths import home
from kindred.gui.app import open_library
from kindred.gui.services.preferences import Settings
from kindred.gui.services.system_trash import move_to_trash
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets import theme
from kindred.gui.window.main_window import MainWindow
from kindred.gui.window.top_bar import PAGES
app = QApplication(["kindred"])
theme.choose(app, "light")
where = home()
window = MainWindow(lambda: open_library(where), settings=Settings(where.data / "window.ini"),
                    thumbnails=Thumbnails(where.cache, threads=1), trash=move_to_trash)
window.opened.connect(lambda: print("open", flush=True))
window.show()
def look():
    for line in iter(sys.stdin.readline, ""):
        QTimer.singleShot(0, window, lambda page=PAGES[int(line)]: window.go(page))
        return
from PySide6.QtCore import QSocketNotifier
asked = QSocketNotifier(0, QSocketNotifier.Type.Read)
asked.activated.connect(lambda *_: look())
app.exec()
"""


def call(address: str, place: Place, method: str, *values: str) -> str:
    """The answer of a method as dbus-send prints it; empty when there is none."""
    command = ["dbus-send", f"--bus={address}", "--print-reply=literal", f"--dest={place[0]}",
               place[1], method, *values]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def children(address: str, place: Place) -> list[Place]:
    said = call(address, place, "org.a11y.atspi.Accessible.GetChildren")
    return re.findall(r"(:\d+\.\d+)\s+(/\S+)", said)


def showing(address: str, place: Place) -> bool:
    said = call(address, place, "org.a11y.atspi.Accessible.GetState")
    numbers = [int(word) for word in said.split() if word.isdigit() and word != "32"]
    return bool(numbers and numbers[0] & SHOWING)


def name_of(address: str, place: Place) -> str:
    said = call(
        address, place, "org.freedesktop.DBus.Properties.Get",
        "string:org.a11y.atspi.Accessible", "string:Name",
    )  # fmt: skip
    return said.strip().removeprefix("variant").strip()


def walk(address: str, place: Place) -> Iterator[tuple[str, str]]:
    """Role and name of every control that is showing below a thing."""
    for child in children(address, place):
        if not showing(address, child):
            continue
        role = call(address, child, "org.a11y.atspi.Accessible.GetRoleName").strip()
        if role in CONTROLS:
            yield role, name_of(address, child)
        else:
            yield from walk(address, child)


def main() -> int:
    if not LAUNCHER.exists():
        print("There is no accessibility bus here.")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        more = {"KINDRED_HOME": f"{folder}/home", "KINDRED_CONFIG": f"{folder}/config",
                "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "QT_QPA_PLATFORM": "xcb"}  # fmt: skip
        launcher = subprocess.Popen([str(LAUNCHER), "--launch-immediately"])
        time.sleep(2)
        said = call_session()
        window = subprocess.Popen(
            [sys.executable, "-c", WINDOW],
            cwd=ROOT, env={**os.environ, **more}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        try:
            return look(said, window)
        finally:
            window.kill()
            launcher.kill()


def call_session() -> str:
    """The address of the accessibility bus."""
    command = ["dbus-send", "--session", "--print-reply=literal", "--dest=org.a11y.Bus",
               "/org/a11y/bus", "org.a11y.Bus.GetAddress"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def look(address: str, window: "subprocess.Popen[str]") -> int:
    assert window.stdout is not None and window.stdin is not None  # noqa: S101 - pipes
    window.stdout.readline()  # it is open
    end = time.monotonic() + OPENING_SECONDS
    while not (found := children(address, REGISTRY)) and time.monotonic() < end:
        time.sleep(0.5)
    nameless = 0
    for page in range(PAGES):
        window.stdin.write(f"{page}\n")
        window.stdin.flush()
        time.sleep(2)
        controls = [control for app in found for control in walk(address, app)]
        missing = [role for role, name in controls if not name]
        nameless += len(missing)
        print(f"page {page + 1}: {len(controls)} controls,"
              f" without a name: {missing or 'none'}", flush=True)  # fmt: skip
        if not controls:
            nameless += 1
    return 1 if nameless else 0


if __name__ == "__main__":
    sys.exit(main())
