"""What odd disks, clocks, neighbours and strangers' files do to a library; each part in one figure.

    python -m benchmarks.hostile [PART ...] [--files 50000]

Parts: undo, readonly, full, schema, clock, filesize, bombs, polyglots, models, openings, vanishing,
windows, stores; without one, all. Fails where a photo or anything settled is lost, where an
exception is told instead of a plain line, or where a file takes too much. Linux and macOS; parts
that mount need root on Linux. The short forms are in the tests (docs/reliability.md).
"""

import argparse
import contextlib
import io
import itertools
import json
import logging
import multiprocessing
import os
import resource
import signal
import sqlite3
import struct
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from PIL import Image

from kindred.engine.decoding import decode
from kindred.engine.embedding import embedder
from kindred.engine.errors import DecodeError, KindredError, ModelError
from kindred.engine.library import Library
from kindred.engine.metadata.facts import read_facts
from kindred.engine.metadata.sidecars import read_sidecar
from kindred.engine.paths import Home
from kindred.engine.progress import CancelToken, Progress
from kindred.engine.removal.trash import folder_trash
from kindred.engine.store import schema
from kindred.engine.types import Group, ScanOptions, ScanReport, State, Tier
from tests.support.bombs import bombs, sidecars
from tests.support.drawing import draw
from tests.support.hostile import Bad, encoded
from tests.support.libraries import everything
from tests.support.tiny_embedder import tiny_embedder

ROOT = Path(__file__).resolve().parents[1]
PAIRS = 60
MOST_SECONDS, MOST_MEBIBYTES = 12.0, 600.0  # of one file: the limits of a helper, and a bit
YEARS = (1969, 1980, 2000, 2037, 2039, 2106, 2300, 9998)
ADVISED = "kindred: "  # what an expected failure is told with


class Failed(Exception):  # noqa: N818 - says what happened
    """Something was lost, or told badly."""


def demand(truth: bool, otherwise: object) -> None:  # noqa: FBT001 - reads as an assertion
    if not truth:
        raise Failed(str(otherwise))


# Libraries


def home_of(base: Path) -> Home:
    return Home(base / "home" / "data", base / "home" / "cache", base / "home" / "logs")


def opened(base: Path) -> Library:
    os.environ["KINDRED_CONFIG"] = str(base / "config")
    return Library.open(home_of(base), embedder=tiny_embedder())


def pairs(folder: Path, count: int, *, first: int = 0) -> dict[str, bytes]:
    """So many photos and a copy of each; all bytes by name."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(first, first + count):
        data = encoded(draw(seed, (64, 48)), "PNG")
        for name in (f"{seed}.png", f"{seed} copy.png"):
            (folder / name).write_bytes(data)
    return bytes_in(folder)


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def scan(library: Library, folder: Path, **more: Any) -> ScanReport:
    return library.scan([folder], options=ScanOptions(workers=2), token=CancelToken(), **more)


def remove(library: Library, base: Path, chosen: Callable[[Group], Sequence[Path]]) -> int:
    """Remove what is chosen of each group; the number of the removal."""
    groups = library.groups(strictness=0.5)
    wanted = [path for group in groups for path in chosen(group)]
    plan = library.plan(groups, wanted)
    trash = folder_trash(base / "trash")
    return library.remove(plan, trash=trash, token=CancelToken()).id


def second(group: Group) -> list[Path]:
    return [member.photo.path for member in group.members if "copy" in member.photo.path.name]


def run(base: Path, *words: object, **more: Any) -> subprocess.CompletedProcess[str]:
    """The command line on a home; `seconds` 600 at most."""
    return subprocess.run(
        [sys.executable, "main.py", *map(str, words)],
        cwd=ROOT,
        env=environment(base),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        **more,
    )


def environment(base: Path) -> dict[str, str]:
    return os.environ | {
        "KINDRED_HOME": str(base / "home"),
        "KINDRED_CONFIG": str(base / "config"),
        "QT_QPA_PLATFORM": "offscreen",
        "OMP_NUM_THREADS": "1",
    }


def told_plainly(done: subprocess.CompletedProcess[str], *, code: int = 1) -> None:
    lines = done.stderr.splitlines()
    demand(done.returncode == code, f"exit code {done.returncode}: {done.stderr[-500:]}")
    demand(all(line.startswith(ADVISED) for line in lines), f"said: {done.stderr[-500:]}")
    demand(0 < len(lines) < 4, f"said: {done.stderr[-500:]}")


@contextmanager
def disk(place: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A file system of its own at `place`; what is given mounts it again with other options."""
    if sys.platform != "linux" or os.geteuid() != 0:
        raise LeftOut("needs root on Linux")
    place.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", place], check=True)
    try:
        yield lambda options: subprocess.run(  # type: ignore[misc]
            ["mount", "-o", f"remount,{options}", place],
            check=True,
        )
    finally:
        subprocess.run(["umount", "-l", place], check=True)


