"""Pictures from folders and tar files, decoded once into one array on disk."""

import hashlib
import json
import tarfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}
CACHED_SIDE = 192  # pixels
ALIKE = 0.995  # correlation of 16x16 grey thumbnails above which two photos count as one


@dataclass(frozen=True)
class Pictures:
    """Decoded photos: `pixels` is uint8 (n, side, side, 3), a read-only map of a file."""

    pixels: NDArray[np.uint8]
    train: NDArray[np.int64]
    held_out: NDArray[np.int64]


def read_names(folder: Path) -> list[Path]:
    """The pictures below a folder, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def read(source: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every picture below a folder or inside a tar file, in a fixed order."""
    if source.is_dir():
        for path in read_names(source):
            yield path.relative_to(source).as_posix(), path.read_bytes()
        return
    with tarfile.open(source) as archive:
        for member in archive:
            if member.isfile() and Path(member.name).suffix.lower() in SUFFIXES:
                stream = archive.extractfile(member)
                if stream is not None:
                    yield member.name, stream.read()


def squash(data: bytes, side: int) -> NDArray[np.uint8] | None:
    """The whole upright picture squashed to uint8 (side, side, 3), or None if it is unreadable."""
    try:
        with Image.open(BytesIO(data)) as picture:
            picture.draft("RGB", (side, side))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError):
        return None
    return np.asarray(upright.resize((side, side), Image.Resampling.BICUBIC, reducing_gap=3.0))


def _decoded(sources: list[Path], side: int) -> Iterator[NDArray[np.uint8]]:
    with ThreadPoolExecutor(2) as pool:
        waiting: deque[Future[NDArray[np.uint8] | None]] = deque()
        for source in sources:
            for _, data in read(source):
                waiting.append(pool.submit(squash, data, side))
                if len(waiting) > 64 and (pixels := waiting.popleft().result()) is not None:
                    yield pixels
        for future in waiting:
            if (pixels := future.result()) is not None:
                yield pixels


def _distinct(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The positions left after dropping later photos that look the same as an earlier one."""
    step = pixels.shape[1] // 16
    small = np.stack([p[: step * 16, : step * 16].mean(2) for p in pixels])
    small = small.reshape(len(pixels), 16, step, 16, step).mean((2, 4)).reshape(len(pixels), -1)
    small -= small.mean(1, keepdims=True)
    small /= np.linalg.norm(small, axis=1, keepdims=True) + 1e-6
    keep = []
    for start in range(0, len(small), 1024):
        alike = small[start : start + 1024] @ small.T > ALIKE
        earlier = np.arange(len(small))[None] < np.arange(start, start + len(alike))[:, None]
        keep.append(~(alike & earlier).any(1))
    return np.flatnonzero(np.concatenate(keep))


def prepare(sources: list[Path], *, side: int, cache: Path, held_out: int) -> Pictures:
    """Decode `sources` once into `cache` and split off every so many photos for validation.

    Photos that look the same as an earlier one are dropped, so that no photo is its own negative.
    A cache made from the same sources at the same size is used again.
    """
    stamp = [(str(s.resolve()), s.stat().st_size, s.stat().st_mtime_ns) for s in sources]
    key = hashlib.sha256(json.dumps([stamp, side]).encode()).hexdigest()[:16]
    cache.mkdir(parents=True, exist_ok=True)
    raw, chosen = cache / f"{key}.raw", cache / f"{key}.npy"
    if not chosen.exists():
        with raw.open("wb") as file:
            for pixels in _decoded(sources, side):
                file.write(pixels.tobytes())
        np.save(chosen, _distinct(np.memmap(raw, np.uint8, "r").reshape(-1, side, side, 3)))
    pixels = np.memmap(raw, np.uint8, "r").reshape(-1, side, side, 3)
    kept = np.random.default_rng(0).permutation(np.load(chosen))
    return Pictures(pixels, train=np.sort(kept[held_out:]), held_out=np.sort(kept[:held_out]))
