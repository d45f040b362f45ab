"""What Kindred withstands: mutated pictures, bombs, full disks, killed scans and removals.

    python benchmarks/fault_injection.py [--mutations 100000] [--kills 200] [--seed 0]
    python benchmarks/fault_injection.py --memory JXL PSD

Prints counts by outcome, the slowest input and the memory that pictures near the limits take. The
kills run the tests of tests/engine with KINDRED_KILLS. A full disk needs a tmpfs of its own, so
that part runs for root on Linux only. 0 leaves a part out.
"""

import argparse
import contextlib
import logging
import math
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from PIL import Image

from kindred.engine.decoding import decode
from kindred.engine.errors import DecodeError, StoreError
from kindred.engine.library import Library
from kindred.engine.paths import Home
from kindred.engine.progress import CancelToken, ignore
from kindred.engine.removal.remove import plan, remove
from kindred.engine.removal.trash import folder_trash
from kindred.engine.removal.undo import recover, undo
from kindred.engine.store import Store
from kindred.engine.types import ScanOptions
from tests.support import hostile
from tests.support.cameras import between_bars, heif
from tests.support.drawing import draw
from tests.support.hostile import Bad
from tests.support.libraries import everything, group, remember, write
from tests.support.photoshop import photoshop
from tests.support.tiny_embedder import tiny_embedder

ROOT = Path(__file__).parents[1]
KILL_TESTS = (
    "tests/engine/scan/test_scan_kill.py",
    "tests/engine/removal/test_removal_properties.py::test_killed_at_random_moments_of_removing_and_undoing",
    "tests/engine/removal/test_undo.py",
    "tests/engine/store/test_store.py",
)

# Format, mode, what is special; megapixels near the most that is not refused; how to write it.
LARGEST: tuple[tuple[str, int, dict[str, object]], ...] = (
    ("JPEG RGB", 400, {}),
    ("JPEG RGB progressive", 150, {"progressive": True}),
    ("JPEG CMYK progressive", 60, {"progressive": True}),
    ("PNG RGB", 120, {"compress_level": 1}),
    ("PNG RGBA", 120, {"compress_level": 1}),
    ("PNG P", 200, {"compress_level": 1}),
    ("PNG 16", 200, {"compress_level": 1}),
    ("TIFF RGB", 120, {"compression": "tiff_lzw"}),
    ("TIFF RGB one strip", 70, {"compression": "tiff_lzw", "strip_size": 1 << 31}),
    ("TIFF CMYK", 120, {"compression": "tiff_lzw"}),
    ("TIFF F", 120, {}),
    ("GIF P", 200, {}),
    ("BMP RGB", 120, {}),
    ("WEBP RGB", 63, {"method": 0, "quality": 50}),
    ("WEBP RGBA", 63, {"method": 0, "quality": 50}),
    ("HEIF RGB", 66, {"quality": 20}),
    ("HEIF RGBA", 56, {"quality": 20}),
    ("HEIF 10", 32, {"quality": 20}),
    ("HEIF 10+preview", 60, {"quality": 20, "enc_params": {"preset": "ultrafast"}}),
    ("AVIF RGB", 48, {"speed": 10, "quality": 30}),
    ("AVIF RGBA", 42, {"speed": 10, "quality": 30}),
    ("JPEG2000 RGB", 24, {"irreversible": True, "quality_layers": [40]}),
    ("JXL RGB", 15, {}),
    ("HDR RGB", 15, {}),
    ("PSD RGB", 48, {}),
    ("TGA RGB", 120, {}),
    ("PPM RGB", 120, {}),
    ("QOI RGB", 60, {}),
)


def outcome(bad: Bad) -> str:
    try:
        shown = decode.decode(bad.data, name=bad.name, side=32)
    except DecodeError as error:
        return f"refused: {error.reason}"
    except Exception as error:
        return f"ESCAPED: {error!r}"[:80]
    return "shown, marked damaged" if shown.info.damaged else "shown"


