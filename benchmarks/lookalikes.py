"""Whether different pictures are called copies: drawn look-alikes, real ones, and true edits.

    python -m benchmarks.lookalikes PHOTOS... [--held-out | --tuned] [--seeds 4] [--start 0]
        [--only NAME...] [--edits] [--scan] [--real FOLDER...] [--keep DIR]

PHOTOS are folders of photographs, which some kinds of benchmarks/lookalike_kinds/ hold. For
every kind and seed a set of two pictures is drawn and saved as PNG or JPEG of several qualities,
and the pair is verified as a scan does it. A copy whose content passes the comparison at full size
as well would be suggested for removal. `--tuned` are the kinds that the limits of the verification
were set on, `--held-out` all others.

`--edits` verifies drawn pages, screens and boards against copies made from them. `--real` takes
folders of different pictures: of those whose names share what stands before the last underscore,
the pairs that the network finds most alike are verified. `--scan` also scans all look-alikes as
one library and asks for its plan. Ends with 1 when anything would be suggested.
"""

import argparse
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported, as in the app

import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from benchmarks.lookalike_kinds.kinds import (
    CHANGED,
    KINDS,
    LOOKALIKES,
    PHOTO,
    TUNED,
    drawn,
)
from benchmarks.lookalike_kinds.pen import Photos, Picture
from kindred.engine.decoding import decode
from kindred.engine.digest import digest_bytes
from kindred.engine.embedding.embedder import Embedder
from kindred.engine.scan.judging import facts_of
from kindred.engine.types import Encoding, Kind, Photo
from kindred.engine.verification import verify
from kindred.engine.verification.content import Side, check_content
from kindred.engine.verification.signature import signature
from kindred.engine.verification.views import View, opener
from tests.support.outside import network, see

QUALITIES = (None, 92, 80, 95, 60, None)  # of JPEG; None: PNG
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
DRAWN = [name for name, kind in KINDS.items() if LOOKALIKES.get(kind, PHOTO) != PHOTO]


def saved(picture: Picture, stem: Path, quality: int | None) -> Path:
    if quality is None:
        path = stem.with_suffix(".png")
        picture.save(path, compress_level=1)
    else:
        path = stem.with_suffix(".jpg")
        picture.save(path, quality=quality)
    return path


def resaved(picture: Picture, stem: Path, *, quality: int) -> Path:
    return saved(picture, stem, quality)


def halved(picture: Picture, stem: Path) -> Path:
    size = picture.width // 2, picture.height // 2
    return saved(picture.resize(size, Image.Resampling.LANCZOS), stem, 90)


def cropped(picture: Picture, stem: Path) -> Path:
    width, height = picture.size
    box = width // 20, height // 20, width * 19 // 20, height * 18 // 20
    return saved(picture.crop(box), stem, 90)


