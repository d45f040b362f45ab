"""The verb that tells what of a card, phone or drive is new, and copies it."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindred.engine.cli.words import message_text
from kindred.engine.library import Library
from kindred.engine.paths import plain_text, visible_text
from kindred.engine.progress import CancelToken, ProgressSink
from kindred.engine.types import DEVICES, ScanOptions, SkippedFile

if TYPE_CHECKING:  # brings numpy and more
    from kindred.engine.incoming import Arrivals, Copied


def add_verbs(verbs: Any, progress: Callable[[], ProgressSink]) -> None:
    """Add `new` to the parser of the command line."""
    new = verbs.add_parser(
        "new", help="tell which photos of a card, phone or drive are new to a library"
    )
    new.add_argument("card", type=Path, metavar="CARD", help="is only read")
    new.add_argument(
        "--library", type=Path, nargs="+", metavar="FOLDER", required=True,
        help="the folders that the card is compared with",
    )  # fmt: skip
    new.add_argument("--json", action="store_true", help="print JSON")
    new.add_argument(
        "--copy-to", type=Path, metavar="FOLDER", help="copy the new photos there, by date"
    )
    new.add_argument("--model", default="builtin", metavar="ID", help="network to use (builtin)")
    new.add_argument("--device", choices=DEVICES, default="auto")
    new.set_defaults(act=lambda arguments, token: _new(arguments, token, progress()))


def _new(arguments: argparse.Namespace, token: CancelToken, progress: ProgressSink) -> None:
    from kindred.engine.incoming import Standing, copy_to, look, not_safe

    options = ScanOptions(model=arguments.model, device=arguments.device)
    copied: list[Copied] = []
    with Library.open() as library:
        found = look(
            library,
            arguments.card,
            arguments.library,
            options=options,
            token=token,
            progress=progress,
        )
        if arguments.copy_to:
            new = found.of(Standing.NEW)
            copied = copy_to(
                arguments.copy_to, new, card=found.card, token=token, progress=progress
            )
    obstacle = not_safe(found, copied, token=token, progress=progress)
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    why = message_text(obstacle) if obstacle is not None else ""
    if arguments.json:
        print(json.dumps(_as_json(found, copied, why=why), indent=2))
    else:
        _print(found, copied, why=why)


def _as_json(found: "Arrivals", copied: "list[Copied]", *, why: str) -> dict[str, object]:
    targets = {copy.source: copy for copy in copied}
    files: list[dict[str, object]] = []
    for file in found.files:
        row: dict[str, object] = {
            "path": str(file.path),
            "standing": file.standing,
            "match": str(file.match) if file.match else None,
        }
        if file.skipped is not None:
            row["note"] = _reason(file.skipped)
        if (copy := targets.get(file.path)) is not None:
            row["copied_to"] = str(copy.target) if copy.target else None
            row["note"] = message_text(copy.note) if copy.note is not None else ""
        files.append(row)
    return {
        "card": str(found.card),
        "counts": {standing.value: count for standing, count in found.counts.items()},
        "safe_to_erase": not why,
        "because": why,
        "files": files,
    }


def _print(found: "Arrivals", copied: "list[Copied]", *, why: str) -> None:
    for file in found.files:
        match = f"  <- {_printable(file.match)}" if file.match else ""
        note = f"  ({_reason(file.skipped)})" if file.skipped is not None else ""
        print(f"{file.standing.value:18} {_printable(file.path)}{match}{note}")
    for copy in copied:
        if copy.target is None:
            note = message_text(copy.note) if copy.note is not None else ""
            print(f"{'not copied':18} {_printable(copy.source)}: {note}")
        else:
            print(f"{'copied':18} {_printable(copy.target)}")
    counts = ", ".join(f"{count} {name.value}" for name, count in found.counts.items() if count)
    print(f"\n{len(found.files)} files: {counts or 'none'}")
    print(
        "Safe to erase: every file is there and was read back." if not why else f"Keep it: {why}."
    )


def _reason(skipped: SkippedFile) -> str:
    return f"{skipped.reason} ({visible_text(skipped.detail)})"


def _printable(path: Path) -> str:
    text = plain_text(path)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
