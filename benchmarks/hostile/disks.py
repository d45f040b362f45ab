"""Odd disks, schemas and clocks."""

import contextlib
import itertools
import multiprocessing
import resource
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.hostile.common import (
    bytes_in,
    demand,
    disk,
    home_of,
    opened,
    pairs,
    remove,
    run,
    scan,
    second,
    told_plainly,
)
from kindred.engine.errors import KindredError
from kindred.engine.progress import Progress
from kindred.engine.store import schema
from kindred.engine.types import State

PAIRS = 60
YEARS = (1969, 1980, 2000, 2037, 2039, 2106, 2300, 9998)


def undo_during_a_scan(base: Path) -> str:
    """Undo from another process is refused, from another thread it works; no photo is lost."""
    photos = base / "photos"
    before = pairs(photos, PAIRS)
    with opened(base) as library:
        scan(library, photos)
        number = remove(library, base, second)
        pairs(photos, 40, first=1000)
        refused: list[subprocess.CompletedProcess[str]] = []
        met = threading.Event()

        def meddle(progress: Progress) -> None:
            if progress.stage == "Embedding" and not met.is_set():
                met.set()
                refused.append(run(base, "undo"))
                thread.start()

        thread = threading.Thread(target=partial(library.undo, number))
        scan(library, photos, progress=meddle)
        thread.join()
        demand(bool(refused), "the scan was over")
        told_plainly(refused[0])
        states = Counter(item.state for item in library.batches()[0].items)
        demand(states == {State.RESTORED: PAIRS}, f"after undo: {states}")
        demand(before.items() <= bytes_in(photos).items(), "a photo is not as it was")
        report = scan(library, photos)
        demand(report.photos == 2 * (PAIRS + 40), f"{report.photos} photos")
    return f"{PAIRS} of {PAIRS} back, undo by a second process refused with one line"


def read_only_folders(base: Path) -> str:
    """A home that cannot be written, before there is a library and after; photos that cannot."""
    photos, place = base / "photos", base / "home"
    pairs(photos, 6)
    lines = []
    with disk(place, "64m") as again:
        again("ro")
        for words in (("scan", photos), ("undo",), ("doctor",)):
            done = run(base, *words)
            told_plainly(done)
            lines.append(done.stderr)
        again("rw")
        demand(run(base, "scan", photos).returncode == 0, "the first scan failed")
        again("ro")
        for words in (("scan", photos), ("undo", "--list"), ("doctor",), ("plan", photos)):
            done = run(base, *words)
            told_plainly(done)
            lines.append(done.stderr)
        again("rw")
        done = run(base, "scan", photos)
        demand(done.returncode == 0 and "12 photos" in done.stdout, done.stderr)
    with disk(base / "locked", "16m") as again:
        before = pairs(base / "locked" / "photos", 6)
        with opened(base) as library:
            scan(library, base / "locked")
            again("ro")
            number = remove(library, base, second)
            states = Counter(item.state for item in library.batches()[0].items)
            demand(number > 0 and states == {State.FAILED: 6}, f"on a read-only disk: {states}")
        demand(bytes_in(base / "locked" / "photos") == before, "a photo changed")
    told = lines[-1].strip()
    return f"{len(lines)} refusals, each one line ({told}); 6 photos that cannot move stay"


def full_folders(base: Path) -> str:
    """A home without a free byte, before there is a library and after."""
    photos, place = base / "photos", base / "home"
    pairs(photos, 6)
    with disk(place, "64m"):
        ballast = place / "ballast"
        fill(ballast)
        for words in (("scan", photos), ("doctor",)):
            told_plainly(run(base, *words))
        ballast.unlink()
        demand(run(base, "scan", photos).returncode == 0, "the first scan failed")
        pairs(photos, 200, first=500)
        fill(ballast)
        done = run(base, "scan", photos)
        told_plainly(done)
        listed = run(base, "undo", "--list")
        ballast.unlink()
        whole = run(base, "scan", photos)
        demand("412 photos" in whole.stdout, whole.stdout[-300:] + whole.stderr)
    return f"told: {done.stderr.strip()}; `undo --list` gave {listed.returncode}; with room all 412"


def fill(ballast: Path) -> None:
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


