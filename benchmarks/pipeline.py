"""How well the whole pipeline groups copies, beside hashes and the embedding alone.

    python -m benchmarks.pipeline FOLDER [--copied 40] [--start 0] [--methods built-in phash dhash]
        [--scenes FOLDER] [--failures failures.png] [--out table.md]

Every photo of FOLDER is written to a scratch folder; of `--copied` of them, evenly spread from
`--start` on, every edit of training/copy_edits.py is written beside it. A scan with a fresh library
and default settings groups the lot. An edit is found when it ends in the copy group of its
original; precision is the share of right ones among all pairs that share a copy group, edits with
edits too. For the other methods one threshold on the similarity of an edit to any photo of FOLDER
is chosen at which 99.9% of the pairs above it are right, and an edit is found when its original is
above it. Other `--start`s are other photos: tune with one, measure with another.

`--scenes` adds shots of scenes, none of them copies, named SCENE_NUMBER: how many pairs of them are
called copies, and how many neighbours share a similar group.
"""

import argparse
import os

from kindred.engine.types import Calibration

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported, as in the app

import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from kindred.engine.library import Library
from kindred.engine.progress import CancelToken
from kindred.engine.types import Group, Kind, Relation, ScanOptions
from kindred.engine.verification import verify
from kindred.engine.verification.views import View
from training.copy_edits import VARIANTS

SEPARATOR = "--"  # between the name of the original and that of the edit
TILE, SHOWN = 200, 60  # pixels of a picture, and pairs, in the picture of failures


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the copies: found by edit, pairs of copy groups, and the failures' names."""

    found: Counter[str]
    right: int
    wrong: list[tuple[str, str]]
    missed: list[tuple[str, str]]


@dataclass(slots=True)
class Cost:
    """Milliseconds of one core for each pair whose pictures were opened; pairs that needed none."""

    opened: list[float] = field(default_factory=list)
    settled: int = 0


def names(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".png"))


