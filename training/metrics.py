"""How well similarities find copies: recall, micro average precision, recall at a precision."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Scores:
    """Shares from 0 to 1; `threshold_*` is the similarity at which that precision is reached."""

    recall_1: float
    recall_20: float
    micro_ap: float
    recall_99: float
    recall_999: float
    threshold_99: float
    threshold_999: float


def is_found(similarity: Floats, truth: NDArray[np.int64], *, within: int) -> NDArray[np.bool_]:
    """Bool (queries,): is the true reference among the `within` most similar? Ties count half."""
    own = similarity[np.arange(len(truth)), truth][:, None]
    above = (similarity > own).sum(1) + ((similarity == own).sum(1) - 1) / 2
    result: NDArray[np.bool_] = above < within
    return result


def measure(similarity: Floats, truth: NDArray[np.int64]) -> Scores:
    """Scores of float (queries, references) similarities; `truth` holds each query's reference.

    Micro average precision ranks the pairs of all queries in one list, as DISC21 does
    (arXiv:2106.09672), so one threshold has to serve every query. Pairs of equal similarity
    enter together. Recall at a precision is the largest recall at which the pairs above some
    threshold are right that often.
    """
    right = np.zeros(similarity.shape, bool)
    right[np.arange(len(truth)), truth] = True
    order = np.argsort(-similarity, axis=None)
    values, hits = similarity.ravel()[order], np.cumsum(right.ravel()[order])
    last = np.append(np.flatnonzero(np.diff(values)), len(values) - 1)
    values, hits, shown = values[last], hits[last], last + 1
    precision, recall = hits / shown, hits / len(truth)

    def at(share: float) -> tuple[float, float]:
        enough = np.flatnonzero(precision >= share)
        if not len(enough):
            return 0.0, float(values[0])
        return float(recall[enough[-1]]), float(values[enough[-1]])

    recall_99, threshold_99 = at(0.99)
    recall_999, threshold_999 = at(0.999)
    return Scores(
        recall_1=float(is_found(similarity, truth, within=1).mean()),
        recall_20=float(is_found(similarity, truth, within=20).mean()),
        micro_ap=float((np.diff(recall, prepend=0) * precision).sum()),
        recall_99=recall_99,
        recall_999=recall_999,
        threshold_99=threshold_99,
        threshold_999=threshold_999,
    )
