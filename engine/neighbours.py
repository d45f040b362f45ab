"""Vectors to candidate pairs and nearest photos: exact while that is cheap, a FAISS index above.

Vectors are unit vectors, float32 or (as the store keeps them, in half the memory) float16;
similarity is their inner product, the cosine. Everything is done in blocks: besides the caller's
vectors only one block is held as float32, and a CancelToken is heard at every block.

Above EXACT_BELOW vectors an inverted file with float16 codes is searched (`Index`). Its parameters
were chosen with benchmarks/neighbours.py; the figures are in docs/performance.md. The index is a
file beside the store: to add new photos to a large library, `load` it, `add` them and ask for
their `pairs`, which costs in proportion to the new photos.
"""

import logging
import sys
from collections.abc import Iterable, Iterator
from math import isqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Pairs
from engine.progress import CancelToken

log = logging.getLogger(__name__)

Ids = NDArray[np.int64]
Similarities = NDArray[np.float32]
Vectors = NDArray[np.float32] | NDArray[np.float16]

EXACT_BELOW = 20_000  # vectors; comparing all with all grows with the square
PROBES = 12  # inverted lists looked into for a query
LISTS_PER_ROOT = 4  # inverted lists: this times the square root of the number of vectors
TRAINING_PER_LIST = 40  # FAISS warns below 39 training vectors a list
GROWTH = 4  # an index that grew this much since its lists were trained is built anew
BLOCK = 1024  # queries between two looks at the token


def candidates(
    ids: Ids,
    vectors: Vectors,
    *,
    threshold: float,
    token: CancelToken,
    k: int = 32,
    new: NDArray[np.bool_] | None = None,
) -> Pairs:
    """Pairs of photos whose similarity is at least `threshold`.

    ids: (n,) distinct contents; vectors: (n, d) unit vectors. For every photo, or only for those
    where the (n,) mask `new` is true, its `k` nearest others are looked at, so a pair is found
    when either of those looked at has the other among its k. Exact when there are fewer than
    EXACT_BELOW**2 comparisons to make or FAISS cannot be imported; above, the recall of pairs is
    at least 0.995. Raises Cancelled.
    """
    queries = np.arange(len(ids)) if new is None else np.flatnonzero(new)
    if len(queries) * len(ids) >= EXACT_BELOW**2 and _faiss() is not None:
        index = build(vectors, total=len(ids))
        index.add(ids, vectors, token=token)
        return index.pairs(ids[queries], vectors[queries], threshold=threshold, token=token, k=k)
    base = vectors.astype(np.float32, copy=False)

    def found() -> Iterator[_Found]:
        for rows in _blocks(len(queries)):
            token.check()
            similarity, position = _exact(base[queries[rows]], base, k=min(k + 1, len(ids)))
            yield ids[queries[rows]], ids[position], similarity

    return _pairs(found(), threshold=threshold)


def nearest(
    ids: Ids, vectors: Vectors, query: NDArray[np.float32], *, top: int
) -> tuple[Ids, Similarities]:
    """The `top` (or all, if fewer) ids nearest to the (d,) unit vector `query`, best first.

    ids: (n,), vectors: (n, d). Exact; equal similarities in the order of `ids`. One query reads
    every vector once, which numpy does as fast as FAISS.
    """
    similarity = np.empty(len(ids), np.float32)
    for rows in _blocks(len(ids), size=64 * BLOCK):
        similarity[rows] = vectors[rows].astype(np.float32, copy=False) @ query
    best = np.argsort(-similarity, kind="stable")[:top]
    return ids[best], similarity[best]


