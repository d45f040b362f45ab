"""The verbs that decide and act: plan, apply, reject, protect."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindred.engine.cli.words import WHYS, judgement_text, loss_text, message_text
from kindred.engine.errors import KindredError, PlanError
from kindred.engine.library import Library
from kindred.engine.messages import Code
from kindred.engine.paths import absolute, visible_text
from kindred.engine.progress import CancelToken
from kindred.engine.types import Loss, Photo, State, Tier

if TYPE_CHECKING:  # these bring numpy and more
    from kindred.engine.judgement.suggestions import Suggestion, Undecided

Scanned = Callable[[Library, argparse.Namespace, CancelToken], object]
CHOSEN = (Tier.EXACT, Tier.LESSER, Tier.EDITED)


def add_verbs(verbs: Any, *, folders: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add this module's verbs to the parser of the command line."""
    plan = verbs.add_parser(
        "plan", help="print which photos could be removed without losing anything, and why"
    )
    folders(plan)
    plan.add_argument(
        "--tier",
        type=_tiers,
        default=(Tier.EXACT, Tier.LESSER),
        metavar="TIERS",
        help="exact, lesser, edited, with commas between (default exact,lesser)",
    )
    plan.add_argument("--rules", metavar="PRESET", help="how the photo to keep is chosen")
    plan.add_argument(
        "--prefer", type=Path, action="append", default=[], metavar="FOLDER",
        help="of exact copies keep the one in this folder; may be given several times",
    )  # fmt: skip
    plan.add_argument(
        "--protect", type=Path, action="append", default=[], metavar="FOLDER",
        help="suggest nothing in this folder, in this plan only",
    )  # fmt: skip
    plan.add_argument("--json", metavar="FILE", help="write the plan as JSON (-: to the screen)")
    plan.set_defaults(act=_plan)

    apply = verbs.add_parser("apply", help="check a plan again and move its photos to the trash")
    apply.add_argument("plan", type=Path, metavar="PLAN.json")
    apply.set_defaults(act=_apply)

    reject = verbs.add_parser("reject", help="remember that two photos are not duplicates")
    reject.add_argument("first", type=Path, metavar="A")
    reject.add_argument("second", type=Path, metavar="B")
    reject.set_defaults(act=_reject)

    protect = verbs.add_parser("protect", help="never remove anything from a folder")
    protect.add_argument("folder", type=Path, metavar="FOLDER")
    protect.set_defaults(act=_protect)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as `apply` reads it: what goes, what stays for it, the tier, and the choices."""

    removals: tuple[tuple[Path, Path, Tier], ...]
    rules: str | None = None
    prefer: tuple[Path, ...] = ()
    protect: tuple[Path, ...] = ()


def plan_json(
    suggested: "Sequence[Suggestion]",
    left: "Sequence[Undecided]",
    *,
    rules: str | None = None,
    prefer: Sequence[Path] = (),
    protect: Sequence[Path] = (),
) -> str:
    """A plan as `read_plan` takes it; ASCII, so that any encoding carries it."""
    return json.dumps(
        {
            "rules": rules,
            "prefer": [str(folder) for folder in prefer],
            "protect": [str(folder) for folder in protect],
            "remove": [_removal(suggestion) for suggestion in suggested],
            "undecided": [
                {"paths": [str(photo.path) for photo in found.photos], "why": found.why}
                for found in left
            ],
        },
        indent=2,
    )


def read_plan(text: str) -> Plan:
    """The plan that `plan_json` wrote. Raises PlanError."""
    try:
        said = json.loads(text)
        return Plan(
            tuple(
                (Path(entry["path"]), Path(entry["keeper"]), Tier(entry["tier"]))
                for entry in said["remove"]
            ),
            said.get("rules"),
            tuple(Path(folder) for folder in said.get("prefer", ())),
            tuple(Path(folder) for folder in said.get("protect", ())),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PlanError(Code.NO_PLAN) from error


def _plan(arguments: argparse.Namespace, token: CancelToken) -> None:
    from kindred.engine.cli.commands import scanned

    with Library.open() as library:
        prefer, protect = (
            [absolute(folder) for folder in folders]
            for folders in (arguments.prefer, arguments.protect)
        )
        taste = library.taste(preset=arguments.rules, preferred=prefer, protected=protect)
        scanned(library, arguments, token)
        groups = library.groups(strictness=0.5, roots=arguments.folders, taste=taste)
        suggested = library.suggestions(groups, arguments.tier)
        left = library.undecided(groups, arguments.tier)
    written = plan_json(suggested, left, rules=arguments.rules, prefer=prefer, protect=protect)
    if arguments.json == "-":
        print(written)
        return
    if arguments.json:
        Path(arguments.json).write_text(written, encoding="utf-8")
    for suggestion in suggested:
        judgement = suggestion.judgement
        print(f"{judgement.tier:7} {visible_text(suggestion.photo.path)}")
        print(f"   stays    {visible_text(suggestion.staying.path)}")
        print(f"   because  {judgement_text(judgement)}")
        for loss in judgement.losses:
            print(f"   loses    {visible_text(loss_text(loss))}")
    for found in left:
        print(f"undecided: {WHYS[found.why]}")
        for photo in found.photos:
            print(f"   {visible_text(photo.path)}")
    frees = sum(_size(suggestion.photo) for suggestion in suggested)
    print(f"\n{len(suggested)} photos could go, {frees:,} bytes; {len(left)} groups undecided")


def _apply(arguments: argparse.Namespace, token: CancelToken) -> None:
    from kindred.engine.cli.commands import progress_line
    from kindred.engine.removal.trash import system_trash

    wanted = read_plan(arguments.plan.read_text(encoding="utf-8"))
    with Library.open() as library:
        taste = library.taste(
            preset=wanted.rules, preferred=wanted.prefer, protected=wanted.protect
        )
        plan, refused = library.planned(wanted.removals, taste=taste)
        for path in refused:
            print(f"left alone  {visible_text(path)} (no longer suggested as planned)")
        if plan is None or not plan.removals:
            raise KindredError(Code.PLAN_OUTDATED)
        batch = library.remove(plan, trash=system_trash, token=token, progress=progress_line())
    for item in batch.items:
        note = f" ({message_text(item.note)})" if item.note else ""
        print(f"{item.state:11} {visible_text(item.path)}{visible_text(note)}")
    removed = sum(item.state is State.REMOVED and not item.companion for item in batch.items)
    print(f"\n{removed} photos moved to the trash; `kindred undo {batch.id}` takes it back")
    if removed < len(wanted.removals):
        count = len(wanted.removals) - removed
        sys.stderr.write(f"kindred: {count} photos of the plan were left alone\n")


def _reject(arguments: argparse.Namespace, _token: CancelToken) -> None:
    with Library.open() as library:
        library.reject_photos(absolute(arguments.first), absolute(arguments.second))


def _protect(arguments: argparse.Namespace, _token: CancelToken) -> None:
    if not arguments.folder.is_dir():
        raise KindredError(Code.NO_FOLDER, path=str(arguments.folder))
    with Library.open() as library:
        library.protect(arguments.folder)


def _removal(suggestion: "Suggestion") -> dict[str, Any]:
    judgement = suggestion.judgement
    return {
        "path": str(suggestion.photo.path),
        "tier": judgement.tier,
        "keeper": str(suggestion.staying.path),
        "because": [judgement.why] if judgement.why else [],
        "losses": [_said(loss) for loss in judgement.losses if not loss.carried],
        "carries": [_said(loss) for loss in judgement.losses if loss.carried],
        "frees": _size(suggestion.photo),
    }


def _said(loss: Loss) -> str:
    return f"{loss.kind}: {', '.join(loss.values)}" if any(loss.values) else str(loss.kind)


def _size(photo: Photo) -> int:
    """Bytes of a photo and its companions, as far as they are there."""
    sizes = [photo.size]
    for path in photo.companions:
        try:
            sizes.append(path.lstat().st_size)
        except OSError:
            continue
    return sum(sizes)


def _tiers(text: str) -> tuple[Tier, ...]:
    names = [name.strip() for name in text.split(",")]
    if unknown := [name for name in names if name not in list(CHOSEN)]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(CHOSEN)}")
    return tuple(tier for tier in CHOSEN if tier in names)
