"""An inverted file of float16 vectors, for libraries where comparing all with all is too much.

FAISS clusters the vectors into lists, keeps the lists and writes them to a file. They are searched
here, list by list, with one matrix product of a list and all queries that probe it. FAISS walks the
lists query by query; where most photos are queries, the product does the same comparisons in a
fraction of the time (benchmarks/neighbours.py shows both), which pays for more probes, so recall.
"""

import logging
import sys
from collections.abc import Iterator
from math import isqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.progress import CancelToken

log = logging.getLogger(__name__)

Ids = NDArray[np.int64]
Similarities = NDArray[np.float32]
Vectors = NDArray[np.float32] | NDArray[np.float16]
Hits = tuple[Ids, Ids, Similarities]  # (n,) each: who asked, who was found, their cosine

LISTS_PER_ROOT = 4  # lists: this times the square root of the number of vectors
PROBES = 48  # lists looked into for a query
TRAINING_PER_LIST = 20  # vectors; more, or more rounds, gained no recall
TRAINING_ROUNDS = 5
GROWTH = 4  # an index that grew this much since its lists were made is made anew
BLOCK = 32_768  # queries whose vectors are held as float32 at once
CELLS = 2**24  # similarities held at once


class Index:
    """Lists of vectors by direction, and under which id each came; see `build` and `load`."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner  # faiss.IndexIVFScalarQuantizer

    def __len__(self) -> int:
        return int(self._inner.ntotal)

    @property
    def outgrown(self) -> bool:
        """Whether it holds so much more than its lists were made for that a new one is better."""
        lists: int = self._inner.nlist
        return len(self) > GROWTH * (lists / LISTS_PER_ROOT + 1) ** 2

    def ids(self) -> Ids:
        """The ids it holds, sorted."""
        held = [self._list(number)[0] for number in range(self._inner.nlist)]
        return np.sort(np.concatenate(held))

    def add(self, ids: Ids, vectors: Vectors, *, token: CancelToken) -> None:
        """Add (n, d) vectors under (n,) ids it does not hold yet. Raises Cancelled."""
        for rows in blocks(len(ids), size=BLOCK):
            token.check()
            self._inner.add_with_ids(vectors[rows].astype(np.float32, copy=False), ids[rows])

    def remove(self, ids: Ids) -> None:
        """Forget ids; those it does not hold are passed over."""
        self._inner.remove_ids(ids)

    def hits(
        self, ids: Ids, vectors: Vectors, *, threshold: float, k: int, token: CancelToken
    ) -> Iterator[Hits]:
        """What it holds at the threshold for the (n,) photos `ids` with (n, d) vectors.

        Of each photo the `k` nearest, besides itself, in blocks of photos. Raises Cancelled.
        """
        for rows in blocks(len(ids), size=BLOCK):
            block = vectors[rows].astype(np.float32, copy=False)
            probes = min(PROBES, self._inner.nlist)
            probed = self._inner.quantizer.search(block, probes)[1].ravel()
            order = np.argsort(probed, kind="stable")
            ends = np.searchsorted(probed[order], np.arange(self._inner.nlist + 1))
            found = [no_hits()]
            for number in range(self._inner.nlist):
                token.check()
                asking = order[ends[number] : ends[number + 1]] // probes
                held, inside = self._list(number)
                row, column, cosine = alike(block[asking], inside, threshold=threshold, k=k + 1)
                found.append((ids[rows][asking[row]], held[column], cosine))
            yield nearest_others(joined(found), k=k)

    def save(self, path: Path) -> None:
        """Write it to `path`, whole or not at all. Raises OSError."""
        import faiss

        partial = path.with_name(path.name + ".partial")
        try:
            faiss.write_index(self._inner, str(partial))
        except RuntimeError as error:
            raise OSError(f"cannot write {path}: {error}") from error
        partial.replace(path)

    def _list(self, number: int) -> tuple[Ids, NDArray[np.float32]]:
        import faiss

        lists = self._inner.invlists
        size = lists.list_size(number)
        if not size:
            return np.empty(0, np.int64), np.empty((0, self._inner.d), np.float32)
        codes = faiss.rev_swig_ptr(lists.get_codes(number), size * lists.code_size)
        vectors = codes.view(np.float16).reshape(size, -1).astype(np.float32)
        return faiss.rev_swig_ptr(lists.get_ids(number), size).copy(), vectors


def build(sample: Vectors, *, total: int) -> Index:
    """An empty Index for about `total` vectors, made for the (m, d) `sample` of them.

    The sample may be all vectors. Raises ImportError without FAISS.
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
    inner.cp.niter = TRAINING_ROUNDS
    inner.cp.min_points_per_centroid = 1  # no warning on stderr
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
        log.warning("index %s cannot be read and is made anew", path, exc_info=True)
        return None
    return Index(inner) if inner.d == dim and hasattr(inner, "invlists") else None


