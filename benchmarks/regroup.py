"""How long the groups of a large library take when the strictness slider moves.

    python -m benchmarks.regroup [--photos 100000] [--groups 20000] [--keep FOLDER]

Makes the library of benchmarks/large_library.py (`--keep` leaves it there for the next time), and
asks for its groups: once, which reads the store, and then at each of eleven places of the slider.
Processor time, medians.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.large_library import make
from kindred.engine.library import Library
from kindred.engine.paths import Home


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--groups", type=int, default=20_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        scratch = options.keep or Path(temporary)
        home = scratch / "home"
        if not home.exists():
            make(home, scratch / "photos", photos=options.photos, groups=options.groups)
        with Library.open(Home(home / "data", home / "cache", home / "logs")) as library:
            first, groups = seconds(library, 0.5)
            places = np.linspace(0, 1, 11).tolist()
            costs = [seconds(library, place)[0] for place in places]
    print(f"{options.photos} photos, {groups} groups")
    print(f"first, with reading  {first:.2f} s")
    print(f"slider moved         {statistics.median(costs):.2f} s, at most {max(costs):.2f} s")


def seconds(library: Library, strictness: float) -> tuple[float, int]:
    started = time.process_time()
    groups = library.groups(strictness=strictness)
    return time.process_time() - started, len(groups)


if __name__ == "__main__":
    main()
