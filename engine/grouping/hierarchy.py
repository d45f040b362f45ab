"""Relations to groups on two levels, without chaining; every strictness is answered from one tree.

**Copies.** A stack is a star: a hub (the content with the most copies, then the most pixels) and
contents that are copies of the hub. Nothing is asked of two copies of one hub, because they need
not be recognisable as copies of each other: the left half of a picture and its right half are not.
To call a pair a copy is what the verification is most careful about; that it did not, says little.
A content that was missed as a copy of the hub, but is a copy of at least half of the star, and of
two at least, belongs to it too; one that was seen beyond doubt to differ from more of the star than
it is a copy of does not, for a second shot may pass for a copy of a few crops. All this looks at
the hub's own copies only, so a star cannot grow by chaining. A stricter level takes the stars of
the looser one and gathers each of them again by the relations that are left, so it can only split.

**Similar shots.** The units are the loosest stacks. Units are joined from the most similar pair
down; two clusters join when one unit is related to *all* others of both, and every unit to at
least *half* of the others. A pair that was never verified counts as not related. So a walk or a
drifting burst is cut where neighbouring shots are least alike. A strictness cuts this tree of
joins at a height: a stricter cut lies inside a looser one, which a greedy grouping made for each
strictness by itself would not give. A copy that a strict level does not believe stays in the
similar group of its stack.

**Strictness** runs from 0 (loose) to 1 (strict), 0.5 by default. A similar relation counts where
its cosine is at least `similar_threshold(strictness)`: calibration.similar at 0.5,
calibration.copy_precision_999 at 1, as far below at 0. Whatever its cosine, it also counts up
to its confidence or 0.5, the smaller, so at 0 they all do. A copy counts at 0.5 and below, and
above where its confidence is at least 0.5 + 0.98 (strictness - 0.5), so 0.99 at 1. Flat pictures
are in no relation.

Nothing depends on the order of edges, contents or paths: ties fall to the number of the content.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import ceil

import numpy as np
from numpy.typing import NDArray

from kindred.engine.grouping.linkage import join
from kindred.engine.grouping.star_clusters import star_levels
from kindred.engine.pairs import KINDS, Edges
from kindred.engine.types import Calibration, Group, Kind

_COPY_LEVELS = 11  # strictness 0.5, 0.55, ... 1
_BEYOND_DOUBT = 0.95  # confidence; pairs that were never opened hardly reach it
_COPY, _SIMILAR = KINDS.index(Kind.COPY), KINDS.index(Kind.SIMILAR)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ContentGroup:
    """A group by content, not yet by photo.

    Identical: one content that several paths hold. Copy: one stack. Similar: several stacks, which
    may be single contents. The hub's stack comes first, and in each stack its own hub.
    """

    kind: Kind
    stacks: tuple[tuple[int, ...], ...]

    @property
    def hub(self) -> int:
        return self.stacks[0][0]

    @property
    def members(self) -> tuple[int, ...]:
        return tuple(content for stack in self.stacks for content in stack)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """What *not duplicates* denies: (first, second), first < second.

        All pairs of a copy group; of a similar group those across stacks, so that denying it
        leaves its copies alone; none of an identical group.
        """
        for one, two in (
            combinations(self.members, 2)
            if self.kind != Kind.SIMILAR
            else (
                (one, two)
                for here, there in combinations(self.stacks, 2)
                for one in here
                for two in there
            )
        ):
            yield min(one, two), max(one, two)


def denied_pairs(group: Group) -> list[tuple[int, int]]:
    """`ContentGroup.pairs` of a group as the user sees it."""
    stacks = {member.photo.content: member.stack for member in group.members}
    return [
        (first, second)
        for first, second in combinations(sorted(stacks), 2)
        if group.kind is not Kind.SIMILAR or stacks[first] != stacks[second]
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """The groups at every strictness; made once by `hierarchy`, read by `group`.

    The n contents with relations are rows, ascending.
    """

    contents: Ints  # (n,)
    stack: Ints  # (_COPY_LEVELS, n) row of the stack's hub
    unit: Ints  # (n,) node of the tree of joins
    parent: Ints  # (nodes,)
    height: Floats  # (nodes,) the strictness up to which a node is whole
    hub: Ints  # (nodes,) row of the hub


def similar_threshold(strictness: float, calibration: Calibration) -> float:
    """The cosine from which two shots are similar; at strictness 0 the loosest ever asked for."""
    return calibration.similar + (2 * strictness - 1) * _span(calibration)


def hierarchy(
    edges: Edges,
    *,
    contents: Ints,
    pixels: Ints,
    flat: NDArray[np.bool_],
    calibration: Calibration,
) -> Hierarchy:
    """Group at all strictnesses.

    edges: relations; those of contents not listed, and of flat ones, are left out. contents: (n,)
    distinct numbers; pixels: (n,) width times height; flat: (n,). calibration: cosines, see the
    module.
    """
    usable = np.argsort(contents, kind="stable")
    usable = usable[~flat[usable]]
    edges = _between(edges, contents[usable])
    rows = np.unique(np.concatenate([edges.first, edges.second]))
    size = pixels[usable][np.searchsorted(contents[usable], rows)]
    first, second = np.searchsorted(rows, edges.first), np.searchsorted(rows, edges.second)
    rank = np.empty(len(rows), np.int64)
    rank[np.lexsort((rows, -size))] = np.arange(len(rows))

    copy, similar = edges.kind <= _COPY, edges.kind == _SIMILAR
    certain = np.where(edges.kind < _COPY, 1.0, edges.confidence.astype(np.float64))
    sure = np.clip(0.5 + (certain - 0.5) / 0.98, 0.5, 1)
    last = np.floor((sure - 0.5) * 2 * (_COPY_LEVELS - 1) + 1e-6).astype(np.int64)
    differing = similar & (edges.confidence >= _BEYOND_DOUBT)
    stack = np.array(
        star_levels(
            len(rows),
            list(zip(*(ends[copy].tolist() for ends in (first, second, last)), strict=True)),
            differing=list(
                zip(*(ends[differing].tolist() for ends in (first, second)), strict=True)
            ),
            rank=rank.tolist(),
            levels=_COPY_LEVELS,
        ),
        np.int64,
    )
    cosine = edges.similarity.astype(np.float64)
    alike = np.minimum(1, 0.5 + (cosine - calibration.similar) / (2 * _span(calibration)))
    height = np.maximum(alike, np.where(copy, sure, np.minimum(certain, 0.5)))

    hubs, unit = np.unique(stack[0], return_inverse=True)
    counts = (copy | similar) & (height >= 0) & (unit[first] != unit[second])
    one, two = unit[first[counts]], unit[second[counts]]
    tree = join(
        len(hubs),
        _strongest(np.minimum(one, two), np.maximum(one, two), height[counts], cosine[counts]),
        rank=rank[hubs].tolist(),
    )
    return Hierarchy(
        contents=rows,
        stack=stack,
        unit=unit.astype(np.int64),
        parent=np.array(tree.parent, np.int64),
        height=np.array(tree.height, np.float64),
        hub=hubs[np.array(tree.hub, np.int64)],
    )


def group(
    tree: Hierarchy,
    *,
    strictness: float,
    several: Collection[int] = (),
    rejected: Collection[tuple[int, int]] = (),
) -> list[ContentGroup]:
    """The groups at a strictness: copy and identical ones by hub, then similar ones by hub.

    several: contents that more than one path holds; rejected: a set of pairs (first < second) the
    user called *not duplicates*. A group is left out when all its `pairs` are rejected; it is back
    as soon as it has another member. Every content is in at most one copy or identical group, and
    in at most one similar group.
    """
    level = min(max(ceil((strictness - 0.5) * 2 * (_COPY_LEVELS - 1) - 1e-6), 0), _COPY_LEVELS - 1)
    stack = tree.stack[level]
    copies = [
        ContentGroup(Kind.COPY, (_stack(tree.contents, rows, stack[rows[0]]),))
        for rows in _classes(stack)
    ]
    copies = [found for found in copies if _is_shown(found, rejected)]
    alone = set(several).difference(*(found.members for found in copies))
    copies += [ContentGroup(Kind.IDENTICAL, ((content,),)) for content in alone]

    top = _tops(tree, strictness)[tree.unit]
    similar = []
    for rows in _classes(top):
        if (stack[rows] == stack[rows[0]]).all():
            continue
        main = stack[tree.hub[top[rows[0]]]]
        hubs = sorted(set(stack[rows].tolist()), key=lambda hub: (hub != main, hub))
        stacks = tuple(_stack(tree.contents, rows[stack[rows] == hub], hub) for hub in hubs)
        similar.append(ContentGroup(Kind.SIMILAR, stacks))
    similar = [found for found in similar if _is_shown(found, rejected)]
    return sorted(copies, key=lambda g: g.hub) + sorted(similar, key=lambda g: g.hub)


def _span(calibration: Calibration) -> float:
    """How far the cosine threshold moves over half the slider."""
    return max(calibration.copy_precision_999 - calibration.similar, 0.01)


def _between(edges: Edges, contents: Ints) -> Edges:
    """The edges with both ends in `contents` and ends in order, sorted by them."""
    first = np.minimum(edges.first, edges.second)
    second = np.maximum(edges.first, edges.second)
    inside = np.flatnonzero(np.isin(first, contents) & np.isin(second, contents))
    kept = inside[np.lexsort((second[inside], first[inside]))]
    return Edges(
        first[kept], second[kept], edges.kind[kept], edges.similarity[kept], edges.confidence[kept]
    )


def _strongest(
    one: Ints, two: Ints, height: Floats, cosine: Floats
) -> list[tuple[int, int, float]]:
    """Each pair of units once with its highest relation, from high to low."""
    order = np.lexsort((-cosine, -height, two, one))
    one, two, height, cosine = one[order], two[order], height[order], cosine[order]
    once = np.ones(len(one), np.bool_)
    once[1:] = (one[1:] != one[:-1]) | (two[1:] != two[:-1])
    one, two, height, cosine = one[once], two[once], height[once], cosine[once]
    order = np.lexsort((two, one, -cosine, -height))
    return list(zip(one[order].tolist(), two[order].tolist(), height[order].tolist(), strict=True))


def _tops(tree: Hierarchy, strictness: float) -> Ints:
    """The highest node above each node that is still whole at the strictness."""
    whole = tree.height[tree.parent] >= strictness
    top = np.where(whole, tree.parent, np.arange(len(tree.parent)))
    while not np.array_equal(further := top[top], top):
        top = further
    return top


def _classes(labels: Ints) -> list[Ints]:
    """The rows of each label that more than one row has, ascending."""
    order = np.argsort(labels, kind="stable")
    ends = np.flatnonzero(np.diff(labels[order])) + 1
    return [rows for rows in np.split(order, ends) if len(rows) > 1]


def _stack(contents: Ints, rows: Ints, hub: int) -> tuple[int, ...]:
    return (int(contents[hub]), *contents[rows[rows != hub]].tolist())


def _is_shown(found: ContentGroup, rejected: Collection[tuple[int, int]]) -> bool:
    return not rejected or any(pair not in rejected for pair in found.pairs())
