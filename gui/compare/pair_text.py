"""The texts about a compared pair: how the photos are related, and what the view shows."""

from collections.abc import Sequence

from kindred.engine.types import Edit, Group, Kind, Relation, Tier
from kindred.gui.compare.canvas import Mode
from kindred.gui.compare.placement import Placement
from kindred.gui.services.engine_words import losses_texts, verdict_text
from kindred.gui.services.formatting import edits_text, kind_text
from kindred.gui.services.i18n import tr


def relation_of(
    group: Group, first: int, second: int, compared: Relation | None
) -> tuple[Kind, Sequence[Edit]]:
    """The pair's kind and edits: as just compared, as known to the keeper, or as the group is."""
    if compared is not None:
        return compared.kind, compared.edits
    if first == 0:
        return group.members[second].relation, group.members[second].edits
    return group.kind, ()


def title(group: Group, first: int, second: int, compared: Relation | None) -> str:
    """Which photo of the others it is, the kind, and what was done."""
    others = len(group.members) - 1
    place = second + (second < first)
    kind, edits = relation_of(group, first, second, compared)
    parts = [
        tr("{number} of {count}", number=place, count=others),
        tr("no matching detail found") if kind is Kind.UNRELATED else kind_text(kind),
        edits_text(edits),
    ]
    return " · ".join(part for part in parts if part)


def fates(group: Group, first: int, second: int) -> tuple[str, str]:
    """What is lost of each of the two when the other stays, where that was judged."""
    if group.kind is Kind.SIMILAR:
        return "", ""
    sides = (first, second), (second, first)
    one, two = (_fate(group, going, staying) for going, staying in sides)
    return one, two


def _fate(group: Group, going: int, staying: int) -> str:
    judgement, other = group.members[going].judgement, group.members[staying].photo
    judged_by = judgement.stays or group.keeper.path
    if going == 0 or other.path != judged_by or judgement.tier is Tier.SIMILAR:
        return ""
    return " · ".join([verdict_text(judgement), *losses_texts(judgement)])


def same_picture(kind: Kind) -> bool:
    return kind in (Kind.IDENTICAL, Kind.COPY)


def view_text(mode: Mode, kind: Kind, placement: Placement, *, searching: bool) -> str:
    """What the mode shows of the pair; modes with an overlay say more once it is there."""
    if mode is Mode.EXPLAIN:
        return tr("Looking for what is alike…")
    if searching:
        return tr("Finding how the photos lie on each other…")
    if not placement.registered:
        return tr("Different shots: laid over each other by size only, so places need not match.")
    if mode is Mode.DIFFERENCE:
        return tr("Looking for what changed…")
    if mode is Mode.SIDES:
        return tr("Zooming or moving one photo shows the same detail of the other.")
    if same_picture(kind):
        return tr("Laid exactly over each other: the same detail is in the same place.")
    return tr("Laid over each other as well as two different shots allow.")


def overlay_text(mode: Mode, kind: Kind, placement: Placement, words: str) -> str:
    """The text of an overlay, with what is needed to understand it."""
    if mode is not Mode.DIFFERENCE:
        return words
    said = [] if same_picture(kind) else [tr("Two different shots, so the comparison is rough.")]
    said.append(words)
    if not placement.covered:
        said.append(tr("The second photo ends at the dashed line."))
    return " ".join(said)
