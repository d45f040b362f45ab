"""Counts, for each folder, how many of its photos are safely elsewhere too, and where."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kindred.engine.judgement.suggestions import may_go, tier_towards
from kindred.engine.types import Group, Kind, Member, Tier


@dataclass(frozen=True, slots=True)
class FolderSum:
    """What is below a folder; `exact` and `lesser` of its photos would lose nothing by going.

    `where` are the folders outside that hold them, the one with most first.
    """

    folder: Path
    photos: int = 0
    bytes: int = 0
    exact: int = 0
    lesser: int = 0
    where: tuple[tuple[Path, int], ...] = ()

    @property
    def elsewhere(self) -> int:
        return self.exact + self.lesser


def folder_sums(
    counts: Mapping[Path, tuple[int, int]], groups: Iterable[Group], roots: Iterable[Path]
) -> dict[Path, FolderSum]:
    """The sums of all folders that hold photos, up to the scanned ones.

    counts: photos and bytes directly in each folder.
    """
    tops = set(roots)
    photos: Counter[Path] = Counter()
    sizes: Counter[Path] = Counter()
    for folder, (number, size) in counts.items():
        for place in _up(folder, tops):
            photos[place] += number
            sizes[place] += size
    exact: Counter[Path] = Counter()
    lesser: Counter[Path] = Counter()
    where: dict[Path, Counter[Path]] = {}
    for group in groups:
        if group.kind is Kind.SIMILAR:
            continue
        for path, (tier, others) in _elsewhere(group).items():
            for place in _up(path.parent, tops):
                outside = [other for other in others if not other.is_relative_to(place)]
                if outside:
                    (exact if tier is Tier.EXACT else lesser)[place] += 1
                    held = where.setdefault(place, Counter())
                    held.update({_beside(other.parent, place) for other in outside})
    return {
        folder: FolderSum(
            folder,
            number,
            sizes[folder],
            exact[folder],
            lesser[folder],
            tuple(where.get(folder, Counter()).most_common()),
        )
        for folder, number in photos.items()
    }


def _elsewhere(group: Group) -> dict[Path, tuple[Tier, list[Path]]]:
    """For each photo that may go, its tier and the photos that it may go for."""
    found: dict[Path, tuple[Tier, list[Path]]] = {}
    for staying in group.members:
        for member in may_go(group, [staying.photo.path]):
            _, others = found.setdefault(member.photo.path, (Tier.LESSER, []))
            others.append(staying.photo.path)
            if _tier(group, member, staying) is Tier.EXACT:
                found[member.photo.path] = Tier.EXACT, others
    return found


def _tier(group: Group, going: Member, staying: Member) -> Tier:
    """How safe it is to remove the one: a keeper that may go is itself judged by the other."""
    if going is group.members[0] and going.photo.digest != staying.photo.digest:
        return going.judgement.tier
    return tier_towards(group, going, staying)


def _up(folder: Path, tops: set[Path]) -> Iterable[Path]:
    """The folder and those above it, up to one that was scanned."""
    yield folder
    while folder not in tops and folder.parent != folder:
        folder = folder.parent
        if tops and not any(folder.is_relative_to(top) for top in tops):
            return
        yield folder


def _beside(folder: Path, other: Path) -> Path:
    """The highest folder above `folder`, or itself, that does not hold `other` too."""
    found = folder
    while not other.is_relative_to(found.parent) and found.parent != found:
        found = found.parent
    return found
