"""Several windows, processes and libraries at once."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.hostile.common import (
    ROOT,
    bytes_in,
    demand,
    environment,
    home_of,
    opened,
    pairs,
    scan,
)
from kindred.engine.progress import CancelToken
from kindred.engine.removal.trash import folder_trash


def openings(base: Path) -> str:
    """20 windows, each closed at once, and 20 libraries opened and closed by several processes."""
    from tests.support.closings import close_once, prepare

    prepare(base / "prepared")
    longest = 0.0
    for number in range(20):
        closing = close_once(base / "prepared", base / str(number), state="opening", seed=number)
        demand(not closing.faults, f"opening {number}: {closing.faults}")
        longest = max(longest, closing.seconds)
    context = multiprocessing.get_context("spawn")
    with context.Pool(4) as pool:
        notices = pool.starmap(open_and_close, [(base / "many", n) for n in range(20)])
    demand(not any(notices), notices)
    with opened(base / "many") as library:
        demand(len(library.protected()) == 20, "something settled is gone")
    return f"20 windows closed in {longest:.2f} s at most, nothing left; 20 libraries, nothing told"


def open_and_close(base: Path, number: int) -> str:
    with opened(base) as library:
        library.protect(base / str(number))
        return str(library.notice or "")


def two_windows(base: Path) -> str:
    """Two processes settle 200 things each in one library; then it is garbage. Two real windows."""
    with opened(base):
        pass
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=settle, args=(base, name)) for name in "ab"]
    for child in children:
        child.start()
    for child in children:
        child.join()
        demand(child.exitcode == 0, "a window failed")
    for start in range(2):
        with opened(base) as library:
            found = len(library.protected())
            demand(found == 400, f"{found} of 400 at start {start}")
            demand((library.notice is not None) == bool(start), library.notice)
        home_of(base).store.write_bytes(os.urandom(50_000))
    for part in home_of(base).data.iterdir():
        part.unlink()
    shown = [
        subprocess.Popen(
            [sys.executable, "main.py"], cwd=ROOT, env=environment(base), stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    time.sleep(15)
    for window in shown:
        demand(window.poll() is None, "a window ended by itself")
        window.send_signal(signal.SIGTERM)
    for window in shown:
        _, said = window.communicate(timeout=60)
        demand(window.returncode == 0 and b"Traceback" not in said, said[-500:])
    log = (home_of(base).logs / "kindred.log").read_text()
    demand(" ERROR " not in log and "Traceback" not in log, log[-500:])
    return "400 of 400 there, and again after the store was garbage; two windows open and close"


def settle(base: Path, name: str) -> None:
    with opened(base) as library:
        for number in range(200):
            library.protect(base / f"{name}{number}")


def two_stores(base: Path) -> str:
    """Two libraries over one folder remove the other half of 100 pairs at the same time."""
    photos = base / "photos"
    before = pairs(photos, 100)
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(2)
    children = [
        context.Process(target=remove_half, args=(base, which, gate)) for which in ("one", "two")
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
        demand(child.exitcode == 0, "a removal failed")
    left = bytes_in(photos)
    lost = {data for data in before.values() if data not in left.values()}
    demand(not lost, f"{len(lost)} contents have no photo left in place")
    gone = len(before) - len(left)
    for which in ("one", "two"):
        with opened(base / which) as library:
            for batch in library.batches():
                library.undo(batch.id)
    demand(bytes_in(photos) == before, "undo by both did not bring all back")
    return f"100 of 100 contents stayed in place, {gone} of 200 files went, all back after undo"


def remove_half(base: Path, which: str, gate: Any) -> None:
    place = base / which
    with opened(place) as library:
        scan(library, base / "photos")
        groups = library.groups(strictness=0.5)
        wanted = [
            member.photo.path
            for group in groups
            for member in group.members
            if ("copy" in member.photo.path.name) == (which == "two")
        ]
        plan = library.plan(groups, wanted)
        gate.wait(timeout=300)
        library.remove(plan, trash=folder_trash(place / "trash"), token=CancelToken())