def mutations(count: int, seed: int) -> None:
    """Print what became of `count` mutated pictures."""
    seen: Counter[str] = Counter()
    slowest = (0.0, "")
    started = time.monotonic()
    for number, bad in enumerate(hostile.mutated(count, seed=seed), 1):
        before = time.monotonic()
        seen[outcome(bad)] += 1
        slowest = max(slowest, (time.monotonic() - before, bad.name))
        if number % 10_000 == 0 or number == count:
            print(f"{number} mutated, {time.monotonic() - started:.0f} s: {dict(seen)}", flush=True)
    print(f"slowest: {slowest[0]:.2f} s ({slowest[1]})", flush=True)


def near_the_limits(formats: Sequence[str] = ()) -> None:
    """Print what the largest pictures that are not refused cost, each in a process of its own.

    formats: only these.
    """
    if sys.platform != "linux":
        print("memory: left out, measured on Linux only")
        return
    context = multiprocessing.get_context("spawn")
    for name, megapixels, options in LARGEST:
        form, mode = name.split()[:2]
        if formats and form not in formats:
            continue
        with context.Pool(1) as pool:
            data = pool.apply(large, (form, mode, megapixels, options))
        with context.Pool(1) as pool:
            mebibytes, seconds = pool.apply(cost, (name, data))
        what = outcome(Bad("large", f"a.{form.lower()}", data))
        print(
            f"{name:24} {megapixels:4} megapixels: {mebibytes:5.0f} MiB, {seconds:4.1f} s, {what}"
        )


