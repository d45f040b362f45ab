"""Cost and recall of the search for candidate pairs, on synthetic vectors with planted copies.

    python -m benchmarks.neighbours [--sizes 10000 100000 1000000] [--runs 5] [--choices]

For each size: all pairs as the engine finds them, index building included, by FAISS exactly and by
brute force in numpy. Costs are medians in seconds of `--runs` at the smallest size, and of one run
above a million comparisons a photo; exact searches are timed on 1,500 queries and scaled to all.
Recall is of planted pairs that have one of these queries and that the exact search finds: of the
pairs as alike as similar photos, and of the fainter ones. The exponent e, from one size to the
next, is that of cost = size**e. `--choices` compares kinds of index instead: what it costs to make
them, and to search them for all photos, by the recall that they reach (asking from both ends).
"""

import argparse
import statistics
import time
from collections.abc import Callable
from math import isqrt, log
from typing import Any

import faiss
import numpy as np

from kindred.engine.pairs import Pairs
from kindred.engine.progress import CancelToken
from kindred.engine.retrieval import neighbours, vector_index

CANDIDATE, SIMILAR = 0.18, 0.42  # of the built-in network
QUERIES = 1_500
K = 32
SUBJECTS, PLACES = 100, 8_000
Truth = dict[tuple[int, int], float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--choices", action="store_true")
    options = parser.parse_args()
    print(f"{'photos':>8}  {'what':<34} {'seconds':>9} {'recall':>7} {'faint':>7} {'exponent':>8}")
    before: dict[str, tuple[int, float]] = {}
    for size in options.sizes:
        vectors, scene = make_scenes(size)
        truth, asked, rows = exact_pairs(vectors, scene)
        rows += choices(vectors, asked) if options.choices else whole(vectors, options.runs)
        for what, cost, found in rows:
            recalls = recall(found, truth) if found is not None else ("", "")
            exponent = ""
            smaller, cheaper = before.get(what, (size, cost))
            if smaller < size:
                exponent = f"{log(cost / cheaper) / log(size / smaller):.2f}"
            before[what] = size, cost
            print(
                f"{size:>8}  {what:<34} {cost:>9.2f} {recalls[0]:>7} {recalls[1]:>7} {exponent:>8}"
            )


def make_scenes(size: int, dim: int = 256) -> tuple[np.ndarray, np.ndarray]:
    """Unit float16 vectors (n, dim) and the number of the scene (n,) each shows.

    Scenes have 1 to 8 photos, whose cosines reach from 0.25 to 1. They lie in places, and these in
    subjects, so that strangers have cosines like those of the built-in network on 4,000 photos:
    standard deviation 0.065, 99% below 0.19, 99.9% below 0.31; the nearest of 4,000 at about 0.35.
    Variances fall evenly by rank to a fifth, as its whitened dimensions do.
    """
    rng = np.random.default_rng(0)
    spread = np.sqrt(np.linspace(1, 0.2, dim)).astype(np.float32)
    spread /= np.linalg.norm(spread)

    def directions(count: int) -> np.ndarray:
        return rng.standard_normal((count, dim), np.float32) * spread

    def unit(rows: np.ndarray) -> np.ndarray:
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    scene = np.repeat(np.arange(size), rng.integers(1, 9, size))[:size]
    subjects, places = directions(SUBJECTS), directions(PLACES)
    common = (places + subjects[rng.integers(0, SUBJECTS, PLACES)]) / 2**0.5
    centres = np.empty((scene[-1] + 1, dim), np.float16)
    for start in range(0, len(centres), 65_536):
        block = centres[start : start + 65_536]
        own = rng.uniform(0.3, 0.8, (len(block), 1)).astype(np.float32)
        place = common[rng.integers(0, PLACES, len(block))]
        block[:] = unit(np.sqrt(1 - own) * place + np.sqrt(own) * directions(len(block)))
    vectors = np.empty((size, dim), np.float16)
    for start in range(0, size, 65_536):
        block = vectors[start : start + 65_536]
        angle = rng.uniform(0, np.arccos(0.3**0.5), (len(block), 1)).astype(np.float32)
        centre = centres[scene[start : start + 65_536]].astype(np.float32)
        block[:] = unit(np.cos(angle) * centre + np.sin(angle) * unit(directions(len(block))))
    order = rng.permutation(size)
    return vectors[order], scene[order]


def exact_pairs(
    vectors: np.ndarray, scene: np.ndarray
) -> tuple[Truth, np.ndarray, list[tuple[str, float, Any]]]:
    """The planted pairs of some queries with their cosines, the rows in them, and two costs."""
    asked = np.sort(np.random.default_rng(1).permutation(len(vectors))[:QUERIES])
    queries, to_all = vectors[asked].astype(np.float32), len(vectors) / len(asked)
    best = faiss.ResultHeap(len(asked), K + 1, keep_max=True)
    by_faiss = by_numpy = 0.0
    for start in range(0, len(vectors), 65_536):
        base = vectors[start : start + 65_536].astype(np.float32)
        cost, (cosine, row) = seconds(nearest, queries, base)
        best.add_result(cosine, row + start)
        by_faiss += cost
        by_numpy += seconds(brute_force, queries, base)[0]
    best.finalize()
    truth = {}
    for here, others, cosines in zip(asked.tolist(), best.I.tolist(), best.D.tolist(), strict=True):
        for there, cosine in zip(others, cosines, strict=True):
            if here != there and scene[here] == scene[there] and cosine >= CANDIDATE:
                truth[min(here, there), max(here, there)] = cosine
    costs = [
        ("brute force (numpy)", by_numpy * to_all, None),
        ("exact (FAISS)", by_faiss * to_all, None),
    ]
    return truth, np.unique(np.array(list(truth), np.int64)), costs


def whole(vectors: np.ndarray, runs: int) -> list[tuple[str, float, Any]]:
    """All pairs as the engine finds them."""
    ids = np.arange(len(vectors), dtype=np.int64)

    def vectors_of(rows: np.ndarray) -> np.ndarray:
        return vectors[rows].astype(np.float32)

    costs: dict[str, list[float]] = {}
    for _ in range(runs if len(ids) < 50_000 else 1):
        lists = None
        if neighbours.wants_index(len(ids), len(ids)):
            made, lists = seconds(vector_index.build, ids, vectors_of)
            filled, _ = seconds(lists.hold, ids, vectors_of, token=CancelToken())
            costs.setdefault("engine: making the index", []).append(made + filled)
        cost, pairs = seconds(
            pairs_of,
            ids,
            vectors_of,
            asked=ids,
            threshold=CANDIDATE,
            likely=SIMILAR,
            faint=6,
            token=CancelToken(),
            lists=lists,
            k=K,
        )
        costs.setdefault("engine: all pairs", []).append(cost)
    totals = [sum(parts) for parts in zip(*costs.values(), strict=True)]
    rows = [(what, statistics.median(all_runs), None) for what, all_runs in costs.items()]
    return [*rows, ("engine: in all", statistics.median(totals), as_set(pairs))]


def pairs_of(*library: Any, **options: Any) -> list[Pairs]:
    return list(neighbours.find_candidates(*library, **options).pairs())


def choices(vectors: np.ndarray, asked: np.ndarray) -> list[tuple[str, float, Any]]:
    """Kinds of index: seconds to make one of all vectors, and to search it for all of them."""
    rows: list[tuple[str, float, Any]] = []
    size, dim = vectors.shape
    queries = vectors[asked].astype(np.float32)

    def time_search(what: str, inner: Any) -> None:
        cost, (_, other) = seconds(inner.search, queries, K + 1)
        ends = np.sort(np.stack([np.repeat(asked, K + 1), other.ravel()]), axis=0)
        rows.append((f"  {what}", cost * size / len(asked), set(zip(*ends.tolist(), strict=True))))

    scalar, cosine = faiss.ScalarQuantizer, faiss.METRIC_INNER_PRODUCT
    for name, codes in (("8-bit", scalar.QT_8bit), ("fp16", scalar.QT_fp16)):
        for per_root in (2, 4, 8):
            lists = per_root * isqrt(size)
            inner = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(dim), dim, lists, codes, cosine)
            inner.by_residual = False
            inner.cp.niter, inner.cp.min_points_per_centroid = vector_index.TRAINING_ROUNDS, 1
            rows.append((f"IVF{lists} {name}: made", seconds(fill, inner, vectors)[0], None))
            for inner.nprobe in (8 * per_root, 16 * per_root, 32 * per_root):
                time_search(f"{inner.nprobe} probes", inner)
    graph = faiss.IndexHNSWSQ(dim, scalar.QT_8bit, 16, cosine)
    graph.hnsw.efConstruction = 80
    rows.append(("HNSW16 8-bit: made", seconds(fill, graph, vectors)[0], None))
    for graph.hnsw.efSearch in (64, 128, 256):
        time_search(f"ef {graph.hnsw.efSearch}", graph)
    return rows