def bordered(picture: Picture, stem: Path) -> Path:
    return saved(ImageOps.expand(picture, max(picture.size) // 16, "black"), stem, 90)


def captioned(picture: Picture, stem: Path) -> Path:
    high = max(24, picture.height // 12)
    sheet = Image.new("RGB", (picture.width, picture.height + high), "white")
    sheet.paste(picture, (0, 0))
    own = ImageFont.load_default(high * 0.5)
    ImageDraw.Draw(sheet).text((high / 4, picture.height + high / 5), "Page 2", "black", font=own)
    return saved(sheet, stem, 90)


EDITS: dict[str, Callable[[Picture, Path], Path]] = {
    **{f"JPEG {quality}": partial(resaved, quality=quality) for quality in (30, 50, 75, 95)},
    "halved": halved,
    "cropped": cropped,
    "bordered": bordered,
    "a line of text added below": captioned,
}


class Judge:
    """Verifies pairs of files as a scan does."""

    def __init__(self, model: Embedder) -> None:
        self.model = model
        self.known: dict[Path, tuple[View, np.ndarray, Photo]] = {}
        self.spent: list[float] = []  # processor seconds of each pair

    def read(self, path: Path) -> tuple[View, np.ndarray, Photo]:
        if path not in self.known:
            data, status, number = path.read_bytes(), path.stat(), len(self.known)
            picture = decode.decode(data, name=path.name, side=self.model.side)
            vector = self.model.embed(decode.squash(picture.rgb, side=self.model.side)[None])[0]
            view = View(number, picture.info, signature(picture.rgb), opener(path))
            digest = digest_bytes(data)
            photo = Photo(path, digest, number, status.st_size, status.st_mtime_ns, picture.info)
            self.known[path] = view, vector, photo
        return self.known[path]

    def similarity(self, first: Path, second: Path) -> float:
        return float(self.read(first)[1] @ self.read(second)[1])

    def is_copy(self, first: Path, second: Path) -> bool:
        similarity = self.similarity(first, second)
        views = self.read(first)[0], self.read(second)[0]
        began = time.process_time()
        relation = verify.verify(*views, similarity=similarity, calibration=self.model.calibration)
        self.spent.append(time.process_time() - began)
        return relation.kind is Kind.COPY

    def is_contained(self, first: Path, second: Path) -> bool:
        """Whether all of one is in the other, as the comparison at full size finds."""
        one, other = (self._side(self.read(path)[2]) for path in (first, second))
        check = check_content(one, other)
        return check.first_in_second or check.second_in_first

    def _side(self, photo: Photo) -> Side:
        facts = facts_of(photo)
        encoding = facts.encoding if facts else Encoding()
        return Side(
            photo.info, encoding, lambda side: decode.open_upright(photo.path, max_side=side)
        )


def sets(
    names: Iterable[str], seeds: range, photos: Photos, folder: Path
) -> Iterator[tuple[str, list[Path]]]:
    """The files of each kind and seed."""
    for name in names:
        for seed in seeds:
            quality = QUALITIES[seed % len(QUALITIES)]
            yield (
                name,
                [
                    saved(picture, folder / f"{name}-{seed:02}-{member}", quality)
                    for member, picture in enumerate(drawn(name, seed, photos))
                ],
            )


def count(judge: Judge, pairs: Iterable[tuple[str, Path, Path]]) -> dict[str, Counter[str]]:
    """Pairs, copies and suggestions of each kind."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, first, second in pairs:
        found[name]["pairs"] += 1
        if judge.is_copy(first, second):
            found[name]["copies"] += 1
            suggested = judge.is_contained(first, second)
            found[name]["suggested"] += suggested
            print(f"- {first.name} {second.name}{': suggested' * suggested}", flush=True)
        verify.clear_caches()
    return found


def table(found: dict[str, Counter[str]], head: str) -> None:
    print(f"\n| {head} | pairs | called copies | suggested |\n| --- | --- | --- | --- |")
    total = sum(found.values(), Counter[str]())
    for name, counts in [*found.items(), ("all", total)]:
        if name == "all" or counts["copies"]:
            print(f"| {name} | {counts['pairs']} | {counts['copies']} | {counts['suggested']} |")
    print(f"\n{len(found)} kinds, {total['copies'] / max(1, total['pairs']):.4f} called copies")


def edit_table(judge: Judge, originals: Iterable[tuple[str, Path]], folder: Path) -> None:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, path in originals:
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
        for edit, make in EDITS.items():
            copy = make(picture, folder / f"{path.stem}-{edit.replace(' ', '_')}")
            found[edit]["pairs"] += 1
            if judge.is_copy(path, copy):
                found[edit]["copies"] += 1
            else:
                print(f"- missed {path.name} {edit}", flush=True)
                found[edit][name] += 1
            copy.unlink()
        verify.clear_caches()
    print("\n| true edits of drawn material | pairs | called copies | share |\n|---|---|---|---|")
    for edit, counts in found.items():
        share = counts["copies"] / counts["pairs"]
        print(f"| {edit} | {counts['pairs']} | {counts['copies']} | {share:.3f} |")


def nearest(judge: Judge, folder: Path, most: int) -> Iterator[tuple[str, Path, Path]]:
    """The pairs of each kind of a folder that the network finds most alike."""
    kinds: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES):
        kinds[path.stem.rpartition("_")[0]].append(path)
    for name, paths in kinds.items():
        pairs = sorted(combinations(paths, 2), key=lambda pair: -judge.similarity(*pair))
        for first, second in pairs[:most]:
            yield name, first, second


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photos", type=Path, nargs="+", help="folders of photographs")
    parser.add_argument("--tuned", action="store_true", help="only kinds that limits were set on")
    parser.add_argument("--held-out", action="store_true", help="only the other kinds")
    parser.add_argument("--seeds", type=int, default=4, help="sets of each kind")
    parser.add_argument("--start", type=int, default=0, help="number of the first set")
    parser.add_argument("--only", nargs="+", choices=KINDS, metavar="NAME")
    parser.add_argument("--edits", action="store_true", help="true edits of drawn material")
    parser.add_argument("--scan", action="store_true", help="scan and plan them as one library")
    parser.add_argument("--real", type=Path, nargs="*", default=[], help="different pictures")
    parser.add_argument("--most", type=int, default=150, help="pairs of each kind of them")
    parser.add_argument("--keep", type=Path, help="leave the drawn files here")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    files = [p for folder in options.photos for p in sorted(folder.iterdir())]
    photos = Photos(tuple(path for path in files if path.suffix.lower() in SUFFIXES))
    names: Sequence[str] = list(KINDS)
    if options.tuned or options.held_out:
        names = [name for name in names if (name in TUNED) is options.tuned]
    if options.only:
        names = options.only
    seeds = range(options.start, options.start + options.seeds)
    judge, suggested = Judge(network()), 0
    with tempfile.TemporaryDirectory(prefix="kindred-lookalikes-") as scratch:
        folder = options.keep or Path(scratch).resolve() / "library"
        folder.mkdir(parents=True, exist_ok=True)
        made = list(sets(names, seeds, photos, folder))
        if options.edits:
            originals = [(name, paths[0]) for name, paths in made if name in DRAWN]
            edit_table(judge, originals, folder)
        else:
            pairs = [(name, paths[0], paths[1]) for name, paths in made]
            found = count(judge, pairs)
            changed = {kind.__name__ for kind in CHANGED}
            for head, wanted in (("look-alikes", False), ("one picture, changed", True)):
                part = {n: counts for n, counts in found.items() if (n in changed) is wanted}
                table(part, head)
                suggested += sum(counts["suggested"] for counts in part.values())
        for real in options.real:
            found = count(judge, nearest(judge, real, options.most))
            table(found, f"nearest pairs of {real.name}")
            suggested += sum(counts["suggested"] for counts in found.values())
        if options.scan:
            os.environ["KINDRED_HOME"] = str(Path(scratch) / "home")
            seen = see(folder)
            suggested += len(seen.suggested)
            print(f"\na scan of {seen.photos}: groups of copies {len(seen.copies)},", end=" ")
            print(f"suggested {sorted(seen.suggested)}")
            for group in seen.copies:
                print(f"- {' '.join(sorted(group))}")
    spent = np.array(judge.spent) * 1000
    print(f"\nprocessor ms a pair: median {np.median(spent):.0f}, mean {spent.mean():.0f}")
    sys.exit(suggested > 0)


if __name__ == "__main__":
    main()
