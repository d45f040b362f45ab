"""What odd disks, clocks, neighbours and strangers' files do to a library; each part in one figure.

    python -m benchmarks.hostile [PART ...] [--files 50000]

Parts: undo, readonly, full, schema, clock, filesize, bombs, polyglots, models, openings, vanishing,
windows, stores; without one, all. Fails where a photo or anything settled is lost, where an
exception is told instead of a plain line, or where a file takes too much. Linux and macOS; parts
that mount need root on Linux. The short forms are in the tests (docs/reliability.md).
"""

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.hostile.common import Failed, LeftOut
from benchmarks.hostile.disks import (
    clocks,
    file_sizes,
    full_folders,
    other_schemas,
    read_only_folders,
    undo_during_a_scan,
)
from benchmarks.hostile.files import archives_and_polyglots, metadata_bombs, vanishing
from benchmarks.hostile.neighbours import openings, two_stores, two_windows
from benchmarks.hostile.networks import hostile_models


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
