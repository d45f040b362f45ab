"""How accurate and how fast the verification of candidate pairs is.

    python -m benchmarks.verify --photos FOLDER --scenes FOLDER [--copied 100] [--failures]

Copies: every edit of training/copy_edits.py of `--copied` photos must be called a copy. Strangers:
different photos, those whose embeddings are nearest to each other, must not. Scenes: photos whose
names share what stands before the last underscore are shots of one scene and no copies; shots next
to each other should be called similar. Prints Markdown tables; times are of one thread.
"""

import argparse
import itertools
import os
from dataclasses import replace

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported: time of one core

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kindred.engine.decoding import decode
from kindred.engine.decoding.quality import is_flat
from kindred.engine.embedding import embedder
from kindred.engine.paths import Home
from kindred.engine.types import Kind, PhotoInfo
from kindred.engine.verification import verify
from kindred.engine.verification.signature import signature
from kindred.engine.verification.views import View
from training.copy_edits import VARIANTS

Picture = Image.Image
Pair = tuple[View, View]


class Judge:
    """Verifies pairs as the pipeline does and keeps the times."""

    def __init__(self, model: embedder.Embedder) -> None:
        self.model = model
        self.numbers = itertools.count()
        self.vectors: dict[int, NDArray[np.float32]] = {}
        self.aligned: list[float] = []  # seconds of each pair whose pictures had to be opened
        self.settled = 0
        self.missed = 0  # pairs below the similarity from which the pipeline makes candidates

    def view(self, picture: Picture) -> View:
        rgb = np.asarray(picture)
        view = View(
            next(self.numbers),
            PhotoInfo(picture.width, picture.height, "JPEG", flat=is_flat(rgb)),
            signature(rgb),
            lambda side: _shrunk(picture, side),
        )
        pixels = decode.squash(rgb, side=self.model.side)[None]
        self.vectors[view.content] = self.model.embed(pixels)[0]
        return view

    def similarity(self, first: View, second: View) -> float:
        return float(self.vectors[first.content] @ self.vectors[second.content])

    def kind(self, first: View, second: View) -> Kind:
        """The kind of a candidate pair; it is verified even where the pipeline would not ask."""
        similarity, scale = self.similarity(first, second), self.model.calibration
        self.missed += similarity < scale.candidate
        scale = replace(scale, candidate=min(scale.candidate, similarity))
        settled = verify.by_signatures(first, second, similarity=similarity, calibration=scale)
        if settled is not None:
            self.settled += 1
            return settled.kind
        started = time.process_time()
        relation = verify.verify(first, second, similarity=similarity, calibration=scale)
        self.aligned.append(time.process_time() - started)
        return relation.kind


def copies(judge: Judge, photos: Sequence[Path], failed: Callable[[str], None]) -> None:
    found: dict[str, list[bool]] = defaultdict(list)
    for path in photos:
        picture = _opened(path)
        original = judge.view(picture)
        for name, edit in VARIANTS.items():
            kind = judge.kind(original, judge.view(edit(picture)))
            found[name].append(kind is Kind.COPY)
            if kind is not Kind.COPY:
                failed(f"{path.name} {name}: {kind}")
    print(f"\n| edit | called a copy, of {len(photos)} |\n|---|---|")
    for name, copied in found.items():
        print(f"| {name} | {np.mean(copied):.3f} |")
    print(f"| all | {np.mean(list(found.values())):.4f} |")


def strangers(
    judge: Judge, photos: Sequence[Path], pairs: int, failed: Callable[[str], None]
) -> None:
    views = [judge.view(_opened(path)) for path in photos]
    vectors = np.stack([judge.vectors[view.content] for view in views])
    rows, columns = np.triu_indices(len(views), 1)
    cosines = (vectors @ vectors.T)[rows, columns]
    share = float((cosines >= judge.model.calibration.candidate).mean())
    kinds: Counter[Kind] = Counter()
    for index in np.argsort(-cosines, kind="stable")[:pairs]:
        kind = judge.kind(views[rows[index]], views[columns[index]])
        kinds[kind] += 1
        if kind is Kind.COPY:
            failed(f"{photos[rows[index]].name} {photos[columns[index]].name}: {kind}")
    total = sum(kinds.values())
    print(f"\nThe {total} nearest pairs of {len(views)} different photos:", _shares(kinds))
    print(f"Pairs of these photos that are candidates and must be opened: {share:.2%}")


