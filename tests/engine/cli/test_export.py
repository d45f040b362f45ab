"""Exports: the promised JSON layout."""

import json
import os
from pathlib import Path

from kindred.engine.cli.export import scan_json
from kindred.engine.types import (
    Group,
    Kind,
    Member,
    Photo,
    PhotoInfo,
    ScanReport,
    SkippedFile,
    SkipReason,
    StageTime,
)


def member(path: str, *, kind: Kind = Kind.COPY, similarity: float = 0.9) -> Member:
    info = PhotoInfo(width=40, height=30, format="JPEG", taken_at="2024-05-01T10:00:00")
    return Member(Photo(Path(path), "0" * 64, 1, 10, 5, info), kind, similarity)


GROUP = Group(
    "g", Kind.COPY, (member("/p/a.jpg", kind=Kind.IDENTICAL, similarity=1.0), member("/p/b.jpg"))
)


def test_the_json_has_the_promised_layout():
    report = ScanReport(
        3,
        (SkippedFile(Path("/p/c.jpg"), SkipReason.EMPTY, "no bytes"),),
        {"embed": StageTime(1.5, 3)},
        "kindred-1",
        "cpu",
    )
    photo = {
        "tier": "similar",
        "width": 40,
        "height": 30,
        "size": 10,
        "taken_at": "2024-05-01T10:00:00",
        "named_at": None,
    }
    assert json.loads(scan_json(report, [GROUP])) == {
        "photos": 3,
        "skipped": [{"path": "/p/c.jpg", "reason": "empty file", "detail": "no bytes"}],
        "ignored": {},
        "groups": [
            {
                "kind": "copy",
                "keeper": "/p/a.jpg",
                "similarity": 0.9,
                "photos": [
                    {"path": "/p/a.jpg", "relation": "identical", "similarity": 1.0, **photo},
                    {"path": "/p/b.jpg", "relation": "copy", "similarity": 0.9, **photo},
                ],
            }
        ],
        "stages": {"embed": {"seconds": 1.5, "count": 3}},
        "model": "kindred-1",
        "device": "cpu",
    }


def test_names_that_are_not_utf8_can_be_written():
    path = os.fsdecode(b"/p/caf\xe9.jpg")
    odd = [Group("g", Kind.COPY, (member(path),))]
    loaded = json.loads(scan_json(ScanReport(1, ()), odd).encode())
    assert loaded["groups"][0]["keeper"] == path


def test_files_that_cannot_be_decoded_are_counted_once():
    photos = [
        Photo(Path(f"/p/{name}.jpg"), "d", 7, 5, 1, PhotoInfo(0, 0, "")) for name in ("a", "b")
    ]
    members = tuple(Member(photo, Kind.IDENTICAL, 1.0) for photo in photos)
    skipped = tuple(
        SkippedFile(Path(f"/p/{name}.jpg"), SkipReason.DAMAGED, "cut") for name in ("a", "b", "c")
    )
    group = Group("g", Kind.IDENTICAL, members)
    loaded = json.loads(scan_json(ScanReport(4, skipped), [group]))
    assert loaded["photos"] == 6
    assert [one["path"] for one in loaded["skipped"]] == ["/p/c.jpg"]
