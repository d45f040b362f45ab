"""Which candidate pairs to open: a copy of a hub is not opened against the hub's other copies.

A group of n copies opens about n pairs: the likeliest hub against all that are like it. What two
copies of one hub are to each other is derived from where each lies on it. Between two stars (a
hub and its copies) that are not copies of each other, the most similar pairs bear witness; only if
one of them is a copy, or their hubs are, all are opened.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kindred.engine.pairs import Pairs
from kindred.engine.types import PhotoInfo, Relation
from kindred.engine.verification.derived import Placed, derive, placed

Places = NDArray[np.int64]  # of pairs
Mask = NDArray[np.bool_]  # over the pairs

STRONG = 0.8  # confidence from which a copy of a hub may stand for it
WITNESSES = 2  # pairs between two stars that are opened before the others are


@dataclass(frozen=True, slots=True)
class StrongCopy:
    """A copy beyond doubt, and what is known of its two contents."""

    relation: Relation
    infos: tuple[PhotoInfo, PhotoInfo]


def contents_of(pairs: Pairs) -> NDArray[np.int64]:
    """The contents of pairs, ascending."""
    return np.unique(np.concatenate([pairs.first, pairs.second]))


def is_strong(relation: Relation, first: PhotoInfo, second: PhotoInfo) -> bool:
    """Whether a copy was so clearly seen that others may be derived from it.

    A damaged picture was compared as far as it goes.
    """
    seen = not relation.derived and relation.registration is not None
    return seen and relation.confidence >= STRONG and not (first.damaged or second.damaged)


class Hubs:
    """The pairs of one verification, those still open, and the hubs found among their contents.

    pixels: of each of `contents_of(pairs)`. known: copies found by earlier verifications.
    """

    def __init__(
        self, pairs: Pairs, *, pixels: NDArray[np.int64], known: Iterable[StrongCopy] = ()
    ) -> None:
        self._pairs = pairs
        self._contents = contents_of(pairs)
        self._one = np.searchsorted(self._contents, pairs.first)
        self._two = np.searchsorted(self._contents, pairs.second)
        self._open = np.ones(len(pairs), np.bool_)
        # The row of the hub of each content; its own where it has none, or is one.
        self._hub = np.arange(len(self._contents))
        self._has_copies = np.zeros(len(self._contents), np.bool_)
        self._placed: dict[int, Placed] = {}  # by row
        self._copied: list[tuple[int, int]] = []  # rows of copies
        known = list(known)
        self._rank = self._ranks(pixels, known)
        self._attach(known)

    def next_round(self, among: Mask) -> Places:
        """The pairs to open next: each photo with the likeliest hub that it was not opened with.

        They come hub by hub. None are left when every photo has a hub or was opened with all.
        """
        places = np.flatnonzero(self._open & among)
        free = self._hub == np.arange(len(self._hub))
        places = places[free[self._one[places]] & free[self._two[places]]]
        one, two = self._one[places], self._two[places]
        first = self._rank[one] < self._rank[two]
        better, worse = np.where(first, one, two), np.where(first, two, one)
        order = np.lexsort((self._rank[better], worse))
        once = np.ones(len(order), np.bool_)
        once[1:] = worse[order][1:] != worse[order][:-1]
        chosen = order[once]
        by_hub = np.lexsort((worse[chosen], self._rank[better[chosen]]))
        return np.asarray(places[chosen[by_hub]])

    def witnesses(self, among: Mask) -> Places:
        """The most similar pairs between each two stars."""
        places, stars = self._between_stars(among)
        order = np.lexsort((-self._pairs.similarity[places], stars[1], stars[0]))
        places, stars = places[order], stars[:, order]
        new = np.ones(len(places), np.bool_)
        new[1:] = (stars[:, 1:] != stars[:, :-1]).any(axis=0)
        begins = np.flatnonzero(new)
        number = np.arange(len(places)) - np.repeat(begins, np.diff(np.r_[begins, len(places)]))
        return places[number < WITNESSES]

    def left(self, among: Mask) -> tuple[Places, Places]:
        """The pairs that must be opened all the same, and those that need not; none stays open."""
        places, stars = self._between_stars(among)
        copied = {tuple(sorted(self._hub[list(rows)].tolist())) for rows in self._copied}
        ends = zip(*stars.tolist(), strict=True)
        must = np.array([pair in copied for pair in ends], np.bool_)
        self._open[places] = False
        return places[must], places[~must]

    def learn(
        self, places: Places, copies: Iterable[Relation], strong: Iterable[StrongCopy]
    ) -> None:
        """What was found of opened pairs: all copies, and those beyond doubt."""
        self._open[places] = False
        self._copied += [(self._row(copy.first), self._row(copy.second)) for copy in copies]
        self._attach(strong)

    def derived(self, among: Mask) -> list[Relation]:
        """What follows for pairs of two copies of one hub, which are not open any more."""
        same = self._hub[self._one] == self._hub[self._two]
        places = np.flatnonzero(self._open & among & same)
        self._open[places] = False
        found = []
        for place in places.tolist():
            rows = int(self._one[place]), int(self._two[place])
            if rows[0] not in self._placed or rows[1] not in self._placed:
                self._open[place] = True  # of a hub and its copy, by an earlier verification
                continue
            pair = int(self._pairs.first[place]), int(self._pairs.second[place])
            similarity = float(self._pairs.similarity[place])
            one, two = (self._placed[row] for row in rows)
            found.append(derive(one, two, pair=pair, similarity=similarity))
        return found

    def _between_stars(self, among: Mask) -> tuple[Places, NDArray[np.int64]]:
        """The open pairs, and the hubs of their two photos (2, n), the lesser row first."""
        places = np.flatnonzero(self._open & among)
        one, two = self._hub[self._one[places]], self._hub[self._two[places]]
        return places, np.stack([np.minimum(one, two), np.maximum(one, two)])

    def _row(self, content: int) -> int:
        return int(np.searchsorted(self._contents, content))

    def _ranks(self, pixels: NDArray[np.int64], known: Iterable[StrongCopy]) -> NDArray[np.int64]:
        """The place of each content as a hub: like many others first, then large ones."""
        degree = np.bincount(np.r_[self._one, self._two], minlength=len(self._contents))
        for copy in known:
            degree[[self._row(copy.relation.first), self._row(copy.relation.second)]] += 1
        many = np.log2(1 + degree).astype(np.int64)
        rank = np.empty(len(self._contents), np.int64)
        rank[np.lexsort((self._contents, -pixels, -many))] = np.arange(len(rank))
        return rank

    def _attach(self, copies: Iterable[StrongCopy]) -> None:
        """Give the worse end of each copy the better one as its hub, unless that has one itself."""
        ends: list[tuple[int, int, StrongCopy]] = []
        for strong in copies:
            one, two = self._row(strong.relation.first), self._row(strong.relation.second)
            better_first = self._rank[one] < self._rank[two]
            ends.append((one, two, strong) if better_first else (two, one, strong))
        ends.sort(key=lambda end: (self._rank[end[0]], self._rank[end[1]]))
        for hub, copy, strong in ends:
            if self._hub[hub] != hub or self._hub[copy] != copy or self._has_copies[copy]:
                continue
            onto_first = self._row(strong.relation.first) == hub
            try:
                place = placed(strong.relation, strong.infos, onto_first=onto_first)
            except (ValueError, np.linalg.LinAlgError):
                continue
            self._hub[copy], self._placed[copy] = hub, place
            self._has_copies[hub] = True