def other_schemas(base: Path) -> str:
    """Libraries of each earlier schema, and of schemas to come, with what was settled in them."""
    photos = base / "photos"
    pairs(photos, 6)
    newest = len(schema.MIGRATIONS)
    for version in range(1, newest):
        place = base / f"of {version}"
        with patch.object(schema, "MIGRATIONS", schema.MIGRATIONS[:version]), opened(place) as old:
            old.protect(photos / "kept")
            old.set_setting("of", version)
        with opened(place) as library:
            demand(library.notice is None, f"schema {version}: {library.notice}")
            demand(library.protected() == [photos / "kept"], f"schema {version} forgot")
            demand(scan(library, photos).photos == 12, f"schema {version} does not scan")
            demand(len(library.groups(strictness=0.5)) == 6, f"schema {version} groups otherwise")
    later = (newest + 1, 1000, 2**31 - 1, -1)
    for version in later:
        place = base / f"of {version}"
        with opened(place) as library:
            library.protect(photos / "kept")
            scan(library, photos)
        with contextlib.closing(sqlite3.connect(home_of(place).store)) as db:
            db.execute("CREATE TABLE of_the_future (what TEXT)")
            db.execute("ALTER TABLE protected ADD COLUMN why TEXT")
            db.execute(f"PRAGMA user_version = {version}")
            db.commit()
        for start in range(2):
            with opened(place) as library:
                demand((library.notice is not None) == (start == 0), f"schema {version}: told")
                demand(library.protected() == [photos / "kept"], f"schema {version} forgot")
                demand(scan(library, photos).photos == 12, f"schema {version} does not scan")
        aside = list(home_of(place).data.glob("*.newer-*")) + list(
            home_of(place).data.glob("*.damaged-*")
        )
        demand(len(aside) == 1, f"schema {version}: {aside}")
    return (
        f"{newest - 1} earlier and {len(later)} impossible ones open; all that was settled is there"
    )


def clocks(base: Path) -> str:
    """The clock jumps to another year before each act: settle, scan, remove, back up, undo."""
    photos = base / "photos"
    before = pairs(photos, 8)
    acts = 0
    for year in itertools.chain(YEARS, reversed(YEARS)):
        with at_year(year), opened(base) as library:
            demand(library.notice is None, f"{year}: {library.notice}")
            library.protect(photos / str(acts))
            demand(scan(library, photos).photos == 16, f"in {year} photos are missing")
            number = remove(library, base, second)
            demand(library.batches()[0].id == number, f"in {year} the newest is not first")
            library._store._back_up()
        with at_year(2026 - acts), opened(base) as library:
            library.undo(number)
            demand(bytes_in(photos) == before, f"in {year} a photo did not come back")
        acts += 1
    home_of(base).store.write_bytes(b"garbage" * 1000)
    with opened(base) as library:
        demand(len(library.protected()) == acts, "a backup of another time was taken")
        demand(len(library.batches()) == acts, "a removal is gone")
    return f"{acts} jumps between {min(YEARS)} and {max(YEARS)}: all in order, all {acts} came back"


@contextmanager
def at_year(year: int) -> Iterator[None]:
    """Kindred's clock says that it is another year; that of the system is left alone."""
    away = (datetime(max(1, min(year, 9998)), 1, 2) - datetime.now()).total_seconds()

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Clock":
            moved = datetime.now(tz) + timedelta(seconds=away)
            return cls.fromisoformat(moved.replace(tzinfo=None).isoformat())

        def astimezone(self, tz: Any = None) -> datetime:
            return self.replace(tzinfo=datetime.now().astimezone().tzinfo)

    now = time.time
    with (
        patch("kindred.engine.store.converters.datetime", Clock),
        patch("kindred.engine.store.backups.datetime", Clock),
        patch("kindred.engine.removal.trash.datetime", Clock, create=True),
        patch("time.time", lambda: now() + away),
    ):
        yield


def file_sizes(base: Path) -> str:
    """The system lets no file grow beyond so many bytes (RLIMIT_FSIZE)."""
    photos = base / "photos"
    before = pairs(photos, PAIRS)
    told = Counter[str]()
    for limit in (0, 4096, 40_000, 100_000, 300_000, 1_000_000):
        place = base / f"limit {limit}"

        def limited(limit: int = limit) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        done = run(place, "scan", photos, preexec_fn=limited)
        if done.returncode:
            told_plainly(done)
        told[done.stderr.partition(":")[2].strip()[:40] or "done"] += 1
        whole = run(place, "scan", photos)
        demand(f"{2 * PAIRS} photos" in whole.stdout, f"{limit}: {whole.stderr[-400:]}")
    settled = settle_limited(base / "settling")
    demand(bytes_in(photos) == before, "a photo changed")
    return f"{dict(told)}; {settled} settled below a limit, all there"


def settle_limited(base: Path) -> int:
    """How many settings a process could make below 300 kB a file; all must be there."""
    with opened(base):
        pass
    child = multiprocessing.get_context("spawn").Process(target=settle_until_full, args=(base,))
    child.start()
    child.join()
    said = int((base / "said").read_text())
    with opened(base) as library:
        demand(library.setting("last", 0) >= said > 0, f"{library.setting('last', 0)} of {said}")
    return said


def settle_until_full(base: Path) -> None:
    with (base / "said").open("w+b", buffering=0) as said, opened(base) as library:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
        with contextlib.suppress(KindredError):
            for number in range(1, 20_000):
                library.set_setting("last", number)
                library.set_setting(f"of {number}", "x" * 500)
                said.seek(0)
                said.write(b"%d" % number)
