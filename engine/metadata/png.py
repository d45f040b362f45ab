"""Takes a PNG or APNG apart and checks it; W3C PNG, third edition."""

import zlib
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kindred.engine.digest import digest_parts
from kindred.engine.metadata.container import Container
from kindred.engine.types import Encoding

_SRGB_GAMMA, _NEAR_SRGB = 1 / 2.2, 0.01
_MAX_CHUNKS = 200_000
_MAX_TEXT = 1 << 22  # bytes, inflated
_MAX_TEXTS = 200
_MAX_PIXELS = 64_000_000  # that are looked at; of more transparency is taken to be in use
_PICTURE = (b"IHDR", b"PLTE", b"tRNS", b"acTL", b"fcTL", b"IDAT", b"fdAT")
_PALETTE, _WITH_ALPHA = 3, (4, 6)
_CHANNELS = {0: 1, 2: 3, 3: 3, 4: 1, 6: 3}

Chunk = tuple[bytes, int, int]
"""Its name, and the first byte and the end of what it holds."""


def _chunks(data: bytes) -> Iterator[Chunk]:
    at = 8
    for _ in range(_MAX_CHUNKS):
        if at + 8 > len(data):
            return
        size = int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        yield name, at + 8, at + 8 + size
        at += 12 + size
        if name == b"IEND":
            return


def read(data: bytes) -> Container:
    """A PNG file taken apart. Its pixels are decoded only where it has transparency."""
    found = list(_chunks(data))
    first = {name: data[at:end] for name, at, end in reversed(found) if name != b"IDAT"}
    view = memoryview(data)
    header = first.get(b"IHDR", b"").ljust(13, b"\0")
    kind = header[9]
    texts, packets, raw = _texts(data, found)
    frames = int.from_bytes(first.get(b"acTL", b"")[:4], "big") or 1
    damage = sum(1 for chunk in found if not _whole(view, chunk)) + (b"IEND" not in first)
    exif = first.get(b"eXIf") or raw.get("exif") or raw.get("APP1")
    luma, alpha = _pixels(data, header, seen_through=kind in _WITH_ALPHA or b"tRNS" in first)
    return Container(
        exif=exif.removeprefix(b"Exif\0\0") if exif else None,
        xmp=tuple(packets),
        iptc=_iptc(raw.get("iptc") or b""),
        icc=_inflate(first.get(b"iCCP", b"").split(b"\0", 1)[-1][1:]) or None,
        primaries=first[b"cICP"][0] if first.get(b"cICP") else None,
        gamma=None if {b"sRGB", b"iCCP", b"cICP"} & first.keys() else _gamma(first),
        texts=texts,
        width=int.from_bytes(header[:4], "big"),
        height=int.from_bytes(header[4:8], "big"),
        picture=digest_parts(_picture_parts(data, found)),
        end=found[-1][2] + 4 if b"IEND" in first else None,
        frames=min(frames, 1 << 20),
        alpha=alpha,
        luma=luma,
        bits=8 if kind == _PALETTE else header[8] or 8,
        channels=_CHANNELS.get(kind, 3),
        damage=damage,
        encoding=Encoding(
            lossless=True,
            colours=len(first.get(b"PLTE", b"")) // 3 if kind == _PALETTE else None,
        ),
    )


def _gamma(first: dict[bytes, bytes]) -> float | None:
    """What the chunk for it says, which the others overrule; None for about that of sRGB."""
    gamma = int.from_bytes(first.get(b"gAMA", b"")[:4], "big") / 100_000
    return None if not gamma or abs(gamma - _SRGB_GAMMA) < _NEAR_SRGB else round(gamma, 3)


def _picture_parts(data: bytes, found: list[Chunk]) -> Iterator[bytes | memoryview]:
    """Chunks that decide on pixels; how the coded data is cut into chunks does not matter."""
    view = memoryview(data)
    for name, at, end in found:
        if name == b"fdAT":
            yield view[at + 4 : end]
        elif name in _PICTURE:
            if name != b"IDAT":
                yield name
            yield view[at:end]


def _whole(view: memoryview, chunk: Chunk) -> bool:
    _, at, end = chunk
    check = int.from_bytes(view[end : end + 4], "big")
    return end + 4 <= len(view) and zlib.crc32(view[at - 4 : end]) == check


def _pixels(
    data: bytes, header: bytes, *, seen_through: bool
) -> tuple[NDArray[np.uint8] | None, bool]:
    """The brightness, uint8 (h, w), of a picture of 8 bits without palette; and transparency.

    That is whether a pixel is not opaque, looked at where the file may hold such.
    """
    pixels = int.from_bytes(header[:4], "big") * int.from_bytes(header[4:8], "big")
    plain = header[8] == 8 and header[9] != _PALETTE
    if pixels > _MAX_PIXELS or not (plain or seen_through):
        return None, seen_through
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as picture:
            if not seen_through:
                return np.asarray(picture.convert("L")), False
            whole = picture.convert("LA" if picture.mode == "LA" else "RGBA")
            luma = np.asarray(whole.convert("L")) if plain else None
            return luma, bool(np.asarray(whole.getchannel("A")).min() < 255)
    except Exception:  # damaged data raises nearly anything
        return None, seen_through


def _texts(data: bytes, found: list[Chunk]) -> tuple[dict[str, str], list[bytes], dict[str, bytes]]:
    """The texts by keyword, XMP packets, and what ImageMagick writes as hexadecimal text."""
    texts: dict[str, str] = {}
    packets: list[bytes] = []
    raw: dict[str, bytes] = {}
    left = _MAX_TEXTS
    for name, at, end in found:
        if name not in (b"tEXt", b"zTXt", b"iTXt") or left <= 0:
            continue
        left -= 1
        keyword, _, rest = data[at : min(end, at + _MAX_TEXT)].partition(b"\0")
        if name == b"zTXt":
            rest = _inflate(rest[1:])
        elif name == b"iTXt" and len(rest) > 2:
            packed = rest[0] == 1
            rest = rest[2:].split(b"\0", 2)[-1]
            rest = _inflate(rest) if packed else rest
        if keyword == b"XML:com.adobe.xmp":
            packets.append(rest)
        elif keyword.startswith(b"Raw profile type "):
            block = _from_hexadecimal(rest)
            if keyword.endswith(b"xmp"):
                packets.append(block)
            raw.setdefault(keyword.rsplit(b" ", 1)[-1].decode("latin-1"), block)
        else:
            text = rest.decode("utf-8" if name == b"iTXt" else "latin-1", "replace")
            texts.setdefault(keyword.decode("latin-1"), text[:4000])
    return texts, packets, raw


def _from_hexadecimal(text: bytes) -> bytes:
    """Name, length, then hexadecimal digits in lines."""
    try:
        return bytes.fromhex(b"".join(text.split()[2:]).decode("ascii"))
    except ValueError:
        return b""


def _inflate(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _MAX_TEXT)
    except zlib.error:
        return b""


def _iptc(block: bytes) -> bytes | None:
    from kindred.engine.metadata import jpeg

    at = block.find(b"8BIM", 0, 64)
    return jpeg.photoshop_resources(block[at:]).get(0x0404) if at >= 0 else block or None
