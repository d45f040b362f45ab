"""Whether the window can be closed at any moment, and how long that takes.

    python -m benchmarks.closing_window [--closings 100] [--seed 0]

Opens the app each time in a process of its own on a small scanned library, brings it into a state
(scanning, removing, a dialog open, ...), waits a random while and closes it: see
tests/support/closings.py. Prints for each state the number of closings, those that met the state,
and the longest time from closing to the end of the process; then everything that was left behind:
words on stderr, errors in the log, processes, photos that are neither in place nor come back from
the trash. Fails when there is anything, or when a closing took more than 2 seconds.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.support.closings import STATES, Closing, close_once, prepare

LONGEST = 2.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--closings", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    done: list[Closing] = []
    with tempfile.TemporaryDirectory() as scratch:
        prepare(Path(scratch) / "prepared")
        for number in range(options.seed, options.seed + options.closings):
            base = Path(scratch) / str(number)
            state = STATES[number % len(STATES)]
            done.append(close_once(Path(scratch) / "prepared", base, state=state, seed=number))
            for fault in done[-1].faults:
                print(f"{number} {state}: {fault}", flush=True)
    for state in STATES:
        some = [closing for closing in done if closing.state == state]
        if some:
            met = sum(closing.reached for closing in some)
            slowest = max(closing.seconds for closing in some)
            print(f"{state:16} {len(some):3} closings, {met:3} in it, longest {slowest:.2f} s")
    late = sum(closing.seconds > LONGEST for closing in done)
    broken = sum(bool(closing.faults) for closing in done)
    print(f"{len(done)} closings, {broken} with faults, {late} later than {LONGEST:.0f} s")
    sys.exit(1 if broken or late else 0)


if __name__ == "__main__":
    main()
