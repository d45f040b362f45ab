"""kindred-embed: the embedding stage of a scan as a Ray job, for archives larger than one machine.

Every worker reads, decodes and embeds files of a storage that all machines see under the same
paths. The driver walks it, and is the only one that writes into the store; the scan after it finds
all photos known and goes on with their neighbours. docs/scale.md says when this is worth while.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kindred.engine.embedding.embedder import Embedder, load
from kindred.engine.errors import KindredError
from kindred.engine.paths import absolute, home
from kindred.engine.progress import CancelToken, Clock
from kindred.engine.scan import walker
from kindred.engine.scan.reading import read, remember
from kindred.engine.store import Store
from kindred.engine.types import Stamp

BATCH = 64  # files a task: seconds of work, kilobytes of result

Batch = dict[str, NDArray[Any]]


class Worker:
    """Files to contents and vectors; Ray makes one in each of its processes."""

    def __init__(self, model: str, device: str, *, embedder: Embedder | None = None) -> None:
        self._embedder = embedder or load(model, device=device, home=home())

    def __call__(self, batch: Batch) -> Batch:
        """The "stamp" (Stamp) of each file in a batch to one "reading" (Reading) of them all."""
        reading = read(
            [(path, size, mtime_ns) for path, size, mtime_ns in batch["stamp"]],
            embedder=self._embedder,
            embedded=lambda _digest: None,  # the store is the driver's
            token=CancelToken(),
            clock=Clock(),
        )
        column = np.empty(1, object)
        column[0] = reading
        return {"reading": column}


def to_embed(roots: Sequence[Path], *, store: Store, model: str) -> list[Stamp]:
    """The photos below `roots` that the store does not know, or not with a vector of the model."""
    folders = walker.walk(
        roots,
        follow_links=False,
        include_hidden=False,
        token=CancelToken(),
        on_skipped=lambda _: None,  # the scan that follows says so
    )
    unread = store.lookup((stamp for folder in folders for stamp in folder.photos), roots).unread
    paths = {path for path, *_ in unread}
    return unread + [file for file in store.without_vector(model, roots) if file[0] not in paths]


def collect(store: Store, model: str, batches: Iterable[Batch]) -> Iterator[int]:
    """Write what the workers found, a transaction a task; yields how many files each had."""
    for batch in batches:
        for reading in batch["reading"].tolist():
            remember(store, model, reading)
            yield len(reading)


def main(words: Sequence[str] | None = None) -> int:
    """The command. 0: done; 1: an expected failure, told in one line."""
    parser = argparse.ArgumentParser(
        prog="kindred-embed",
        description="Embed the photos in folders with Ray; `kindred scan` then goes on from there.",
    )
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--model", default="builtin", metavar="ID", help="network to use (builtin)")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--workers", type=int, default=0, help="processes (one a CPU or GPU)")
    parser.add_argument("--address", help="of a Ray cluster; without one, this machine alone")
    arguments = parser.parse_args(words)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would report to its makers
    try:
        import ray
    except ImportError:
        return _fail("Ray is not installed; install it with: pip install 'kindred[ray]'")
    try:
        ray.init(address=arguments.address, log_to_driver=False, include_dashboard=False)
        try:
            _run(ray, arguments)
        finally:
            ray.shutdown()
    except (KindredError, OSError, ray.exceptions.RayError) as error:
        return _fail(str(error))
    return 0


def _run(ray: Any, arguments: argparse.Namespace) -> None:
    roots = [absolute(folder) for folder in arguments.folders]
    store = Store(home().store)
    try:
        store.claim()
        model = load(arguments.model, device="cpu", home=home()).id
        stamps = to_embed(roots, store=store, model=model)
        done = 0
        for count in collect(store, model, _batches(ray, stamps, arguments)):
            done += count
            sys.stdout.write(f"\r{done} of {len(stamps)} files")
            sys.stdout.flush()
        sys.stdout.write(f"\n{store.photo_count(roots)} photos are known; now: kindred scan\n")
    finally:
        store.close()


def _batches(ray: Any, stamps: list[Stamp], arguments: argparse.Namespace) -> Iterable[Batch]:
    if not stamps:
        return ()
    on_gpu = arguments.device == "cuda"
    there = int(ray.cluster_resources().get("GPU" if on_gpu else "CPU", 1))
    batches: Iterable[Batch] = (
        ray.data.from_items([{"stamp": stamp} for stamp in stamps])
        .map_batches(
            Worker,
            fn_constructor_args=(arguments.model, arguments.device),
            batch_size=BATCH,
            concurrency=max(1, min(arguments.workers or there, -(-len(stamps) // BATCH))),
            num_cpus=None if on_gpu else 1,
            num_gpus=1 if on_gpu else None,
        )
        .iter_batches(batch_size=1)  # of readings
    )
    return batches


def _fail(why: str) -> int:
    sys.stderr.write(f"kindred-embed: {why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