class LeftOut(Exception):  # noqa: N818
    """A part that cannot be run here."""


# The parts


def undo_during_a_scan(base: Path) -> str:
    """Undo from another process is refused, from another thread it works; no photo is lost."""
    photos = base / "photos"
    before = pairs(photos, PAIRS)
    with opened(base) as library:
        scan(library, photos)
        number = remove(library, base, second)
        pairs(photos, 40, first=1000)
        refused: list[subprocess.CompletedProcess[str]] = []
        met = threading.Event()

        def meddle(progress: Progress) -> None:
            if progress.stage == "Embedding" and not met.is_set():
                met.set()
                refused.append(run(base, "undo"))
                thread.start()

        thread = threading.Thread(target=partial(library.undo, number))
        scan(library, photos, progress=meddle)
        thread.join()
        demand(bool(refused), "the scan was over")
        told_plainly(refused[0])
        states = Counter(item.state for item in library.batches()[0].items)
        demand(states == {State.RESTORED: PAIRS}, f"after undo: {states}")
        demand(before.items() <= bytes_in(photos).items(), "a photo is not as it was")
        report = scan(library, photos)
        demand(report.photos == 2 * (PAIRS + 40), f"{report.photos} photos")
    return f"{PAIRS} of {PAIRS} back, undo by a second process refused with one line"


def read_only_folders(base: Path) -> str:
    """A home that cannot be written, before there is a library and after; photos that cannot."""
    photos, place = base / "photos", base / "home"
    pairs(photos, 6)
    lines = []
    with disk(place, "64m") as again:
        again("ro")
        for words in (("scan", photos), ("undo",), ("doctor",)):
            done = run(base, *words)
            told_plainly(done)
            lines.append(done.stderr)
        again("rw")
        demand(run(base, "scan", photos).returncode == 0, "the first scan failed")
        again("ro")
        for words in (("scan", photos), ("undo", "--list"), ("doctor",), ("plan", photos)):
            done = run(base, *words)
            told_plainly(done)
            lines.append(done.stderr)
        again("rw")
        done = run(base, "scan", photos)
        demand(done.returncode == 0 and "12 photos" in done.stdout, done.stderr)
    with disk(base / "locked", "16m") as again:
        before = pairs(base / "locked" / "photos", 6)
        with opened(base) as library:
            scan(library, base / "locked")
            again("ro")
            number = remove(library, base, second)
            states = Counter(item.state for item in library.batches()[0].items)
            demand(number > 0 and states == {State.FAILED: 6}, f"on a read-only disk: {states}")
        demand(bytes_in(base / "locked" / "photos") == before, "a photo changed")
    told = lines[-1].strip()
    return f"{len(lines)} refusals, each one line ({told}); 6 photos that cannot move stay"


def full_folders(base: Path) -> str:
    """A home without a free byte, before there is a library and after."""
    photos, place = base / "photos", base / "home"
    pairs(photos, 6)
    with disk(place, "64m"):
        ballast = place / "ballast"
        fill(ballast)
        for words in (("scan", photos), ("doctor",)):
            told_plainly(run(base, *words))
        ballast.unlink()
        demand(run(base, "scan", photos).returncode == 0, "the first scan failed")
        pairs(photos, 200, first=500)
        fill(ballast)
        done = run(base, "scan", photos)
        told_plainly(done)
        listed = run(base, "undo", "--list")
        ballast.unlink()
        whole = run(base, "scan", photos)
        demand("412 photos" in whole.stdout, whole.stdout[-300:] + whole.stderr)
    return f"told: {done.stderr.strip()}; `undo --list` gave {listed.returncode}; with room all 412"


