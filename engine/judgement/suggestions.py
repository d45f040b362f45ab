"""What may be removed in bulk, tier by tier, and what is left to the user: read off the groups."""

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kindred.engine.types import Group, Judgement, Kind, Member, Photo, Tier, Why

BULK = (Tier.EXACT, Tier.LESSER)
"""The tiers in which nothing is lost. The others are a person's decision."""

# Two photos hold the same, and nothing tells which to keep: what the user keeps decides.
_EITHER = {Why.FOLDERS, Why.ALIKE}

# Left to the user whatever tier is asked for.
_NEVER = {Why.PROTECTED, Why.REJECTED, Why.LINKED, Why.UNCHECKED}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A photo to remove, the one that stays for it, and the judgement about the two."""

    photo: Photo
    staying: Photo
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class TierSum:
    """What the groups hold in one tier: photos beside those that stay, their bytes, group keys."""

    photos: int = 0
    bytes: int = 0
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Undecided:
    """Photos of one group that hold the same or nearly so, and why none is suggested."""

    photos: tuple[Photo, ...]  # the keeper first
    why: Why


def suggestions(groups: Sequence[Group], tiers: Collection[Tier] = BULK) -> list[Suggestion]:
    """What these groups suggest to remove in some tiers, every photo once."""
    found: dict[Path, Suggestion] = {}
    for group in groups:
        photos = {member.photo.path: member.photo for member in group.members}
        for member in group.members[1:]:
            judgement = member.judgement
            if judgement.tier not in tiers:
                continue
            if judgement.stays is not None:
                staying = photos[judgement.stays]
            elif _is_edit(member):
                staying = group.keeper
            else:
                continue
            found.setdefault(member.photo.path, Suggestion(member.photo, staying, judgement))
    return list(found.values())


def tiers_of(group: Group) -> frozenset[Tier]:
    """The tiers of a group's photos beside its keeper; one that was not judged has one too."""
    if group.kind is Kind.SIMILAR:
        return frozenset({Tier.SIMILAR})
    unknown = Tier.EXACT if group.kind is Kind.IDENTICAL else Tier.EDITED
    tiers = (member.judgement.tier for member in group.members[1:])
    return frozenset(unknown if tier is Tier.SIMILAR else tier for tier in tiers)


def tier_sums(groups: Sequence[Group]) -> dict[Tier, TierSum]:
    """What the groups hold in each tier; a photo of several groups counts in its first tier."""
    seen: set[Path] = set()
    photos: dict[Tier, int] = dict.fromkeys(Tier, 0)
    sizes: dict[Tier, int] = dict.fromkeys(Tier, 0)
    keys: dict[Tier, set[str]] = {tier: set() for tier in Tier}
    for group in sorted(groups, key=lambda group: group.kind is Kind.SIMILAR):
        tiers = tiers_of(group)
        for tier in tiers:
            keys[tier].add(group.key)
        for member in group.members[1:]:
            if member.photo.path in seen:
                continue
            seen.add(member.photo.path)
            tier = member.judgement.tier
            if tier not in tiers:
                tier = next(iter(tiers))
            photos[tier] += 1
            sizes[tier] += member.photo.size
    return {tier: TierSum(photos[tier], sizes[tier], frozenset(keys[tier])) for tier in Tier}


def may_go(group: Group, staying: Collection[Path]) -> list[Member]:
    """The members of a group that lose nothing by going while these photos of it stay.

    Those that were judged by one of them, those with the bytes of one of them, and of two photos
    that hold the same the one that the user does not keep.
    """
    kept = [member for member in group.members if member.photo.path in staying]
    digests = {member.photo.digest for member in kept}
    keeper = group.members[0]
    found = []
    for member in group.members:
        photo, judgement = member.photo, member.judgement
        if photo.path in staying or member.protected or judgement.why in _NEVER:
            continue
        same_bytes = photo.digest in digests and not photo.companions
        rival = keeper in kept or (member is keeper and len(group.members) == 2)
        alike = rival and judgement.tier in BULK and judgement.why in _EITHER
        if judgement.stays in staying or same_bytes or alike:
            found.append(member)
    return found


def best_shots(group: Group, count: int) -> list[Member]:
    """The first photo of each of the best `count` shots of a group; its copies stay behind it."""
    first: dict[int, Member] = {}
    for member in group.members:
        first.setdefault(member.stack if group.kind is Kind.SIMILAR else len(first), member)
    return list(first.values())[:count]


def tier_towards(group: Group, going: Member, staying: Member) -> Tier:
    """How safe it is to remove a member that may go while a certain other one stays."""
    if going.photo.digest == staying.photo.digest:
        return Tier.EXACT
    keeper = group.members[0]
    if going.judgement.stays == staying.photo.path:
        return going.judgement.tier
    if going.judgement.stays is None and keeper in (going, staying):
        # A keeper is judged towards its rival alone, where it has one.
        return (staying if going is keeper else going).judgement.tier
    return Tier.LESSER


def kept_in(groups: Sequence[Group], folder: Path) -> list[tuple[Member, list[Member]]]:
    """For each group with photos below a folder the first of them, and what may go elsewhere."""
    found = []
    for group in groups:
        inside = [m for m in group.members if m.photo.path.is_relative_to(folder)]
        if not inside:
            continue
        going = may_go(group, [inside[0].photo.path])
        elsewhere = [m for m in going if not m.photo.path.is_relative_to(folder)]
        if elsewhere:
            found.append((inside[0], elsewhere))
    return found


def elsewhere_too(groups: Sequence[Group], folder: Path) -> list[tuple[Member, list[Member]]]:
    """Photos outside a folder that stay, each with those below it that lose nothing by going."""
    found = []
    for group in groups:
        seen: set[Path] = set()
        for member in group.members:
            if member.photo.path.is_relative_to(folder):
                continue
            going = [
                other
                for other in may_go(group, [member.photo.path])
                if other.photo.path.is_relative_to(folder) and other.photo.path not in seen
            ]
            seen |= {other.photo.path for other in going}
            if going:
                found.append((member, going))
    return found


def undecided(groups: Sequence[Group], tiers: Collection[Tier] = BULK) -> list[Undecided]:
    """The groups of copies in which more than one photo stays, by reason."""
    suggested = {suggestion.photo.path for suggestion in suggestions(groups, tiers)}
    return [found for group in groups for found in _undecided(group, suggested)]


def folder_choices(groups: Sequence[Group]) -> list[tuple[Path, Path, int]]:
    """Pairs of folders that alone tell exact copies apart, and how many photos; the most first.

    What the user is asked once: which of the two are your albums?
    """
    counts: dict[tuple[Path, Path], int] = {}
    for found in undecided(groups):
        if found.why is not Why.FOLDERS:
            continue
        folders = sorted({photo.path.parent for photo in found.photos})
        for one, two in itertools.pairwise(folders):
            counts[one, two] = counts.get((one, two), 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(one, two, count) for (one, two), count in ordered]


def _is_edit(member: Member) -> bool:
    judgement = member.judgement
    return (
        judgement.tier is Tier.EDITED
        and member.relation is Kind.COPY
        and not member.protected
        and judgement.why not in _NEVER
    )


def _undecided(group: Group, suggested: Collection[Path]) -> Iterator[Undecided]:
    if group.kind is Kind.SIMILAR:
        return
    reasons: dict[Why, list[Photo]] = {}
    for member in group.members[1:]:
        if member.photo.path not in suggested and member.judgement.why is not None:
            reasons.setdefault(member.judgement.why, []).append(member.photo)
    for why, photos in reasons.items():
        yield Undecided((group.keeper, *photos), why)
