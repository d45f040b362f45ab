"""Chooses the photo of a group to keep by ordered rules, and says which rules decided.

Photos are sorted by the keys of the rules in order and at last by path: a total order, in which
leaving photos out does not change the order of the others.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kindred.engine.judgement.keeper_rules import RULES, Case
from kindred.engine.judgement.provenance import find_derived, relations_of
from kindred.engine.messages import Code, tell
from kindred.engine.types import FileFacts, Group, Photo, Reason, Relation

DEFAULT_RULES: tuple[str, ...] = tuple(RULES)


def _with_second(rule: str, *, after: int) -> tuple[str, ...]:
    """The default rules with one of them moved behind the first few."""
    others = [name for name in DEFAULT_RULES if name != rule]
    return (*others[:after], rule, *others[after:])


PRESETS: Mapping[str, tuple[str, ...]] = {
    "best picture": DEFAULT_RULES,
    "oldest first": _with_second("age", after=3),
    "my folders first": _with_second("folder", after=1),
}
LAST = "order"  # the rule of the reason when the rules left more than one photo


@dataclass(frozen=True, slots=True)
class Ranking:
    """Photos from the one to keep to the least, and why the first is first."""

    photos: tuple[Photo, ...]
    reasons: tuple[Reason, ...]


def rank(
    photos: Sequence[Photo],
    *,
    rules: Sequence[str],
    relations: Iterable[Relation] = (),
    preferred: Sequence[Path] = (),
    protected: Sequence[Path] = (),
    facts: Mapping[int, FileFacts] | None = None,
) -> Ranking:
    """Order the photos of a group; paths are distinct.

    rules: names, in order (DEFAULT_RULES, or the user's); names that are not in RULES are passed
    over. relations: between contents of these photos, in either direction; they tell originals
    from what was made of them. preferred: folders, the best first; protected: folders nothing is
    removed from. facts: of the files, by content, as far as they were read. There is a reason for
    every rule that took photos out of the running; the last reason is the one that left a single
    photo. One photo alone needs no reason.
    """
    infos = {photo.content: photo.info for photo in photos}
    case = Case(find_derived(relations, infos), facts or {}, tuple(preferred), tuple(protected))
    running = sorted(photos, key=lambda photo: os.fsencode(photo.path))
    chosen = [RULES[name] for name in rules if name in RULES]
    keys = {photo.path: [rule.key(photo, case) for rule in chosen] for photo in running}
    ordered = tuple(sorted(running, key=lambda photo: keys[photo.path]))
    reasons = []
    for number, rule in enumerate(chosen):
        best = keys[ordered[0].path][number] if ordered else 0
        beaten = [photo for photo in running if keys[photo.path][number] != best]
        if beaten:
            reasons.append(Reason(rule.name, rule.tells(ordered[0], beaten, case)))
            running = [photo for photo in running if keys[photo.path][number] == best]
    if len(running) > 1:
        reasons.append(Reason(LAST, tell(Code.FIRST_PATH)))
    return Ranking(ordered, tuple(reasons))


def preview(
    groups: Iterable[Group],
    *,
    rules: Sequence[str],
    preferred: Sequence[Path] = (),
    protected: Sequence[Path] = (),
) -> dict[str, int]:
    """How many groups each rule decides: it is the one that leaves a single photo to keep.

    The relations are those of the members to the keeper. Has every name of `rules` that is in
    RULES, and LAST; the numbers add up to the number of groups.
    """
    counts = {name: 0 for name in rules if name in RULES} | {LAST: 0}
    for group in groups:
        ranking = rank(
            [member.photo for member in group.members],
            rules=rules,
            relations=relations_of(group),
            preferred=preferred,
            protected=protected,
        )
        counts[ranking.reasons[-1].rule] += 1
    return counts
