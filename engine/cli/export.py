"""A scan's result as JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from kindred.engine.reports import group_value
from kindred.engine.types import Group, ScanReport


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
            "groups": [group_value(group) for group in groups],
            "stages": {name: asdict(stage) for name, stage in report.stages.items()},
            "model": report.model,
            "device": report.device,
        },
        indent=2,
    )
