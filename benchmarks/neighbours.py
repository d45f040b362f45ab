"""Cost and recall of the search for candidate pairs, on synthetic vectors with planted clusters.

    python -m benchmarks.neighbours [--sizes 10000 100000 1000000] [--runs 5] [--probes 32 48]

For each size: all pairs as the engine finds them, by brute force in numpy, by FAISS exactly, and
with the engine's index; and 1,000 new photos added to a saved index. Costs are medians in seconds;
exact searches are timed on at most 2,000 queries and scaled to all. Recall is of the pairs of these
queries that brute force finds. The exponent e, from one size to the next, is that of
cost = size**e.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from math import log
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from engine import index, neighbours
from engine.arrays import Pairs
from engine.progress import CancelToken

THRESHOLD = 0.7
QUERIES = 2_000
NEW = 1_000
K = 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--probes", type=int, nargs="+", default=[index.PROBES])
    options = parser.parse_args()
    print(f"{options.dim} dimensions, threshold {THRESHOLD}, medians of {options.runs}, seconds")
    print(f"{'photos':>9}  {'what':<32} {'cost':>9} {'recall':>7} {'exponent':>8}")
    before: dict[str, tuple[int, float]] = {}
    for size in options.sizes:
        for what, cost, recall in measure(size, options):
            shown = "" if recall is None else f"{recall:.4f}"
            exponent = ""
            if what in before:
                smaller, cheaper = before[what]
                exponent = f"{log(cost / cheaper) / log(size / smaller):.2f}"
            before[what] = size, cost
            print(f"{size:>9}  {what:<32} {cost:>9.3f} {shown:>7} {exponent:>8}", flush=True)


def measure(size: int, options: argparse.Namespace) -> Iterator[tuple[str, float, float | None]]:
    """Yield (what, seconds, recall)."""
    ids = np.arange(size, dtype=np.int64)
    vectors = planted(size, options.dim)
    asked = np.zeros(size, np.bool_)
    asked[np.random.default_rng(1).choice(size, min(QUERIES, size), replace=False)] = True
    to_all = size / asked.sum()

    def timed(work: Callable[[], Any]) -> tuple[float, Any]:
        costs = []
        for _ in range(options.runs):
            start = time.perf_counter()
            result = work()
            costs.append(time.perf_counter() - start)
        return statistics.median(costs), result

    cost, true = timed(lambda: brute_force(vectors, asked))
    yield "brute force (numpy)", cost * to_all, 1.0
    yield "exact (FAISS)", timed(lambda: exact(vectors, asked))[0] * to_all, 1.0
    cost, found = timed(lambda: pairs_of(ids, vectors))
    yield "as the engine chooses", cost, recall_of(found, true)

    cost, lists = timed(lambda: filled(ids, vectors))
    yield "index: made and filled", cost, None
    neighbours.EXACT, limit = 0, neighbours.EXACT
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "index"
        lists.save(saved)
        for index.PROBES in options.probes:
            cost, found = timed(lambda: pairs_of(ids, vectors, saved=saved))
            yield f"index: all pairs, {index.PROBES} probes", cost, recall_of(found, true)
        lists.remove(ids[-NEW:])
        lists.save(saved)
        new = ids >= size - NEW
        cost, _ = timed(lambda: pairs_of(ids, vectors, saved=saved, new=new))
        yield f"index: {NEW} new photos", cost, None
    neighbours.EXACT = limit


def planted(size: int, dim: int) -> np.ndarray:
    """Unit float16 vectors in clusters of 1 to 8 with cosines from 0.7 to 1.

    Directions are uneven, as a network's are: variances fall like rank**-0.75, so that random
    pairs have cosines with a standard deviation of about 0.12.
    """
    rng = np.random.default_rng(0)
    owner = np.repeat(np.arange(size), rng.integers(1, 9, size))[:size]
    spectrum = np.arange(1, dim + 1, dtype=np.float32) ** -0.375
    centres = rng.standard_normal((owner[-1] + 1, dim), np.float32) * spectrum
    spread = rng.uniform(0.05, 0.65, (size, 1)).astype(np.float32)
    vectors = np.empty((size, dim), np.float16)
    for start in range(0, size, 65_536):
        rows = slice(start, start + 65_536)
        noise = rng.standard_normal((len(owner[rows]), dim), np.float32) * spectrum
        block = centres[owner[rows]] + spread[rows] * noise
        vectors[rows] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return vectors[rng.permutation(size)]


def pairs_of(
    ids: np.ndarray, vectors: np.ndarray, new: np.ndarray | None = None, saved: Path | None = None
) -> Pairs:
    return neighbours.candidates(
        ids, vectors, threshold=THRESHOLD, token=CancelToken(), k=K, new=new, saved=saved
    )


def filled(ids: np.ndarray, vectors: np.ndarray) -> index.Index:
    lists = index.build(vectors, total=len(ids))
    lists.add(ids, vectors, token=CancelToken())
    return lists


def exact(vectors: np.ndarray, asked: np.ndarray) -> None:
    queries, base = vectors[asked].astype(np.float32), vectors.astype(np.float32)
    faiss.knn(queries, base, K + 1, metric=faiss.METRIC_INNER_PRODUCT)


def brute_force(vectors: np.ndarray, asked: np.ndarray) -> set[tuple[int, int]]:
    """The pairs of the photos `asked` (n,) at the threshold, of whatever number."""
    base = vectors.astype(np.float32)
    rows = np.flatnonzero(asked)
    found = set()
    for start in range(0, len(rows), 256):
        block = rows[start : start + 256]
        row, other = np.nonzero(base[block] @ base.T >= THRESHOLD)
        pairs = np.sort(np.stack([block[row], other]), axis=0)
        found.update(zip(*pairs[:, pairs[0] < pairs[1]].tolist(), strict=True))
    return found


def recall_of(found: Pairs, true: set[tuple[int, int]]) -> float:
    pairs = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    return len(true & pairs) / len(true)


if __name__ == "__main__":
    main()
