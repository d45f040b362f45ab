"""What comparing 1,000 new photos costs in libraries of several sizes.

    python -m benchmarks.incremental_scan [--sizes 10000 100000] [--new 1000] [--runs 5]

Each library is a store of made-up contents with vectors of benchmarks.neighbours, all searched
(their pairs are left out) and, where the engine would have made one, with its saved index. Then
--new contents are added and engine.scan.matching.match_photos runs, --runs times over; medians.
Nothing is verified, because there are no files: that takes the same time for each pair in any
library.
"""

import argparse
import os
import statistics
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks.memory import DIM, INFO, stand_in
from benchmarks.neighbours import CANDIDATE, SIMILAR, make_scenes
from kindred.engine.decoding.small_pictures import SmallPictures
from kindred.engine.progress import CancelToken, Clock, Meter, ignore
from kindred.engine.retrieval import neighbours, vector_index
from kindred.engine.scan import matching
from kindred.engine.scan.crash_notes import CrashNotes
from kindred.engine.scan.workers import Scan
from kindred.engine.store import Store
from kindred.engine.store.contents import NewContent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as scratch:
            store = Store(Path(scratch) / "store.db")
            vectors, _ = make_scenes(size + options.runs * options.new)
            fill(store, vectors[:size])
            whole, search, pairs = [], [], []
            for start in range(size, len(vectors), options.new):
                add(store, vectors[start : start + options.new], first=start)
                work = scan(store)
                before = len(store.pairs(work.embedder.id))
                started = time.perf_counter()
                matching.match_photos(work)
                whole.append(time.perf_counter() - started)
                search.append(work.clock.times()["neighbours"].seconds)
                pairs.append(len(store.pairs(work.embedder.id)) - before)
            store.close()
        print(
            f"{options.new} new in {size:>9,}: neighbours {statistics.median(search):.2f} s,"
            f" compare {statistics.median(whole):.2f} s, {statistics.median(pairs):.0f} pairs",
            flush=True,
        )


def scan(store: Store) -> Scan:
    threads = os.cpu_count() or 1
    notes = CrashNotes(store.path)
    pictures = SmallPictures(Path("small pictures"))  # none is asked for
    return Scan(store, stand_in(), CancelToken(), Meter(ignore), Clock(), threads, notes, pictures)


def fill(store: Store, vectors: np.ndarray) -> None:
    """A library in which the neighbours of all photos were searched, with its index."""
    model = stand_in().id
    store.set_setting(f"scale of {model}", asdict(stand_in().calibration))
    for start in range(0, len(vectors), 10_000):
        add(store, vectors[start : start + 10_000], first=start)
    ids = store.with_vector(model)

    def vectors_of(contents: np.ndarray) -> np.ndarray:
        return store.vectors(model, contents.tolist())[1]

    lists = None
    if neighbours.wants_index(len(ids), len(ids)):
        lists = vector_index.build(ids, vectors_of)
        lists.hold(ids, vectors_of, token=CancelToken())
        store.save_index(model, lists.save)
    found = neighbours.find_candidates(
        ids,
        vectors_of,
        asked=ids,
        threshold=CANDIDATE,
        likely=SIMILAR,
        faint=matching.UNLIKELY,
        token=CancelToken(),
        lists=lists,
        k=matching.NEAR,
    )
    store.set_searched(model, ids, found.reach)


def add(store: Store, vectors: np.ndarray, *, first: int) -> None:
    signature = np.zeros(1200, np.uint8)
    digests = (f"{number:064x}" for number in range(first, first + len(vectors)))
    with store.write():
        numbers = store.add_contents([NewContent(digest, INFO, signature) for digest in digests])
        store.add_vectors(stand_in().id, zip(numbers, vectors.reshape(-1, DIM), strict=True))


if __name__ == "__main__":
    main()
