"""Content groups made into the groups the user sees: photos, keeper, reasons, relations."""

import contextlib
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kindred.engine.grouping.bursts import GAP, is_burst
from kindred.engine.grouping.hierarchy import ContentGroup, Hierarchy, group, hierarchy
from kindred.engine.judgement import keeper
from kindred.engine.judgement.companion_losses import companion_losses
from kindred.engine.judgement.keeper_rules import SHOTS_ONLY
from kindred.engine.judgement.provenance import find_derived
from kindred.engine.judgement.tiers import Evidence, judge, keeper_of
from kindred.engine.messages import Code, tell
from kindred.engine.metadata.sidecars import facts_with_sidecars
from kindred.engine.pairs import KINDS, Edges
from kindred.engine.store import Store
from kindred.engine.types import (
    Calibration,
    ContentCheck,
    FileFacts,
    Group,
    Judgement,
    Kind,
    Member,
    Photo,
    PhotoInfo,
    Reason,
    Registration,
    Relation,
)
from kindred.engine.verification import content, verify
from kindred.engine.verification.edits import reverse

# The reason when the best photo could not stand for the others, of copies and of shots.
HUB = Reason("hub", tell(Code.MOST_COPIES))
CENTRE = Reason("hub", tell(Code.RELATED_TO_ALL))

Pair = tuple[int, int]