class Index:
    """An inverted file of float16 codes that answers with ids; comes from `build` or `load`."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner  # faiss.IndexIVFScalarQuantizer

    def __len__(self) -> int:
        return int(self._inner.ntotal)

    @property
    def outgrown(self) -> bool:
        """Whether it holds so much more than its lists were made for that a new one is better."""
        lists: int = self._inner.nlist
        return len(self) > GROWTH * max(EXACT_BELOW, (lists // LISTS_PER_ROOT) ** 2)

    def ids(self) -> Ids:
        """The ids it holds, sorted."""
        import faiss

        lists = self._inner.invlists
        found = [np.empty(0, np.int64)]
        for number in range(lists.nlist):
            if size := lists.list_size(number):
                found.append(faiss.rev_swig_ptr(lists.get_ids(number), size).copy())
        return np.sort(np.concatenate(found))

    def add(self, ids: Ids, vectors: Vectors, *, token: CancelToken) -> None:
        """Add (n, d) vectors under (n,) ids it does not hold yet. Raises Cancelled."""
        for rows in _blocks(len(ids), size=16 * BLOCK):
            token.check()
            self._inner.add_with_ids(vectors[rows].astype(np.float32, copy=False), ids[rows])

    def remove(self, ids: Ids) -> None:
        """Forget ids; those it does not hold are passed over."""
        self._inner.remove_ids(ids)

    def pairs(
        self, ids: Ids, vectors: Vectors, *, threshold: float, token: CancelToken, k: int = 32
    ) -> Pairs:
        """Pairs of the (n,) photos `ids`, given with their (n, d) vectors, and all it holds.

        Otherwise as `candidates`. The photos themselves should have been added before.
        """

        def found() -> Iterator[_Found]:
            for rows in _blocks(len(ids)):
                token.check()
                block = vectors[rows].astype(np.float32, copy=False)
                similarity, other = self._inner.search(block, k + 1)
                yield ids[rows], other, similarity

        return _pairs(found(), threshold=threshold)

    def save(self, path: Path) -> None:
        """Write it to `path`, whole or not at all. Raises OSError."""
        import faiss

        partial = path.with_name(path.name + ".partial")
        try:
            faiss.write_index(self._inner, str(partial))
        except RuntimeError as error:
            raise OSError(f"cannot write {path}: {error}") from error
        partial.replace(path)


def build(sample: Vectors, *, total: int) -> Index:
    """An empty Index for about `total` vectors, trained on the (m, d) `sample`, drawn at random.

    The sample may be all vectors; at most TRAINING_PER_LIST vectors a list are used. Raises
    ImportError without FAISS.
    """
    faiss = _faiss()
    if faiss is None:
        raise ImportError("faiss cannot be imported")
    lists = max(1, min(LISTS_PER_ROOT * isqrt(total), len(sample) // TRAINING_PER_LIST))
    chosen = np.random.default_rng(0).permutation(len(sample))[: TRAINING_PER_LIST * lists]
    dim = sample.shape[1]
    inner = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dim),
        dim,
        lists,
        faiss.ScalarQuantizer.QT_fp16,
        faiss.METRIC_INNER_PRODUCT,
    )
    inner.by_residual = False  # codes are the vectors themselves: float16 vectors lose nothing
    inner.cp.min_points_per_centroid = 1  # no warning on stderr about small libraries
    inner.nprobe = PROBES
    inner.train(sample[np.sort(chosen)].astype(np.float32, copy=False))
    return Index(inner)


def load(path: Path, *, dim: int) -> Index | None:
    """The Index saved at `path`; None when there is none, or none that fits, or no FAISS."""
    faiss = _faiss()
    if faiss is None or not path.exists():
        return None
    try:
        inner = faiss.read_index(str(path))
    except RuntimeError:
        log.warning("index %s cannot be read and is built anew", path, exc_info=True)
        return None
    return Index(inner) if inner.d == dim and hasattr(inner, "nprobe") else None


_Found = tuple[Ids, Ids, Similarities]  # (n,) ids asked for, (n, k) ids found or -1, (n, k)


def _faiss() -> Any:
    try:
        import faiss
    except ImportError:
        log.info("no faiss: numpy searches exactly instead")
        return None
    if sys.platform == "darwin":
        faiss.omp_set_num_threads(1)  # its OpenMP runtime and torch's abort each other
    return faiss


def _blocks(count: int, *, size: int = BLOCK) -> Iterator[slice]:
    return (slice(start, min(start + size, count)) for start in range(0, count, size))


def _exact(
    queries: NDArray[np.float32], base: NDArray[np.float32], *, k: int
) -> tuple[Similarities, Ids]:
    """The k best of `base` for each query, as (n, k) similarities and rows, in any order."""
    faiss = _faiss()
    if faiss is not None:
        similarity, position = faiss.knn(queries, base, k, metric=faiss.METRIC_INNER_PRODUCT)
        return similarity, position
    table = queries @ base.T
    position = np.argpartition(-table, k - 1, axis=1)[:, :k].astype(np.int64)
    return np.take_along_axis(table, position, axis=1), position


def _pairs(found: Iterable[_Found], *, threshold: float) -> Pairs:
    """Every pair at the threshold once, without photos paired with themselves."""
    parts = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))]
    for asked, other, similarity in found:
        wanted = (similarity >= threshold) & (other >= 0) & (other != asked[:, None])
        row, column = np.nonzero(wanted)
        here, there = asked[row], other[row, column]
        parts.append((np.minimum(here, there), np.maximum(here, there), similarity[row, column]))
    first, second, similarity = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((-similarity, second, first))
    first, second, similarity = first[order], second[order], similarity[order]
    once = np.ones(len(first), np.bool_)
    once[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return Pairs(first[once], second[once], similarity[once])