def fill(ballast: Path) -> None:
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


def other_schemas(base: Path) -> str:
    """Libraries of each earlier schema, and of schemas to come, with what was settled in them."""
    photos = base / "photos"
    pairs(photos, 6)
    newest = len(schema.MIGRATIONS)
    for version in range(1, newest):
        place = base / f"of {version}"
        with patch.object(schema, "MIGRATIONS", schema.MIGRATIONS[:version]), opened(place) as old:
            old.protect(photos / "kept")
            old.set_setting("of", version)
        with opened(place) as library:
            demand(library.notice is None, f"schema {version}: {library.notice}")
            demand(library.protected() == [photos / "kept"], f"schema {version} forgot")
            demand(scan(library, photos).photos == 12, f"schema {version} does not scan")
            demand(len(library.groups(strictness=0.5)) == 6, f"schema {version} groups otherwise")
    later = (newest + 1, 1000, 2**31 - 1, -1)
    for version in later:
        place = base / f"of {version}"
        with opened(place) as library:
            library.protect(photos / "kept")
            scan(library, photos)
        with contextlib.closing(sqlite3.connect(home_of(place).store)) as db:
            db.execute("CREATE TABLE of_the_future (what TEXT)")
            db.execute("ALTER TABLE protected ADD COLUMN why TEXT")
            db.execute(f"PRAGMA user_version = {version}")
            db.commit()
        for start in range(2):
            with opened(place) as library:
                demand((library.notice is not None) == (start == 0), f"schema {version}: told")
                demand(library.protected() == [photos / "kept"], f"schema {version} forgot")
                demand(scan(library, photos).photos == 12, f"schema {version} does not scan")
        aside = list(home_of(place).data.glob("*.newer-*")) + list(
            home_of(place).data.glob("*.damaged-*")
        )
        demand(len(aside) == 1, f"schema {version}: {aside}")
    return (
        f"{newest - 1} earlier and {len(later)} impossible ones open; all that was settled is there"
    )


def clocks(base: Path) -> str:
    """The clock jumps to another year before each act: settle, scan, remove, back up, undo."""
    photos = base / "photos"
    before = pairs(photos, 8)
    acts = 0
    for year in itertools.chain(YEARS, reversed(YEARS)):
        with at_year(year), opened(base) as library:
            demand(library.notice is None, f"{year}: {library.notice}")
            library.protect(photos / str(acts))
            demand(scan(library, photos).photos == 16, f"in {year} photos are missing")
            number = remove(library, base, second)
            demand(library.batches()[0].id == number, f"in {year} the newest is not first")
            library._store._back_up()
        with at_year(2026 - acts), opened(base) as library:
            library.undo(number)
            demand(bytes_in(photos) == before, f"in {year} a photo did not come back")
        acts += 1
    home_of(base).store.write_bytes(b"garbage" * 1000)
    with opened(base) as library:
        demand(len(library.protected()) == acts, "a backup of another time was taken")
        demand(len(library.batches()) == acts, "a removal is gone")
    return f"{acts} jumps between {min(YEARS)} and {max(YEARS)}: all in order, all {acts} came back"


@contextmanager
def at_year(year: int) -> Iterator[None]:
    """Kindred's clock says that it is another year; that of the system is left alone."""
    away = (datetime(max(1, min(year, 9998)), 1, 2) - datetime.now()).total_seconds()

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Clock":
            moved = datetime.now(tz) + timedelta(seconds=away)
            return cls.fromisoformat(moved.replace(tzinfo=None).isoformat())

        def astimezone(self, tz: Any = None) -> datetime:
            return self.replace(tzinfo=datetime.now().astimezone().tzinfo)

    now = time.time
    with (
        patch("kindred.engine.store.converters.datetime", Clock),
        patch("kindred.engine.store.backups.datetime", Clock),
        patch("kindred.engine.removal.trash.datetime", Clock, create=True),
        patch("time.time", lambda: now() + away),
    ):
        yield