def up_to_date(ids: Ids, vectors: Vectors, *, saved: Path | None, token: CancelToken) -> Index:
    """An Index of exactly the (n,) ids, from the file `saved` where that has most of them.

    The file is written when a fiftieth or more of the index is new. Raises Cancelled, and
    ImportError without FAISS; a file that cannot be read or written is logged.
    """
    index = load(saved, dim=vectors.shape[1]) if saved else None
    if index is None or index.outgrown:
        index = build(vectors, total=len(ids))
    held = index.ids()
    index.remove(np.setdiff1d(held, ids))
    missing = np.flatnonzero(~np.isin(ids, held))
    index.add(ids[missing], vectors[missing], token=token)
    if saved and len(missing) * 50 >= len(ids):
        try:
            index.save(saved)
        except OSError:
            log.warning("index %s cannot be saved", saved, exc_info=True)
    return index


def available() -> bool:
    """Whether FAISS can be imported."""
    return _faiss() is not None


def blocks(count: int, *, size: int) -> Iterator[slice]:
    """Slices of at most `size` that cover range(count)."""
    return (slice(start, min(start + size, count)) for start in range(0, count, size))


def alike(
    queries: NDArray[np.float32], base: NDArray[np.float32], *, threshold: float, k: int
) -> Hits:
    """Rows of (q, d) queries and of the (m, d) base at the threshold, and their cosines.

    Of each query at least its `k` best; more only below k + 1 at the threshold, or when equal.
    """
    found = [no_hits()]
    for rows in blocks(len(queries), size=max(1, CELLS // max(1, len(base)))):
        cosines = queries[rows] @ base.T
        hit = cosines >= threshold
        many = np.flatnonzero(hit.sum(axis=1) > k)
        if len(many):
            best = np.partition(cosines[many], -k, axis=1)[:, -k]
            hit[many] = cosines[many] >= best[:, None]
        row, column = np.nonzero(hit)
        found.append((row + rows.start, column, cosines[row, column]))
    return joined(found)


def no_hits() -> Hits:
    return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)


def joined(parts: list[Hits]) -> Hits:
    first, second, cosine = zip(*parts, strict=True)
    return np.concatenate(first), np.concatenate(second), np.concatenate(cosine)


def nearest_others(hits: Hits, *, k: int) -> Hits:
    """Of each photo's hits the `k` best that are not itself; of equals, those of smaller ids."""
    asked, found, cosine = hits
    order = np.lexsort((found, -cosine, asked))
    order = order[asked[order] != found[order]]
    asked, found, cosine = asked[order], found[order], cosine[order]
    starts = np.flatnonzero(np.diff(asked, prepend=asked[:1] - 1))
    place = np.arange(len(asked)) - np.repeat(starts, np.diff(starts, append=len(asked)))
    return asked[place < k], found[place < k], cosine[place < k]


def _faiss() -> Any:
    try:
        import faiss
    except ImportError:
        log.info("no faiss: all photos are compared with all")
        return None
    if sys.platform == "darwin":
        faiss.omp_set_num_threads(1)  # its OpenMP runtime and torch's abort each other
    return faiss
