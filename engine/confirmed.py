"""What the user confirmed on this computer, kept outside of any library.

A library may come from somebody else, or lie where others can write: what it says is no permission
to move files or to run programs.
"""

import contextlib
import json
import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Folders that were scanned or removed from, trashes that were used, programs that may run."""

    folders: frozenset[Path] = frozenset()
    trashes: frozenset[Path] = frozenset()
    programs: frozenset[str] = frozenset()  # SHA-256 of the file


def read(file: Path) -> Confirmed:
    """What was confirmed so far; lines that make no sense are passed over."""
    known: dict[str, set[str]] = {"folder": set(), "trash": set(), "program": set()}
    with contextlib.suppress(OSError):
        for line in file.read_text("utf-8", "replace").splitlines():
            with contextlib.suppress(ValueError, AttributeError):
                for kind, value in json.loads(line).items():
                    if kind in known and isinstance(value, str):
                        known[kind].add(value)
    return Confirmed(
        frozenset(map(Path, known["folder"])),
        frozenset(map(Path, known["trash"])),
        frozenset(known["program"]),
    )


def confirm(
    file: Path,
    known: Confirmed,
    *,
    folders: Iterable[Path] = (),
    trashes: Iterable[Path] = (),
    programs: Iterable[str] = (),
) -> Confirmed:
    """What is known with what is new; that is written down, for the next start, where it can be."""
    found = Confirmed(
        known.folders.union(folders), known.trashes.union(trashes), known.programs.union(programs)
    )
    new = [{"folder": str(folder)} for folder in sorted(found.folders - known.folders)]
    new += [{"trash": str(folder)} for folder in sorted(found.trashes - known.trashes)]
    new += [{"program": digest} for digest in sorted(found.programs - known.programs)]
    if new:
        try:
            _append(file, [json.dumps(entry) for entry in new])
        except OSError:
            log.warning("what was confirmed is forgotten at the end", exc_info=True)
    return found


def _append(file: Path, lines: Sequence[str]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # In one write at the end, so that two processes do not mix their lines; after a half one too.
    data = "".join(f"\n{line}\n" for line in lines).encode()
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, data)
    finally:
        os.close(descriptor)