def file_sizes(base: Path) -> str:
    """The system lets no file grow beyond so many bytes (RLIMIT_FSIZE)."""
    photos = base / "photos"
    before = pairs(photos, PAIRS)
    told = Counter[str]()
    for limit in (0, 4096, 40_000, 100_000, 300_000, 1_000_000):
        place = base / f"limit {limit}"

        def limited(limit: int = limit) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        done = run(place, "scan", photos, preexec_fn=limited)
        if done.returncode:
            told_plainly(done)
        told[done.stderr.partition(":")[2].strip()[:40] or "done"] += 1
        whole = run(place, "scan", photos)
        demand(f"{2 * PAIRS} photos" in whole.stdout, f"{limit}: {whole.stderr[-400:]}")
    settled = settle_limited(base / "settling")
    demand(bytes_in(photos) == before, "a photo changed")
    return f"{dict(told)}; {settled} settled below a limit, all there"


def settle_limited(base: Path) -> int:
    """How many settings a process could make below 300 kB a file; all must be there."""
    with opened(base):
        pass
    child = multiprocessing.get_context("spawn").Process(target=settle_until_full, args=(base,))
    child.start()
    child.join()
    said = int((base / "said").read_text())
    with opened(base) as library:
        demand(library.setting("last", 0) >= said > 0, f"{library.setting('last', 0)} of {said}")
    return said


def settle_until_full(base: Path) -> None:
    with (base / "said").open("w+b", buffering=0) as said, opened(base) as library:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
        with contextlib.suppress(KindredError):
            for number in range(1, 20_000):
                library.set_setting("last", number)
                library.set_setting(f"of {number}", "x" * 500)
                said.seek(0)
                said.write(b"%d" % number)


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


def peak() -> float:
    if sys.platform != "linux":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


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


def hostile_models(base: Path) -> str:
    """Networks of strangers: headers that lie, graphs that never end, files that name others."""
    os.environ["KINDRED_CONFIG"] = str(base / "config")
    home = home_of(base)
    home.models.mkdir(parents=True)
    files = dict(models())
    refused = 0
    slowest = 0.0
    (base / "secret").write_bytes(bytes(4096))
    for name, (data, beside) in files.items():
        path = home.models / name
        path.write_bytes(data)
        path.with_suffix(".json").write_text(json.dumps(beside))
        started = time.monotonic()
        try:
            loaded = embedder.load(name, device="cpu", home=home)
            loaded.embed(np.zeros((1, loaded.side, loaded.side, 3), np.uint8))
        except ModelError as error:
            refused += 1
            demand("\n" not in str(error) and len(str(error)) < 500, f"{name}: {error}")
        slowest = max(slowest, time.monotonic() - started)
        for left in (path, path.with_suffix(".json")):
            left.unlink()
    demand(refused == len(files), f"{len(files) - refused} of {len(files)} were taken")
    demand(not (base / "ran").exists(), "code ran")
    return f"{refused} of {len(files)} refused, {slowest:.1f} s at most"


