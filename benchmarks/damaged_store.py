"""Whether anything settled is lost when the app is killed and its store is then damaged.

    python -m benchmarks.damaged_store [--trials 500] [--seed 0] [--headers 4]

Each trial settles things (folders, decisions, settings, removals) in a process that is killed at a
random moment, damages the store or its own log or both, and looks for all that was said to be
settled. --headers: every byte of the header of a sound store is set to that many other values. Last
comes what the log beside the store costs. Linux and macOS.
"""

import argparse
import logging
import random
import statistics
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

from kindred.engine.errors import StoreError
from kindred.engine.store import Store
from tests.support.damage import lost, prepare, settled_until_killed, trial

WRITES = 2000


def trials(count: int, seed: int) -> int:
    """Print what became of each way of damage; how many trials lost something."""
    ways: Counter[str] = Counter()
    told: Counter[str] = Counter()
    failed = 0
    for number in range(seed, seed + count):
        with tempfile.TemporaryDirectory() as scratch:
            try:
                how, missing, notice = trial(Path(scratch) / "kindred.sqlite", number)
            except (StoreError, AssertionError) as error:
                how, missing, notice = "stopped", [repr(error)], None
        ways[how] += 1
        told[str(notice.code) if notice else "nothing"] += 1
        if missing:
            failed += 1
            print(f"LOST in trial {number} ({how}): {missing[:3]}", flush=True)
    print(f"{count} kills with damage, {failed} lost something settled")
    for name, times in sorted(ways.items()):
        print(f"  {times:4} {name}")
    for name, times in told.most_common():
        print(f"  {times:4} told: {name}")
    return failed


def headers(values: int) -> int:
    """Change each byte of the header; how many starts failed or lost something."""
    failed = done = 0
    pick = random.Random(0)  # noqa: S311 - values, not secrets
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "kindred.sqlite"
        prepare(path)
        settled = settled_until_killed(path, things=60, seconds=0.01, seed=1)
        Store(path).close()
        kept = {part: part.read_bytes() for part in path.parent.iterdir()}
        for at in range(100):
            others = [kept[path][at] ^ 1 << bit for bit in range(8)]
            for value in pick.sample(others, min(values, 8)):
                for part in path.parent.iterdir():
                    part.unlink()
                for part, data in kept.items():
                    part.write_bytes(data)
                changed = bytearray(kept[path])
                changed[at] = value
                path.write_bytes(changed)
                done += 1
                try:
                    with closing(Store(path)) as store:
                        missing = lost(store, settled)
                except StoreError as error:
                    missing = [str(error)]
                if missing:
                    failed += 1
                    print(f"header byte {at} as {value}: {missing[:2]}")
    print(f"{done} changed headers, {failed} not healed")
    return failed


def cost() -> None:
    """Print what a settled setting costs with the log, without it, and a backup."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "kindred.sqlite"
        prepare(path)
        with closing(Store(path)) as store:
            store.set_setting("first", 0)  # with the backup that comes first

            def write() -> float:
                before = time.process_time()
                for number in range(WRITES):
                    store.set_setting("marks", {"at": number})
                return (time.process_time() - before) / WRITES * 1e6

            with patch("kindred.engine.store.settled_log.append"):
                without = statistics.median(write() for _ in range(3))
            logged = statistics.median(write() for _ in range(3))
            before = time.process_time()
            store._back_up()
            saved = (time.process_time() - before) * 1e3
        print(
            f"a setting: {logged:.0f} us of processor time, {without:.0f} us without the log;"
            f" a backup of {WRITES * 6} writes: {saved:.1f} ms"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--headers", type=int, default=4)
    options = parser.parse_args()
    logging.disable()
    failed = trials(options.trials, options.seed) + headers(options.headers)
    cost()
    raise SystemExit(failed > 0)


if __name__ == "__main__":
    main()
