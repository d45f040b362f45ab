"""How fast a first scan is, beside the JPEG decoder alone and beside other programs.

    python benchmarks/scan.py FOLDER [--photos 300] [--subset 44] [--rounds 5] [--fastdup PYTHON]

Copies `--photos` photos of FOLDER, evenly spread, to a scratch folder; when it has fewer (JPEG
only), each is repeated under new bytes (a comment). Every way runs once a round, in a process of
its own that was set up before, on the same files in the cache; slow ones on a subset. Printed:
median photos per second, of the clock and of processor time (which other work on the machine
hardly changes), and the median over the rounds of Kindred's ratio to it.

djpeg, the bound, runs on all cores, a process a photo. Kindred reads, digests, decodes, describes
and embeds all photos into a fresh store; the search for pairs and their verification is left
out, and in the row "with pairs" it is not; where the processor computes in bfloat16 and Kindred
therefore uses OpenVINO, a row "ONNX Runtime" says what other processors would get. imagededup's
network has random weights, which cost the same; czkawka's Python package also groups; fastdup,
which needs another numpy, runs in the Python of an environment of its own, on two threads,
extracting features only.
"""

import argparse
import logging
import multiprocessing
import os
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import psutil

COMMENT = b"\xff\xfe"  # the marker of a JPEG comment
FASTDUP = """
import fastdup, sys, time
started = time.perf_counter()
fastdup.run(sys.argv[1], work_dir=sys.argv[2], num_threads=int(sys.argv[3]), run_mode=1)
print("\\nseconds", time.perf_counter() - started)
"""

Way = Callable[[Path], float | None]  # may return the seconds it took, when not all of its time


class Cost(NamedTuple):
    """Photos per second of the clock, and per second of all processors together."""

    per_second: float
    per_processor_second: float


_way: Way  # what this child process measures


def djpeg() -> Way:
    command = f"xargs -0 -n 1 -P {os.cpu_count()} djpeg -scale 1/8 -outfile /dev/null"

    def run(folder: Path) -> None:
        names = b"\0".join(os.fsencode(path) for path in folder.iterdir())
        subprocess.run(command.split(), input=names, check=True)

    return run


def kindred(*, pairs: bool = False, bfloat16: bool = True) -> Way:
    from kindred.engine.decoding.small_pictures import SmallPictures
    from kindred.engine.embedding import devices
    from kindred.engine.embedding.embedder import BUILTIN, load
    from kindred.engine.paths import home
    from kindred.engine.progress import CancelToken, ignore
    from kindred.engine.scan import pipeline
    from kindred.engine.store import Store
    from kindred.engine.types import ScanOptions

    bfloat16 = bfloat16 and devices.has_bfloat16()
    with patch.object(devices, "has_bfloat16", lambda: bfloat16):
        embedder = load(BUILTIN, device="cpu", home=home())

    def run(folder: Path) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            store = Store(Path(scratch) / "store")
            store.claim()
            report = pipeline.scan(
                [folder],
                store=store,
                embedder=embedder,
                pictures=SmallPictures(Path(scratch) / "pictures"),
                options=ScanOptions(),
                token=CancelToken(),
                progress=ignore,
            )
            store.close()
        if report.photos != len(list(folder.iterdir())):
            raise RuntimeError(f"only {report.photos} photos scanned")

    def without_pairs(folder: Path) -> None:
        with patch("kindred.engine.scan.pipeline.match_photos"):
            run(folder)

    return run if pairs else without_pairs


def imagededup_cnn() -> Way:
    from imagededup.utils import models

    real = models.models.mobilenet_v3_small
    warnings.simplefilter("ignore")  # it warns of its own default
    with patch.object(models.models, "mobilenet_v3_small", lambda weights: real()):
        from imagededup.methods import CNN

        encoder = CNN(verbose=False)
    return partial(_encode, encoder)


def imagededup_phash() -> Way:
    from imagededup.methods import PHash

    encoder = PHash(verbose=False)
    return partial(_encode, encoder)


def czkawka() -> Way:
    from czkawka import ImageSimilarity

    def run(folder: Path) -> None:
        finder = ImageSimilarity()
        finder.set_directories([folder])
        finder.find_similar()

    return run


