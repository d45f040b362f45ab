"""Reads the directories of a TIFF file, of an EXIF block or of a maker note; TIFF 6.0, BigTIFF."""

import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

import numpy as np

from kindred.engine.digest import digest_bytes, digest_parts
from kindred.engine.metadata.container import Container, within
from kindred.engine.types import Encoding

_MAX_ENTRIES = 1000  # of a directory
_MAX_DIRECTORIES = 10_000
_MAX_ALL_ENTRIES = 200_000  # of all directories: a hostile file lays them over one another
_MAX_PARTS = 200_000  # strips, tiles and streams
_MAX_WITH_INNER = 100  # pages whose inner directories are read
_MAX_VALUES = 1 << 20
_MAX_BYTES = 64 << 20  # of a block inside a tag
# Type -> numpy's name; rationals are pairs.
_TYPES = {
    1: "u1", 2: "S1", 3: "u2", 4: "u4", 5: "u4", 6: "i1", 7: "u1", 8: "i2", 9: "i4", 10: "i4",
    11: "f4", 12: "f8", 13: "u4", 16: "u8", 17: "i8", 18: "u8",
}  # fmt: skip
_RATIONALS = (5, 10)

Order = Literal["<", ">"]
_LAYOUT_TAGS = (256, 257, 258, 259, 262, 266, 277, 278, 284, 317, 320, 322, 323, 338, 339, 347)
_DATA_TAGS = ((273, 279), (324, 325), (513, 514))  # strips, tiles, JPEG streams: offsets, lengths
_LOSSY = {6, 7, 34676, 34712, 34892, 50001, 50002}
_ALPHA = {1, 2}