def models() -> Iterator[tuple[str, tuple[bytes, dict[str, object]]]]:
    """Names, bytes and descriptions."""
    config = {"blocks": [1, 1, 1, 1], "dim": 32, "mean": [0.5] * 3, "std": [0.5] * 3}
    sound: dict[str, object] = {"config": config, "input_size": 64, "calibration": {}}

    def tensors(header: object, body: bytes = bytes(64)) -> bytes:
        text = json.dumps(header).encode()
        return struct.pack("<Q", len(text)) + text + body

    entry = {"dtype": "F32", "shape": [4, 4], "data_offsets": [0, 64]}
    hostile = {
        "empty": b"",
        "long header": struct.pack("<Q", 2**63) + b"{}",
        "no JSON": struct.pack("<Q", 8) + b"[" * 8 + bytes(64),
        "deep": struct.pack("<Q", 200_000) + b"[" * 200_000,
        "others": tensors({"a": entry}),
        "overlapping": tensors({f"a{n}": entry for n in range(1000)}),
        "far": tensors({"a": entry | {"data_offsets": [0, 2**60]}}),
        "backwards": tensors({"a": entry | {"data_offsets": [64, 0]}}),
        "huge": tensors({"a": entry | {"shape": [2**40, 2**40]}}),
        "negative": tensors({"a": entry | {"shape": [-1, -16]}}),
        "no type": tensors({"a": entry | {"dtype": "OBJECT"}}),
        "twice": struct.pack("<Q", 20) + b'{"a": 1, "a": 2}    ' + bytes(64),
        "pickle": b"\x80\x04\x95cposix\nsystem\n(S'touch ran'\ntR.",
        "zip": archived()["zip"],
    }
    for name, data in hostile.items():
        yield f"{name}.safetensors", (data, sound)
        yield f"{name}.pt", (data, {})
        yield f"{name}.onnx", (data, {})
    yield from onnx_graphs()


def onnx_graphs() -> Iterator[tuple[str, tuple[bytes, dict[str, object]]]]:
    """Graphs that ONNX's own checker may well find sound."""
    try:
        from onnx import TensorProto, helper
    except ImportError:
        return
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, 224, 224])
    vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", "d"])

    def graph(nodes: list[Any], constants: list[Any] = []) -> bytes:  # noqa: B006
        made = helper.make_graph(nodes, "g", [pixels], [vectors], constants)
        opsets = [helper.make_opsetid("", 17)]
        model = helper.make_model(made, opset_imports=opsets, ir_version=8)
        return bytes(model.SerializeToString())

    node = helper.make_node
    size = helper.make_tensor("size", TensorProto.INT64, [2], [2**20, 2**20])
    trips = helper.make_tensor("trips", TensorProto.INT64, [], [2**62])
    going = helper.make_tensor("going", TensorProto.BOOL, [], [True])
    body = helper.make_graph(
        [node("Identity", ["c"], ["c2"]), node("Identity", ["v"], ["v2"])],
        "b",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("c", TensorProto.BOOL, []),
            helper.make_tensor_value_info("v", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("c2", TensorProto.BOOL, []),
            helper.make_tensor_value_info("v2", TensorProto.FLOAT, None),
        ],
    )
    outside = TensorProto(name="size", data_type=TensorProto.FLOAT, dims=[1024])
    outside.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "../../../secret"), ("length", "4096")):
        outside.external_data.add(key=key, value=value)
    graphs = {
        "endless": graph([node("Loop", ["trips", "going", "pixels"], ["vectors"], body=body)],
                         [trips, going]),
        "large": graph([node("ConstantOfShape", ["size"], ["vectors"])], [size]),
        "outside": graph([node("Identity", ["size"], ["vectors"])], [outside]),
        "unknown": graph([node("System", ["pixels"], ["vectors"], domain="evil")]),
        "no vectors": graph([node("Shape", ["pixels"], ["vectors"])]),
        "not numbers": graph([node("Log", ["pixels"], ["l"]), node("Sqrt", ["l"], ["s"]),
                              node("Flatten", ["s"], ["vectors"])]),
    }  # fmt: skip
    for name, data in graphs.items():
        yield f"graph {name}.onnx", (data, {})


def openings(base: Path) -> str:
    """20 windows, each closed at once, and 20 libraries opened and closed by several processes."""
    from tests.support.closings import close_once, prepare

    prepare(base / "prepared")
    longest = 0.0
    for number in range(20):
        closing = close_once(base / "prepared", base / str(number), state="opening", seed=number)
        demand(not closing.faults, f"opening {number}: {closing.faults}")
        longest = max(longest, closing.seconds)
    context = multiprocessing.get_context("spawn")
    with context.Pool(4) as pool:
        notices = pool.starmap(open_and_close, [(base / "many", n) for n in range(20)])
    demand(not any(notices), notices)
    with opened(base / "many") as library:
        demand(len(library.protected()) == 20, "something settled is gone")
    return f"20 windows closed in {longest:.2f} s at most, nothing left; 20 libraries, nothing told"


