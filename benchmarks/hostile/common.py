"""Libraries, photos and the command line, for all parts."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kindred.engine.library import Library
from kindred.engine.paths import Home
from kindred.engine.progress import CancelToken
from kindred.engine.removal.trash import folder_trash
from kindred.engine.types import Group, ScanOptions, ScanReport
from tests.support.drawing import draw
from tests.support.hostile import encoded
from tests.support.tiny_embedder import tiny_embedder

ROOT = Path(__file__).resolve().parents[2]
ADVISED = "kindred: "  # what an expected failure is told with


class Failed(Exception):  # noqa: N818 - says what happened
    """Something was lost, or told badly."""


def demand(truth: bool, otherwise: object) -> None:  # noqa: FBT001 - reads as an assertion
    if not truth:
        raise Failed(str(otherwise))


def home_of(base: Path) -> Home:
    return Home(base / "home" / "data", base / "home" / "cache", base / "home" / "logs")


def opened(base: Path) -> Library:
    os.environ["KINDRED_CONFIG"] = str(base / "config")
    return Library.open(home_of(base), embedder=tiny_embedder())


def pairs(folder: Path, count: int, *, first: int = 0) -> dict[str, bytes]:
    """So many photos and a copy of each; all bytes by name."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(first, first + count):
        data = encoded(draw(seed, (64, 48)), "PNG")
        for name in (f"{seed}.png", f"{seed} copy.png"):
            (folder / name).write_bytes(data)
    return bytes_in(folder)


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def scan(library: Library, folder: Path, **more: Any) -> ScanReport:
    return library.scan([folder], options=ScanOptions(workers=2), token=CancelToken(), **more)


def remove(library: Library, base: Path, chosen: Callable[[Group], Sequence[Path]]) -> int:
    """Remove what is chosen of each group; the number of the removal."""
    groups = library.groups(strictness=0.5)
    wanted = [path for group in groups for path in chosen(group)]
    plan = library.plan(groups, wanted)
    trash = folder_trash(base / "trash")
    return library.remove(plan, trash=trash, token=CancelToken()).id


def second(group: Group) -> list[Path]:
    return [member.photo.path for member in group.members if "copy" in member.photo.path.name]


def run(base: Path, *words: object, **more: Any) -> subprocess.CompletedProcess[str]:
    """The command line on a home; `seconds` 600 at most."""
    return subprocess.run(
        [sys.executable, "main.py", *map(str, words)],
        cwd=ROOT,
        env=environment(base),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        **more,
    )


def environment(base: Path) -> dict[str, str]:
    return os.environ | {
        "KINDRED_HOME": str(base / "home"),
        "KINDRED_CONFIG": str(base / "config"),
        "QT_QPA_PLATFORM": "offscreen",
        "OMP_NUM_THREADS": "1",
    }


def told_plainly(done: subprocess.CompletedProcess[str], *, code: int = 1) -> None:
    lines = done.stderr.splitlines()
    demand(done.returncode == code, f"exit code {done.returncode}: {done.stderr[-500:]}")
    demand(all(line.startswith(ADVISED) for line in lines), f"said: {done.stderr[-500:]}")
    demand(0 < len(lines) < 4, f"said: {done.stderr[-500:]}")


@contextmanager
def disk(place: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A file system of its own at `place`; what is given mounts it again with other options."""
    if sys.platform != "linux" or os.geteuid() != 0:
        raise LeftOut("needs root on Linux")
    place.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", place], check=True)
    try:
        yield lambda options: subprocess.run(  # type: ignore[misc]
            ["mount", "-o", f"remount,{options}", place],
            check=True,
        )
    finally:
        subprocess.run(["umount", "-l", place], check=True)


class LeftOut(Exception):  # noqa: N818
    """A part that cannot be run here."""


def peak() -> float:
    if sys.platform != "linux":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
