"""Peak memory of a scan by the number of photos, each scan in a process of its own.

    python -m benchmarks.memory [--files 5000 20000] [--made-up 20000 100000] [--similar 0.42]

`--files` draws so many JPEG files, one in fifty a smaller copy of another, and scans them for real,
only with a cheap stand-in for the network. For `--made-up` there are no files: the walk names so
many, and reading one gives a vector of benchmarks.neighbours. With the cosine of the built-in
network they make as many pairs as a crowded library, with a higher `--similar` only planted copies
do. Few lists of the index are looked into, which takes time but no memory; of the pairs the first
10,000 are gone through, one by one as ever, and found to be unrelated.

Memory is the resident set at its highest as Linux counts it (VmHWM), shared libraries and the pages
of open files included. The growth is that from one size to the next.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.neighbours import CANDIDATE, SIMILAR, make_scenes
from kindred.engine.decoding.small_pictures import SmallPictures
from kindred.engine.embedding.embedder import Embedder
from kindred.engine.progress import CancelToken, ignore
from kindred.engine.retrieval import vector_index
from kindred.engine.scan import matching, pipeline, walker, workers
from kindred.engine.scan.reading import Reading
from kindred.engine.store import Store
from kindred.engine.store.contents import NewContent
from kindred.engine.types import (
    Calibration,
    Folder,
    FoundFile,
    Kind,
    PhotoInfo,
    Relation,
    ScanOptions,
    Stamp,
)
from kindred.engine.verification import verify
from kindred.engine.verification.views import View

DIM, SIDE = 256, 160
PER_FOLDER = 500
PAIRS = 10_000
PROBES = 16
INFO = PhotoInfo(4032, 3024, "JPEG", taken_at="2024-05-01T10:00:00", camera="A camera")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, nargs="*", default=[5_000, 20_000])
    parser.add_argument("--made-up", type=int, nargs="*", default=[5_000, 100_000])
    parser.add_argument("--similar", type=float, default=SIMILAR, help="cosine of similar shots")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        kind, count, scratch = options.child
        child(kind, int(count), Path(scratch), stand_in(options.similar))
        return
    for kind, sizes in (("files", options.files), ("made up", options.made_up)):
        before = 0, 0.0
        for count in sizes:
            peak, told = measure(kind, count, options.similar)
            line = f"{kind:8} {count:>9,} photos  peak {peak:7.1f} MiB"
            if before[0]:
                line += f", {(peak - before[1]) * 2**20 / (count - before[0]):,.0f} B a photo more"
            print(line, told)
            before = count, peak


def measure(kind: str, count: int, similar: float) -> tuple[float, str]:
    """The peak in MiB, and what else the process printed."""
    with tempfile.TemporaryDirectory() as scratch:
        if kind == "files":
            draw(Path(scratch) / "photos", count)
        else:
            make_scenes(count)[0].tofile(Path(scratch) / "vectors")
        command = [sys.executable, "-m", "benchmarks.memory", "--similar", str(similar)]
        command += ["--child", kind, str(count), scratch]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    peak, _, told = done.stdout.partition(" ")
    return float(peak) / 1024, told.strip()


def draw(folder: Path, count: int) -> None:
    rng = np.random.default_rng(0)
    for number in range(count):
        inside = folder / f"{number // PER_FOLDER:04}"
        inside.mkdir(parents=True, exist_ok=True)
        if number % 50 == 0:
            picture = Image.fromarray(rng.integers(0, 256, (12, 16, 3), np.uint8))
            small, picture = (picture.resize(size) for size in ((240, 180), (320, 240)))
            small.save(inside / f"IMG_{number:07}.jpg", quality=90)
        elif number % 50 == 1:
            picture.save(inside / f"IMG_{number:07}.jpg", quality=80)
        else:
            picture = Image.fromarray(rng.integers(0, 256, (12, 16, 3), np.uint8))
            picture.resize((320, 240)).save(inside / f"IMG_{number:07}.jpg", quality=80)


def child(kind: str, count: int, scratch: Path, embedder: Embedder) -> None:
    """Scan, and print the peak in KiB."""
    if kind != "files":
        make_up(count, scratch)
    store = Store(scratch / "store.db")
    store.set_setting(f"scale of {embedder.id}", asdict(embedder.calibration))
    started = time.monotonic()
    report = pipeline.scan(
        [scratch / "photos" if kind == "files" else scratch],
        store=store,
        embedder=embedder,
        pictures=SmallPictures(scratch / "pictures"),
        options=ScanOptions(),
        token=CancelToken(),
        progress=ignore,
    )
    if report.photos != count:
        raise RuntimeError(f"{report.photos} photos of {count}")
    pairs = len(store.pairs(embedder.id))
    neighbours = report.stages["neighbours"].seconds
    store.close()
    status = Path("/proc/self/status").read_text()
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    took = time.monotonic() - started
    print(peak, f"({took:.0f} s, of it neighbours {neighbours:.0f} s; {pairs} pairs)")


def stand_in(similar: float = SIMILAR) -> Embedder:
    """Random directions of the picture's colours on a grid; candidates are 0.24 below `similar`."""
    mix = np.random.default_rng(0).standard_normal((1200, DIM)).astype(np.float32)

    def embed(pixels: np.ndarray) -> np.ndarray:
        grid = pixels.reshape(-1, 20, SIDE // 20, 20, SIDE // 20, 3).mean(axis=(2, 4))
        mixed = (grid.reshape(len(pixels), -1) - 128) @ mix
        return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)

    calibration = Calibration(
        similar - SIMILAR + CANDIDATE, similar, similar + 0.12, similar + 0.24
    )
    return Embedder("stand-in", DIM, SIDE, "cpu", "numpy", 8, embed, embed, calibration)


def make_up(count: int, scratch: Path) -> None:
    """Make the walk and the reading find photos that do not exist."""
    vectors = os.open(scratch / "vectors", os.O_RDONLY)  # not mapped: its pages would count
    signature = np.zeros(1200, np.uint8)

    def walk(*_roots: object, **_options: object) -> Iterator[Folder]:
        for start in range(0, count, PER_FOLDER):
            inside = scratch / f"a folder of photos from one day {start // PER_FOLDER:05}"
            numbers = range(start, min(start + PER_FOLDER, count))
            names = [f"IMG_{number:09}.jpg" for number in numbers]
            yield Folder(str(inside), names, [(f"{inside}/{name}", 3 << 20, 1) for name in names])

    def read(_work: workers.Scan, stamps: list[Stamp]) -> Reading:
        files = [FoundFile(Path(path), size, mtime_ns) for path, size, mtime_ns in stamps]
        numbers = [int(file.path.stem[4:]) for file in files]
        rows = b"".join(os.pread(vectors, 2 * DIM, 2 * DIM * number) for number in numbers)
        new = [NewContent(f"{number:064x}", INFO, signature) for number in numbers]
        found = np.frombuffer(rows, np.float16).reshape(-1, DIM).astype(np.float32)
        return Reading([], list(zip(files, new, strict=True)), found, [], [])

    def unrelated(first: View, second: View, **_options: object) -> Relation:
        return Relation(first.content, second.content, Kind.UNRELATED, 0.5, 0.5)

    def some(work: workers.Scan, places: range, act: object, *, size: int) -> Iterator[object]:
        return workers.in_workers(work, places[:PAIRS], act, size=size)

    walker.walk, pipeline._read = walk, read
    verify.verify, matching.in_workers = unrelated, some
    vector_index.PROBES = PROBES


if __name__ == "__main__":
    main()
