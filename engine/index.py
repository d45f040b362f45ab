"""An inverted file of float16 vectors, for libraries where comparing all with all is too much.

FAISS clusters the vectors into lists, keeps and searches the lists, and writes them to a file.
"""

import logging
import sys
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

LISTS_PER_ROOT = 4  # lists: this times the square root of the number of vectors
PROBES = 96  # lists looked into for a query; 64 missed the recall of 0.995 at 100,000
TRAINING_PER_LIST = 40  # vectors, in TRAINING_ROUNDS; half of both needs a third more probes
TRAINING_ROUNDS = 10
FEWEST_PER_LIST = 8  # training vectors, where the sample is small
GROWTH = 4  # an index that grew this much since its lists were made is made anew
BLOCK = 16_384  # vectors added at once


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
        import faiss

        lists = self._inner.invlists
        held = [np.empty(0, np.int64)]
        for number in range(lists.nlist):
            if size := lists.list_size(number):
                held.append(faiss.rev_swig_ptr(lists.get_ids(number), size).copy())
        return np.sort(np.concatenate(held))

    def add(self, ids: Ids, vectors: Vectors, *, token: CancelToken) -> None:
        """Add (n, d) vectors under (n,) ids it does not hold yet. Raises Cancelled."""
        for start in range(0, len(ids), BLOCK):
            token.check()
            rows = slice(start, start + BLOCK)
            self._inner.add_with_ids(vectors[rows].astype(np.float32, copy=False), ids[rows])

    def remove(self, ids: Ids) -> None:
        """Forget ids; those it does not hold are passed over."""
        self._inner.remove_ids(ids)

    def search(self, queries: NDArray[np.float32], *, k: int) -> tuple[Similarities, Ids]:
        """The (q, k) cosines and ids of what is nearest to (q, d) queries, best first; -1: none."""
        import faiss

        probing = faiss.SearchParametersIVF(nprobe=PROBES)  # type: ignore[call-arg] # wrong in its stubs
        cosine, ids = self._inner.search(queries, k, params=probing)
        return cosine, ids

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
    """An empty Index for about `total` vectors, made for the (m, d) `sample` of them.

    The sample may be all vectors. Raises ImportError without FAISS.
    """
    faiss = faiss_or_none()
    if faiss is None:
        raise ImportError("faiss cannot be imported")
    lists = max(1, min(LISTS_PER_ROOT * isqrt(total), len(sample) // FEWEST_PER_LIST))
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
    faiss = faiss_or_none()
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
