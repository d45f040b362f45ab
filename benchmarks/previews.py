"""What embedded previews save on HEIC and RAW, and what a helper process costs a photo.

    python benchmarks/previews.py FOLDER SCRATCH [--photos 4]

FOLDER holds JPEG photos. Each is written to SCRATCH, where it is not there yet, as HEIC (with and
without a thumbnail of the size that telephones write), AVIF, WebP and as a RAW file with a
full-size preview, and decoded as a scan does it. Prints the median over photos of the processor
time, also beside the same photo as JPEG, what a helper process costs on top, and how much the
network and the sharpness see of the difference between preview and picture. Linux only.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from pillow_heif import register_heif_opener

from kindred.engine.decoding import decode, helper_pool
from kindred.engine.embedding import embedder
from kindred.engine.paths import home
from tests.support.negatives import dng

THUMBNAIL = 416  # pixels of the longer side
RUNS = 5


def forms_of(path: Path, scratch: Path) -> dict[str, Path]:
    """The photo in every format, encoded when first asked for."""
    ways: dict[str, dict[str, object]] = {
        "JPEG": {"format": "JPEG", "quality": 92},
        "HEIC": {"format": "HEIF", "quality": 60},
        "HEIC with thumbnail": {"format": "HEIF", "quality": 60, "thumbnails": [THUMBNAIL]},
        "AVIF": {"format": "AVIF", "quality": 60, "speed": 9},
        "WebP": {"format": "WEBP", "quality": 85, "method": 0},
    }
    found = {way: scratch / f"{path.stem} {way}" for way in ways}
    found["RAW"] = scratch / f"{path.stem}.dng"
    photo = Image.open(path).convert("RGB")
    for way, options in ways.items():
        if not found[way].exists():
            photo.save(found[way], **options)
    if not found["RAW"].exists():
        found["RAW"].write_bytes(dng(photo, size=photo.size, quality=92))
    return found


def processor_ms(act: Callable[[], object]) -> float:
    """Milliseconds of processor time a run, of this process and of its helper."""
    act()
    before = time.process_time() + of_helpers()
    for _ in range(RUNS):
        act()
    return 1000 * (time.process_time() + of_helpers() - before) / RUNS


def of_helpers() -> float:
    """Seconds of processor time of this process's children that run."""
    listed = Path("/proc/self/task").glob("*/children")
    children = [child for task in listed for child in task.read_text().split()]
    stats = [Path(f"/proc/{c}/stat").read_text().rpartition(")")[2].split() for c in children]
    return sum(int(s[11]) + int(s[12]) for s in stats) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--photos", type=int, default=4)
    options = parser.parse_args()
    register_heif_opener()
    network = embedder.load("builtin", device="cpu", home=home())
    times: dict[str, list[tuple[float, float]]] = {}
    cosines, sharper = [], []
    for path in sorted(options.folder.glob("*.jpg"))[: options.photos]:
        shown = {}
        for form, file in forms_of(path, options.scratch).items():
            name, data = file.name, file.read_bytes()
            question = {"name": name, "side": network.side}
            safe = processor_ms(partial(helper_pool.run, "photo", data, **question))
            bare = processor_ms(partial(decode.decode_here, "photo", data, tables=True, **question))
            times.setdefault(form, []).append((bare, safe - bare))
            shown[form] = decode.decode(data, name=name, side=network.side)
        small, whole = (
            network.embed(decode.squash(shown[form].rgb, side=network.side)[None])[0]
            for form in ("HEIC with thumbnail", "HEIC")
        )
        cosines.append(float(np.dot(small, whole)))
        sharper.append(shown["HEIC with thumbnail"].info.sharpness / shown["HEIC"].info.sharpness)
    jpeg = statistics.median(bare for bare, _ in times["JPEG"])
    print(f"{'':20} {'ms':>6} {'x JPEG':>7} {'helper costs, ms':>17}")
    for form, both in times.items():
        bare, more = (statistics.median(column) for column in zip(*both, strict=True))
        print(f"{form:20} {bare:6.0f} {bare / jpeg:7.1f} {more:17.1f}")
    print(f"thumbnail and picture: cosine {min(cosines):.3f} to {max(cosines):.3f}, ", end="")
    print(f"sharpness x {min(sharper):.2f} to {max(sharper):.2f}")


if __name__ == "__main__":
    main()
