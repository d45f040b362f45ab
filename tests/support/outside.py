"""What the command line says of a folder: groups, what was skipped, and its plan."""

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kindred.engine.cli.commands import run
from kindred.engine.embedding import embedder
from kindred.engine.paths import home

BULK = ("exact", "lesser")


@cache
def network() -> embedder.Embedder:
    """The built-in network, loaded once for all tests."""
    return embedder.load("builtin", device="cpu", home=home())


@dataclass(frozen=True, slots=True)
class Removal:
    """A suggestion of a plan; `carries` is all that is said of what is carried over first."""

    path: str
    keeper: str
    tier: str = "exact"
    carries: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A scan and a plan of one folder; files are named by their path in it."""

    photos: int
    skipped: frozenset[str]
    copies: tuple[frozenset[str], ...]  # groups of kind identical or copy
    members: frozenset[str]  # of any group
    removals: tuple[Removal, ...]

    @property
    def bulk(self) -> list[Removal]:
        """The removals of the tiers that are safe to mark in bulk."""
        return [removal for removal in self.removals if removal.tier in BULK]

    @property
    def suggested(self) -> set[str]:
        """The files suggested for removal in bulk."""
        return {removal.path for removal in self.bulk}

    def together(self, *names: str) -> bool:
        """Whether these share a group of copies."""
        return any(set(names) <= group for group in self.copies)

    def apart(self, *names: str) -> bool:
        """Whether no two of these share one."""
        return all(len(set(names) & group) < 2 for group in self.copies)


def planned(folder: Path, *words: str) -> tuple[Removal, ...]:
    """What a plan of a folder, which is scanned for it, removes; with further arguments."""
    place = folder.parent / f"{folder.name}-plan.json"
    assert run(["plan", str(folder), *words, "--json", str(place)]) == 0
    return tuple(
        Removal(_name(r["path"], folder), _name(r["keeper"], folder), r["tier"],
                json.dumps(r["carries"]))
        for r in json.loads(place.read_text())["remove"]
    )  # fmt: skip


def _name(path: str, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def see(folder: Path, *words: str) -> Seen:
    """Scan a folder and plan its removals, with further arguments of `kindred plan`."""
    place = folder.parent / f"{folder.name}-scan.json"
    assert run(["scan", str(folder), "--json", str(place)]) == 0
    scan = json.loads(place.read_text())
    groups = [
        (group["kind"], frozenset(_name(photo["path"], folder) for photo in group["photos"]))
        for group in scan["groups"]
    ]
    return Seen(
        photos=scan["photos"],
        skipped=frozenset(_name(skipped["path"], folder) for skipped in scan["skipped"]),
        copies=tuple(names for kind, names in groups if kind in ("identical", "copy")),
        members=frozenset().union(*(names for _, names in groups)),
        removals=planned(folder, *words),
    )
