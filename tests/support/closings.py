"""Closes the window of a process of its own in some state, and looks at what is left behind."""

import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from kindred.engine.library import Library
from kindred.engine.paths import Home
from kindred.engine.progress import CancelToken
from kindred.engine.types import ScanOptions
from tests.support.drawing import draw
from tests.support.tiny_embedder import tiny_embedder

ROOT = Path(__file__).resolve().parents[2]
STATES = (
    "opening",
    "scanning",
    "paused",
    "removing",
    "undoing",
    "searching",
    "dragging",
    "thumbnails",
    "comparing",
    "settings",
    "skipped",
    "removal dialog",
    "error",
    "menu",
    "file dialog",
)
SCENES = 12
OFFSCREEN = "This plugin does not support"  # Qt says so where there is no screen
PROGRAM = """
import sys
from tests.support import closing_window
sys.exit(closing_window.run(*sys.argv[1:]))
"""


@dataclass(frozen=True, slots=True)
class Closing:
    """What one closing left behind; everything is well when `faults` is empty."""

    state: str
    reached: bool  # the window was in the state when it was closed
    seconds: float  # from the closing to the end of the process
    faults: tuple[str, ...]


def prepare(base: Path) -> None:
    """A scanned library in base/home, its photos in base/photos, base/new not yet scanned."""
    for folder, seeds in (("photos", range(SCENES)), ("new", range(100, 130))):
        (base / folder).mkdir(parents=True)
        for seed in seeds:
            scene = draw(seed, (320, 240))
            scene.save(base / folder / f"{seed}.png")
            scene.resize((240, 180)).save(base / folder / f"{seed} small.jpg", quality=90)
    (base / "photos" / "broken.jpg").write_bytes(b"not a picture")
    with Library.open(_home(base), embedder=tiny_embedder()) as library:
        library.scan([base / "photos"], options=ScanOptions(workers=2), token=CancelToken())


def close_once(prepared: Path, base: Path, *, state: str, seed: int) -> Closing:
    """Copy what `prepare` made to `base`, close a window there, and look."""
    shutil.copytree(prepared, base)
    with Library.open(_home(base), embedder=tiny_embedder()) as library:  # at its new place
        library.scan([base / "photos"], options=ScanOptions(workers=2), token=CancelToken())
        library.forget_root(prepared / "photos")
    before = _contents(base / "photos")
    chance = random.Random(seed)  # noqa: S311 - no secret
    delay = chance.choice((0, 20, 100, 400)) * chance.random()
    environment = os.environ | {
        "KINDRED_HOME": str(base / "home"),
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CACHE_HOME": str(base / "cache"),  # fontconfig complains where it cannot write
        "LC_ALL": "C.UTF-8",
    }
    process = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-c", PROGRAM, str(base), state, str(round(delay))],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    reached, closed = False, time.monotonic()
    for line in process.stdout:
        reached |= line.startswith("reached")
        if line.startswith("closing"):
            closed = time.monotonic()
    _, complaints = process.communicate()
    seconds = time.monotonic() - closed
    faults = []
    if process.returncode:
        faults.append(f"exit code {process.returncode}")
    said = [line for line in complaints.splitlines() if line and not line.startswith(OFFSCREEN)]
    if said:
        faults.append("said: " + "\n".join(said))
    faults += _left_running(base)
    faults += _lost(base, before)
    return Closing(state, reached, seconds, tuple(faults))


def _home(base: Path) -> Home:
    return Home(*(base / "home" / name for name in ("data", "cache", "logs")))


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _left_running(base: Path) -> list[str]:
    """Processes that still work for this window a second after it ended."""
    wanted = str(base / "home")
    for _ in range(20):
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("KINDRED_HOME") == wanted:
                    found.append(f"still runs: {' '.join(process.cmdline())[:200]}")
            except psutil.Error:
                continue
        if not found:
            return []
        time.sleep(0.05)
    return found


def _lost(base: Path, before: dict[str, bytes]) -> list[str]:
    """Photos that neither lie in their place nor come back from the trash by the journal."""
    log = base / "home" / "logs" / "kindred.log"
    faults = ["in the log: " + log.read_text()[-2000:]] if _complains(log) else []
    with Library.open(_home(base), embedder=tiny_embedder()) as library:
        if library.notice:
            faults.append(str(library.notice))
        here = _contents(base / "photos")
        trash = base / "trash"
        trashed = _contents(trash).values() if trash.exists() else ()
        for name, data in before.items():
            if here.get(name) != data and data not in trashed:
                faults.append(f"{name} is gone")
        for batch in library.batches():
            library.undo(batch.id)
    after = _contents(base / "photos")
    faults += [f"{name} did not come back" for name in before if after.get(name) != before[name]]
    return faults


def _complains(log: Path) -> bool:
    return log.exists() and any(
        word in log.read_text() for word in (" ERROR ", " CRITICAL ", "Traceback")
    )
