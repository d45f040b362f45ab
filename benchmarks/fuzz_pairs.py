"""Takes many odd pairs of pictures the whole way, in processes of their own, and counts what fails.

python -m benchmarks.fuzz_pairs 20000 [--from 0]

A pair is told by its number. A crash, a hang of five minutes and an exception are counted and
printed; after a crash the next process goes on with the next pair.
"""

import argparse
import logging
import multiprocessing
import tempfile
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

SECONDS = 300.0  # for one pair, on a busy machine too
EVERY = 500  # pairs between two lines of progress


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=int)
    parser.add_argument("--from", dest="start", type=int, default=0)
    options = parser.parse_args()
    end = options.start + options.pairs
    failures: list[str] = []
    number = options.start
    context = multiprocessing.get_context("spawn")
    while number < end:
        ours, theirs = context.Pipe()
        worker = context.Process(target=work, args=(theirs, number, end))
        worker.start()
        theirs.close()
        while number < end:
            try:
                failed = ours.recv() if ours.poll(SECONDS) else "hangs"
            except EOFError:
                failed = "crash"
            if failed:
                failures.append(f"pair {number}: {failed}")
                print(failures[-1], flush=True)
            number += 1
            if number % EVERY == 0:
                print(f"{number - options.start} pairs, {len(failures)} failures", flush=True)
            if failed in ("hangs", "crash"):
                worker.kill()
                break
        worker.join()
    print(f"{options.pairs} pairs, {len(failures)} failures")


def work(answers: Connection, start: int, end: int) -> None:
    """Runs in a process of its own: sends the traceback of each pair, empty where all was well."""
    import cv2

    from tests.support.odd_pairs import whole_way

    logging.disable()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(start, end):
            try:
                whole_way(number, Path(folder))
                answers.send("")
            except Exception:
                answers.send(traceback.format_exc())


if __name__ == "__main__":
    main()
