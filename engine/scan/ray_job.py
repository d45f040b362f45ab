"""kindred-embed: the embedding stage of a scan as a Ray job, for archives larger than one machine.

Every worker reads, decodes and embeds files of a storage that all machines see under the same
paths. The driver walks it, and is the only one that writes into the store; the scan after it finds
all photos known and goes on with their neighbours. docs/scale.md says when this is worth while.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kindred.engine.decoding import decode
from kindred.engine.embedding.embedder import Embedder, load
from kindred.engine.errors import DecodeError, KindredError
from kindred.engine.paths import absolute, home
from kindred.engine.progress import CancelToken
from kindred.engine.scan import walker
from kindred.engine.store import Store
from kindred.engine.store.contents import NewContent
from kindred.engine.types import FoundFile, SkippedFile, Stamp
from kindred.engine.verification.signature import signature

BATCH = 64  # files a task: seconds of work, kilobytes of result

Batch = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a worker made of a file: its content with a vector, or why there is none."""

    file: FoundFile
    content: NewContent | None
    vector: NDArray[np.float32] | None
    skipped: SkippedFile | None


class Worker:
    """Files to contents and vectors; Ray makes one in each of its processes."""

    def __init__(self, model: str, device: str, *, embedder: Embedder | None = None) -> None:
        self._embedder = embedder or load(model, device=device, home=home())

    def __call__(self, batch: Batch) -> Batch:
        """The "stamp" (Stamp) of each file in a batch to what was "found" (Found)."""
        files = [FoundFile(Path(path), size, mtime_ns) for path, size, mtime_ns in batch["stamp"]]
        read = [self._read(file) for file in files]
        pixels = [one[1] for one in read if not isinstance(one, SkippedFile)]
        vectors = iter(self._embedder.embed(np.stack(pixels)) if pixels else ())
        found = np.empty(len(files), object)
        found[:] = [
            Found(file, None, None, one)
            if isinstance(one, SkippedFile)
            else Found(file, one[0], next(vectors), None)
            for file, one in zip(files, read, strict=True)
        ]
        return {"found": found}

    def _read(self, file: FoundFile) -> tuple[NewContent, NDArray[np.uint8]] | SkippedFile:
        side = self._embedder.side
        try:
            data = decode.read_bytes(file)
            picture = decode.decode(data, name=file.path.name, side=side)
        except DecodeError as error:
            return SkippedFile(file.path, error.reason, str(error))
        content = NewContent(decode.digest(data), picture.info, signature(picture.rgb))
        return content, decode.squash(picture.rgb, side=side)


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


def remember(store: Store, model: str, batches: Iterable[Batch]) -> Iterator[int]:
    """Write what the workers found, a transaction a batch; yields how many files each had."""
    for batch in batches:
        rows: list[Found] = batch["found"].tolist()
        new = [
            (row.file, row.content, row.vector)
            for row in rows
            if row.content is not None and row.vector is not None
        ]
        with store.write():
            numbers = store.add_contents([content for _, content, _ in new])
            vectors = (vector for *_, vector in new)
            store.add_vectors(model, zip(numbers, vectors, strict=True))
            store.set_paths(zip((file for file, *_ in new), numbers, strict=True))
            store.add_skipped((row.skipped, row.file) for row in rows if row.skipped)
        yield len(rows)


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
        return _failed("Ray is not installed; install it with: pip install 'kindred[ray]'")
    try:
        ray.init(address=arguments.address, log_to_driver=False, include_dashboard=False)
        try:
            _run(ray, arguments)
        finally:
            ray.shutdown()
    except (KindredError, OSError, ray.exceptions.RayError) as error:
        return _failed(str(error))
    return 0


def _run(ray: Any, arguments: argparse.Namespace) -> None:
    roots = [absolute(folder) for folder in arguments.folders]
    store = Store(home().store)
    try:
        store.claim()
        model = load(arguments.model, device="cpu", home=home()).id
        stamps = to_embed(roots, store=store, model=model)
        done = 0
        for count in remember(store, model, _batches(ray, stamps, arguments)):
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
        .iter_batches(batch_size=BATCH)
    )
    return batches


def _failed(why: str) -> int:
    sys.stderr.write(f"kindred-embed: {why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
