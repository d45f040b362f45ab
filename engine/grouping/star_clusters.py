"""The copy level of hierarchy: copies gather around a hub, level by level."""

from collections import Counter
from collections.abc import Sequence

_Near = dict[int, set[int]]


def star_levels(
    count: int,
    copies: Sequence[tuple[int, int, int]],
    *,
    differing: Sequence[tuple[int, int]],
    rank: Sequence[int],
    levels: int,
) -> list[list[int]]:
    """For each level the hub of every node 0..count-1 (a node alone is its own hub).

    copies: (a, b, last level at which it counts), each pair once; differing: pairs that were seen
    to be no copies; rank: a number for each node, all different, the smallest is the best hub. Each
    level splits the stars of the one before and never joins any.
    """
    near: _Near = {node: set() for node in range(count)}
    for a, b, _ in copies:
        near[a].add(b)
        near[b].add(a)
    apart: _Near = {node: set() for node in range(count)}
    for a, b in differing:
        apart[a].add(b)
        apart[b].add(a)
    hubs = list(range(count))
    _gather(hubs.copy(), near, apart, rank, hubs)
    result = [hubs]
    for level in range(1, levels):
        hubs = hubs.copy()
        broken: dict[int, list[int]] = {}
        for a, b, last in copies:
            if last == level - 1:
                near[a].remove(b)
                near[b].remove(a)
                if hubs[a] == hubs[b]:
                    broken[hubs[a]] = []
        for node, hub in enumerate(hubs if broken else ()):
            if hub in broken:
                broken[hub].append(node)
        for nodes in broken.values():
            _gather(nodes, near, apart, rank, hubs)
        result.append(hubs)
    return result


def _gather(
    nodes: Sequence[int], near: _Near, apart: _Near, rank: Sequence[int], hubs: list[int]
) -> None:
    """Write the hub of each of `nodes` into `hubs`, as if there were no others."""
    free = set(nodes)
    degree = {node: len(near[node] & free) for node in nodes}
    for hub in sorted(nodes, key=lambda node: (-degree[node], rank[node])):
        if hub not in free:
            continue
        star = (near[hub] & free) | {hub}
        star -= {node for node in star - {hub} if len(apart[node] & star) > len(near[node] & star)}
        free -= star
        votes = Counter(node for member in star for node in near[member] & free)
        missed = {
            node
            for node, number in votes.items()
            if number >= max(2, len(star) / 2, len(apart[node] & star))
        }
        free -= missed
        for node in star | missed:
            hubs[node] = hub
