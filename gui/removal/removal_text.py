"""What the summary of a removal says: totals, and for each photo what stays and what is lost."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from kindred.engine.types import Tier
from kindred.gui.services.engine_words import (
    TIER_COUNTS,
    TIERS,
    carried_text,
    judgement_text,
    loss_text,
    lost_text,
    message_text,
)
from kindred.gui.services.formatting import bytes_text, companions_text, moment_text
from kindred.gui.services.i18n import tr, trn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kindred.engine.messages import Code
    from kindred.engine.metadata.carry_over import MetadataOffer
    from kindred.engine.removal.remove import LeftOut, PlannedRemoval, RemovalPlan

FOLDERS_SHOWN = 5


def summary(plan: RemovalPlan) -> list[str]:
    """Bytes, files that go along, photos of each tier, what is left out, and folders: a line each.

    The other lines of the dialog say what is lost.
    """
    lines = [tr("Frees {size}.", size=bytes_text(plan.frees))]
    companions = sum(len(removal.photo.companions) for removal in plan.removals)
    if companions:
        lines[0] += " " + trn(
            "{count} file of the same shot goes with them.",
            "{count} files of the same shots go with them.",
            companions,
        )
    tiers = Counter(removal.judgement.tier for removal in plan.removals)
    lines.append(" · ".join(trn(*TIER_COUNTS[tier], tiers[tier]) for tier in Tier if tiers[tier]))
    lines += _left_out(plan)
    folders = Counter(removal.photo.path.parent for removal in plan.removals)
    for folder, count in folders.most_common(FOLDERS_SHOWN):
        lines.append(tr("{count} from {folder}", count=f"{count:,}", folder=folder))
    rest = len(folders) - FOLDERS_SHOWN
    if rest > 0:
        lines.append(trn("and {count} more folder", "and {count} more folders", rest))
    return lines


def loses(removal: PlannedRemoval) -> bool:
    """Whether something is lost with the photo, as far as the two were compared."""
    return any(not loss.carried for loss in removal.judgement.losses)


def losses_line(plan: RemovalPlan) -> str:
    """How many photos have something that would be lost; empty: none."""
    count = sum(map(loses, plan.removals))
    if not count:
        return ""
    return trn(
        "{count} photo has something that would be lost; it is listed first.",
        "{count} photos have something that would be lost; they are listed first.",
        count,
    )


def stays_text(removal: PlannedRemoval) -> str:
    """Which photo stays, with its folder where the name does not tell the two apart."""
    kept = removal.kept.path
    if kept.name == removal.photo.path.name:
        return tr("{name} in {folder} stays", name=kept.name, folder=kept.parent)
    return tr("{name} stays", name=kept.name)


def fate_text(removal: PlannedRemoval, places: Mapping[Path, Path]) -> str:
    """The tier on one line with what is lost, and what is saved in which sidecar."""
    judgement = removal.judgement
    parts = [judgement_text(judgement)]
    if loses(removal):
        parts = [tr(TIERS[judgement.tier])]
        parts.append(tr("would be lost: {losses}", losses=lost_text(judgement.losses)))
    return " · ".join([*parts, *_carried(removal, places)])


def row_text(removal: PlannedRemoval, places: Mapping[Path, Path]) -> str:
    """A row in words, for its tooltip and the screen reader: all losses, each on its line."""
    photo, judgement = removal.photo, removal.judgement
    lines = [str(photo.path), bytes_text(photo.size)]
    if photo.companions:
        lines.append(tr("together with {names}", names=companions_text(photo)))
    lines.append(tr("{name} stays", name=removal.kept.path))
    lines.append(judgement_text(judgement))
    lost = [loss_text(loss) for loss in judgement.losses if not loss.carried]
    lines += [tr("would be lost: {losses}", losses=loss) for loss in lost]
    return "\n".join([*lines, *_carried(removal, places)])


def _carried(removal: PlannedRemoval, places: Mapping[Path, Path]) -> list[str]:
    """What is saved beside the photo that stays before this one goes; nothing, or one text."""
    if removal.carries is None:
        return []
    place = places.get(removal.kept.path)
    facts = carried_text(removal.judgement.losses)
    if place is None:
        return [tr("saved beside it: {facts}", facts=facts)]
    return [tr("saved in {name}: {facts}", name=place.name, facts=facts)]


def _left_out(plan: RemovalPlan) -> list[str]:
    """How many marked photos stay for each sort of reason, and why the first of them does."""
    by_code: defaultdict[Code, list[LeftOut]] = defaultdict(list)
    for left in plan.left_out:
        by_code[left.note.code].append(left)
    return [
        trn(
            "{count} marked photo stays. {name}: {why}",
            "{count} marked photos stay, such as {name}: {why}",
            len(some),
            name=some[0].photo.path.name,
            why=message_text(some[0].note),
        )
        for some in by_code.values()
    ]


def offer_text(offer: MetadataOffer) -> str:
    """Which photo is to get what, on one line."""
    parts = [
        moment_text(offer.taken_at) if offer.taken_at else "",
        "{:.5f}, {:.5f}".format(*offer.position) if offer.position else "",
        "★" * (offer.rating or 0),
        offer.label or "",
        ", ".join((*offer.keywords, *offer.people)),
        offer.title or "",
        offer.caption or "",
    ]
    return f"{offer.keeper.path.name}: {' · '.join(part for part in parts if part)}"
