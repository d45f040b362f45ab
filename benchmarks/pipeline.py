"""How well the whole pipeline groups copies, beside hashes and the embedding alone.

    python -m benchmarks.pipeline FOLDER [--copied 40] [--start 0] [--methods built-in phash dhash]
        [--edits plain|hard] [--scenes FOLDER] [--failures failures.png]
        [--each N] [--turn N] [--out table.md]

Every photo of FOLDER is written to a scratch folder; of `--copied` of them, evenly spread from
`--start` on, every edit of training/copy_edits.py is written beside it. A scan with a fresh library
and default settings groups the lot. An edit is found when it ends in the copy group of its
original; precision is the share of right ones among all pairs that share a copy group, edits with
edits too. For the other methods one threshold on the similarity of an edit to any photo of FOLDER
is chosen at which 99.9% of the pairs above it are right, and an edit is found when its original is
above it. Other `--start`s are other photos: tune with one, measure with another.

`--edits hard` takes those of training/hard_edits.py instead. The last photos of FOLDER are then
kept out of the library, for they stand beside the copied ones in collages. The table says of each
edit how often it was a candidate of its original, how often the verification alone, told of a
cosine of 0.9, calls the two copies, and how often the scan found it. With `--each` a photo has so
many edits only, so the edits of one photo help each other less.

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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from kindred.engine.decoding.small_pictures import SmallPictures
from kindred.engine.embedding import embedder
from kindred.engine.library import Library
from kindred.engine.pairs import KINDS
from kindred.engine.paths import home
from kindred.engine.progress import CancelToken
from kindred.engine.store import Store
from kindred.engine.types import Group, Kind, Relation, ScanOptions
from kindred.engine.verification import verify
from kindred.engine.verification.views import View, views_of
from training.copy_edits import VARIANTS, Edit
from training.hard_edits import hard_variants

SEPARATOR = "--"  # between the name of the original and that of the edit
BESIDE = 6  # photos that stand beside others in collages
ASSUMED = 0.9  # cosine that the verification is told of when it is measured alone
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


def chosen_of(every: Sequence[Path], *, copied: int, start: int) -> list[Path]:
    """The photos to make copies of."""
    return list(every[start :: max(1, len(every) // copied)][:copied])


def opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB")


def make(
    every: Sequence[Path],
    target: Path,
    chosen: Sequence[Path],
    edits: Mapping[str, Edit],
    *,
    each: int,
    turn: int,
) -> set[tuple[str, str]]:
    """Write originals, and edits as PNG so that only the edit itself changes pixels.

    Of every photo `each` edits are made, other ones of the next photo. Returns who got which.
    """
    for path in every:
        (target / path.name).write_bytes(path.read_bytes())
    made = set()
    listed = list(edits.items())
    for number, path in enumerate(chosen):
        original = opened(path)
        start = (number + turn) * each
        for place in range(start, start + min(each, len(listed))):
            name, edit = listed[place % len(listed)]
            made.add((path.stem, name))
            edit(original).save(target / f"{path.stem}{SEPARATOR}{name}.png", compress_level=1)
    return made


@dataclass(slots=True)
class Stages:
    """How many edits of a name the network proposed, and the verification alone calls copies."""

    candidates: Counter[str] = field(default_factory=Counter)
    verified: Counter[str] = field(default_factory=Counter)


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


def scan_library(folder: Path, *, stages: Iterable[str] = ()) -> tuple[list[Group], str, Stages]:
    """The groups of a fresh library, a line about the cost, and the stages of the named copies."""
    began, used = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory() as scratch, costs() as cost:
        os.environ["KINDRED_HOME"] = scratch
        with Library.open() as library:
            report = library.scan([folder], options=ScanOptions(), token=CancelToken())
            groups = library.groups(strictness=0.5)
            took = time.monotonic() - began, time.process_time() - used
        alone = stages_of(set(stages))
    every = report.photos * (report.photos - 1) // 2
    opened, candidates = len(cost.opened), len(cost.opened) + cost.settled
    line = (
        f"{report.photos} photos with {report.model} in {took[0]:.0f} s"
        f" ({took[1]:.0f} s of processor time);"
        f" {candidates} candidates, opened {opened} ({opened / max(candidates, 1):.1%} of them,"
        f" {opened / every:.2%} of all {every} pairs),"
        f" ms a pair opened: mean {np.mean(cost.opened):.1f}, median {np.median(cost.opened):.1f}"
    )
    return groups, line, alone


def stages_of(chosen: set[str]) -> Stages:
    """Of the edits of the `chosen` originals: which were candidates, which are verified.

    Looks into the store that the last scan filled.
    """
    stages = Stages()
    if not chosen:
        return stages
    store, model = Store(home().store), embedder.load("builtin", device="cpu", home=home())
    photos = {photo.path.stem: photo for photo in store.photos()}
    signatures = store.signatures([photo.content for photo in photos.values()])
    views = views_of(photos.values(), signatures, pictures=SmallPictures(home().small_pictures))
    pairs = store.pairs(model.id)
    ends = set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))
    edges = store.edges(model.id, verify.VERSION)
    copies = {
        (first, second)
        for first, second, code in zip(
            edges.first.tolist(), edges.second.tolist(), edges.kind.tolist(), strict=True
        )
        if KINDS[code] is Kind.COPY
    }
    if model.calibration is None:
        raise SystemExit("the built-in network has no calibration")
    for stem, photo in photos.items():
        name, _, edit = stem.partition(SEPARATOR)
        if not edit or name not in chosen:
            continue
        original = photos[name].content
        pair = min(original, photo.content), max(original, photo.content)
        stages.candidates[edit] += pair in ends
        if pair in copies:
            stages.verified[edit] += 1
            continue
        relation = verify.verify(
            views[original], views[photo.content], similarity=ASSUMED, calibration=model.calibration
        )
        stages.verified[edit] += relation.kind is Kind.COPY
    verify.clear_caches()
    store.close()
    return stages


def judge(groups: Iterable[Group], made: Iterable[tuple[str, str]]) -> Outcome:
    """What became of the edits, named by original and edit, by the names of files."""
    found: Counter[str] = Counter()
    right, wrong, missed = 0, [], set(made)
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


def table(outcome: Outcome, made: Counter[str], others: dict[str, list[float]]) -> str:
    """Markdown: the share of edits each method finds."""
    rows = [["found", *others, "whole pipeline"], ["---"] * (len(others) + 2)]
    counts = shares(outcome.found, made)
    for number, (edit, share) in enumerate(zip([*made, "all"], counts, strict=True)):
        cells = [f"{column[number]:.3f}" for column in others.values()]
        rows.append([edit, *cells, f"{share:.3f}"])
    total = outcome.right + len(outcome.wrong)
    rows.append(
        ["precision", *["0.999"] * len(others), f"{outcome.right / max(total, 1):.4f} of {total}"]
    )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def shares(found: Counter[str], made: Counter[str]) -> list[float]:
    """The share of each edit that was found, and at last of all."""
    return [*(found[edit] / count for edit, count in made.items()), found.total() / made.total()]


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
    parser.add_argument("--edits", choices=("plain", "hard"), default="plain")
    parser.add_argument("--each", type=int, default=0, help="edits of a photo (0: all)")
    parser.add_argument("--turn", type=int, default=0, help="which edits the first photo has")
    parser.add_argument("--scenes", type=Path)
    parser.add_argument("--failures", type=Path, help="write a picture of wrong and missed pairs")
    parser.add_argument("--out", type=Path, help="write what is printed to this file as well")
    options = parser.parse_args()
    lines: list[str] = []

    def say(text: str) -> None:
        print(text, flush=True)
        lines.append(text)

    every = names(options.folder)
    edits = VARIANTS
    if options.edits == "hard":
        every, beside = every[:-BESIDE], every[-BESIDE:]
        edits = hard_variants([opened(path) for path in beside])
    chosen = chosen_of(every, copied=options.copied, start=options.start)
    stems = [path.stem for path in chosen]
    others = score_embedding(options.folder, chosen, options.methods) if options.methods else {}
    with tempfile.TemporaryDirectory() as scratch:
        each = options.each or len(edits)
        made = make(every, Path(scratch), chosen, edits, each=each, turn=options.turn)
        counts = Counter(name for name in edits for one in made if one[1] == name)
        groups, cost, stages = scan_library(
            Path(scratch), stages=stems if options.edits == "hard" else ()
        )
        outcome = judge(groups, made)
        say(cost)
        if options.failures:
            pairs = [*outcome.missed[:SHOWN], *outcome.wrong[:SHOWN]]
            sheet(pairs, Path(scratch)).save(options.failures)
    for name, pairs in (("missed", outcome.missed), ("wrong", outcome.wrong)):
        for pair in pairs:
            say(f"{name}: {' '.join(pair)}")
    if options.edits == "hard":
        others = {
            "candidate": shares(stages.candidates, counts),
            "verification": shares(stages.verified, counts),
        }
    say(f"\n{table(outcome, counts, others)}\n")
    if options.scenes:
        groups, cost, _ = scan_library(options.scenes.resolve())
        say(f"{cost}\n{scenes(groups, options.scenes)}")
    if options.out:
        options.out.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
