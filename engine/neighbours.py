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
from engine.index import Ids, Similarities, Vectors
from engine.progress import CancelToken

EXACT = 4 * 10**8  # comparisons: 20,000 photos with each other; more are left to the index
QUERIES = 1024  # between two looks at the token

_Found = tuple[Ids, Similarities, Ids]  # (q,) ids that asked, (q, k) cosines, (q, k) ids or -1


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
    k = min(k + 1, len(ids))  # the nearest is the photo itself
    base: NDArray[np.float32] | None = None
    if len(asked) * len(ids) > EXACT and index.faiss_or_none() is not None:
        lists = index.up_to_date(ids, vectors, saved=saved, token=token)
    else:
        base = vectors.astype(np.float32, copy=False)

    def found() -> Iterator[_Found]:
        for start in range(0, len(asked), QUERIES):
            token.check()
            rows = asked[start : start + QUERIES]
            queries = vectors[rows].astype(np.float32, copy=False)
            if base is None:
                yield ids[rows], *lists.search(queries, k=k)
            else:
                cosine, position = _exact(queries, base, k=k)
                yield ids[rows], cosine, ids[position]

    return _pairs(found(), threshold=threshold)


def worth_verifying(pairs: Pairs, *, likely: float, k: int) -> Pairs:
    """The pairs from the similarity `likely` on, and of the others each photo's `k` nearest.

    Most pairs of low similarity are strangers, and their number grows with the square of the
    library; the copies among them (small crops, screenshots) are nearest to their original.
    """
    low = np.flatnonzero(pairs.similarity < likely)
    ends = np.concatenate([pairs.first[low], pairs.second[low]])
    rows = np.concatenate([low, low])
    order = np.lexsort((rows, -pairs.similarity[rows], ends))
    ends, rows = ends[order], rows[order]
    begins = np.flatnonzero(np.r_[True, ends[1:] != ends[:-1]]) if len(ends) else ends
    place = np.arange(len(ends)) - np.repeat(begins, np.diff(np.r_[begins, len(ends)]))
    kept = pairs.similarity >= likely
    kept[rows[place < k]] = True
    return Pairs(pairs.first[kept], pairs.second[kept], pairs.similarity[kept])


def nearest(
    ids: Ids, vectors: Vectors, query: NDArray[np.float32], *, top: int
) -> tuple[Ids, Similarities]:
    """The `top` (or all, if fewer) ids nearest to the (d,) unit vector `query`, best first.

    ids: (n,), vectors: (n, d). Exact; equal similarities in the order of `ids`. One query reads
    every vector once, which numpy does as fast as FAISS.
    """
    similarity = np.empty(len(ids), np.float32)
    for start in range(0, len(ids), 64 * QUERIES):
        rows = slice(start, start + 64 * QUERIES)
        similarity[rows] = vectors[rows].astype(np.float32, copy=False) @ query
    best = np.argsort(-similarity, kind="stable")[:top]
    return ids[best], similarity[best]


def _exact(
    queries: NDArray[np.float32], base: NDArray[np.float32], *, k: int
) -> tuple[Similarities, Ids]:
    """The (q, k) cosines and rows of the (n, d) base nearest to (q, d) queries, in any order."""
    faiss = index.faiss_or_none()
    if faiss is not None:
        cosine, row = faiss.knn(queries, base, k, metric=faiss.METRIC_INNER_PRODUCT)
        return cosine, row
    table = queries @ base.T
    row = np.argpartition(-table, k - 1, axis=1)[:, :k].astype(np.int64)
    return np.take_along_axis(table, row, axis=1), row


def _pairs(found: Iterable[_Found], *, threshold: float) -> Pairs:
    """Every pair at the threshold once, without photos paired with themselves."""
    parts = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))]
    for asked, cosine, other in found:
        wanted = (cosine >= threshold) & (other >= 0) & (other != asked[:, None])
        row, column = np.nonzero(wanted)
        here, there = asked[row], other[row, column]
        parts.append((np.minimum(here, there), np.maximum(here, there), cosine[row, column]))
    first, second, cosine = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((-cosine, second, first))
    first, second, cosine = first[order], second[order], cosine[order]
    once = np.ones(len(first), np.bool_)
    once[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return Pairs(first[once], second[once], cosine[once])
