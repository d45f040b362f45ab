"""An inverted file of vectors, for libraries where comparing all with all is too much.

FAISS clusters the vectors into lists, keeps and searches the lists, and writes them to a file. It
holds a byte a dimension, which moves a cosine by about 0.001 and takes a quarter of the memory.
"""

import logging
import sys
from collections.abc import Callable
from math import isqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kindred.engine.progress import CancelToken

log = logging.getLogger(__name__)

Ids = NDArray[np.int64]
Similarities = NDArray[np.float32]
Vectors = NDArray[np.float32] | NDArray[np.float16]
VectorsOf = Callable[[Ids], NDArray[np.float32]]
"""The (m, d) unit vectors of (m,) ids, which are ascending."""

# Measured, see docs/performance.md: the lists looked into decide the recall, nearly whatever their
# number; more lists are shorter, but take longer to make.
LISTS_PER_ROOT = 8  # lists: this times the square root of the number of vectors
PROBES = 96  # lists looked into for a query
TRAINING_PER_LIST = 20  # vectors, in TRAINING_ROUNDS
TRAINING_ROUNDS = 6
FEWEST_PER_LIST = 8  # training vectors, where the sample is small
GROWTH = 4  # an index that grew this much since its lists were made is made anew
BLOCK = 16_384  # vectors asked for at once


class VectorIndex:
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
        import faiss

        lists = self._inner.invlists
        held = [np.empty(0, np.int64)]
        for number in range(lists.nlist):
            if size := lists.list_size(number):
                held.append(faiss.rev_swig_ptr(lists.get_ids(number), size).copy())
        return np.sort(np.concatenate(held))

    def hold(self, ids: Ids, vectors_of: VectorsOf, *, token: CancelToken) -> int:
        """Hold exactly the (n,) ids, ascending; returns how many were added. Raises Cancelled.

        What it holds already stays as it is: a vector never changes under its id.
        """
        held = self.ids()
        gone = np.setdiff1d(held, ids, assume_unique=True)
        if len(gone):
            self._inner.remove_ids(gone)
        missing = np.setdiff1d(ids, held, assume_unique=True)
        for start in range(0, len(missing), BLOCK):
            token.check()
            block = missing[start : start + BLOCK]
            self._inner.add_with_ids(vectors_of(block), block)
        return len(missing)

    def search(
        self, queries: NDArray[np.float32], *, k: int, probes: int
    ) -> tuple[Similarities, Ids]:
        """The (q, k) cosines and ids of what is nearest to (q, d) queries, best first; -1: none.

        probes: how many lists are looked into for each.
        """
        import faiss

        probing = faiss.SearchParametersIVF(nprobe=probes)  # type: ignore[call-arg] # wrong in its stubs
        cosine, ids = self._inner.search(queries, k, params=probing)
        return np.minimum(cosine, 1), ids

    def save(self, path: Path) -> None:
        """Write it to `path`, or nothing. Raises OSError."""
        import faiss

        try:
            path.touch(mode=0o600)
            with path.open("wb") as file:  # FAISS itself knows no names beyond the code page
                writer = faiss.PyCallbackIOWriter(file.write)  # type: ignore[attr-defined]
                faiss.write_index(self._inner, writer)
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def build(ids: Ids, vectors_of: VectorsOf) -> VectorIndex:
    """An empty VectorIndex, its lists made for the vectors of the (n,) ids, n at least 1.

    Raises ImportError without FAISS.
    """
    faiss = faiss_or_none()
    if faiss is None:
        raise ImportError("faiss cannot be imported")
    lists = max(1, min(LISTS_PER_ROOT * isqrt(len(ids)), len(ids) // FEWEST_PER_LIST))
    chosen = np.random.default_rng(0).permutation(len(ids))[: TRAINING_PER_LIST * lists]
    chosen.sort()
    dim = vectors_of(ids[:1]).shape[1]
    sample = np.empty((len(chosen), dim), np.float32)
    for start in range(0, len(chosen), BLOCK):  # what reading takes beside it is then small
        sample[start : start + BLOCK] = vectors_of(ids[chosen[start : start + BLOCK]])
    inner = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dim),
        dim,
        lists,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
    )
    inner.by_residual = False  # codes are those of the vectors themselves
    inner.cp.niter = TRAINING_ROUNDS
    inner.cp.min_points_per_centroid = 1  # no warning on stderr
    inner.train(sample)
    return VectorIndex(inner)


def load(path: Path, *, dim: int) -> VectorIndex | None:
    """The VectorIndex saved at `path`, of which the caller knows that it is what was saved.

    None when FAISS is not there or cannot read it, or it is of vectors of another length.
    """
    faiss = faiss_or_none()
    if faiss is None:
        return None
    try:
        with path.open("rb") as file:
            inner = faiss.read_index(faiss.PyCallbackIOReader(file.read))
    except (OSError, RuntimeError):
        log.warning("index %s cannot be read and is made anew", path, exc_info=True)
        return None
    return VectorIndex(inner) if inner.d == dim and hasattr(inner, "invlists") else None


def faiss_or_none() -> Any:
    """The module, set up for this system, or None when it cannot be imported."""
    try:
        import faiss
    except ImportError:
        log.info("no faiss: all photos are compared with all")
        return None
    if sys.platform == "darwin":
        faiss.omp_set_num_threads(1)  # its OpenMP runtime and torch's abort each other
    return faiss
