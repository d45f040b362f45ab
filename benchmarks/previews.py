"""What embedded previews save on HEIC and RAW, and what a helper process costs a photo.

    python benchmarks/previews.py FOLDER [--photos 4]

FOLDER holds JPEG photos. Each is written as HEIC (with and without a thumbnail of the size that
telephones write), AVIF, WebP and as a RAW file with a full-size preview, and decoded as a scan does
it. Prints the median over photos of the best of three, beside the same photo as JPEG, and how much
the network and the sharpness see of the difference between preview and picture.
"""

import argparse
import io
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from pillow_heif import register_heif_opener

from engine import decode, embedder
from engine.paths import home
from tests.negatives import dng

THUMBNAIL = 416  # longer side, of an iPhone's; measured from its files by others
RUNS = 3


def encoded(picture: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def best(act: Callable[[], object]) -> float:
    """The least milliseconds of RUNS."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - started))
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=4)
    options = parser.parse_args()
    register_heif_opener()
    network = embedder.load("builtin", device="cpu", home=home())
    times: dict[str, list[tuple[float, float]]] = {}
    cosines, sharper = [], []
    for path in sorted(options.folder.glob("*.jpg"))[: options.photos]:
        photo = Image.open(path).convert("RGB")
        forms = {
            "JPEG": encoded(photo, "JPEG", quality=92),
            "HEIC": encoded(photo, "HEIF", quality=60),
            "HEIC with thumbnail": encoded(photo, "HEIF", quality=60, thumbnails=[THUMBNAIL]),
            "AVIF": encoded(photo, "AVIF", quality=60, speed=9),
            "WebP": encoded(photo, "WEBP", quality=85, method=0),
            "RAW": dng(photo, size=photo.size, quality=92),
        }
        shown = {}
        for form, data in forms.items():
            name = "a.dng" if form == "RAW" else "a"
            safe = best(lambda: decode.decode(data, name=name, side=network.side))  # noqa: B023
            bare = best(
                lambda: decode.here("photo", data, name=name, side=network.side, tables=True)  # noqa: B023
            )
            times.setdefault(form, []).append((safe, bare))
            shown[form] = decode.decode(data, name=name, side=network.side)
        small, whole = (
            network.embed(decode.squash(shown[form].rgb, side=network.side)[None])[0]
            for form in ("HEIC with thumbnail", "HEIC")
        )
        cosines.append(float(np.dot(small, whole)))
        sharper.append(shown["HEIC with thumbnail"].info.sharpness / shown["HEIC"].info.sharpness)
    jpeg = statistics.median(safe for safe, _ in times["JPEG"])
    print(f"{'':20} {'ms':>6} {'x JPEG':>7} {'helper costs, ms':>17}")
    for form, both in times.items():
        safe = statistics.median(safe for safe, _ in both)
        more = statistics.median(safe - bare for safe, bare in both)
        print(
            f"{form:20} {safe:6.0f} {safe / jpeg:7.1f} {'' if form == 'JPEG' else f'{more:17.1f}'}"
        )
    print(f"thumbnail and picture: cosine {min(cosines):.3f} to {max(cosines):.3f}, ", end="")
    print(f"sharpness x {min(sharper):.2f} to {max(sharper):.2f}")


if __name__ == "__main__":
    main()