def fastdup(python: Path) -> Way:
    def run(folder: Path) -> float:
        with tempfile.TemporaryDirectory() as scratch:
            command = [python, "-c", FASTDUP, folder, scratch, str(os.cpu_count())]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return float(said.split()[-1])

    return run


def _encode(encoder: Any, folder: Path) -> None:
    encodings = encoder.encode_images(folder, num_enc_workers=os.cpu_count())
    if len(encodings) != len(list(folder.iterdir())):
        raise RuntimeError(f"only {len(encodings)} photos encoded")


def _set_up(make: Callable[[], Way]) -> None:
    global _way
    logging.disable(logging.INFO)
    _way = make()


def _measure(folder: Path) -> Cost:
    started, before = time.perf_counter(), _processor_seconds()
    seconds = _way(folder) or time.perf_counter() - started
    photos = len(list(folder.iterdir()))
    return Cost(photos / seconds, photos / (_processor_seconds() - before))


def _processor_seconds() -> float:
    """Of this process and its children, dead or alive."""
    me = psutil.Process()
    times = [me.cpu_times(), *(child.cpu_times() for child in me.children(recursive=True))]
    dead = sum(time.children_user + time.children_system for time in times)
    return dead + sum(time.user + time.system for time in times)


def _copy(photos: list[Path], target: Path, *, count: int) -> None:
    """Copy `count` of `photos`, evenly spread, repeated under new bytes when too few."""
    chosen = photos[:: max(1, len(photos) // count)]
    for number in range(count):
        photo = chosen[number % len(chosen)]
        data = photo.read_bytes()
        if number >= len(chosen):
            if not data.startswith(b"\xff\xd8"):
                raise SystemExit(f"{photo} is no JPEG and cannot be repeated")
            note = str(number).encode()
            data = data[:2] + COMMENT + (len(note) + 2).to_bytes(2, "big") + note + data[2:]
        (target / f"{number:06}{photo.suffix}").write_bytes(data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=300)
    parser.add_argument("--subset", type=int, default=44)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--fastdup", type=Path, metavar="PYTHON")
    options = parser.parse_args()
    from kindred.engine.embedding import devices

    photos = sorted(path for path in options.folder.rglob("*") if path.is_file())
    with tempfile.TemporaryDirectory() as scratch:
        every, some = Path(scratch) / "every", Path(scratch) / "some"
        for folder, count in ((every, options.photos), (some, options.subset)):
            folder.mkdir()
            _copy(photos, folder, count=count)
        ways: dict[str, tuple[Callable[[], Way], Path]] = {
            "Kindred": (kindred, every),
            "Kindred, with pairs": (partial(kindred, pairs=True), some),
            "imagededup, network": (imagededup_cnn, some),
            "imagededup, perceptual hash": (imagededup_phash, some),
            "czkawka": (czkawka, some),
        }
        if devices.has_bfloat16():
            ways["Kindred, ONNX Runtime"] = (partial(kindred, bfloat16=False), every)
        if options.fastdup:
            ways["fastdup"] = (partial(fastdup, options.fastdup), some)
        if all(path.suffix == ".jpg" for path in every.iterdir()):
            ways = {"djpeg, the bound": (djpeg, every), **ways}
        _report(_rounds(ways, options.rounds), {name: folder for name, (_, folder) in ways.items()})


def _rounds(ways: dict[str, tuple[Callable[[], Way], Path]], rounds: int) -> dict[str, list[Cost]]:
    """What each way cost in each round."""
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        children = {
            name: stack.enter_context(ProcessPoolExecutor(1, context, _set_up, (make,)))
            for name, (make, _) in ways.items()
        }
        for name, child in children.items():  # files into the cache, imports out of the way
            child.submit(_measure, ways[name][1]).result()
        costs: dict[str, list[Cost]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, child in children.items():
                costs[name].append(child.submit(_measure, ways[name][1]).result())
    return costs


def _report(costs: dict[str, list[Cost]], folders: dict[str, Path]) -> None:
    print("| way | files | photos/s | Kindred is | photos per processor second | Kindred is |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, found in costs.items():
        cells = [name, str(len(list(folders[name].iterdir())))]
        for column, ours in zip(
            zip(*found, strict=True), zip(*costs["Kindred"], strict=True), strict=True
        ):
            ratio = statistics.median(mine / its for mine, its in zip(ours, column, strict=True))
            cells += [f"{statistics.median(column):.1f}", f"{ratio:.2f} x"]
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