def fill(inner: Any, vectors: np.ndarray) -> None:
    lists = getattr(inner, "nlist", 1_000)
    chosen = np.random.default_rng(0).permutation(len(vectors))[
        : vector_index.TRAINING_PER_LIST * lists
    ]
    inner.train(vectors[np.sort(chosen)].astype(np.float32))
    for start in range(0, len(vectors), vector_index.BLOCK):
        inner.add(vectors[start : start + vector_index.BLOCK].astype(np.float32))


def nearest(queries: np.ndarray, base: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return faiss.knn(queries, base, K + 1, metric=faiss.METRIC_INNER_PRODUCT)


def brute_force(queries: np.ndarray, base: np.ndarray) -> tuple[np.ndarray, ...]:
    return np.nonzero(queries @ base.T >= CANDIDATE)


def seconds(work: Callable[..., Any], *given: Any, **options: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work(*given, **options)
    return time.perf_counter() - started, result


def as_set(parts: list[Pairs]) -> set[tuple[int, int]]:
    return {pair for p in parts for pair in zip(p.first.tolist(), p.second.tolist(), strict=True)}


def recall(found: set[tuple[int, int]], truth: Truth) -> tuple[str, str]:
    """Of the true pairs as alike as similar photos, and of the fainter ones."""
    likely = [pair in found for pair, cosine in truth.items() if cosine >= SIMILAR]
    faint = [pair in found for pair, cosine in truth.items() if cosine < SIMILAR]
    return f"{np.mean(likely):.4f}", f"{np.mean(faint):.4f}"


if __name__ == "__main__":
    main()
