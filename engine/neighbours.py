"""Vectors to candidate pairs and nearest photos: exact while that is cheap, an index above.

Vectors are unit vectors; similarity is their inner product, the cosine. They are asked for in
blocks, because those of a large library are more than should be in memory at once, and a
CancelToken is heard at every block.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine import index
from engine.arrays import Pairs
from engine.index import Ids, Index, Similarities, Vectors, VectorsOf
from engine.progress import CancelToken

EXACT = 4 * 10**8  # comparisons: 20,000 photos with each other; more are left to the index
QUERIES = 1024  # between two looks at the token
BLOCK = 16_384  # vectors in memory at once
ALONE = 3  # times as many probes where only one end of a pair asks
HELD = 2**20  # pairs held before those not worth verifying are dropped

_NO_PAIRS = Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
_NOBODY = np.empty(0, np.int64), np.empty(0, np.float32)
_Found = tuple[Ids, Similarities, Ids]  # (q,) ids that asked, (q, k) cosines, (q, k) ids or -1


def wants_index(asked: int, among: int) -> bool:
    """Whether an index should be made to find the neighbours of `asked` photos among so many."""
    return asked * among > EXACT and index.faiss_or_none() is not None


def candidates(
    ids: Ids,
    vectors_of: VectorsOf,
    *,
    asked: Ids,
    threshold: float,
    likely: float,
    faint: int,
    token: CancelToken,
    lists: Index | None = None,
    k: int = 32,
    before: tuple[Ids, Similarities] = _NOBODY,
) -> tuple[Pairs, Similarities]:
    """Pairs of photos whose similarity is at least `threshold`, where they are worth verifying.

    ids: (n,) distinct contents, ascending; asked: those of them whose `k` nearest others are
    looked at, ascending, so a pair is found when either of those asked has the other among its k.
    `likely` and `faint`: as in `worth_verifying`. Exact without `lists`, an Index of all ids.
    Raises Cancelled.

    Also the reach of those asked: the similarity of the last of `faint` neighbours that are not
    likely, -1 for those with fewer. before: the ids asked in earlier calls, ascending, and their
    reach; their faint pairs below that are left out, for they have nearer ones.
    """
    k = min(k + 1, len(ids))  # the nearest is the photo itself
    if lists is None:
        found = _exactly(ids, vectors_of, asked=asked, k=k, token=token)
    else:
        found = _by_index(lists, vectors_of, asked=asked, k=k, token=token)

    def kept(pairs: Pairs) -> Pairs:
        return worth_verifying(pairs, likely=likely, k=faint)

    reaches = [np.empty(0, np.float32)]
    parts, count, limit = [_NO_PAIRS], 0, HELD
    for part in found:
        pairs, reach = _pairs(part, threshold=threshold, likely=likely, faint=faint)
        reaches.append(reach)
        parts.append(_within_reach(pairs, part[0], reach, before, likely=likely))
        count += len(parts[-1])
        if count > limit:
            # What is too faint for both its photos now is so whatever else they have.
            parts, count = [kept(merged(parts))], 0
            limit = max(HELD, len(parts[0]) // 4)
    return kept(merged(parts)), np.concatenate(reaches)


def worth_verifying(pairs: Pairs, *, likely: float, k: int) -> Pairs:
    """The pairs from the similarity `likely` on, and of the others each photo's `k` nearest.

    Most pairs of low similarity are strangers, and their number grows with the square of the
    library; the copies among them (small crops, screenshots) are nearest to their original.
    """
    kept = pairs.similarity >= likely
    low = np.flatnonzero(~kept)
    kept[low[among_nearest(pairs.of(low), k=k)]] = True
    return pairs.of(kept)


def among_nearest(pairs: Pairs, *, k: int) -> NDArray[np.bool_]:
    """For every pair whether it is among the `k` most similar ones of either of its photos."""
    near = np.zeros(len(pairs), np.bool_)
    # Some photos at a time: sorting takes several times the memory of what is sorted.
    every = max(1, HELD // 2)
    ends = np.unique(np.concatenate([pairs.first[::every], pairs.second[::every]]))
    for lower, upper in pairwise([-np.inf, *ends.tolist(), np.inf]):
        rows, ends = _of_photos(pairs, lower, upper)
        order = np.lexsort((-pairs.similarity[rows], ends))
        ends = ends[order]
        begins = np.flatnonzero(np.r_[True, ends[1:] != ends[:-1]]) if len(ends) else ends
        place = np.arange(len(ends)) - np.repeat(begins, np.diff(np.r_[begins, len(ends)]))
        near[rows[order[place < k]]] = True
    return near


def _of_photos(pairs: Pairs, lower: float, upper: float) -> tuple[Ids, Ids]:
    """Rows of the pairs that have a photo from `lower` to below `upper`, and which it is."""
    rows, ends = [], []
    for end in (pairs.first, pairs.second):
        rows.append(np.flatnonzero((end >= lower) & (end < upper)))
        ends.append(end[rows[-1]])
    return np.concatenate(rows), np.concatenate(ends)


def crowded(pairs: Pairs, *, likely: float, k: int) -> Ids:
    """The photos with at least `k` pairs from the similarity `likely` on, ascending.

    Those that were asked for their `k` nearest may have more: bursts, timelapses.
    """
    close = pairs.similarity >= likely
    ends, counts = np.unique(
        np.concatenate([pairs.first[close], pairs.second[close]]), return_counts=True
    )
    return ends[counts >= k]


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


def _by_index(
    lists: Index, vectors_of: VectorsOf, *, asked: Ids, k: int, token: CancelToken
) -> Iterator[_Found]:
    # Unless all ask, most pairs are looked for from one of their ends only.
    probes = index.PROBES if len(asked) >= 0.9 * len(lists) else ALONE * index.PROBES
    for start in range(0, len(asked), QUERIES):
        token.check()
        block = asked[start : start + QUERIES]
        yield block, *lists.search(vectors_of(block), k=k, probes=probes)


def _exactly(
    ids: Ids, vectors_of: VectorsOf, *, asked: Ids, k: int, token: CancelToken
) -> Iterator[_Found]:
    """Every block of vectors against all queries, so that each is asked for once."""
    queries = vectors_of(asked)
    cosine = np.full((len(asked), k), -np.inf, np.float32)
    other = np.full((len(asked), k), -1, np.int64)
    for start in range(0, len(ids) if len(asked) else 0, BLOCK):
        among = ids[start : start + BLOCK]
        base = vectors_of(among)
        for first in range(0, len(asked), QUERIES):
            token.check()
            rows = slice(first, first + QUERIES)
            near, row = _nearest(queries[rows], base, k=min(k, len(among)))
            cosines = np.concatenate([cosine[rows], near], axis=1)
            others = np.concatenate([other[rows], among[row]], axis=1)
            best = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
            cosine[rows] = np.take_along_axis(cosines, best, axis=1)
            other[rows] = np.take_along_axis(others, best, axis=1)
    yield asked, cosine, other


def _nearest(
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


def _pairs(
    found: _Found, *, threshold: float, likely: float, faint: int
) -> tuple[Pairs, Similarities]:
    """The pairs at the threshold, in any order, and the reach of those that asked.

    Photos are not paired with themselves.
    """
    asked, cosine, other = found
    wanted = (cosine >= threshold) & (other >= 0) & (other != asked[:, None])
    row, column = np.nonzero(wanted)
    here, there = asked[row], other[row, column]
    pairs = Pairs(np.minimum(here, there), np.maximum(here, there), cosine[row, column])
    low = np.where(wanted & (cosine < likely), cosine, np.float32(-1))
    if faint > low.shape[1]:
        return pairs, np.full(len(asked), -1, np.float32)
    return pairs, -np.partition(-low, faint - 1, axis=1)[:, faint - 1]


def _within_reach(
    pairs: Pairs,
    asked: Ids,
    reach: Similarities,
    before: tuple[Ids, Similarities],
    *,
    likely: float,
) -> Pairs:
    """The pairs that are likely, or near enough to one of their photos."""
    near = pairs.similarity >= likely
    for ids, reaches in ((asked, reach), before):
        for end in (pairs.first, pairs.second):
            place = np.searchsorted(ids, end).clip(max=max(0, len(ids) - 1))
            if len(ids):
                near |= (ids[place] == end) & (pairs.similarity >= reaches[place])
    return pairs.of(near)


def merged(parts: list[Pairs]) -> Pairs:
    """Every pair of the parts once, in order, with the higher similarity.

    Empties the list: with a million photos the parts should not be in memory any longer.
    """
    first, second, cosine = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("first", "second", "similarity")
    )
    parts.clear()
    order = np.lexsort((-cosine, second, first))
    once = np.ones(len(order), np.bool_)
    for column in (first, second):
        column[:] = column[order]
    once[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return Pairs(first[once], second[once], cosine[order[once]])