def scenes(judge: Judge, photos: Sequence[Path], failed: Callable[[str], None]) -> None:
    shots: dict[str, list[tuple[Path, View]]] = defaultdict(list)
    for path in photos:
        shots[path.stem.rpartition("_")[0]].append((path, judge.view(_opened(path))))
    print("\n| scene | pairs | copy | neighbours similar |\n|---|---|---|---|")
    every, near = Counter[Kind](), Counter[Kind]()
    for name, views in shots.items():
        kinds, beside = Counter[Kind](), Counter[Kind]()
        for (i, first), (j, second) in itertools.combinations(enumerate(views), 2):
            kind = judge.kind(first[1], second[1])
            kinds[kind] += 1
            beside[kind] += j == i + 1
            if kind is Kind.COPY:
                failed(f"{first[0].name} {second[0].name}: {kind}")
        print(
            f"| {name} | {sum(kinds.values())} | {kinds[Kind.COPY]} "
            f"| {beside[Kind.SIMILAR] / max(1, sum(beside.values())):.3f} |"
        )
        every.update(kinds)
        near.update(beside)
    count = len(photos) * (len(photos) - 1) // 2
    print(
        f"\nPairs within a scene called copy: {every[Kind.COPY]} of {sum(every.values())} "
        f"({every[Kind.COPY] / sum(every.values()):.2%}), of all {count} pairs "
        f"{every[Kind.COPY] / count:.3%}; neighbours: {_shares(near)}"
    )


def _shares(kinds: Counter[Kind]) -> str:
    total = max(1, sum(kinds.values()))
    return ", ".join(
        f"{kind} {count / total:.4f}" for kind, count in sorted(kinds.items()) if count
    )


def _opened(path: Path) -> Picture:
    with Image.open(path) as picture:
        return picture.convert("RGB")


def _shrunk(picture: Picture, side: int) -> NDArray[np.uint8]:
    scale = min(1.0, side / max(picture.size))
    width, height = (max(1, round(length * scale)) for length in picture.size)
    return np.asarray(picture.resize((width, height), Image.Resampling.BOX), np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, help="different photos; edits are made of some")
    parser.add_argument("--scenes", type=Path, help="shots of scenes, named scene_number")
    parser.add_argument("--copied", type=int, default=100, help="photos whose edits are verified")
    parser.add_argument("--strangers", type=int, default=1000, help="pairs of different photos")
    parser.add_argument("--failures", action="store_true", help="name every wrong pair")
    chosen = parser.parse_args()
    failed: Callable[[str], None] = print if chosen.failures else lambda _line: None
    cv2.setNumThreads(1)
    home = Path("benchmarks") / "none"
    judge = Judge(embedder.load("builtin", device="cpu", home=Home(home, home, home)))
    if chosen.photos:
        photos = sorted(chosen.photos.iterdir())
        step = max(1, len(photos) // chosen.copied)
        copies(judge, photos[::step][: chosen.copied], failed)
        strangers(judge, photos, chosen.strangers, failed)
    if chosen.scenes:
        scenes(judge, sorted(chosen.scenes.iterdir()), failed)
    times = np.array(judge.aligned) * 1000
    print(
        f"\nms a pair that was opened: median {np.median(times):.1f}, mean {times.mean():.1f}, "
        f"95% {np.quantile(times, 0.95):.1f}; {len(times)} opened, {judge.settled} settled before, "
        f"{judge.missed} below the candidate similarity (verified all the same)"
    )


if __name__ == "__main__":
    main()
