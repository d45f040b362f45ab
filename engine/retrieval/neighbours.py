"""Vectors to candidate pairs and nearest photos: exact while that is cheap, an index above.

Vectors are unit vectors; similarity is their inner product, the cosine. They are asked for in
blocks, because those of a large library are more than should be in memory at once, and a
CancelToken is heard at every block.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kindred.engine.pairs import Pairs
from kindred.engine.progress import CancelToken
from kindred.engine.retrieval import vector_index
from kindred.engine.retrieval.vector_index import Ids, Similarities, VectorIndex, Vectors, VectorsOf

EXACT = 4 * 10**8  # comparisons: 20,000 photos with each other; more are left to the index
QUERIES = 1024  # between two looks at the token
BLOCK = 4096  # vectors in memory at once, and queries
FIRSTS = 8192  # photos whose pairs are in memory at once
ALONE = 3  # times as many probes where only one end of a pair asks
SORTED = 2**19  # pairs sorted at once

_NOBODY = np.empty(0, np.int64), np.empty(0, np.float32)
_Near = tuple[slice, Similarities, Ids]  # which of those asked, (q, k) cosines, (q, k) ids or -1


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """What a search for candidate pairs found, see `candidates`."""

    ids: Ids  # (n,) all photos, ascending
    rows: NDArray[np.int32]  # (q,) of `ids`: those who were asked
    cosine: Similarities  # (q, k) of their neighbours in any order; -1: none
    other: NDArray[np.int32]  # (q, k) the neighbours, rows of `ids`; -1: none
    reach: Similarities  # (q,)
    crowd: Ids  # those of them whose neighbours are all likely, so they may have more
    _within: Similarities  # (n,) the least cosine of a faint pair, by the photo at either end
    _likely: float
    _threshold: float

    def pairs(self) -> Iterator[Pairs]:
        """The pairs worth verifying, some at a time and in order.

        All at once would take more memory than all else that a scan of a million photos needs.
        """
        for start in range(0, len(self.ids), FIRSTS):
            yield self._starting(start, start + FIRSTS, further=False)

    def further(self) -> Iterator[Pairs]:
        """The others from `faintest` on, worth verifying where something else speaks for them."""
        for start in range(0, len(self.ids), FIRSTS):
            yield self._starting(start, start + FIRSTS, further=True)

    def _starting(self, start: int, stop: int, *, further: bool) -> Pairs:
        """The pairs whose first photo has a row from `start` to below `stop`."""
        begin, end = np.searchsorted(self.rows, [start, stop])
        own = self.rows[begin:, None]
        to_later = np.nonzero(self.other[begin:end] > own[: end - begin])
        other = self.other[begin:]
        to_earlier = np.nonzero((other >= start) & (other < np.minimum(own, stop)))
        row, column = np.concatenate([to_later, to_earlier], axis=1)
        row += begin
        here, there, cosine = self.rows[row], self.other[row, column], self.cosine[row, column]
        first, second = np.minimum(here, there), np.maximum(here, there)
        near = cosine >= np.minimum(
            np.minimum(self._within[first], self._within[second]), self._likely
        )
        near &= cosine >= self._threshold
        near ^= further
        first, second, cosine = first[near], second[near], cosine[near]
        order = np.lexsort((-cosine, second, first))
        first, second, cosine = first[order], second[order], cosine[order]
        once = np.ones(len(order), np.bool_)
        once[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
        return Pairs(self.ids[first[once]], self.ids[second[once]], cosine[once])


def wants_index(asked: int, among: int) -> bool:
    """Whether an index should be made to find the neighbours of `asked` photos among so many."""
    return asked * among > EXACT and vector_index.faiss_or_none() is not None


def find_candidates(
    ids: Ids,
    vectors_of: VectorsOf,
    *,
    asked: Ids,
    threshold: float,
    likely: float,
    faint: int,
    token: CancelToken,
    lists: VectorIndex | None = None,
    k: int = 32,
    before: tuple[Ids, Similarities] = _NOBODY,
    faintest: float | None = None,
) -> Candidates:
    """Pairs of photos whose similarity is at least `threshold`, where they are worth verifying.

    ids: (n,) distinct contents, ascending; asked: those of them whose `k` nearest others are
    looked at, ascending, so a pair is found when either of those asked has the other among its k.
    Exact without `lists`, an VectorIndex of all ids. Raises Cancelled.

    Pairs from the similarity `likely` on are worth verifying, and others within the reach of one
    of their photos: the similarity of the last of its `faint` nearest that are not likely, or of
    the k-th neighbour where that is nearer, or -1 for a photo with fewer. Most pairs of low
    similarity are strangers, and their number grows with the square of the library; the copies
    among them (small crops, screenshots) are nearest to their original. before: the ids asked in
    earlier calls, ascending, and their reach. faintest: the cosine from which the others among the
    k are kept for `Candidates.further`; as far as `threshold` by itself.
    """
    least = threshold if faintest is None else faintest
    rows = np.searchsorted(ids, asked).astype(np.int32)
    width = min(k + 1, len(ids))  # the nearest is the photo itself
    cosine = np.full((len(asked), width), -1, np.float32)
    other = np.full((len(asked), width), -1, np.int32)
    reach = np.full(len(asked), -1, np.float32)
    if lists is None:
        found = _exactly(ids, vectors_of, asked=asked, k=width, token=token)
    else:
        found = _by_index(lists, vectors_of, asked=asked, k=width, token=token)
    for part, cosines, others in found:
        there = (cosines >= least) & (others >= 0) & (others != asked[part, None])
        other[part] = np.where(there, np.searchsorted(ids, others), -1)
        cosine[part] = np.where(there, cosines, -1)
        near = there & (cosines >= threshold)
        above = np.where(near, cosines, -1)
        reach[part] = _reach(above, near, likely=likely, faint=faint, k=k)
    within = np.full(len(ids), np.inf, np.float32)
    for photos, reaches in (before, (asked, reach)):
        row = np.searchsorted(ids, photos).clip(max=max(0, len(ids) - 1))
        there = ids[row] == photos if len(ids) else np.zeros(len(photos), np.bool_)
        within[row[there]] = reaches[there]
    crowd = asked[((other >= 0) & (cosine >= likely)).sum(1) >= k]
    return Candidates(ids, rows, cosine, other, reach, crowd, within, likely, threshold)


def find_panels(
    owners: Ids,
    vectors: NDArray[np.float32],
    among: Ids,
    vectors_of: VectorsOf,
    *,
    threshold: float,
    token: CancelToken,
    k: int = 8,
) -> Iterator[Pairs]:
    """Pairs of a photo and those that a picture inside it is alike, some at a time.

    owners: (p,) the photo that each of the (p, d) vectors is inside of; among: ids, ascending. Of
    each vector's `k` nearest those count whose cosine is at least `threshold`. Exact: few photos
    have pictures inside. Raises Cancelled.
    """
    for start in range(0, len(among), BLOCK):
        some = among[start : start + BLOCK]
        base = vectors_of(some)
        for first in range(0, len(owners), QUERIES):
            token.check()
            rows = slice(first, first + QUERIES)
            cosine, row = _nearest(vectors[rows], base, k=min(k + 1, len(some)))
            other = some[row]
            own = np.broadcast_to(owners[rows, None], other.shape)
            near = (cosine >= threshold) & (other != own)
            pairs = np.sort(np.stack([own[near], other[near]]), axis=0)
            order = np.lexsort((-cosine[near], pairs[1], pairs[0]))
            ordered = pairs[:, order]
            once = np.ones(ordered.shape[1], np.bool_)
            once[1:] = (ordered[:, 1:] != ordered[:, :-1]).any(axis=0)
            yield Pairs(
                ordered[0, once],
                ordered[1, once],
                np.minimum(cosine[near][order][once], 1).astype(np.float32),
            )


def among_nearest(pairs: Pairs, *, k: int) -> NDArray[np.bool_]:
    """For every pair whether it is among the `k` most similar ones of either of its photos."""
    near = np.zeros(len(pairs), np.bool_)
    # Some photos at a time: sorting takes several times the memory of what is sorted.
    ends = np.unique(np.concatenate([pairs.first[::SORTED], pairs.second[::SORTED]]))
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
    lists: VectorIndex, vectors_of: VectorsOf, *, asked: Ids, k: int, token: CancelToken
) -> Iterator[_Near]:
    # Unless all ask, most pairs are looked for from one of their ends only.
    probes = vector_index.PROBES if len(asked) >= 0.9 * len(lists) else ALONE * vector_index.PROBES
    for start in range(0, len(asked), QUERIES):
        token.check()
        part = slice(start, start + QUERIES)
        yield part, *lists.search(vectors_of(asked[part]), k=k, probes=probes)


def _exactly(
    ids: Ids, vectors_of: VectorsOf, *, asked: Ids, k: int, token: CancelToken
) -> Iterator[_Near]:
    for begin in range(0, len(asked), BLOCK):
        queries = vectors_of(asked[begin : begin + BLOCK])
        cosine = np.full((len(queries), k), -np.inf, np.float32)
        other = np.full((len(queries), k), -1, np.int64)
        for start in range(0, len(ids), BLOCK):
            among = ids[start : start + BLOCK]
            base = vectors_of(among)
            for first in range(0, len(queries), QUERIES):
                token.check()
                rows = slice(first, first + QUERIES)
                near, row = _nearest(queries[rows], base, k=min(k, len(among)))
                cosines = np.concatenate([cosine[rows], near], axis=1)
                others = np.concatenate([other[rows], among[row]], axis=1)
                best = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
                cosine[rows] = np.take_along_axis(cosines, best, axis=1)
                other[rows] = np.take_along_axis(others, best, axis=1)
        yield slice(begin, begin + len(queries)), cosine, other


def _nearest(
    queries: NDArray[np.float32], base: NDArray[np.float32], *, k: int
) -> tuple[Similarities, Ids]:
    """The (q, k) cosines and rows of the (n, d) base nearest to (q, d) queries, in any order."""
    faiss = vector_index.faiss_or_none()
    if faiss is not None:
        cosine, row = faiss.knn(queries, base, k, metric=faiss.METRIC_INNER_PRODUCT)
        return cosine, row
    table = queries @ base.T
    row = np.argpartition(-table, k - 1, axis=1)[:, :k].astype(np.int64)
    return np.take_along_axis(table, row, axis=1), row


def _reach(
    cosine: Similarities, near: NDArray[np.bool_], *, likely: float, faint: int, k: int
) -> Similarities:
    """The reach of photos by the (q, k) cosines of their neighbours, `near` where there is one."""
    low = np.where(near & (cosine < likely), cosine, np.float32(-1))
    reach = np.full(len(low), -1, np.float32)
    if faint <= low.shape[1]:
        reach = -np.partition(-low, faint - 1, axis=1)[:, faint - 1]
    last = np.where(near, cosine, np.inf).min(axis=1, initial=np.inf)
    reached: Similarities = np.where(near.sum(1) >= k, np.maximum(reach, last), reach)
    return reached.astype(np.float32)
