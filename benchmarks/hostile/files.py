"""Strangers' files, and files that vanish."""

import contextlib
import io
import itertools
import multiprocessing
import struct
import sys
import tarfile
import threading
import time
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.hostile.common import demand, opened, peak, scan
from kindred.engine.decoding import decode
from kindred.engine.errors import DecodeError
from kindred.engine.library import Library
from kindred.engine.metadata.facts import read_facts
from kindred.engine.metadata.sidecars import read_sidecar
from kindred.engine.progress import Progress
from kindred.engine.types import Group, Tier
from tests.support.bombs import bombs, sidecars
from tests.support.drawing import draw
from tests.support.hostile import Bad, encoded
from tests.support.libraries import everything

MOST_SECONDS, MOST_MEBIBYTES = 12.0, 600.0  # of one file: the limits of a helper, and a bit


def metadata_bombs(base: Path) -> str:
    """EXIF, ICC, XMP and boxes that grow or point at each other, and sidecars; alone, then all."""
    costs = []
    context = multiprocessing.get_context("fork")
    for bad in itertools.chain(bombs(), sidecars()):
        with context.Pool(1) as pool:
            costs.append((*pool.apply_async(cost, (bad,)).get(300), bad))
    photos = base / "photos"
    photos.mkdir(parents=True)
    for number, bad in enumerate([*bombs(), *sidecars()]):
        (photos / f"{number} {bad.name}").write_bytes(bad.data)
    started = time.monotonic()
    with opened(base) as library:
        report = scan(library, photos)
    whole = time.monotonic() - started
    slowest, largest = max(c[0] for c in costs), max(c[1] for c in costs)
    for seconds, mebibytes, bad in costs:
        demand(seconds < MOST_SECONDS, f"{bad.kind} {bad.name}: {seconds:.1f} s of processor time")
        demand(mebibytes < MOST_MEBIBYTES, f"{bad.kind} {bad.name}: {mebibytes:.0f} MiB")
    seen = Counter(str(skip.reason) for skip in report.skipped)
    return (
        f"{len(costs)} files, {slowest:.1f} s and {largest:.0f} MiB at most in this process;"
        f" one scan of all {whole:.0f} s: {report.photos} photos, {dict(seen)}"
    )