def large(form: str, mode: str, megapixels: int, options: dict[str, object]) -> bytes:
    """A picture of stripes in both directions, so that it is neither flat nor slow to encode."""
    side = round(math.sqrt(megapixels * 1e6))
    Image.MAX_IMAGE_PIXELS = None
    along = np.arange(side)
    grey = ((along[:, None] // 7 + along // 5) % 256).astype(np.uint8)
    if mode == "16":
        return hostile.encoded(Image.fromarray(grey.astype(np.uint16) << 8), form, **options)
    picture = Image.fromarray(np.dstack([grey, grey[::-1], grey.T]))
    if mode.startswith("10"):  # bits a sample, 4:2:2
        preview = between_bars(picture, (1616, 1620)) if mode.endswith("preview") else None
        return heif(picture, preview, **options)
    if form == "PSD":
        return photoshop(picture, packed=False)
    if form == "HDR":
        import cv2

        light = np.asarray(picture).astype(np.float32) / 255
        return cv2.imencode(".hdr", light)[1].tobytes()
    if form == "JXL":
        import pyjpegxl

        return pyjpegxl.encode_from_numpy(np.asarray(picture), **options)
    if mode == "RGBA":
        picture.putalpha(Image.fromarray(grey))
    return hostile.encoded(picture.convert(mode), form, **options)


def cost(name: str, data: bytes) -> tuple[float, float]:
    """How far the peak of memory rises (MiB) beside the file's own bytes, and processor seconds."""
    for base, small in hostile.bases().items():
        decode.decode_here("photo", small, name=base, side=32, tables=True)
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
    peak, before = peak_memory(), time.process_time()
    with contextlib.suppress(DecodeError):
        decode.decode_here(
            "photo", data, name=f"a.{name.split()[0].lower()}", side=160, tables=True
        )
    return peak_memory() - peak, time.process_time() - before


def peak_memory() -> float:
    """This process's peak in MiB so far; getrusage would include the parent's before exec."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def full_disk() -> None:
    """Scan, remove and undo with the store or the trash on a disk that is full."""
    if sys.platform != "linux" or os.geteuid() != 0:
        print("full disk: left out, needs root on Linux")
        return
    with tempfile.TemporaryDirectory() as scratch:
        small = Path(scratch) / "small"
        small.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", small], check=True)
        try:
            scan_on(small, Path(scratch) / "photos")
            journal_on(small, Path(scratch) / "removal")
            trash_on(small, Path(scratch) / "trashed")
        finally:
            subprocess.run(["umount", small], check=True)


def demand(truth: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not truth:
        raise SystemExit(f"FAILED: {otherwise}")


def fill(small: Path) -> Path:
    """A file that takes all the space that is left."""
    ballast = small / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError as error:
            print(f"  the disk is full: {error.strerror}")
    return ballast


def scan_on(small: Path, photos: Path) -> None:
    photos.mkdir()
    for seed in range(300):
        draw(seed, (48, 36)).save(photos / f"{seed}.png")
    before = everything(photos)
    where = Home(small / "home", small / "home", small / "home")
    options, token = ScanOptions(workers=2), CancelToken()
    with Library.open(where, embedder=tiny_embedder()) as library:
        message = ""
        try:
            library.scan([photos], options=options, token=token)
        except StoreError as error:
            message = str(error)
        print(f"scan: {message or 'the disk was never full'}")
    demand(everything(photos) == before, "a photo changed")
    subprocess.run(["mount", "-o", "remount,size=64m", small], check=True)
    with Library.open(where, embedder=tiny_embedder()) as library:
        kept = library.photo_count()
        report = library.scan([photos], options=options, token=token)
        print(f"scan: with room again, {kept} photos were kept, {report.photos} of 300 in the end")
        demand(library.notice is None and report.photos == 300, "the store was damaged")
    subprocess.run(["mount", "-o", "remount,size=8m", small], check=True)


def journal_on(small: Path, base: Path) -> None:
    many = [write(base / "photos" / f"{n:0200}.jpg", b"%d" % n) for n in range(200)]
    with closing(Store(small / "journal" / "kindred.sqlite")) as store:
        remember(store, many)
        planned = plan([group(store, *many)], many[1:], protected=[])
        ballast = fill(small)
        trash = folder_trash(base / "trash")
        try:
            batch = remove(planned, store=store, trash=trash, token=CancelToken(), progress=ignore)
        except StoreError as error:
            print(f"journal: refused: {error}")
        else:
            print(f"journal: went on, {Counter(str(i.state) for i in batch.items)}")
        here, gone = len(everything(base / "photos")), len(everything(base / "trash"))
        print(f"journal: {here} photos in place, {gone} in the trash, of 200")
        demand(here + gone == 200, "a photo is lost")
        ballast.unlink()
        settled = recover(store, bins=lambda _: [base / "trash"])
        for known in store.batches():
            undo(known.id, store=store)
    back = sum(path.exists() and path.read_bytes() == b"%d" % n for n, path in enumerate(many))
    print(
        f"journal: with room again {len(settled)} items settled, after undo {back} of 200 in place"
    )
    demand(back == 200, "a photo did not come back")


def trash_on(small: Path, base: Path) -> None:
    many = [write(base / "photos" / f"{n}.jpg", bytes([n]) * 300_000) for n in range(60)]
    with closing(Store(base / "kindred.sqlite")) as store:
        remember(store, many)
        planned = plan([group(store, *many)], many[1:], protected=[])
        trash = folder_trash(small / "trash")
        batch = remove(planned, store=store, trash=trash, token=CancelToken(), progress=ignore)
        print(f"trash: {dict(Counter(str(item.state) for item in batch.items))}")
        print(f"trash: {next((item.note for item in batch.items if item.note), 'no note')}")
        undo(batch.id, store=store)
    whole = sum(p.exists() and p.read_bytes() == bytes([n]) * 300_000 for n, p in enumerate(many))
    print(f"trash: after undo {whole} of 60 photos are in place, byte for byte")
    demand(whole == 60, "a photo did not come back")


def kills(count: int, seed: int) -> None:
    environment = os.environ | {
        "KINDRED_KILLS": str(count),
        "KINDRED_SEED": str(seed),
        "KINDRED_STRIDE": "1",
        "KINDRED_FLIPS": str(10 * count),
    }
    for test in KILL_TESTS:
        started = time.monotonic()
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
        passed = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
        verdict = "passed" if passed else "FAILED"
        print(f"{count} kills, {verdict}, {time.monotonic() - started:.0f} s: {test}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--memory", nargs="+", metavar="FORMAT", help="only what these take")
    options = parser.parse_args()
    logging.disable()
    if options.memory:
        near_the_limits(options.memory)
        return
    full_disk()
    near_the_limits()
    if options.mutations:
        mutations(options.mutations, options.seed)
    if options.kills:
        kills(options.kills, options.seed)


if __name__ == "__main__":
    main()
