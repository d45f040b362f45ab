"""Whether the right file is kept in situations that libraries hold: wrong suggestions in bulk.

    python -m benchmarks.keepers FOLDER [--start 0] [--photos 10] [--side 1200] [--only NAME...]
        [--keep DIR]

FOLDER holds photos, best a camera's own files with their EXIF. Each situation of
tests/support/keeper_situations.py makes a folder from each photo: a good file and a worse one, or
several, and knows which may never be suggested for removal in bulk (tiers exact and lesser), which
should be, and for which keeper. One library holds one situation of all photos. It is scanned and
planned by the command line's own verbs with default settings, in this process, with a new
KINDRED_HOME each. An outcome is right; undecided, where nothing is suggested and that is right too;
missed, where something should have been; or wrong. Ends with 1 when anything is wrong in bulk.
"""

import argparse
import io
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported, as in the app

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from kindred.engine.embedding import embedder
from tests.support import (  # noqa: F401
    keeper_companions,
    keeper_containers,
    keeper_histories,
    keeper_libraries,
)
from tests.support.camera_files import Shot, shot_of
from tests.support.keeper_situations import SITUATIONS, Expected, judged
from tests.support.outside import BULK, network, planned

OUTCOMES = ("right", "undecided", "missed", "wrong")


def shots(folder: Path, *, start: int, count: int, side: int) -> list[Shot]:
    """Some photos of a folder by name, from the one of a number on."""
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in (".jpg", ".jpeg"))
    some = list(enumerate(paths))[start : start + count]
    return [shot_of(number, path.read_bytes(), side=side) for number, path in some]


def outcomes(
    name: str, photos: Sequence[Shot], *, keep: Path | None
) -> tuple[Counter[str], Counter[str]]:
    """How often a situation ended how, and what was said of the wrong and missed ones."""
    with tempfile.TemporaryDirectory(prefix="kindred-keepers-") as place:
        scratch = Path(place).resolve()
        library = scratch / name
        expected: dict[Path, Expected] = {}
        for photo in photos:
            folder = library / f"{photo.number:02}"
            folder.mkdir(parents=True)
            expected[folder] = SITUATIONS[name](photo, folder)
        words = [w.format(folder=f) for f, want in expected.items() for w in want.words]
        places = {"KINDRED_HOME": str(scratch / "home"), "KINDRED_CONFIG": str(scratch / "config")}
        loaded = network()  # once for all
        with (
            patch.dict(os.environ, places),
            patch.object(embedder, "load", lambda *_, **__: loaded),
            redirect_stdout(io.StringIO()),
        ):
            removals = [r for r in planned(library, *words) if r.tier in BULK]
        counts, faults = Counter[str](), Counter[str]()
        for folder, want in expected.items():
            inside = [
                replace(r, path=r.path[3:], keeper=os.path.relpath(r.keeper, folder.name))
                for r in removals
                if r.path.startswith(f"{folder.name}/")
            ]
            outcome, fault = judged(want, inside)
            counts[outcome] += 1
            if outcome in ("wrong", "missed"):
                faults[f"{outcome} {folder.name}: {fault}"] += 1
        if keep and (counts["wrong"] or counts["missed"]):
            shutil.copytree(library, keep / name, dirs_exist_ok=True)
            shutil.copy(scratch / f"{name}-plan.json", keep)
    return counts, faults


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=10, help="how many of them (10)")
    parser.add_argument("--start", type=int, default=0, help="how many to leave out before (0)")
    parser.add_argument("--side", type=int, default=1200, help="pixels of the smaller files' side")
    parser.add_argument("--only", nargs="+", choices=sorted(SITUATIONS), metavar="NAME")
    parser.add_argument("--keep", type=Path, help="copy what went wrong or was missed here")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    photos = shots(options.folder, start=options.start, count=options.photos, side=options.side)
    names = options.only or list(SITUATIONS)
    total, began = Counter[str](), time.monotonic()
    width = max(map(len, names))
    print(f"{'':{width}} {' '.join(f'{name:>9}' for name in OUTCOMES)}")
    for name in names:
        counts, faults = outcomes(name, photos, keep=options.keep)
        total += counts
        print(f"{name:{width}} {' '.join(f'{counts[o]:9}' for o in OUTCOMES)}", flush=True)
        for fault in faults:
            print(f"   {fault}")
    share = (total["right"] + total["undecided"]) / max(1, total.total())
    print(
        f"{len(names)} situations of {len(photos)} photos:"
        f" {', '.join(f'{total[o]} {o}' for o in OUTCOMES)};"
        f" right or rightly undecided {share:.1%} · {time.monotonic() - began:.0f} s"
    )
    sys.exit(total["wrong"] > 0)


if __name__ == "__main__":
    main()