_IN_PLACE = Registration((1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """All that groups are made of, at every strictness; read from the store once per change."""

    tree: Hierarchy
    several: list[int]  # contents that more than one photo holds
    photos: Mapping[int, Sequence[Photo]]  # by content
    relations: Mapping[Pair, Relation]  # both ways round, see _toward
    similarities: Mapping[Pair, float]  # of pairs in a group that were never verified
    facts: Mapping[int, FileFacts]  # of copies, by content
    checks: Mapping[Pair, ContentCheck]
    digests: Mapping[Path, str]  # of companions that are pictures
    made: "dict[tuple[ContentGroup, Taste, frozenset[Pair]], Group]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taste:
    """How the user wants keepers chosen."""

    rules: tuple[str, ...]
    preferred: tuple[Path, ...] = ()
    protected: tuple[Path, ...] = ()
    burst_gap: float = GAP  # seconds between two shots of a burst, at most


def load_forest(
    store: Store, *, model: str, calibration: Calibration, roots: Sequence[Path]
) -> Forest:
    """Read what is stored of the photos below `roots`, or of all."""
    edges = store.edges(model, store.newest_version(verify.VERSION))
    several = store.repeated(roots)
    return build_forest(store, edges, several, model=model, calibration=calibration, roots=roots)


def build_forest(
    store: Store,
    edges: Edges,
    several: Sequence[int],
    *,
    model: str,
    calibration: Calibration,
    roots: Sequence[Path],
) -> Forest:
    """The forest of some relations and repeated contents, as far as they have photos.

    A scan may go on meanwhile: what has photos is asked once, and nothing else is believed.
    """
    wanted = np.unique(np.concatenate([edges.first, edges.second, np.array(several, np.int64)]))
    photos: dict[int, list[Photo]] = {}
    for photo in store.photos(wanted.tolist(), roots=roots):
        photos.setdefault(photo.content, []).append(photo)
    edges = grouping_edges(edges, np.array(sorted(photos), np.int64))
    repeated = [content for content in several if len(photos.get(content, ())) > 1]
    contents = np.unique(np.concatenate([edges.first, edges.second]))
    pixels, flat = store.sizes(contents)
    tree = hierarchy(edges, contents=contents, pixels=pixels, flat=flat, calibration=calibration)
    relations: dict[tuple[int, int], Relation] = {}
    version = store.newest_version(verify.VERSION)
    for relation in store.relations(model, version, contents.tolist()):
        relations[relation.first, relation.second] = relation
    copied = {end for pair, r in relations.items() if r.kind is Kind.COPY for end in pair}
    return Forest(
        tree,
        repeated,
        photos,
        relations,
        _missing_cosines(store, model, tree, relations),
        store.facts(copied | set(repeated)),
        store.checks(copied, content.VERSION),
        store.companion_digests(copied | set(repeated)),
    )


def make_groups(
    forest: Forest,
    *,
    strictness: float,
    rejected: Collection[tuple[int, int]],
    taste: Taste,
) -> list[Group]:
    """The groups at a strictness: identical and copy groups first, each by the keeper's path."""
    found = group(forest.tree, strictness=strictness, several=forest.several, rejected=rejected)
    made = []
    for contents in found:
        denied = frozenset(pair for pair in contents.pairs() if pair in rejected)
        key = contents, taste, denied
        if key not in forest.made:
            forest.made[key] = _group(forest, contents, taste, denied)
        made.append(forest.made[key])
    return sorted(made, key=lambda one: (one.kind is Kind.SIMILAR, one.keeper.path))


def grouping_edges(edges: Edges, present: NDArray[np.int64]) -> Edges:
    """The relations that group, between contents that are present."""
    keep = np.isin(edges.first, present) & np.isin(edges.second, present)
    keep &= edges.kind != KINDS.index(Kind.UNRELATED)
    return Edges(
        edges.first[keep],
        edges.second[keep],
        edges.kind[keep],
        edges.similarity[keep],
        edges.confidence[keep],
    )


def _missing_cosines(
    store: Store, model: str, tree: Hierarchy, relations: Collection[tuple[int, int]]
) -> dict[tuple[int, int], float]:
    """Cosines of the pairs that may meet in a group without having been candidates."""
    missing: set[tuple[int, int]] = set()
    for contents in group(tree, strictness=0.0):
        members = sorted(contents.members)
        for place, first in enumerate(members):
            missing.update(
                (first, second)
                for second in members[place + 1 :]
                if (first, second) not in relations
            )
    ids, vectors = store.vectors(model, {content for pair in missing for content in pair})
    row = {content: number for number, content in enumerate(ids.tolist())}
    return {(a, b): float(vectors[row[a]] @ vectors[row[b]]) for a, b in missing}


def _group(
    forest: Forest, contents: ContentGroup, taste: Taste, rejected: Collection[Pair]
) -> Group:
    stack_of = {content: n for n, stack in enumerate(contents.stacks) for content in stack}
    photos = [photo for content in stack_of for photo in forest.photos[content]]
    relations = _between(forest, contents.members)
    shots = contents.kind is Kind.SIMILAR
    rules = [name for name in taste.rules if shots or name not in SHOTS_ONLY]
    ranking = keeper.rank(
        photos,
        rules=rules,
        relations=relations,
        preferred=taste.preferred,
        protected=taste.protected,
        facts=forest.facts,
    )
    if contents.kind is Kind.SIMILAR:
        judged: dict[Path, Judgement] = {}
        best = _keeper(contents, relations, ranking.photos)
    else:
        ranked = _copied_by_most_first(contents, relations, ranking.photos)
        judged = judge(ranked, _evidence(forest, photos, relations, taste, rejected))
        best = keeper_of(ranked, judged)
    reasons = ranking.reasons
    if best is not ranking.photos[0]:
        reasons = (HUB if contents.kind is Kind.COPY else CENTRE,)
    # Stacks in the order of their best photos, the keeper's first.
    order = list(dict.fromkeys(stack_of[photo.content] for photo in (best, *ranking.photos)))
    members = [
        replace(
            _member(forest, contents.stacks[number][0], photo, best, order.index(number), taste),
            judgement=judged.get(photo.path, Judgement()),
        )
        for number in order
        for photo in (best, *(photo for photo in ranking.photos if photo is not best))
        if stack_of[photo.content] == number
    ]
    digests = sorted({photo.digest for photo in photos})
    key = hashlib.blake2b(" ".join([contents.kind, *digests]).encode(), digest_size=16)
    identical = len(digests) == 1
    return Group(
        key.hexdigest(),
        Kind.IDENTICAL if identical else contents.kind,
        tuple(members),
        reasons,
        contents.kind is Kind.SIMILAR and is_burst(_shots(members), gap=taste.burst_gap),
    )


def _evidence(
    forest: Forest,
    photos: Sequence[Photo],
    relations: Sequence[Relation],
    taste: Taste,
    rejected: Collection[Pair],
) -> Evidence:
    return Evidence(
        forest.facts,
        forest.checks,
        edits={
            (relation.first, relation.second): [edit.name for edit in relation.edits]
            for relation in relations
            if relation.kind is Kind.COPY
        },
        edited=find_derived(relations, {photo.content: photo.info for photo in photos}),
        rejected=rejected,
        preferred=taste.preferred,
        protected=taste.protected,
        linked=_linked(photos),
        companions=partial(companion_losses, digests=forest.digests),
        described=facts_with_sidecars,
    )


def _linked(photos: Sequence[Photo]) -> set[Path]:
    """The photos of a group that are names of one file."""
    counts = Counter(photo.content for photo in photos)
    names: dict[tuple[int, int], list[Path]] = {}
    for photo in photos:
        if counts[photo.content] > 1:
            with contextlib.suppress(OSError):
                found = photo.path.stat()
                if found.st_ino:  # some network drives number no files
                    names.setdefault((found.st_dev, found.st_ino), []).append(photo.path)
    return {path for paths in names.values() if len(paths) > 1 for path in paths}


def _copied_by_most_first(
    contents: ContentGroup, relations: Sequence[Relation], ranked: Sequence[Photo]
) -> list[Photo]:
    """Photos that most others are copies of come first, damaged ones last.

    Two crops of one original need have nothing in common: neither may stand for the other.
    """
    copies = [relation for relation in relations if relation.kind is Kind.COPY]
    copied = Counter(end for relation in copies for end in (relation.first, relation.second))
    others = len(contents.members) - 1
    return sorted(
        ranked, key=lambda photo: (photo.info.damaged, 2 * copied[photo.content] <= others)
    )


def _keeper(
    contents: ContentGroup, relations: Sequence[Relation], ranked: Sequence[Photo]
) -> Photo:
    """The best photo of a group of shots whose stack is related to all others, as the hub's is."""
    whole = _related_to_all(contents, relations)
    return next(photo for photo in ranked if photo.content in whole)


def _related_to_all(contents: ContentGroup, relations: Iterable[Relation]) -> set[int]:
    """The contents of the stacks that are related to all other stacks, the hub's among them."""
    stack_of = {content: n for n, stack in enumerate(contents.stacks) for content in stack}
    near: list[set[int]] = [{n} for n in range(len(contents.stacks))]
    for relation in relations:
        if relation.kind is not Kind.UNRELATED:
            one, two = stack_of[relation.first], stack_of[relation.second]
            near[one].add(two)
            near[two].add(one)
    return {
        content
        for stack, reached in zip(contents.stacks, near, strict=True)
        if stack is contents.stacks[0] or len(reached) == len(near)
        for content in stack
    }


def _shots(members: Sequence[Member]) -> list[PhotoInfo]:
    """One of each stack, of a copy that lost its capture time another."""
    best: dict[int, PhotoInfo] = {}
    for member in members:
        info = member.photo.info
        if member.stack not in best or (info.taken_at and not best[member.stack].taken_at):
            best[member.stack] = info
    return list(best.values())


def _between(forest: Forest, contents: Sequence[int]) -> list[Relation]:
    members = sorted(contents)
    return [
        relation
        for place, first in enumerate(members)
        for second in members[place + 1 :]
        if (relation := forest.relations.get((first, second)))
    ]


def _member(
    forest: Forest, hub: int, photo: Photo, best: Photo, stack: int, taste: Taste
) -> Member:
    """A photo with its relation to the keeper: `stack` 0 is the keeper's own."""
    protected = any(photo.path.is_relative_to(folder) for folder in taste.protected)
    kind = Kind.SIMILAR if stack else Kind.COPY
    member = Member(photo, kind, 1.0, stack=stack, protected=protected)
    if photo.content == best.content:
        return replace(member, relation=Kind.IDENTICAL, registration=_IN_PLACE)
    direct = _toward(forest, best.content, photo.content)
    if direct is not None:
        # A copy in another stack is one that this strictness does not believe; a photo of this
        # stack that is no copy of the keeper itself is one only of others in it.
        is_copy = not stack and direct.kind is Kind.COPY
        return replace(
            member,
            relation=Kind.COPY if is_copy else Kind.SIMILAR,
            similarity=direct.similarity,
            confidence=direct.confidence,
            edits=direct.edits,
            registration=direct.registration,
        )
    pair = min(best.content, photo.content), max(best.content, photo.content)
    through = None if stack else _through(forest, photo.content, hub, best.content)
    return replace(member, similarity=forest.similarities[pair], registration=through)


def _toward(forest: Forest, keeper_content: int, content: int) -> Relation | None:
    """The relation with the keeper as its first."""
    if keeper_content < content:
        return forest.relations.get((keeper_content, content))
    stored = forest.relations.get((content, keeper_content))
    if stored is None:
        return None
    infos = [forest.photos[number][0].info for number in (stored.first, stored.second)]
    return reverse(stored, *infos)


def _through(forest: Forest, content: int, hub: int, keeper_content: int) -> Registration | None:
    """Where a photo lies on the keeper, by way of the hub that both are copies of."""
    steps = [_toward(forest, hub, content), _toward(forest, keeper_content, hub)]
    placed = [step.registration for step in steps if step and step.registration]
    if len(placed) < len(steps):
        return None
    matrix = np.eye(3)
    for step in placed:
        matrix = np.array(step.matrix).reshape(3, 3) @ matrix
    return Registration(
        tuple((matrix / matrix[2, 2]).ravel().tolist()),
        placed[0].mirrored != placed[1].mirrored,
        min(step.inliers for step in placed),
    )
