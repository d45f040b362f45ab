"""The copy level of engine.grouping: copies gather around a hub, level by level."""

from collections import Counter
from collections.abc import Iterable, Sequence

Near = dict[int, dict[int, float]]  # node -> neighbour -> confidence


def star_levels(
    count: int,
    copies: Sequence[tuple[int, int, float, int]],
    others: Sequence[tuple[int, int, float]],
    *,
    rank: Sequence[int],
    levels: int,
) -> list[list[int]]:
    """For each level the hub of every node 0..count-1 (a node alone is its own hub).

    copies: (a, b, confidence, last level at which it counts); others: (a, b, confidence) of pairs
    found to be different shots; rank: a number of each node, all different, the smallest is the
    best hub. Each level splits the stars of the one before and never joins any.
    """
    near = _both_ways((a, b, confidence) for a, b, confidence, _ in copies)
    apart = _both_ways(others)
    hubs = list(range(count))
    _gather(list(near), near, apart, rank, hubs)
    result = [hubs]
    for level in range(1, levels):
        hubs = hubs.copy()
        broken = set()
        for a, b, _, last in copies:
            if last == level - 1:
                del near[a][b], near[b][a]
                if hubs[a] == hubs[b]:
                    broken.add(hubs[a])
        if broken:
            members: dict[int, list[int]] = {hub: [] for hub in broken}
            for node, hub in enumerate(hubs):
                if hub in broken:
                    members[hub].append(node)
            for nodes in members.values():
                _gather(nodes, near, apart, rank, hubs)
        result.append(hubs)
    return result


def _both_ways(edges: Iterable[tuple[int, int, float]]) -> Near:
    near: Near = {}
    for a, b, confidence in edges:
        near.setdefault(a, {})[b] = confidence
        near.setdefault(b, {})[a] = confidence
    return near


def _gather(
    nodes: Sequence[int], near: Near, apart: Near, rank: Sequence[int], hubs: list[int]
) -> None:
    """Write the hub of each of `nodes` into `hubs`, as if there were no others."""
    free = set(nodes)
    degree = {node: len(near[node].keys() & free) for node in nodes}
    for hub in sorted(nodes, key=lambda node: (-degree[node], rank[node])):
        if hub not in free:
            continue
        star = {hub}
        own = near[hub]
        for node in sorted(own.keys() & free, key=lambda node: (-own[node], rank[node])):
            if _agrees(node, star, near, apart):
                star.add(node)
        if len(star) > 2:
            _extend(star, hub, free, near, apart, rank)
        free -= star
        for node in star:
            hubs[node] = hub


def _extend(
    star: set[int], hub: int, free: set[int], near: Near, apart: Near, rank: Sequence[int]
) -> None:
    """Add what is a copy of at least half the star though not known as a copy of its hub."""
    votes = Counter(
        node for member in star for node in near[member] if node in free and node not in star
    )
    enough = max(2, len(star) / 2)
    for node in sorted(votes, key=lambda node: (-votes[node], rank[node])):
        if (
            votes[node] >= enough
            and hub not in apart.get(node, ())
            and _agrees(node, star, near, apart)
        ):
            star.add(node)


def _agrees(node: int, star: set[int], near: Near, apart: Near) -> bool:
    """Whether the copies of `node` in the star outweigh what says it is another shot."""
    against = sum(apart[node][other] for other in apart[node].keys() & star) if node in apart else 0
    return against == 0 or against <= sum(near[node][other] for other in near[node].keys() & star)