def cost(bad: Bad) -> tuple[float, float]:
    """Processor seconds and MiB that a file takes here; what a helper takes is limited there."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")
    before, started = peak(), time.process_time()
    if bad.kind == "sidecar":
        read_sidecar(bad.data, bad.name)
    else:
        read_facts(bad.data, name=bad.name)
        with contextlib.suppress(DecodeError):
            decode.decode(bad.data, name=bad.name, side=32)
    return time.process_time() - started, peak() - before


def archives_and_polyglots(base: Path) -> str:
    """Archives and programs called pictures; pictures that are archives too."""
    photos = base / "photos"
    photos.mkdir(parents=True)
    archives = archived()
    count = 0
    for kind, data in archives.items():
        for suffix in ("jpg", "png", "heic", "tif", "cr2", "gif", "webp", "psd", ""):
            (photos / f"{kind} {count}.{suffix}".rstrip(".")).write_bytes(data)
            count += 1
    both = {}
    for seed, form in enumerate(("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "HEIF"), 1):
        sound = encoded(draw(seed, (160, 120)), form)
        (photos / f"{form} alone.{form.lower()}").write_bytes(sound)
        for kind in ("zip", "pdf", "html"):
            both[f"{form} and {kind}.{form.lower()}"] = sound + archives[kind]
    for name, data in both.items():
        (photos / name).write_bytes(data)
    before = everything(photos)
    with opened(base) as library:
        report = scan(library, photos)
        groups = library.groups(strictness=0.5)
        going = [path for group in groups for path in hidden_and_suggested(library, group)]
    demand(everything(photos) == before, "a file was changed or unpacked")
    seen = Counter(str(skip.reason) for skip in report.skipped)
    accounted = report.photos + len(report.skipped) + sum(report.ignored.values())
    demand(accounted == len(before), f"{accounted} of {len(before)} accounted for")
    demand(not going, f"suggested though an archive is in it: {going}")
    return (
        f"{count} archives and programs: {dict(seen)}, {dict(report.ignored)} by name;"
        f" {len(both)} pictures with one inside: {report.photos} photos, none suggested for removal"
    )


def hidden_and_suggested(library: Library, group: Group) -> list[str]:
    """Photos with an archive inside that may go though no other has the same bytes."""
    return [
        found.photo.path.name
        for found in library.suggestions([group], {Tier.EXACT, Tier.LESSER})
        if " and " in found.photo.path.name
    ]


def archived() -> dict[str, bytes]:
    """Archives, documents and programs, with paths that lead out of their folder."""
    zipped, tarred = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../outside.jpg", bytes(1 << 20))
        archive.writestr("/etc/outside", b"a")
    with tarfile.open(fileobj=tarred, mode="w:gz") as packed:
        entry = tarfile.TarInfo("../outside.jpg")
        entry.size = 1000
        packed.addfile(entry, io.BytesIO(bytes(1000)))
    pdf = b"%PDF-1.4\n1 0 obj<</OpenAction<</S/Launch/F(calc.exe)>>>>endobj\ntrailer<<>>\n%%EOF"
    return {
        "zip": zipped.getvalue(),
        "tar": tarred.getvalue(),
        "7z": b"7z\xbc\xaf\x27\x1c\0\4" + bytes(200),
        "rar": b"Rar!\x1a\7\1\0" + bytes(200),
        "pdf": pdf,
        "html": b"<html><script>alert(1)</script><img src='file:///etc/passwd'></html>",
        "elf": b"\x7fELF\2\1\1" + bytes(400),
        "exe": b"MZ" + bytes(60) + b"PE\0\0" + bytes(400),
        "script": b"#!/bin/sh\ntouch /tmp/outside\n",
        "mp4": struct.pack(">I", 24) + b"ftypisom\0\0\2\0isommp41" + bytes(400),
        "sqlite": b"SQLite format 3\0" + bytes(400),
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    }


def vanishing(base: Path, files: int) -> str:
    """Half of many files go while they are scanned."""
    photos = base / "photos"
    rng = np.random.default_rng(0)
    for number in range(files):
        folder = photos / f"{number // 1000}"
        folder.mkdir(parents=True, exist_ok=True)
        small = Image.fromarray(rng.integers(0, 256, (6, 8, 3), np.uint8)).resize((24, 18))
        small.save(folder / f"{number}.png", compress_level=1)
    going = sorted(photos.rglob("*.png"))[::2]
    started = threading.Event()

    def take_away() -> None:
        started.wait()
        for path in going:
            path.unlink()

    thread = threading.Thread(target=take_away)
    thread.start()
    before = peak()
    began = time.monotonic()

    def watch(progress: Progress) -> None:
        if progress.stage == "Embedding" and progress.done:
            started.set()

    with opened(base) as library:
        report = scan(library, photos, progress=watch)
        seconds = time.monotonic() - began
        started.set()
        thread.join()
        reasons = Counter(str(skip.reason) for skip in report.skipped)
        again = scan(library, photos)
        library.groups(strictness=0.5)
        mebibytes = peak() - before
        demand(report.photos + len(report.skipped) == files, f"{report.photos} and {reasons}")
        demand(again.photos == files - len(going), f"{again.photos} in the end")
        demand(not again.skipped, f"still skipped: {again.skipped[:3]}")
    return (
        f"{files} files, {len(going)} gone: {report.photos} photos and {dict(reasons)} in"
        f" {seconds:.0f} s, {mebibytes:.0f} MiB; the next scan has the {again.photos} that are left"
    )
