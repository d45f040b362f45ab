"""Takes a JPEG file apart: segments, tables, coded data, and what lies behind the picture."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

import numpy as np

from kindred.engine.digest import digest_parts
from kindred.engine.metadata import tiff
from kindred.engine.metadata.container import Container
from kindred.engine.types import Encoding

_MAX_SEGMENTS = 5000
_MAX_EXTENDED = 1000  # parts of an XMP packet, 64 KiB each
_MAX_PICTURES = 16  # behind the first one
_PADDING = b"\0\xff\xd9 \r\n"  # zeros, and the end of a picture once more
_MAX_GAP = 1 << 16  # bytes of padding between two pictures
# The next marker that ends coded data: neither a stuffed byte nor a restart nor a fill byte.
_END_OF_CODED_DATA = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_MARKER = re.compile(rb"\xff[^\x00\xff]")
# The box that a movie begins with: its length, a kilobyte at most, and its name.
_MOVIE = re.compile(rb"\x00\x00[\x00-\x04][\x00-\xff]ftyp")
_SOF = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)))
_DQT, _DHT, _DAC, _DRI, _SOS, _EOI, _DNL, _COM = 0xDB, 0xC4, 0xCC, 0xDD, 0xDA, 0xD9, 0xDC, 0xFE
_OF_THE_PICTURE = frozenset((*_SOF, _DQT, _DHT, _DAC, _DRI, _SOS, _DNL))
_PROGRESSIVE = frozenset((0xC2, 0xC6, 0xCA, 0xCE))
_LOSSLESS = frozenset((0xC3, 0xC7, 0xCB, 0xCF))
_XMP, _EXTENDED = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
_GAIN_MAPS = (
    b"http://ns.adobe.com/hdr-gain-map/1.0/",
    b"urn:iso:std:iso:ts:21496:-1",
    b"http://ns.apple.com/HDRGainMap/1.0/",
    b"aux:hdrgainmap",
)
_DEPTHS = (
    b"http://ns.apple.com/depthData/1.0/",
    b"http://ns.google.com/photos/1.0/depthmap/",
    b"http://ns.google.com/photos/dd/1.0/",
    b"auxid:2",
)
# Types of CIPA DC-007, Multi-Picture Format.
_MPF_UNDEFINED = 0
_MPF_PREVIEWS, _MPF_PICTURES = {0x010001, 0x010002}, {0x020001, 0x020002, 0x020003}
# Photoshop's own, and those of ImageReady and PhotoDeluxe.
_RESOURCE_SIGNATURES = (b"8BIM", b"MeSa", b"AgHg", b"PHUT", b"DCSR")
_SUBSAMPLING = {
    ((1, 1), (1, 1)): "4:4:4", ((2, 1), (1, 1)): "4:2:2", ((2, 2), (1, 1)): "4:2:0",
    ((4, 1), (1, 1)): "4:1:1", ((1, 2), (1, 1)): "4:4:0", ((4, 2), (1, 1)): "4:1:0",
}  # fmt: skip

# ITU-T T.81, Annex K.1 and K.2, in natural order.
# fmt: off
_LUMA = np.array([
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
])
_CHROMA = np.full(64, 99)
_CHROMA.reshape(8, 8)[:4, :4] = [
    [17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99],
]
# mozjpeg's for both, by N. Robidoux after Klein, Silverstein and Carney, 1992.
_MOZJPEG = np.array([
    16, 16, 16, 18, 25, 37, 56, 85, 16, 17, 20, 27, 34, 40, 53, 75,
    16, 20, 24, 31, 43, 62, 91, 135, 18, 27, 31, 40, 53, 74, 106, 156,
    25, 34, 43, 53, 69, 94, 131, 189, 37, 40, 62, 74, 94, 124, 169, 238,
    56, 53, 91, 106, 131, 169, 226, 311, 85, 75, 135, 156, 189, 238, 311, 418,
])
_ZIGZAG = np.array([
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
])
# fmt: on

Table = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Jpeg:
    """One JPEG stream inside `data`, from `start` (its SOI) to `end` (behind its EOI)."""

    segments: tuple[tuple[int, int, int], ...]  # marker, first and last byte of what it holds
    start: int
    end: int
    complete: bool  # ends with an EOI
    width: int = 0
    height: int = 0
    bits: int = 8
    frame: int = 0  # the SOF marker
    sampling: tuple[tuple[int, int], ...] = ()  # of each component, horizontal and vertical
    tables: dict[int, Table] = field(default_factory=dict)  # natural order, by their number
    scans: int = 0


def parse(data: bytes, *, start: int = 0) -> Jpeg | None:
    """The JPEG stream at `start`, or None where none begins."""
    if data[start : start + 2] != b"\xff\xd8":
        return None
    segments: list[tuple[int, int, int]] = []
    at, complete, scans = start + 2, False, 0
    found = Jpeg((), start, len(data), complete)
    tables: dict[int, Table] = {}
    for _ in range(_MAX_SEGMENTS):
        match = _MARKER.search(data, at)
        if match is None:
            break
        marker, at = data[match.end() - 1], match.end()
        if marker == _EOI:
            complete = True
            break
        if marker == 1 or 0xD0 <= marker <= 0xD8:
            continue
        if at + 2 > len(data):
            break
        end = at + max(2, int.from_bytes(data[at : at + 2], "big"))
        body = data[at + 2 : min(end, at + 2 + 1024)]
        if marker in _SOF and not found.frame:
            found = _with_frame(found, marker, body)
        elif marker == _DQT:
            tables.update(_tables(body))
        elif marker == _SOS:
            scans += 1
            match = _END_OF_CODED_DATA.search(data, min(end, len(data)))
            end = match.start() if match else len(data)
        segments.append((marker, at, min(end, len(data))))
        at = end
    return replace(
        found,
        segments=tuple(segments),
        end=min(at, len(data)),
        complete=complete,
        tables=tables,
        scans=scans,
    )


def _with_frame(found: Jpeg, marker: int, body: bytes) -> Jpeg:
    if len(body) < 6:
        return found
    bits, height, width, count = struct.unpack_from(">BHHB", body)
    sampling = tuple(
        (body[7 + 3 * n] >> 4, body[7 + 3 * n] & 15)
        for n in range(min(count, 4))
        if 7 + 3 * n < len(body)
    )
    return replace(found, width=width, height=height, bits=bits, frame=marker, sampling=sampling)


def _tables(body: bytes) -> Iterator[tuple[int, Table]]:
    at = 0
    while at < len(body):
        wide, number = body[at] >> 4, body[at] & 15
        size = 128 if wide else 64
        if wide > 1 or at + 1 + size > len(body):
            return
        values = np.frombuffer(body, ">u2" if wide else "u1", 64, at + 1)
        natural = np.zeros(64, int)
        natural[_ZIGZAG] = values
        yield number, tuple(natural.tolist())
        at += 1 + size


def read(data: bytes) -> Container:
    """A JPEG file taken apart, its coded data not decoded."""
    main = parse(data)
    if main is None:
        return Container(damage=1)
    blocks = _blocks(data, main)
    others = list(_others(data, main, blocks.mpf))
    packets = b"".join(blocks.xmp)
    gain_map = depth_map = False
    pages = 1
    for kind, other in others:
        about = _head(data, other)
        if any(sign in about for sign in _GAIN_MAPS):
            gain_map = True
        elif any(sign in about for sign in _DEPTHS):
            depth_map = True
        elif kind in _MPF_PICTURES or (kind not in _MPF_PREVIEWS and _as_large(other, main)):
            pages += 1
        elif kind == _MPF_UNDEFINED:
            # No preview and no picture of its own: a map of some sort, and gains are the usual one.
            depth_map = depth_map or b"Depth" in packets
            gain_map = gain_map or b"Depth" not in packets
    behind = data[main.end :].rstrip(b"\0") if main.complete else b""
    movie, sound = _movie(data, main.end) if main.complete else (False, False)
    extended = blocks.extended
    sound = sound or b"SoundShot_" in data[-4096:] or b"GAudio:Data" in extended
    depth_map = depth_map or b"GDepth:Data" in extended or b"GDepth:Data=" in packets
    known = [(other.start, other.end) for _, other in others]
    trailer = bool(behind) and not movie and _has_more(data, main.end, known)
    beside = [behind, extended] if behind or sound or depth_map else []
    return Container(
        exif=blocks.exif,
        ciff=blocks.ciff,
        xmp=tuple(blocks.xmp),
        extended_xmp=extended,
        iptc=blocks.iptc,
        icc=blocks.icc,
        texts={"JPEG comment": _text(blocks.comment)} if blocks.comment else {},
        width=main.width,
        height=main.height,
        picture=digest_parts(_picture_parts(data, main)),
        extras=digest_parts(beside) if beside else None,
        pages=pages,
        movie=movie,
        sound=sound,
        gain_map=gain_map,
        depth_map=depth_map,
        trailer=trailer,
        bits=main.bits,
        channels=max(1, len(main.sampling)),
        damage=0 if main.complete and main.scans else 1,
        encoding=encoding(main, edited=blocks.adobe is not None),
    )


def _text(comment: bytes) -> str:
    """The comment, which is in no encoding that the standard names."""
    text = comment.rstrip(b"\0")
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")


def picture_digest(data: bytes) -> str | None:
    """The name that `read` gives the picture data; None for what is no JPEG."""
    main = parse(data)
    return None if main is None else digest_parts(_picture_parts(data, main))


def encoding(main: Jpeg, *, edited: bool) -> Encoding:
    """How a JPEG stream was compressed; `edited`: a segment that only editors write is in it.

    `camera_tables` are tables that neither libjpeg nor mozjpeg makes, in a file without Adobe's
    segment. Apple's own programs write the tables of its phones, so this alone proves no camera.
    """
    tables = tuple(main.tables[number] for number in sorted(main.tables))
    chroma = main.sampling[1:]
    pair = (main.sampling[0], chroma[0]) if len(set(chroma)) == 1 else None
    return Encoding(
        lossless=main.frame in _LOSSLESS,
        quality=quality(main.tables),
        tables=tables,
        subsampling=_SUBSAMPLING.get(pair) if pair else None,
        progressive=main.frame in _PROGRESSIVE,
        camera_tables=bool(tables) and not edited and not _of_programs(tables),
    )


def quality(tables: dict[int, Table]) -> float | None:
    """The libjpeg quality (1-100) whose luminance table has the sum nearest to that of table 0."""
    table = tables.get(0)
    return None if table is None else float(1 + np.abs(_table_sums() - sum(table)).argmin())


@lru_cache(maxsize=1)
def _scaled() -> frozenset[Table]:
    """All tables of libjpeg and mozjpeg, which scale by 5000/q % below 50, (200 - 2q) % above."""
    bases = _LUMA, _CHROMA, _MOZJPEG
    return frozenset(_scale(base, step) for base in bases for step in range(1, 101))


@lru_cache(maxsize=1)
def _table_sums() -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.array([sum(_scale(_LUMA, step)) for step in range(1, 101)])


def _scale(base: "np.ndarray[tuple[int], np.dtype[np.int64]]", step: int) -> Table:
    percent = 5000 // step if step < 50 else 200 - 2 * step
    return tuple(((base * percent + 50) // 100).clip(1, 255).tolist())


def _of_programs(tables: tuple[Table, ...]) -> bool:
    return all(table in _scaled() for table in tables)


@dataclass(slots=True)
class _Blocks:
    exif: bytes | None = None
    ciff: bytes | None = None
    xmp: list[bytes] = field(default_factory=list)
    extended: bytes = b""
    iptc: bytes | None = None
    icc: bytes | None = None
    mpf: int | None = None  # where its TIFF header lies
    comment: bytes | None = None
    adobe: int | None = None  # the colour transform of its segment


def _blocks(data: bytes, main: Jpeg) -> _Blocks:
    found = _Blocks()
    extended: list[bytes] = []
    profile: dict[int, bytes] = {}
    resources: list[bytes] = []
    for marker, at, end in main.segments:
        if marker == _COM and found.comment is None:
            found.comment = data[at + 2 : end]
        if not 0xE0 <= marker <= 0xEF:
            continue
        body = data[at + 2 : end]
        if marker == 0xE1 and body.startswith(b"Exif\0") and found.exif is None:
            found.exif = body[6:]
        elif marker == 0xE1 and body.startswith(_XMP):
            found.xmp.append(body[len(_XMP) :])
        elif marker == 0xE1 and body.startswith(_EXTENDED):
            extended.append(body[len(_EXTENDED) + 40 :] if len(extended) < _MAX_EXTENDED else b"")
        elif marker == 0xE0 and body[6:14] == b"HEAPJPGM":
            found.ciff = body
        elif marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"):
            profile.setdefault(body[12] if len(body) > 12 else 0, body[14:])
        elif marker == 0xE2 and body.startswith(b"MPF\0") and found.mpf is None:
            found.mpf = at + 6
        elif marker == 0xED and body.startswith(b"Photoshop 3.0\0"):
            resources.append(body[14:])
        elif marker == 0xEE and body.startswith(b"Adobe"):
            found.adobe = body[11] if len(body) > 11 else 0
    found.extended = b"".join(extended)
    found.icc = b"".join(profile[number] for number in sorted(profile)) or None
    found.iptc = photoshop_resources(b"".join(resources)).get(0x0404)
    return found


def photoshop_resources(data: bytes) -> dict[int, bytes]:
    """The resources of Photoshop's block by their number, at most a thousand."""
    found: dict[int, bytes] = {}
    at = 0
    while data[at : at + 4] in _RESOURCE_SIGNATURES and at + 12 <= len(data) and len(found) < 1000:
        number = int.from_bytes(data[at + 4 : at + 6], "big")
        name = data[at + 6]
        at += 6 + name + 1 + (name + 1) % 2
        size = int.from_bytes(data[at : at + 4], "big")
        found.setdefault(number, data[at + 4 : at + 4 + size])
        at += 4 + size + size % 2
    return found


