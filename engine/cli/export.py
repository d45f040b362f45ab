"""A scan's result as JSON for programs and as CSV for spreadsheets."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict

from kindred.engine.paths import plain_text
from kindred.engine.types import Group, ScanReport

COLUMNS = (
    "group", "kind", "keeper", "path", "relation", "similarity", "width", "height", "size",
    "taken_at",
)  # fmt: skip


def scan_json(report: ScanReport, groups: Sequence[Group]) -> str:
    """The layout promised by `kindred scan --help`; ASCII, so that any encoding carries it.

    Each file is in one count only: those that cannot be decoded but are identical to another are
    among the photos, not the skipped. A path that is not UTF-8 has its other bytes as lone
    surrogates, as Python's os.fsdecode has.
    """
    undecoded = {
        member.photo.path
        for group in groups
        for member in group.members
        if not member.photo.info.width
    }
    return json.dumps(
        {
            "photos": report.photos + len(undecoded),
            "skipped": [
                {"path": str(s.path), "reason": s.reason, "detail": s.detail}
                for s in report.skipped
                if s.path not in undecoded
            ],
            "ignored": dict(sorted(report.ignored.items())),
            "groups": [_group(group) for group in groups],
            "stages": {name: asdict(stage) for name, stage in report.stages.items()},
            "model": report.model,
            "device": report.device,
        },
        indent=2,
    )


def scan_csv(groups: Sequence[Group]) -> str:
    """One line a photo, groups numbered from 1, with a header; text cells cannot be formulas."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number, group in enumerate(groups, start=1):
        for member in group.members:
            photo = member.photo
            writer.writerow(
                (
                    number,
                    group.kind,
                    "yes" if photo is group.keeper else "no",
                    _cell(plain_text(photo.path)),
                    member.relation,
                    round(member.similarity, 6),
                    photo.info.width,
                    photo.info.height,
                    photo.size,
                    _cell(photo.info.taken_at or ""),
                )
            )
    return text.getvalue()


def _group(group: Group) -> dict[str, object]:
    return {
        "kind": group.kind,
        "keeper": str(group.keeper.path),
        "similarity": min((m.similarity for m in group.members[1:]), default=1.0),
        "photos": [
            {
                "path": str(member.photo.path),
                "relation": member.relation,
                "tier": member.judgement.tier,
                "similarity": member.similarity,
                "width": member.photo.info.width,
                "height": member.photo.info.height,
                "size": member.photo.size,
                "taken_at": member.photo.info.taken_at,
            }
            for member in group.members
        ],
    }


def _cell(text: str) -> str:
    # A spreadsheet takes a cell that begins so for a formula (OWASP, CSV Injection); the apostrophe
    # makes it text.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