@dataclass(frozen=True, slots=True)
class Directory:
    """One image file directory; `entries` are type, count and where the values lie in `data`."""

    data: bytes
    order: Order
    entries: Mapping[int, tuple[int, int, int]]
    base: int = 0  # what the offsets inside it count from
    end: int = 0  # of its own bytes in `data`

    def numbers(self, tag: int, *, most: int = _MAX_VALUES) -> list[float]:
        """The values of a tag that holds numbers, rationals divided; [] where it makes no sense."""
        kind, count, at = self.entries.get(tag, (0, 0, 0))
        if kind not in _TYPES or kind == 2:
            return []
        each = 2 if kind in _RATIONALS else 1
        dtype = np.dtype(f"{self.order}{_TYPES[kind]}")
        count = min(count, most, max(0, (len(self.data) - at) // (dtype.itemsize * each)))
        values = np.frombuffer(self.data, dtype, count * each, at) if count else np.empty(0)
        if each == 2:
            tops, bottoms = values[0::2].tolist(), values[1::2].tolist()
            return [a / b if b else math.nan for a, b in zip(tops, bottoms, strict=True)]
        return [float(value) if kind in (11, 12) else int(value) for value in values.tolist()]

    def number(self, tag: int) -> float | None:
        """The first of the values, if it is a number at all."""
        values = self.numbers(tag, most=1)
        return values[0] if values and math.isfinite(values[0]) else None

    def block(self, tag: int) -> bytes | None:
        """The bytes of a tag, whatever its type says."""
        kind, count, at = self.entries.get(tag, (0, 0, 0))
        if kind not in _TYPES:
            return None
        each = np.dtype(_TYPES[kind]).itemsize * (2 if kind in _RATIONALS else 1)
        return self.data[at : at + min(count * each, _MAX_BYTES)] or None

    def text(self, tag: int) -> bytes | None:
        """The text of a tag up to its first zero."""
        block = self.block(tag)
        return block.split(b"\0", 1)[0] if block is not None else None

    def below(self, tag: int) -> list["Directory"]:
        """The directories that the tag points to."""
        found = (
            _directory(self.data, self.base + int(offset), self.order, big=False, base=self.base)
            for offset in self.numbers(tag, most=16)
            if math.isfinite(offset)
        )
        return [directory for directory, _ in found if directory is not None]


def directories(data: bytes, *, start: int = 0) -> list[Directory]:
    """The directories of the TIFF at `start`, in their order; [] where there is none."""
    order: Order = "<" if data[start : start + 2] == b"II" else ">"
    if data[start : start + 2] not in (b"II", b"MM") or len(data) < start + 8:
        return []
    big = data[start + 2 : start + 4] in (b"+\0", b"\0+")
    try:
        (at,) = struct.unpack_from(order + ("Q" if big else "I"), data, start + (8 if big else 4))
    except struct.error:
        return []
    found: list[Directory] = []
    seen: set[int] = set()
    left = _MAX_ALL_ENTRIES
    while at and at not in seen and len(found) < _MAX_DIRECTORIES and left > 0:
        seen.add(at)
        directory, at = _directory(data, start + at, order, big=big, base=start)
        if directory is not None:
            found.append(directory)
            left -= len(directory.entries)
    return found


def directory_at(data: bytes, at: int, order: Order, *, base: int = 0) -> Directory | None:
    """The directory at `at`, as a maker note holds one; its offsets count from `base`."""
    return _directory(data, at, order, big=False, base=base)[0]


def _directory(
    data: bytes, at: int, order: Order, *, big: bool, base: int
) -> tuple[Directory | None, int]:
    """The directory at `at`, and the offset of the next one."""
    head, each, inline = ("Q", 20, 8) if big else ("H", 12, 4)
    entry = struct.Struct(order + ("HHQ" if big else "HHI"))
    offset = struct.Struct(order + ("Q" if big else "I"))
    if not 0 <= at <= len(data) - struct.calcsize(head):
        return None, 0
    (count,) = struct.unpack_from(order + head, data, at)
    at += struct.calcsize(head)
    if count > _MAX_ENTRIES:
        return None, 0
    entries: dict[int, tuple[int, int, int]] = {}
    for where in range(at, min(at + count * each, len(data) - each + 1), each):
        tag, kind, values = entry.unpack_from(data, where)
        if kind not in _TYPES:
            continue
        size = np.dtype(_TYPES[kind]).itemsize * (2 if kind in _RATIONALS else 1) * values
        place = where + entry.size
        if size > inline:
            place = base + offset.unpack_from(data, place)[0]
        if place < len(data):
            entries.setdefault(tag, (kind, values, place))
    following = 0
    if at + count * each + offset.size <= len(data):
        (following,) = offset.unpack_from(data, at + count * each)
    end = min(at + count * each + offset.size, len(data))
    return Directory(data, order, entries, base, end), following


def read(data: bytes, *, raw: bool) -> Container:
    """A TIFF file, or with `raw` a RAW file of that build, taken apart."""
    pages = directories(data)
    if not pages:
        return Container(damage=1)
    every = [*pages, *(inner for page in pages[:_MAX_WITH_INNER] for inner in page.below(330))]
    first = max(pages[:1] if not raw else every, key=_area)
    shown = [page for page in pages if not int(page.number(254) or 0) & 0b101]
    bits = [int(value) for value in first.numbers(258, most=8) if 0 < value <= 64]
    samples = int(first.number(277) or 1)
    extra = [int(value) for value in first.numbers(338, most=8)]
    compression = int(first.number(259) or 1)
    palette = first.number(262) == 3
    parts = list(islice(_picture_parts(data, every), _MAX_PARTS))
    missing = sum(1 for _, whole in parts if not whole)
    views = within((part for part, _ in parts), 2 * len(data))
    resources = pages[0].block(34377) or b""
    layers = pages[0].block(37724) or b""
    encoding = Encoding(
        lossless=raw or compression not in _LOSSY,
        colours=1 << bits[0] if palette and bits and bits[0] <= 8 else None,
    )
    if compression in (6, 7) and not raw:
        encoding = replace(encoding, quality=_jpeg_quality(first))
    return Container(
        exif=data,
        xmp=tuple(block for block in (pages[0].block(700),) if block),
        iptc=pages[0].block(33723) or _iptc(resources),
        icc=first.block(34675) or pages[0].block(34675),
        width=int(first.number(256) or 0),
        height=int(first.number(257) or 0),
        picture=digest_parts(views) if parts else digest_bytes(data),
        pages=1 if raw else max(1, len(shown)),
        layers=_layers(layers),
        extras=digest_bytes(layers) if layers else None,
        alpha=bool(_ALPHA & set(extra)) and not raw,
        bits=max(bits or [1 if not raw else 12]),
        channels=3 if raw or palette else max(1, min(samples - len(extra), 4)),
        damage=missing,
        encoding=encoding,
    )


def end_of_parts(data: bytes) -> int:
    """Behind the last byte of the directories and of what they name.

    The length of the file where pictures do not say how long they are.
    """
    pages = directories(data)
    every = [*pages, *(one for page in pages[:_MAX_WITH_INNER] for one in _inner(page))]
    end = 8
    for page in every:
        end = max(end, page.end)
        for kind, count, at in page.entries.values():
            each = np.dtype(_TYPES[kind]).itemsize * (2 if kind in _RATIONALS else 1)
            end = max(end, at + each * count)
        for offsets, lengths in _DATA_TAGS:
            sizes = page.numbers(lengths, most=_MAX_PARTS)
            starts = page.numbers(offsets, most=_MAX_PARTS)
            if len(sizes) != len(starts):
                return len(data)
            end = max(
                end, *(page.base + int(a) + int(n) for a, n in zip(starts, sizes, strict=True)), 0
            )
    return end


def _inner(page: Directory) -> list[Directory]:
    found = [inner for tag in (330, 0x8769, 0x8825) for inner in page.below(tag)]
    return [*found, *(one for inner in found for one in inner.below(0xA005))]


def _area(page: Directory) -> float:
    return (page.number(256) or 0) * (page.number(257) or 0)


def _picture_parts(data: bytes, pages: list[Directory]) -> Iterator[tuple[memoryview, bool]]:
    """What pictures are made of, and of each part whether the file holds all of it."""
    view = memoryview(data)
    for page in pages:
        layout = b"".join(bytes((tag & 255,)) + (page.block(tag) or b"") for tag in _LAYOUT_TAGS)
        yield memoryview(layout), True
        for offsets, lengths in _DATA_TAGS:
            sizes = page.numbers(lengths)
            for at, size in zip(page.numbers(offsets), sizes, strict=False):
                start, end = page.base + int(at), page.base + int(at) + int(size)
                yield view[start:end], end <= len(data)


def _jpeg_quality(page: Directory) -> float | None:
    from kindred.engine.metadata import jpeg

    offsets = page.numbers(273, most=1) or page.numbers(324, most=1)
    tables = page.block(347) or (page.data[int(offsets[0]) :] if offsets else b"")
    found = jpeg.parse(tables[: 1 << 16])
    return jpeg.quality(found.tables) if found is not None else None


def _iptc(resources: bytes) -> bytes | None:
    from kindred.engine.metadata import jpeg

    return jpeg.photoshop_resources(resources).get(0x0404)


def _layers(block: bytes) -> int:
    """How many layers Photoshop put into its own block of a TIFF."""
    for key, order in ((b"8BIMLayr", ">"), (b"MIB8ryaL", "<"), (b"8BIMLr16", ">")):
        at = block.find(key, 0, 4096)
        if at >= 0 and at + 14 <= len(block):
            (count,) = struct.unpack_from(f"{order}h", block, at + 12)
            return int(min(abs(count), 10_000))
    return 0
