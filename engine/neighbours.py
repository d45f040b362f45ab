"""Vectors to candidate pairs and nearest photos: exact while that is cheap, an index above.

Vectors are unit vectors, float32 or (in half the memory) float16; similarity is their inner
product, the cosine. All is done in blocks, and a CancelToken is heard at every block.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine import index
from engine.arrays import Pairs
from engine.index import Hits, Ids, Similarities, Vectors, alike, blocks, nearest_others
from engine.progress import CancelToken

EXACT = 4 * 10**8  # comparisons: 20,000 photos with each other; more are left to the index
BLOCK = 32_768  # vectors held as float32 at once


def candidates(
    ids: Ids,
    vectors: Vectors,
    *,
    threshold: float,
    token: CancelToken,
    k: int = 32,
    new: NDArray[np.bool_] | None = None,
    saved: Path | None = None,
) -> Pairs:
    """Pairs of photos whose similarity is at least `threshold`.

    ids: (n,) distinct contents; vectors: (n, d) unit vectors. For every photo, or only for those
    where the (n,) mask `new` is true, its `k` nearest others are looked at, so a pair is found
    when either of those looked at has the other among its k.

    Exact up to EXACT comparisons, or when FAISS cannot be imported. Above, an index is made, or
    taken from the file `saved`, brought up to date and saved, so that adding photos to a large
    library costs in proportion to them. A content must keep its vector under one `saved`: name it
    for the model. A file that cannot be read or written is logged. Raises Cancelled.
    """
    asked = np.arange(len(ids)) if new is None else np.flatnonzero(new)
    if len(asked) * len(ids) > EXACT and index.available():
        lists = index.up_to_date(ids, vectors, saved=saved, token=token)
        found = lists.hits(ids[asked], vectors[asked], threshold=threshold, k=k, token=token)
    else:
        found = _exact(ids, vectors, asked, threshold=threshold, k=k, token=token)
    return _pairs(found)


def nearest(
    ids: Ids, vectors: Vectors, query: NDArray[np.float32], *, top: int
) -> tuple[Ids, Similarities]:
    """The `top` (or all, if fewer) ids nearest to the (d,) unit vector `query`, best first.

    ids: (n,), vectors: (n, d). Exact; equal similarities in the order of `ids`. One query reads
    every vector once, which numpy does as fast as FAISS.
    """
    similarity = np.empty(len(ids), np.float32)
    for rows in blocks(len(ids), size=BLOCK):
        similarity[rows] = vectors[rows].astype(np.float32, copy=False) @ query
    best = np.argsort(-similarity, kind="stable")[:top]
    return ids[best], similarity[best]


def _exact(
    ids: Ids, vectors: Vectors, asked: Ids, *, threshold: float, k: int, token: CancelToken
) -> Iterator[Hits]:
    queries = vectors[asked].astype(np.float32, copy=False)
    found = [index.no_hits()]
    for held in blocks(len(ids), size=BLOCK):
        base = vectors[held].astype(np.float32, copy=False)
        for rows in blocks(len(asked), size=index.CELLS // BLOCK):
            token.check()
            row, column, cosine = alike(queries[rows], base, threshold=threshold, k=k + 1)
            found.append((ids[asked[rows]][row], ids[held][column], cosine))
    yield nearest_others(index.joined(found), k=k)


def _pairs(found: Iterable[Hits]) -> Pairs:
    asked, other, cosine = index.joined([index.no_hits(), *found])
    first, second = np.minimum(asked, other), np.maximum(asked, other)
    order = np.lexsort((-cosine, second, first))
    first, second, cosine = first[order], second[order], cosine[order]
    once = np.ones(len(first), np.bool_)
    once[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return Pairs(first[once], second[once], cosine[once])