def _picture_parts(data: bytes, main: Jpeg) -> Iterator[bytes | memoryview]:
    """The segments that define the pixels, as stored, and how Adobe's says to read the colours."""
    view = memoryview(data)
    for marker, at, end in main.segments:
        if marker in _OF_THE_PICTURE:
            yield bytes((marker,))
            yield view[at:end]
        elif marker == 0xEE and data[at + 2 : at + 7] == b"Adobe":
            yield data[at + 13 : at + 14]


def _others(data: bytes, main: Jpeg, mpf: int | None) -> Iterator[tuple[int, Jpeg]]:
    """The JPEG streams behind the first one, with the type that the multi-picture index says."""
    types: dict[int, int] = {}
    for directory in tiff.directories(data, start=mpf)[:1] if mpf is not None else ():
        entries = directory.block(0xB002) or b""
        for number in range(min(len(entries) // 16, _MAX_PICTURES + 1)):
            attribute, _, offset = struct.unpack_from(f"{directory.order}III", entries, 16 * number)
            if offset:
                types[int(mpf or 0) + offset] = attribute & 0xFFFFFF
    seen: set[int] = set()
    starts, at = sorted(types), main.end
    while len(seen) < _MAX_PICTURES:
        # Those that no index names follow one another, with nothing but zeros between them.
        start = data.find(b"\xff\xd8\xff", at, at + _MAX_GAP) if at < len(data) else -1
        if start < 0 or data[at:start].strip(b"\0"):
            later = [other for other in starts if other >= at]
            if not later:
                return
            start = later[0]
        other = parse(data, start=start)
        at = other.end if other is not None else start + 1
        if start not in seen and other is not None and other.width:
            yield types.get(start, -1), other
        seen.add(start)


def _head(data: bytes, other: Jpeg) -> bytes:
    """What the application segments of a stream hold."""
    parts = (data[at:end] for marker, at, end in other.segments if marker in (0xE1, 0xE2))
    return b"".join(islice(parts, 16))


def _has_more(data: bytes, start: int, known: list[tuple[int, int]]) -> bool:
    """Whether anything but padding lies behind the picture and outside of known parts."""
    for first, end in [*sorted(known), (len(data), len(data))]:
        if data[start:first].strip(_PADDING):
            return True
        start = max(start, end)
    return False


def _as_large(other: Jpeg, main: Jpeg) -> bool:
    return other.width * other.height >= main.width * main.height and len(other.sampling) >= 3


def _movie(data: bytes, start: int) -> tuple[bool, bool]:
    """Whether a movie, and whether a sound, lies in `data` from `start` on; ISO 14496-12."""
    match = _MOVIE.search(data, start)
    if match is None:
        return False, False
    at = match.start()
    moving = data.find(b"vide", at) >= 0 or data.find(b"moov", at) < 0
    return moving, data.find(b"soun", at) >= 0


def bare(data: bytes, main: Jpeg) -> bytes:
    """The stream with nothing in it but what decides on the pixels."""
    kept = (
        bytes((0xFF, marker)) + data[at:end]
        for marker, at, end in main.segments
        if marker in _OF_THE_PICTURE or marker == 0xEE
    )
    return b"\xff\xd8" + b"".join(kept) + b"\xff\xd9" * main.complete
