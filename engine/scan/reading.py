"""What a worker makes of some files, and how that is written into the store."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kindred.engine.decoding import decode
from kindred.engine.digest import digest_bytes
from kindred.engine.embedding.embedder import Embedder
from kindred.engine.errors import DecodeError
from kindred.engine.progress import CancelToken, Clock
from kindred.engine.store import Store
from kindred.engine.store.contents import NewContent
from kindred.engine.types import FoundFile, SkippedFile, Stamp
from kindred.engine.verification.panels import panels
from kindred.engine.verification.signature import signature

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a worker found out about some files."""

    known: list[tuple[FoundFile, int]]  # their content was there already, embedded
    new: list[tuple[FoundFile, NewContent]]
    vectors: NDArray[np.float32]  # one row for each of `new`
    skipped: list[tuple[SkippedFile, FoundFile]]
    undecoded: list[tuple[FoundFile, str]]  # digests of those of `skipped` that were read
    # Rows for each panel of those of `new` that have some, by their number there.
    panels: dict[int, NDArray[np.float32]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.known) + len(self.new) + len(self.skipped)


def read(
    stamps: Sequence[Stamp],
    *,
    embedder: Embedder,
    embedded: Callable[[str], int | None],
    keep: Callable[[str, Pixels], None] | None = None,
    token: CancelToken,
    clock: Clock,
) -> Reading:
    """Read, digest, decode and embed some files; for any thread or process. Raises Cancelled.

    embedded: the content of a digest that need not be embedded again, or None. keep: keeps the
    small picture of a digest.
    """
    reading = Reading([], [], np.empty((0, embedder.dim), np.float32), [], [])
    pixels: list[Pixels] = []
    inside: list[tuple[int, Pixels]] = []  # the number of the photo, and a picture in it
    for path, size, mtime_ns in stamps:
        token.check()
        file = FoundFile(Path(path), size, mtime_ns)
        digest = None
        try:
            with clock.stage("read", 1):
                data = decode.read_bytes(file)
            with clock.stage("digest", 1):
                digest = digest_bytes(data)
            content = embedded(digest)
            if content is not None:
                reading.known.append((file, content))
                continue
            with clock.stage("decode", 1):
                picture = decode.decode(data, name=file.path.name, side=embedder.side)
        except DecodeError as error:
            reading.skipped.append((SkippedFile(file.path, error.reason, str(error)), file))
            if digest is not None:
                reading.undecoded.append((file, digest))
            continue
        with clock.stage("measure", 1):
            new = NewContent(digest, picture.info, signature(picture.rgb))
            pixels.append(decode.squash(picture.rgb, side=embedder.side))
            for panel in () if picture.info.flat else panels(picture.rgb):
                cut = decode.squash(panel.cut(picture.rgb), side=embedder.side)
                inside.append((len(reading.new), cut))
        if keep is not None and (small := picture.as_small_picture) is not None:
            with clock.stage("keep", 1):
                keep(digest, small)
        reading.new.append((file, new))
    if not pixels:
        return reading
    with clock.stage("embed", len(pixels) + len(inside)):
        vectors = embedder.embed(np.stack([*pixels, *(cut for _, cut in inside)]))
    rows: dict[int, list[int]] = defaultdict(list)
    for row, (number, _) in enumerate(inside, len(pixels)):
        rows[number].append(row)
    of_panels = {number: vectors[own] for number, own in rows.items()}
    return replace(reading, vectors=vectors[: len(pixels)], panels=of_panels)


def remember(store: Store, model: str, reading: Reading) -> None:
    """Write what a worker found, in one transaction."""
    with store.write():
        numbers = store.add_contents([new for _, new in reading.new])
        store.add_vectors(model, zip(numbers, reading.vectors, strict=True))
        store.add_panel_vectors(model, {numbers[row]: own for row, own in reading.panels.items()})
        files = (file for file, _ in reading.new)
        store.set_paths([*reading.known, *zip(files, numbers, strict=True)])
        store.add_skipped(reading.skipped)
        store.add_undecoded(reading.undecoded)
