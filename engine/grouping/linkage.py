"""The similar level of hierarchy: the closest join first, into clusters around a hub."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tree:
    """Joins of units 0..count-1; nodes from `count` on are joins, later ones never higher."""

    parent: list[int]  # of each node; its own number at a root
    height: list[float]  # of each join, as the edge that made it; units: infinity
    hub: list[int]  # a unit of each node that is related to all its others


@dataclass(slots=True)
class _Cluster:
    node: int
    members: set[int]
    hubs: list[int] = field(default_factory=list)  # members related to all other members


def join(count: int, edges: Sequence[tuple[int, int, float]], *, rank: Sequence[int]) -> Tree:
    """Join units along (a, b, height) edges, which are given from high to low, each pair once.

    Two clusters join when, by the edges seen so far, one of the units is related to all others
    and each is related to at least half of the others. rank: as in engine.grouping.star_clusters.
    """
    tree = Tree(list(range(count)), [float("inf")] * count, list(range(count)))
    near: list[set[int]] = [set() for _ in range(count)]
    inside = [0] * count  # how many of a unit's own cluster it is related to
    cluster = [_Cluster(unit, {unit}, [unit]) for unit in range(count)]

    def try_join(one: _Cluster, two: _Cluster, height: float) -> bool:
        hubs = [hub for hub in one.hubs if near[hub] >= two.members]
        hubs += [hub for hub in two.hubs if near[hub] >= one.members]
        if not hubs:
            return False
        half = (len(one.members) + len(two.members) - 1) / 2
        related = {}
        for these, those in ((one.members, two.members), (two.members, one.members)):
            for unit in these:
                related[unit] = inside[unit] + len(near[unit] & those)
                if related[unit] < half:
                    return False
        for unit, number in related.items():
            inside[unit] = number
        node = len(tree.parent)
        tree.parent.append(node)
        tree.height.append(height)
        tree.hub.append(min(hubs, key=lambda hub: rank[hub]))
        tree.parent[one.node] = tree.parent[two.node] = node
        small, large = sorted((one, two), key=lambda part: len(part.members))
        large.node, large.hubs = node, hubs
        large.members |= small.members
        for unit in small.members:
            cluster[unit] = large
        return True

    for a, b, height in edges:
        near[a].add(b)
        near[b].add(a)
        if cluster[a] is not cluster[b]:
            try_join(cluster[a], cluster[b], height)
            continue
        inside[a] += 1
        inside[b] += 1
        for unit in sorted((a, b), key=lambda unit: rank[unit]):
            if inside[unit] == len(cluster[unit].members) - 1 and unit not in cluster[unit].hubs:
                # A new hub may reach a neighbour that no hub reached before.
                cluster[unit].hubs.append(unit)
                for other in sorted(near[unit] - cluster[unit].members, key=lambda o: rank[o]):
                    if cluster[other] is not cluster[unit]:
                        try_join(cluster[unit], cluster[other], height)
    return tree
