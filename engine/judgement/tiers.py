"""Decides which photos of a group may go: nothing goes unless all that is in it is in what stays.

Window, command line, removal and its summary show what is decided here and decide nothing again.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from kindred.engine.judgement.copy_names import copy_places
from kindred.engine.judgement.keeper_rules import folder_place
from kindred.engine.judgement.losses import Candidate, losses
from kindred.engine.judgement.provenance import source_signs
from kindred.engine.types import (
    ContentCheck,
    EditName,
    FileFacts,
    Judgement,
    Loss,
    LossKind,
    Photo,
    Tier,
    Why,
)

ALL_PAIRS = 48  # photos up to which each is compared with each, not only with those that stay
PLAUSIBLE_NS = 946_684_800 * 10**9  # file times before 2000 are those of clocks that were not set
LATER_NS = 2 * 10**9  # file systems round times to two seconds


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What is known of the photos of a group besides themselves."""

    facts: Mapping[int, FileFacts]  # by content
    checks: Mapping[tuple[int, int], ContentCheck]  # by contents, first < second
    edits: Mapping[tuple[int, int], Collection[EditName]] = field(default_factory=dict)
    edited: Collection[int] = ()  # contents that something was done to, by their relations
    rejected: Collection[tuple[int, int]] = ()  # contents (first < second) said to be different
    preferred: Sequence[Path] = ()  # folders, the best first
    protected: Sequence[Path] = ()  # folders
    linked: Collection[Path] = ()  # names of a file that has another name in the group
    companions: Callable[[Photo, Photo], tuple[Loss, ...]] = field(default=lambda _g, _s: ())
    described: Callable[[Photo, FileFacts], FileFacts] = field(default=lambda _photo, facts: facts)


def judge(ranked: Sequence[Photo], evidence: Evidence) -> dict[Path, Judgement]:
    """The judgement of every photo of a group of copies or identical files.

    ranked: the photos, the one to keep first. A photo that stays for others is itself never
    suggested. Nothing depends on the order of photos but which of equals stays.
    """
    pairs = _Pairs(evidence)
    order = _undominated_first(ranked, pairs)
    stay: list[Photo] = []
    found: dict[Path, Judgement] = {}
    for photo in order:
        for other in stay:
            if why := pairs.goes(photo, other):
                tier = pairs.tier(photo, other)
                found[photo.path] = Judgement(tier, other.path, pairs.losses(photo, other), why)
                break
        else:
            stay.append(photo)
    keeper = _keeper(stay, found, ranked)
    for photo in stay:
        found[photo.path] = _left(photo, keeper, stay, pairs)
    return found


def keeper_of(ranked: Sequence[Photo], found: Mapping[Path, Judgement]) -> Photo:
    """The photo that stays for most others, of several the first in `ranked`."""
    return _keeper([p for p in ranked if found[p.path].stays is None], found, ranked)


