"""The groups that take the most space, made without reading the others: the first to be shown."""

import numpy as np
from numpy.typing import NDArray

from kindred.engine.grouping.groups import Forest, build_forest, grouping_edges
from kindred.engine.store import Store
from kindred.engine.types import Calibration
from kindred.engine.verification import verify

Ints = NDArray[np.int64]


def load_largest(store: Store, *, model: str, calibration: Calibration, clusters: int) -> Forest:
    """What the groups are made of in the clusters of related contents that hold the most bytes.

    A cluster is whole, so its groups are those that reading everything would make.
    """
    edges = store.edges(model, store.newest_version(verify.VERSION))
    holding, sizes = store.photo_sizes()
    edges = grouping_edges(edges, np.unique(holding))
    contents, counts = np.unique(holding, return_counts=True)
    repeated = contents[counts > 1]
    nodes = np.unique(np.concatenate([edges.first, edges.second, repeated]))
    first, second = (np.searchsorted(nodes, ends) for ends in (edges.first, edges.second))
    labels = _clusters(first, second, count=len(nodes))
    weight = np.zeros(len(nodes), np.int64)
    inside = np.isin(holding, nodes)
    np.add.at(weight, labels[np.searchsorted(nodes, holding[inside])], sizes[inside])
    largest = np.argsort(-weight, kind="stable")[:clusters]
    chosen = nodes[np.isin(labels, largest)]
    several = repeated[np.isin(repeated, chosen)].tolist()
    edges = grouping_edges(edges, chosen)
    return build_forest(store, edges, several, model=model, calibration=calibration, roots=())


def _clusters(first: Ints, second: Ints, *, count: int) -> Ints:
    """The smallest row that each of so many rows is connected to."""
    labels = np.arange(count)
    while True:
        before = labels.copy()
        smaller = np.minimum(labels[first], labels[second])
        np.minimum.at(labels, first, smaller)
        np.minimum.at(labels, second, smaller)
        labels = labels[labels]
        if np.array_equal(labels, before):
            return labels
