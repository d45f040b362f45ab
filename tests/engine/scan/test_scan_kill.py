"""A scan killed at any moment: the store opens, goes on where it was, and ends the same."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from blake3 import blake3

from kindred.engine.decoding.decode import decode, squash
from kindred.engine.library import Library
from kindred.engine.paths import Home
from kindred.engine.progress import CancelToken
from kindred.engine.store import Store
from kindred.engine.types import Group, ScanOptions
from tests.support.drawing import draw
from tests.support.tiny_embedder import tiny_embedder

KILLS = int(os.environ.get("KINDRED_KILLS", "4"))
SEED = int(os.environ.get("KINDRED_SEED", "0"))
SCENES = 24

WORKER = """
import os, sys
from dataclasses import replace
from pathlib import Path
from blake3 import blake3
import kindred.engine.removal.remove  # loaded now, so that a kill meets the scan
import kindred.engine.scan.pipeline
from kindred.engine.library import Library
from kindred.engine.progress import CancelToken
from kindred.engine.types import ScanOptions
from tests.support.tiny_embedder import tiny_embedder

log = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
tiny = tiny_embedder()

def embed(pixels):
    for one in pixels:
        os.write(log, blake3(one.tobytes()).hexdigest().encode() + b"\\n")
    return tiny.embed(pixels)

print("ready", flush=True)
with Library.open(embedder=replace(tiny, embed=embed)) as library:
    if library.notice:
        sys.exit(str(library.notice))
    library.scan([Path(sys.argv[1])], options=ScanOptions(workers=2), token=CancelToken())
print("done", flush=True)
"""


def make_photos(folder: Path) -> Path:
    """Scenes, of each a smaller copy."""
    folder.mkdir()
    for seed in range(SCENES):
        scene = draw(seed, (96, 72))
        scene.save(folder / f"{seed:02}.png")
        scene.resize((72, 54)).save(folder / f"{seed:02} small.jpg", quality=90)
    return folder


def pixel_names(folder: Path) -> dict[Path, str]:
    """What the worker's log calls each photo: the hash of the network's input."""
    side = tiny_embedder().side
    return {
        path: blake3(
            squash(decode(path.read_bytes(), name=path.name, side=side).rgb, side=side).tobytes()
        ).hexdigest()
        for path in folder.iterdir()
    }


def shape(groups: list[Group]) -> list[object]:
    """Groups without content numbers, which depend on the order of the threads."""
    return [
        (
            group.kind,
            [(m.photo.path.name, m.relation, round(m.similarity, 3)) for m in group.members],
        )
        for group in groups
    ]


def groups_of(where: Home) -> list[object]:
    with Library.open(where, embedder=tiny_embedder()) as library:
        return shape(library.groups(strictness=0.5))


def committed(where: Home, names: dict[Path, str]) -> set[str]:
    """The photos whose vectors the store holds; it must open without having to be mended."""
    if not where.store.exists():
        return set()
    store = Store(where.store)
    try:
        assert store.notice is None
        embedded, _ = store.vectors(tiny_embedder().id)
        return {names[photo.path] for photo in store.photos(embedded.tolist())}
    finally:
        store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_killed_at_random_moments_of_a_scan(tmp_path: Path) -> None:
    """KINDRED_KILLS sets how many times, KINDRED_SEED when; a scan that ended is begun anew."""
    folder = make_photos(tmp_path / "photos")
    names = pixel_names(folder)
    (tmp_path / "calm").mkdir()
    calm = Home(tmp_path / "calm", tmp_path / "calm", tmp_path / "calm")
    started = time.monotonic()
    with Library.open(calm, embedder=tiny_embedder()) as library:
        library.scan([folder], options=ScanOptions(workers=2), token=CancelToken())
        expected = shape(library.groups(strictness=0.5))
    length = time.monotonic() - started
    assert len(expected) == SCENES
    pick = random.Random(SEED)  # noqa: S311 - moments, not secrets
    kills, number, done = 0, 0, True
    while kills < KILLS or not done:
        if done:
            number += 1
            base = tmp_path / f"home {number}"
            where = Home(base / "data", base / "cache", base / "logs")
        before = committed(where, names)
        log = tmp_path / "log"
        log.unlink(missing_ok=True)
        done = run(folder, log, base, after=pick.uniform(0, length) if kills < KILLS else None)
        kills += not done
        embedded = log.read_text().split() if log.exists() else []
        assert before.isdisjoint(embedded)
        assert len(embedded) == len(set(embedded))
        if done:
            assert groups_of(where) == expected


def run(folder: Path, log: Path, base: Path, *, after: float | None) -> bool:
    """Scan in a process that is killed `after` seconds; whether it was done by then."""
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder), str(log)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "KINDRED_HOME": str(base)},
    )
    with worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
        if after is not None:
            time.sleep(after)
            worker.send_signal(signal.SIGKILL)
        done = b"done" in worker.stdout.read()
    assert done or worker.returncode == -signal.SIGKILL
    return done
