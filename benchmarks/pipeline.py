"""How well the whole pipeline groups copies, with its default settings.

    python benchmarks/pipeline.py FOLDER [--copied 100] [--scenes FOLDER]

Every photo of FOLDER is written to a scratch folder; of `--copied` of them, evenly spread, every
edit of training/variants.py is written beside it. A scan with a fresh library groups the lot. For
each edit it prints how many (original, edited) pairs end in one copy group, and over all groups how
many of the pairs shown as copies are wrong. `--scenes` adds shots of scenes, none of them copies,
named SCENE_NUMBER: how many pairs of them are called copies, and how many neighbours share a
similar group.
"""

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from itertools import combinations, pairwise
from pathlib import Path

from PIL import Image

from engine.library import Library
from engine.progress import CancelToken
from engine.types import Group, Kind, ScanOptions
from training.variants import VARIANTS

SEPARATOR = "--"  # between the name of the original and that of the edit


def make(folder: Path, target: Path, *, copied: int) -> list[str]:
    """Write originals and edits as PNG, so that only the edit itself changes pixels; the copied."""
    names = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".png"))
    chosen = set(names[:: max(1, len(names) // copied)][:copied])
    for path in names:
        (target / path.name).write_bytes(path.read_bytes())
        if path in chosen:
            with Image.open(path) as picture:
                original = picture.convert("RGB")
            for name, edit in VARIANTS.items():
                edit(original).save(target / f"{path.stem}{SEPARATOR}{name}.png", compress_level=1)
    return sorted(path.stem for path in chosen)


def scanned(folder: Path) -> tuple[list[Group], str]:
    """The groups of a fresh library, and a line about the cost."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["KINDRED_HOME"] = scratch
        with Library.open() as library:
            report = library.scan([folder], options=ScanOptions(), token=CancelToken())
            groups = library.groups(strictness=0.5)
    verified = report.stages["verify"]
    cost = (
        f"{report.photos} photos with {report.model} in {time.monotonic() - started:.0f} s;"
        f" {verified.count} pairs verified, {1000 * verified.seconds / verified.count:.1f} ms each"
    )
    return groups, cost


def copies(groups: list[Group], chosen: list[str]) -> None:
    """Print the share of edits grouped with their original, and the precision of copy groups."""
    right = wrong = 0
    together: Counter[str] = Counter()
    for group in groups:
        if group.kind is Kind.SIMILAR:
            continue
        parts = [member.photo.path.stem.partition(SEPARATOR) for member in group.members]
        for one, other in combinations(parts, 2):
            right += one[0] == other[0]
            if one[0] != other[0]:
                wrong += 1
                print("wrong:", "".join(one), "".join(other))
        originals = {stem for stem, _, edit in parts if not edit}
        together.update(edit for stem, _, edit in parts if edit and stem in originals)
    for edit in VARIANTS:
        print(f"{edit:24} {together[edit] / len(chosen):.3f}")
    total = sum(together.values()) / (len(chosen) * len(VARIANTS))
    print(f"{'all edits':24} {total:.4f}")
    print(f"pairs in copy groups     {right + wrong}, right {right / max(right + wrong, 1):.5f}")


def scenes(groups: list[Group], folder: Path) -> None:
    """Print the share of pairs called copies, and of neighbours (by name) in one similar group."""
    stems = sorted(path.stem for path in folder.iterdir())
    copied = _shared(group for group in groups if group.kind is not Kind.SIMILAR)
    for pair in sorted(map(sorted, copied)):
        print("copy:", *pair)
    total = len(stems) * (len(stems) - 1) // 2
    print(f"pairs called copies      {len(copied)} of {total} ({len(copied) / total:.4f})")
    similar = _shared(group for group in groups if group.kind is Kind.SIMILAR)
    pairs = [pair for pair in pairwise(stems) if len({_scene(stem) for stem in pair}) == 1]
    hits = sum(frozenset(pair) in similar for pair in pairs)
    print(f"neighbours in one group  {hits} of {len(pairs)} ({hits / len(pairs):.3f})")
    crossing = sum(len({_scene(stem) for stem in pair}) > 1 for pair in similar)
    print(f"similar pairs            {len(similar)}, of different scenes {crossing}")


def _shared(groups: Iterable[Group]) -> set[frozenset[str]]:
    """The pairs of names that share a group."""
    return {
        frozenset(pair)
        for group in groups
        for pair in combinations([member.photo.path.stem for member in group.members], 2)
    }


def _scene(stem: str) -> str:
    return stem.rpartition("_")[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--copied", type=int, default=100)
    parser.add_argument("--scenes", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        chosen = make(options.folder, Path(scratch), copied=options.copied)
        groups, cost = scanned(Path(scratch))
    print(cost)
    copies(groups, chosen)
    if options.scenes:
        groups, cost = scanned(options.scenes)
        print(cost)
        scenes(groups, options.scenes)


if __name__ == "__main__":
    main()
