"""What a scan costs when nothing changed, against a bare walk of the same tree.

    python -m benchmarks.rescan [--files 100000] [--runs 7] [--stages] [--keep FOLDER]

Makes a tree of one-byte files with a photo's suffix and a store that knows each of them: a content,
a vector, neighbours searched, one pair in twenty verified. Then a bare os.scandir and stat walk
and the whole scan alternate; times are medians, the ratio is the median of the ratios of neighbours
in time. The store is opened once, as the window does; the file cache is warm.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from kindred.engine.decoding.small_pictures import SmallPictures
from kindred.engine.embedding.embedder import Embedder
from kindred.engine.pairs import Pairs
from kindred.engine.progress import CancelToken, ignore
from kindred.engine.scan import pipeline
from kindred.engine.store import Store
from kindred.engine.store.contents import NewContent
from kindred.engine.types import (
    Calibration,
    FoundFile,
    Kind,
    PhotoInfo,
    Relation,
    ScanOptions,
    ScanReport,
)
from kindred.engine.verification import verify

DIM = 256
PER_FOLDER = 500
CALIBRATION = Calibration(0.5, 0.7, 0.9, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--stages", action="store_true", help="print the stages of the last scan")
    parser.add_argument("--keep", type=Path, help="make the tree and the store there, once")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        scratch = options.keep or Path(temporary)
        photos = scratch / "photos"
        fresh = not photos.exists()
        if fresh:
            plant(photos, files=options.files)
        store = Store(scratch / "store.db")
        if fresh:
            remember(store, photos)
        rescan(store, photos)  # warms the file cache of both
        walks, scans = [], []
        for _ in range(options.runs):
            walks.append(seconds(lambda: bare(os.fspath(photos)))[0])
            cost, report = seconds(lambda: rescan(store, photos))
            scans.append(cost)
        store.close()
    ratios = [scan / walk for scan, walk in zip(scans, walks, strict=True)]
    print(f"{report.photos} files, {PER_FOLDER} a folder, medians of {options.runs}")
    print(f"bare scandir and stat {statistics.median(walks):.3f} s")
    print(f"whole scan            {statistics.median(scans):.3f} s")
    low, high = min(ratios), max(ratios)
    print(f"ratio                 {statistics.median(ratios):.2f} ({low:.2f} to {high:.2f})")
    if options.stages:
        for name, stage in report.stages.items():
            print(f"  {name:12} {stage.seconds:.3f} s")


def seconds(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def bare(folder: str) -> int:
    """The sizes of all files below `folder`, by the cheapest walk Python has."""
    total = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                total += bare(entry.path)
            else:
                total += entry.stat(follow_symlinks=False).st_size
    return total


def rescan(store: Store, folder: Path) -> ScanReport:
    report = pipeline.scan(
        [folder],
        store=store,
        embedder=embedder(),
        pictures=SmallPictures(folder.with_name("small pictures")),
        options=ScanOptions(),
        token=CancelToken(),
        progress=ignore,
    )
    if report.stages.keys() & {"read", "decode", "embed"}:
        raise RuntimeError("a file was opened: nothing of this was a rescan")
    return report


def embedder() -> Embedder:
    """An embedder that is never called."""

    def never(_pixels):
        raise RuntimeError("nothing is to be embedded")

    return Embedder("none", DIM, 32, "cpu", "none", 8, never, never, CALIBRATION)


def plant(photos: Path, *, files: int) -> None:
    for number in range(0, files, PER_FOLDER):
        folder = photos / f"{number // PER_FOLDER:04}"
        folder.mkdir(parents=True)
        for name in range(number, min(number + PER_FOLDER, files)):
            (folder / f"IMG_{name:07}.jpg").write_bytes(b"x")


def remember(store: Store, photos: Path) -> None:
    """Write into the store what a scan of the files would leave."""
    rng = np.random.default_rng(0)
    info = PhotoInfo(4032, 3024, "JPEG", taken_at="2024-05-01T10:00:00", camera="A camera")
    signature = np.zeros(1200, np.uint8)
    store.add_roots([photos])
    for folder in sorted(photos.iterdir()):
        found = []
        for path in sorted(folder.iterdir()):
            at = path.stat()
            found.append(FoundFile(path, at.st_size, at.st_mtime_ns))
        with store.write():
            news = [NewContent(os.fsencode(file.path).hex(), info, signature) for file in found]
            numbers = store.add_contents(news)
            vectors = rng.standard_normal((len(found), DIM)) / DIM**0.5
            store.add_vectors("none", zip(numbers, vectors, strict=True))
            store.set_paths(zip(found, numbers, strict=True))
            first = np.array(numbers[:-1:20])
            pairs = Pairs(first, first + 1, np.full(len(first), 0.8, np.float32))
            store.add_pairs("none", pairs)
            store.set_searched("none", numbers)
            store.add_relations(
                verify.VERSION,
                [Relation(int(one), int(one) + 1, Kind.SIMILAR, 0.8, 0.9) for one in first],
            )


if __name__ == "__main__":
    main()
