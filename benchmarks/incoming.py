"""How well `new` tells new photos of a card from those that a library has.

    python -m benchmarks.incoming PHOTOS [--seed 5]

PHOTOS holds 375 or more photos of different scenes. The library gets 300 of them; the card gets 225
of these - a quarter each renamed, saved again, reduced to two thirds, and cropped - and 75 others.
Prints the standings of each sort, the new photos that were called present and the present ones that
were called new. Fails when a new photo was called present, or more than 2% of the others new.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
LIBRARY, PRESENT, NEW = 300, 225, 75
SORTS = ("renamed", "saved again", "reduced", "cropped")
ALLOWED = 0.02


def fill(photos: list[Path], library: Path, card: Path, dice: random.Random) -> None:
    """Lay out library and card; names of the card's files begin with their sort."""
    for number, photo in enumerate(photos[:LIBRARY]):
        shutil.copy(photo, library / f"{number:04}.jpg")
    for number, photo in enumerate(photos[:PRESENT]):
        sort = SORTS[number % len(SORTS)]
        target = card / f"{sort}-{dice.randrange(10**6):06}-{number:04}.jpg"
        with Image.open(photo) as opened:
            picture = opened.convert("RGB")
        width, height = picture.size
        if sort == "renamed":
            shutil.copy(photo, target)
        elif sort == "saved again":
            picture.save(target, quality=dice.choice((60, 75, 85)))
        elif sort == "reduced":
            side = width * 2 // 3, height * 2 // 3
            picture.resize(side, Image.Resampling.LANCZOS).save(target, quality=80)
        else:
            box = width // 12, height // 12, width - width // 14, height - height // 16
            picture.crop(box).save(target, quality=88)
    for number, photo in enumerate(photos[LIBRARY : LIBRARY + NEW]):
        shutil.copy(photo, card / f"new-{number:04}.jpg")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("photos", type=Path)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    dice = random.Random(options.seed)  # noqa: S311 - a fixed choice
    photos = sorted(options.photos.rglob("*.jpg"))
    dice.shuffle(photos)
    with tempfile.TemporaryDirectory() as scratch:
        library, card = Path(scratch) / "library", Path(scratch) / "card"
        library.mkdir()
        card.mkdir()
        fill(photos, library, card, dice)
        done = subprocess.run(
            [sys.executable, "main.py", "new", str(card), "--library", str(library), "--json"],
            cwd=ROOT,
            env=os.environ | {"KINDRED_HOME": f"{scratch}/home"},
            capture_output=True,
            text=True,
            check=True,
        )
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for file in json.loads(done.stdout)["files"]:
        found[Path(file["path"]).name.split("-")[0]][file["standing"]] += 1
    for sort in (*SORTS, "new"):
        print(f"{sort:12} {', '.join(f'{n} {name}' for name, n in found[sort].most_common())}")
    wrong = NEW - found["new"]["new"]
    missed = sum(found[sort]["new"] for sort in SORTS)
    print(f"new photos not called new: {wrong} of {NEW}; others called new: {missed} of {PRESENT}")
    return int(wrong > 0 or missed > ALLOWED * PRESENT)


if __name__ == "__main__":
    sys.exit(main())