class _Pairs:
    """What holds between two photos of a group, each looked up once."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._candidate = cache(self._described)  # reads the sidecars of a photo
        self.losses = cache(self._losses)
        self.goes = cache(self._goes)

    def _described(self, photo: Photo) -> Candidate:
        facts = self._evidence.facts.get(photo.content)
        return Candidate(photo, facts and self._evidence.described(photo, facts))

    def _losses(self, going: Photo, staying: Photo) -> tuple[Loss, ...]:
        pair = min(going.content, staying.content), max(going.content, staying.content)
        found = losses(
            self._candidate(going),
            self._candidate(staying),
            contained=self._check(going, staying),
            edits=self._evidence.edits.get(pair, ()),
        )
        return found + self._evidence.companions(going, staying)

    def _check(self, one: Photo, two: Photo) -> ContentCheck | None:
        """The content check of two photos, the one as its first."""
        pair = min(one.content, two.content), max(one.content, two.content)
        check = self._evidence.checks.get(pair)
        if check is None or one.content == pair[0]:
            return check
        return replace(
            check,
            first_in_second=check.second_in_first,
            second_in_first=check.first_in_second,
            source=-check.source,
        )

    def tier(self, going: Photo, staying: Photo) -> Tier:
        """How safe it is to remove the one while the other stays, all else aside."""
        found = self.losses(going, staying)
        if any(not loss.carried for loss in found):
            return Tier.EDITED
        return Tier.EXACT if not found and self._same_picture(going, staying) else Tier.LESSER

    def _same_picture(self, one: Photo, two: Photo) -> bool:
        if one.content == two.content:
            return True
        facts = [self._evidence.facts.get(photo.content) for photo in (one, two)]
        pictures = {known.picture if known else None for known in facts}
        return len(pictures) == 1 and None not in pictures

    def objection(self, going: Photo, staying: Photo) -> Why | None:
        """Why the one may not go for the other, whatever is in them."""
        known = self._evidence
        pair = min(going.content, staying.content), max(going.content, staying.content)
        if any(going.path.is_relative_to(folder) for folder in known.protected):
            return Why.PROTECTED
        if pair in known.rejected:
            return Why.REJECTED
        if going.path in known.linked:
            return Why.LINKED
        found = self.losses(going, staying)
        if any(loss.kind is LossKind.UNCHECKED for loss in found):
            return Why.UNCHECKED
        return Why.LOSES if any(not loss.carried for loss in found) else None

    def _goes(self, going: Photo, staying: Photo) -> Why | None:
        """Why the one may go while the other stays; None: it may not, or nothing says which."""
        if self.objection(going, staying):
            return None
        signs = self._signs(staying, going)
        if -1 in signs or self._place(staying) > self._place(going):
            return None
        if signs:
            return Why.SOURCE
        if self.objection(staying, going) in (Why.LOSES, Why.UNCHECKED):
            return self._same_or(going, staying, Why.CONTAINED)
        return self._preference(going, staying)

    def _preference(self, going: Photo, staying: Photo) -> Why | None:
        """What tells which of two photos that hold the same may go."""
        lost, gained = (len(self.losses(*pair)) for pair in ((going, staying), (staying, going)))
        if lost != gained:
            return Why.METADATA if lost < gained else None
        if self._place(staying) != self._place(going):
            return Why.PREFERRED
        if not self._same_picture(going, staying):
            return None
        copies = copy_places(going.path, staying.path)
        if copies[0] != copies[1]:
            return self._same_or(going, staying, Why.NAME) if copies[0] else None
        if going.path.parent != staying.path.parent:
            return None
        times = [photo.mtime_ns for photo in (going, staying)]
        if min(times) > PLAUSIBLE_NS and times[0] - times[1] > LATER_NS:
            return Why.OLDER
        return None

    def _same_or(self, going: Photo, staying: Photo, why: Why) -> Why:
        if going.content == staying.content:
            return Why.SAME_BYTES
        return Why.SAME_PICTURE if self._same_picture(going, staying) else why

    def _signs(self, one: Photo, two: Photo) -> set[int]:
        """1 where something says that the first is nearer to the original, -1 the second."""
        if one.content == two.content:
            return set()
        edited = self._evidence.edited
        signs = {(two.content in edited) - (one.content in edited)}
        facts = [self._candidate(photo).facts for photo in (one, two)]
        if facts[0] is not None and facts[1] is not None:
            signs |= source_signs(facts[0], facts[1])
        if (check := self._check(one, two)) is not None:
            signs.add(check.source)
        return signs - {0}

    def _place(self, photo: Photo) -> int:
        known = self._evidence
        return folder_place(photo.path, preferred=known.preferred, protected=known.protected)

    def left_because(self, photo: Photo, other: Photo) -> Why:
        """Why a photo that stays is not suggested in favour of another."""
        if (objection := self.objection(photo, other)) is not None:
            return objection
        return Why.FOLDERS if self._same_picture(photo, other) else Why.ALIKE


def _undominated_first(ranked: Sequence[Photo], pairs: _Pairs) -> list[Photo]:
    """What may go for few or none comes first, so that it is there to stay for the others."""
    if len(ranked) > ALL_PAIRS:
        return list(ranked)
    wins = [sum(bool(pairs.goes(p, other)) for other in ranked if other is not p) for p in ranked]
    return [ranked[place] for place in sorted(range(len(ranked)), key=lambda n: (wins[n], n))]


def _keeper(
    stay: Sequence[Photo], found: Mapping[Path, Judgement], ranked: Sequence[Photo]
) -> Photo:
    helped = [judgement.stays for judgement in found.values()]
    places = {photo.path: number for number, photo in enumerate(ranked)}
    return min(stay, key=lambda photo: (-helped.count(photo.path), places[photo.path]))


def _left(photo: Photo, keeper: Photo, stay: Sequence[Photo], pairs: _Pairs) -> Judgement:
    """The judgement of a photo that is not suggested, towards the keeper."""
    if photo is keeper:
        rivals = [other for other in stay if other is not photo]
        mutual = next((o for o in rivals if pairs.objection(photo, o) is None), None)
        if mutual is None:
            return Judgement(Tier.EXACT)
        # Either may go; what the other would have to take over is told.
        tier, found = pairs.tier(photo, mutual), pairs.losses(photo, mutual)
        return Judgement(tier, None, found, pairs.left_because(photo, mutual))
    tier, why = pairs.tier(photo, keeper), pairs.left_because(photo, keeper)
    return Judgement(tier, None, pairs.losses(photo, keeper), why)
