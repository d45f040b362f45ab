"""A library of any size over real small files, made through the store without a scan."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import asdict
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kindred.engine.pairs import Pairs
from kindred.engine.paths import Home
from kindred.engine.store import Store
from kindred.engine.store.contents import NewContent
from kindred.engine.types import Edit, EditName, FoundFile, Kind, PhotoInfo, Registration, Relation
from kindred.engine.verification import verify
from kindred.engine.verification.signature import signature
from tests.support.drawing import draw
from tests.support.tiny_embedder import tiny_embedder

DRAWN = 200  # distinct files; every photo is a hard link to one of them
PER_GROUP = (2, 2, 3, 3, 5)  # members of the groups, in turn
BATCH = 5000


def make(home: Path, folder: Path, *, photos: int, groups: int) -> None:
    """Fill the store of the KINDRED_HOME `home`, and `folder` with the files.

    Three of four groups are copies, the fourth is of similar shots; all pairs of a group are
    related. The photos outside of groups are in no pair.
    """
    files = list(_files(folder, photos))
    where = Home(home / "data", home / "cache", home / "logs")
    where.data.mkdir(parents=True)
    model = tiny_embedder()
    rng = np.random.default_rng(0)
    grey = signature(np.full((480, 360, 3), 128, np.uint8))
    store = Store(where.store)
    numbers: list[int] = []
    for start in range(0, photos, BATCH):
        batch = files[start : start + BATCH]
        vectors = rng.standard_normal((len(batch), model.dim)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        with store.write():
            new = [_content(number, rng, grey) for number in range(start, start + len(batch))]
            made = store.add_contents(new)
            store.add_vectors(model.id, zip(made, vectors, strict=True))
            store.set_paths(zip(batch, made, strict=True))
        numbers += made
    relations = list(_relations(numbers, groups))
    related = Pairs(
        np.array([relation.first for relation in relations]),
        np.array([relation.second for relation in relations]),
        np.array([relation.similarity for relation in relations], np.float32),
    )
    store.add_pairs(model.id, related)
    store.set_searched(model.id, numbers)
    store.add_relations(verify.VERSION, relations)
    store.add_roots([folder])
    store.set_setting("model id", model.id)
    store.set_setting(f"scale of {model.id}", asdict(model.calibration))
    store.close()


def _files(folder: Path, count: int) -> Iterator[FoundFile]:
    drawn = folder / "drawn"
    drawn.mkdir(parents=True)
    for number in range(DRAWN):
        draw(number, (480, 360)).save(drawn / f"{number}.jpg", quality=85)
    for number in range(count):
        path = folder / f"{number // 1000:04}" / f"IMG_{number:06}.jpg"
        path.parent.mkdir(exist_ok=True)
        os.link(drawn / f"{number % DRAWN}.jpg", path)
        known = path.stat()
        yield FoundFile(path, known.st_size, known.st_mtime_ns)


def _content(number: int, rng: np.random.Generator, grey: NDArray[np.uint8]) -> NewContent:
    info = PhotoInfo(
        4032 - 8 * (number % 90),
        3024,
        "JPEG",
        taken_at=f"20{number % 20 + 5:02}-{number % 12 + 1:02}-{number % 28 + 1:02}T10:20:30",
        camera="Canon EOS R6",
        jpeg_quality=80 + number % 15,
        sharpness=float(rng.uniform(1, 9)),
        exposure=float(rng.uniform(0, 1)),
        detail=12.2,
    )
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    return NewContent(digest, info, grey)


def _relations(numbers: list[int], groups: int) -> Iterator[Relation]:
    start = 0
    lies = Registration((1.0, 0.0, 0.5, 0.0, 1.0, 0.25, 0.0, 0.0, 1.0), inliers=120)
    edits = (Edit(EditName.REENCODED), Edit(EditName.RESIZED, 0.5))
    for group in range(groups):
        members = numbers[start : start + PER_GROUP[group % len(PER_GROUP)]]
        start += len(members)
        for first, second in combinations(members, 2):
            if group % 4:
                yield Relation(first, second, Kind.COPY, 0.97, 0.999, edits, lies)
            else:
                yield Relation(first, second, Kind.SIMILAR, 0.8, 0.9)
