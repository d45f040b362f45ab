"""Takes a WebP apart; RFC 9649."""

from collections.abc import Iterator

from kindred.engine.digest import digest_parts
from kindred.engine.metadata import quality, quantisers
from kindred.engine.metadata.container import Container
from kindred.engine.types import Encoding

_MAX_CHUNKS = 100_000
_PICTURE = (b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF")

Chunk = tuple[bytes, int, int]
"""Its name, and the first byte and the end of what it holds."""


def chunks(data: bytes, start: int, end: int) -> Iterator[Chunk]:
    """The chunks between two bytes; the last one may promise more than there is."""
    for _ in range(_MAX_CHUNKS):
        if start + 8 > end:
            return
        size = int.from_bytes(data[start + 4 : start + 8], "little")
        yield data[start : start + 4], start + 8, start + 8 + size
        start += 8 + size + size % 2


def read(data: bytes) -> Container:
    """A WebP file taken apart, its pictures not decoded."""
    promised = 8 + int.from_bytes(data[4:8], "little")
    top = list(chunks(data, 12, min(len(data), promised)))
    view = memoryview(data)
    first = {name: (at, end) for name, at, end in reversed(top)}
    frames = [(at, end) for name, at, end in top if name == b"ANMF"]
    inner = [box for at, end in frames[:1000] for box in chunks(data, at + 16, min(end, len(data)))]
    coded = [box for box in (*top, *inner) if box[0] in (b"VP8 ", b"VP8L")]
    lossless = bool(coded) and all(name == b"VP8L" for name, _, _ in coded)
    width, height = _size(data, first, coded)

    def block(name: bytes) -> bytes | None:
        at, end = first.get(name, (0, 0))
        return data[at:end] or None

    return Container(
        exif=(block(b"EXIF") or b"").removeprefix(b"Exif\0\0") or None,
        xmp=tuple(packet for packet in (block(b"XMP "),) if packet),
        icc=block(b"ICCP"),
        width=width,
        height=height,
        picture=digest_parts(view[at:end] for name, at, end in top if name in _PICTURE),
        frames=max(1, len(frames)),
        alpha=any(_has_alpha(data, box) for box in (*top, *inner)),
        damage=int(
            promised > len(data) + 1 or not coded or any(e > len(data) for _, _, e in coded)
        ),
        encoding=_encoding(data, coded, lossless=lossless),
    )


def _encoding(data: bytes, coded: list[Chunk], *, lossless: bool) -> Encoding:
    found = next((quantisers.vp8(data[at:end]) for name, at, end in coded if name == b"VP8 "), None)
    if lossless or found is None:
        return Encoding(lossless=lossless)
    return Encoding(quality=quality.of_vp8(found.index), subsampling=found.subsampling)


def _size(data: bytes, first: dict[bytes, tuple[int, int]], coded: list[Chunk]) -> tuple[int, int]:
    if b"VP8X" in first:
        at = first[b"VP8X"][0]
        width, height = (int.from_bytes(data[n : n + 3], "little") + 1 for n in (at + 4, at + 7))
        return width, height
    for name, at, _ in coded[:1]:
        if name == b"VP8 ":
            width, height = (
                int.from_bytes(data[n : n + 2], "little") & 0x3FFF for n in (at + 6, at + 8)
            )
            return width, height
        bits = int.from_bytes(data[at + 1 : at + 5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return 0, 0


def _has_alpha(data: bytes, chunk: Chunk) -> bool:
    """Encoders look at the pixels before they write either."""
    name, at, _ = chunk
    if name == b"VP8L":
        return bool(int.from_bytes(data[at + 1 : at + 5], "little") >> 28 & 1)
    return name == b"ALPH"