def chosen_of(folder: Path, *, copied: int, start: int) -> list[Path]:
    """The photos to make copies of."""
    every = names(folder)
    return every[start :: max(1, len(every) // copied)][:copied]


def make(folder: Path, target: Path, chosen: Sequence[Path]) -> None:
    """Write originals, and edits as PNG so that only the edit itself changes pixels."""
    for path in names(folder):
        (target / path.name).write_bytes(path.read_bytes())
    for path in chosen:
        with Image.open(path) as picture:
            original = picture.convert("RGB")
        for name, edit in VARIANTS.items():
            edit(original).save(target / f"{path.stem}{SEPARATOR}{name}.png", compress_level=1)


@contextmanager
def costs() -> Iterator[Cost]:
    """Measures the processor time of every pair that is verified meanwhile."""
    cost, plain = Cost(), verify.verify

    def measured(
        first: View,
        second: View,
        *,
        similarity: float,
        calibration: Calibration,
    ) -> Relation:
        settled = verify.by_signatures(
            first, second, similarity=similarity, calibration=calibration
        )
        if settled is not None:
            cost.settled += 1
            return settled
        began = time.thread_time()
        relation = plain(first, second, similarity=similarity, calibration=calibration)
        cost.opened.append(1000 * (time.thread_time() - began))
        return relation

    verify.verify = measured
    try:
        yield cost
    finally:
        verify.verify = plain


def scan_library(folder: Path) -> tuple[list[Group], str]:
    """The groups of a fresh library, and a line about the cost."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch, costs() as cost:
        os.environ["KINDRED_HOME"] = scratch
        with Library.open() as library:
            report = library.scan([folder], options=ScanOptions(), token=CancelToken())
            groups = library.groups(strictness=0.5)
    every = report.photos * (report.photos - 1) // 2
    opened, candidates = len(cost.opened), len(cost.opened) + cost.settled
    return groups, (
        f"{report.photos} photos with {report.model} in {time.monotonic() - began:.0f} s;"
        f" {candidates} candidates, opened {opened} ({opened / max(candidates, 1):.1%} of them,"
        f" {opened / every:.2%} of all {every} pairs),"
        f" ms a pair opened: mean {np.mean(cost.opened):.1f}, median {np.median(cost.opened):.1f}"
    )


def judge(groups: Iterable[Group], chosen: Iterable[str]) -> Outcome:
    """What became of the edits of the `chosen` originals, by the names of files."""
    found: Counter[str] = Counter()
    right, wrong, missed = 0, [], {(stem, edit) for stem in chosen for edit in VARIANTS}
    for group in groups:
        if group.kind is Kind.SIMILAR:
            continue
        parts = [member.photo.path.stem.partition(SEPARATOR) for member in group.members]
        for one, other in combinations(parts, 2):
            right += one[0] == other[0]
            if one[0] != other[0]:
                wrong.append(("".join(one), "".join(other)))
        originals = {stem for stem, _, edit in parts if not edit}
        here = {(stem, edit) for stem, _, edit in parts if edit and stem in originals}
        found.update(edit for _, edit in here)
        missed -= here
    return Outcome(
        found, right, sorted(wrong), [(s, f"{s}{SEPARATOR}{e}") for s, e in sorted(missed)]
    )


def score_embedding(
    folder: Path, chosen: Sequence[Path], methods: Sequence[str]
) -> dict[str, list[float]]:
    """Each method's share of found edits, edit by edit and at last of all."""
    from benchmarks.accuracy import METHODS
    from training.evaluate import score

    order = [*chosen, *(path for path in names(folder) if path not in set(chosen))]
    pictures = []
    for path in order:
        with Image.open(path) as picture:
            pictures.append(picture.convert("RGB"))
    columns = {}
    for result in score([METHODS[name]() for name in methods], pictures, copied=len(chosen)):
        own = result.similarity[np.arange(len(result.truth)), result.truth]
        hits = (own >= result.scores.threshold_999) & (result.scores.recall_999 > 0)
        shares = hits.reshape(len(VARIANTS), len(chosen)).mean(axis=1).tolist()
        columns[result.method] = [*shares, float(hits.mean())]
    return columns


def table(outcome: Outcome, copied: int, others: dict[str, list[float]]) -> str:
    """Markdown: the share of edits each method finds."""
    rows = [["found", *others, "whole pipeline"], ["---"] * (len(others) + 2)]
    counts = [*(outcome.found[edit] / copied for edit in VARIANTS)]
    counts.append(outcome.found.total() / copied / len(VARIANTS))
    for number, (edit, share) in enumerate(zip([*VARIANTS, "all"], counts, strict=True)):
        cells = [f"{column[number]:.3f}" for column in others.values()]
        rows.append([edit, *cells, f"{share:.3f}"])
    total = outcome.right + len(outcome.wrong)
    rows.append(
        ["precision", *["0.999"] * len(others), f"{outcome.right / max(total, 1):.4f} of {total}"]
    )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def scenes(groups: list[Group], folder: Path) -> str:
    """The share of pairs called copies, and of neighbours (by name) in one similar group."""
    stems = sorted(path.stem for path in folder.iterdir())
    copied = _shared(group for group in groups if group.kind is not Kind.SIMILAR)
    kinds = Counter(tuple(_scene(stem) for stem in sorted(pair)) for pair in copied)
    total = len(stems) * (len(stems) - 1) // 2
    similar = _shared(group for group in groups if group.kind is Kind.SIMILAR)
    pairs = [pair for pair in pairwise(stems) if len({_scene(stem) for stem in pair}) == 1]
    hits = sum(frozenset(pair) in similar for pair in pairs)
    crossing = sum(len({_scene(stem) for stem in pair}) > 1 for pair in similar)
    return (
        f"pairs of scenes called copies {len(copied)} of {total} ({len(copied) / total:.4f}):"
        f" {dict(kinds)}; neighbours in one similar group {hits} of {len(pairs)}"
        f" ({hits / len(pairs):.3f}); similar pairs {len(similar)}, across scenes {crossing}"
    )


def _shared(groups: Iterable[Group]) -> set[frozenset[str]]:
    """The pairs of names that share a group."""
    return {
        frozenset(pair)
        for group in groups
        for pair in combinations([member.photo.path.stem for member in group.members], 2)
    }


def _scene(stem: str) -> str:
    return stem.rpartition("_")[0]


def sheet(pairs: Sequence[tuple[str, str]], folder: Path) -> Image.Image:
    """Pairs of photos side by side, three to a row."""
    files = {path.stem: path for path in folder.iterdir()}
    picture = Image.new("RGB", (6 * TILE, max(1, -(-len(pairs) // 3)) * (TILE + 14)), "white")
    draw = ImageDraw.Draw(picture)
    for number, pair in enumerate(pairs):
        x, y = number % 3 * 2 * TILE, number // 3 * (TILE + 14)
        for shift, stem in enumerate(pair):
            with Image.open(files[stem]) as one:
                one = one.convert("RGB")
            one.thumbnail((TILE - 4, TILE - 4))
            picture.paste(one, (x + shift * TILE, y))
        draw.text((x, y + TILE - 4), " | ".join(pair), fill="black")
    return picture


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--copied", type=int, default=40, help="photos to make copies of")
    parser.add_argument("--start", type=int, default=0, help="place of the first of them")
    parser.add_argument("--methods", nargs="*", default=[], help="names of benchmarks/accuracy.py")
    parser.add_argument("--scenes", type=Path)
    parser.add_argument("--failures", type=Path, help="write a picture of wrong and missed pairs")
    parser.add_argument("--out", type=Path, help="write what is printed to this file as well")
    options = parser.parse_args()
    lines: list[str] = []

    def say(text: str) -> None:
        print(text, flush=True)
        lines.append(text)

    chosen = chosen_of(options.folder, copied=options.copied, start=options.start)
    others = score_embedding(options.folder, chosen, options.methods) if options.methods else {}
    with tempfile.TemporaryDirectory() as scratch:
        make(options.folder, Path(scratch), chosen)
        groups, cost = scan_library(Path(scratch))
        outcome = judge(groups, [path.stem for path in chosen])
        say(cost)
        if options.failures:
            pairs = [*outcome.missed[:SHOWN], *outcome.wrong[:SHOWN]]
            sheet(pairs, Path(scratch)).save(options.failures)
    for name, pairs in (("missed", outcome.missed), ("wrong", outcome.wrong)):
        for pair in pairs:
            say(f"{name}: {' '.join(pair)}")
    say(f"\n{table(outcome, len(chosen), others)}\n")
    if options.scenes:
        groups, cost = scan_library(options.scenes.resolve())
        say(f"{cost}\n{scenes(groups, options.scenes)}")
    if options.out:
        options.out.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