def open_and_close(base: Path, number: int) -> str:
    with opened(base) as library:
        library.protect(base / str(number))
        return str(library.notice or "")


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


def two_windows(base: Path) -> str:
    """Two processes settle 200 things each in one library; then it is garbage. Two real windows."""
    with opened(base):
        pass
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=settle, args=(base, name)) for name in "ab"]
    for child in children:
        child.start()
    for child in children:
        child.join()
        demand(child.exitcode == 0, "a window failed")
    for start in range(2):
        with opened(base) as library:
            found = len(library.protected())
            demand(found == 400, f"{found} of 400 at start {start}")
            demand((library.notice is not None) == bool(start), library.notice)
        home_of(base).store.write_bytes(os.urandom(50_000))
    for part in home_of(base).data.iterdir():
        part.unlink()
    shown = [
        subprocess.Popen(
            [sys.executable, "main.py"], cwd=ROOT, env=environment(base), stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    time.sleep(15)
    for window in shown:
        demand(window.poll() is None, "a window ended by itself")
        window.send_signal(signal.SIGTERM)
    for window in shown:
        _, said = window.communicate(timeout=60)
        demand(window.returncode == 0 and b"Traceback" not in said, said[-500:])
    log = (home_of(base).logs / "kindred.log").read_text()
    demand(" ERROR " not in log and "Traceback" not in log, log[-500:])
    return "400 of 400 there, and again after the store was garbage; two windows open and close"


def settle(base: Path, name: str) -> None:
    with opened(base) as library:
        for number in range(200):
            library.protect(base / f"{name}{number}")


def two_stores(base: Path) -> str:
    """Two libraries over one folder remove the other half of 100 pairs at the same time."""
    photos = base / "photos"
    before = pairs(photos, 100)
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(2)
    children = [
        context.Process(target=remove_half, args=(base, which, gate)) for which in ("one", "two")
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
        demand(child.exitcode == 0, "a removal failed")
    left = bytes_in(photos)
    lost = {data for data in before.values() if data not in left.values()}
    demand(not lost, f"{len(lost)} contents have no photo left in place")
    gone = len(before) - len(left)
    for which in ("one", "two"):
        with opened(base / which) as library:
            for batch in library.batches():
                library.undo(batch.id)
    demand(bytes_in(photos) == before, "undo by both did not bring all back")
    return f"100 of 100 contents stayed in place, {gone} of 200 files went, all back after undo"


def remove_half(base: Path, which: str, gate: Any) -> None:
    place = base / which
    with opened(place) as library:
        scan(library, base / "photos")
        groups = library.groups(strictness=0.5)
        wanted = [
            member.photo.path
            for group in groups
            for member in group.members
            if ("copy" in member.photo.path.name) == (which == "two")
        ]
        plan = library.plan(groups, wanted)
        gate.wait(timeout=300)
        library.remove(plan, trash=folder_trash(place / "trash"), token=CancelToken())


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    run: Callable[[Path], str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--files", type=int, default=50_000)
    options = parser.parse_args()
    parts = (
        Part("undo", undo_during_a_scan),
        Part("readonly", read_only_folders),
        Part("full", full_folders),
        Part("schema", other_schemas),
        Part("clock", clocks),
        Part("filesize", file_sizes),
        Part("bombs", metadata_bombs),
        Part("polyglots", archives_and_polyglots),
        Part("models", hostile_models),
        Part("openings", openings),
        Part("vanishing", partial(vanishing, files=options.files)),
        Part("windows", two_windows),
        Part("stores", two_stores),
    )
    if unknown := set(options.parts) - {part.name for part in parts}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    logging.disable()
    failed = 0
    for part in parts:
        if options.parts and part.name not in options.parts:
            continue
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="kindred-hostile-") as scratch:
            try:
                said = part.run(Path(scratch) / "base")
            except LeftOut as reason:
                said = f"left out, {reason}"
            except Failed as why:
                said, failed = f"FAILED: {why}", failed + 1
        print(f"{part.name}: {said} ({time.monotonic() - started:.0f} s)", flush=True)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
