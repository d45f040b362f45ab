"""Takes HEIF, AVIF and Canon's CR3 files apart: boxes, items and their properties; ISO 14496-12,
23008-12."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from kindred.engine.digest import digest_parts
from kindred.engine.metadata import quality, quantisers
from kindred.engine.metadata.container import Container, within
from kindred.engine.types import Encoding

_MAX_BOXES = 20_000
_MAX_ITEMS = 20_000
_MAX_EXTENTS = 50_000
_MAX_AUXILIARIES = 64
_MAX_BLOCK = 64 << 20
_ALPHA = (b"auxid:1", b"auxiliary:alpha")
_DEPTH = (b"auxid:2", b"auxiliary:depth", b"epth")
_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_CODED = (b"hvc1", b"av01", b"avc1", b"jpeg", b"unci", b"j2k1", b"vvc1", b"grid", b"iovl", b"iden")

Box = tuple[bytes, int, int]
"""Its type, and the first byte and the end of what it holds."""


@dataclass(slots=True)
class _Items:
    """What a meta box says."""

    primary: int = 0
    types: dict[int, bytes] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    mimes: dict[int, bytes] = field(default_factory=dict)
    extents: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    properties: list[Box] = field(default_factory=list)
    owned: dict[int, list[int]] = field(default_factory=dict)
    references: list[tuple[bytes, int, list[int]]] = field(default_factory=list)


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """The boxes between two bytes of `data`; the last one may promise more than there is."""
    for _ in range(_MAX_BOXES):
        if start + 8 > end:
            return
        size, kind = struct.unpack_from(">I4s", data, start)
        header = 8
        if size == 1 and start + 16 <= end:
            (size,) = struct.unpack_from(">Q", data, start + 8)
            header = 16
        elif size == 0:
            size = end - start
        if size < header:
            return
        yield kind, start + header, start + size
        start += size


def read(data: bytes) -> Container:
    """A file of that build taken apart, its pictures not decoded."""
    top = list(boxes(data, 0, len(data)))
    kinds = [kind for kind, _, _ in top]
    if data[8:12] == b"crx ":
        return _canon(data, top)
    meta = next((box for box in top if box[0] == b"meta"), None)
    items = _items(data, meta) if meta is not None else _Items()
    cut = int(any(end > len(data) for _, _, end in top))
    tracks = _tracks(data, top)
    moves = any(handler in (b"pict", b"vide", b"auxv") for handler, _ in tracks)
    frames = max([count for handler, count in tracks if handler in (b"pict", b"vide")] or [1])
    second = kinds.count(b"ftyp") > 1
    primary = _properties(items, items.primary)
    tiles = _sources(items, b"dimg", items.primary)
    coded = [primary, *(_properties(items, tile) for tile in tiles[:1])]
    parts = _picture_parts(data, top, items, tiles, moves=moves and not second)
    kept = Container(
        frames=max(1, min(frames, 1 << 20)) if moves and not second else 1,
        movie=b"mpvd" in kinds or second,
        sound=any(handler == b"soun" for handler, _ in tracks) or _has_sound(data, top),
        damage=cut or sum(_beyond(items, number, len(data)) for number in (items.primary, *tiles)),
        picture=digest_parts(within(parts, 2 * len(data))),
    )
    if not items.primary:
        return kept
    exif, packets = _metadata(data, items)
    profile, primaries, matrix = _colours(data, items, [items.primary, *tiles[:1]])
    view = memoryview(data)
    extras = [view[at:end] for kind, at, end in top if kind == b"mpvd"]
    if second:  # a movie of its own behind the picture
        extras.append(view[[at for kind, at, _ in top if kind == b"ftyp"][1] :])
    for number in islice(sorted(_pictures(items)), _MAX_AUXILIARIES):
        if number != items.primary:
            for part in (number, *_sources(items, b"dimg", number)):
                extras += _data_of(data, items, part)
    for auxiliary, what in islice(_auxiliaries(data, items), _MAX_AUXILIARIES):
        if any(sign in what for sign in _ALPHA):
            kept = replace(kept, alpha=True)
        elif b"hdrgainmap" in what:
            kept = replace(kept, gain_map=True)
        elif any(sign in what for sign in _DEPTH):
            kept = replace(kept, depth_map=True)
        else:
            continue
        extras += _data_of(data, items, auxiliary)
    for number in [item for item, kind in items.types.items() if kind == b"tmap"][:1]:
        kept = replace(kept, gain_map=True)  # ISO 21496-1: a picture derived with a gain map
        for part in _sources(items, b"dimg", number):
            if part != items.primary:
                extras += _data_of(data, items, part)
    width, height = _size(data, primary)
    item = tiles[0] if tiles else items.primary
    encoding = _encoding(data, items, item, matrix)
    bits, channels = _depth(data, coded)
    return replace(
        kept,
        exif=exif,
        xmp=packets,
        icc=profile,
        primaries=primaries,
        width=width,
        height=height,
        bits=bits,
        channels=channels,
        pages=max(1, len(_pictures(items))),
        extras=digest_parts(within(extras, 2 * len(data))) if extras else None,
        encoding=encoding,
    )


def _canon(data: bytes, top: list[Box]) -> Container:
    """CR3: Canon's own blocks are TIFF directories, one for each part of EXIF."""
    parts: dict[bytes, bytes] = {}
    xmp: list[bytes] = []
    for kind, at, end in top:
        if kind == b"uuid" and data[at : at + 16] == _XMP_UUID:
            xmp.append(data[at + 16 : end])
        for inner, start, stop in boxes(data, at, end) if kind == b"moov" else ():
            if inner == b"uuid" and data[start : start + 16] == _CANON:
                for name, first, last in boxes(data, start + 16, stop):
                    parts[name] = data[first : min(last, first + _MAX_BLOCK)]
    return Container(
        exif=parts.get(b"CMT1"),
        exif_parts=tuple(parts[name] for name in (b"CMT2", b"CMT4") if name in parts),
        xmp=tuple(xmp),
        picture=digest_parts(memoryview(data)[at:end] for kind, at, end in top if kind == b"mdat"),
        bits=14,  # of every sensor that writes these files
        damage=int(any(end > len(data) for _, _, end in top)),
        encoding=Encoding(lossless=True),
    )


def _items(data: bytes, meta: Box) -> _Items:
    found = _Items()
    place = 0
    locations: Box | None = None
    for kind, at, end in boxes(data, meta[1] + 4, min(meta[2], len(data))):
        end = min(end, len(data))
        if end - at < 4:
            continue
        version = data[at]
        if kind == b"pitm":
            found.primary = _number(data, at + 4, 2 if version == 0 else 4)
        elif kind == b"iinf":
            _information(data, at + (6 if version == 0 else 8), end, found)
        elif kind == b"iloc":
            locations = kind, at, end
        elif kind == b"idat":
            place = at
        elif kind == b"iref":
            _references(data, at, end, found)
        elif kind == b"iprp":
            for inner, start, stop in boxes(data, at, end):
                if inner == b"ipco":
                    found.properties = list(boxes(data, start, min(stop, end)))
                elif inner == b"ipma":
                    _associations(data, start, min(stop, end), found)
    if locations is not None:
        _locations(data, locations, place, found)
    return found


def _information(data: bytes, at: int, end: int, found: _Items) -> None:
    for kind, start, stop in boxes(data, at, end):
        if kind != b"infe" or stop > end or len(found.types) >= _MAX_ITEMS:
            continue
        version, wide = data[start], 4 if data[start] >= 3 else 2
        if version < 2:
            continue
        item = _number(data, start + 4, wide)
        at_type = start + 4 + wide + 2
        found.types[item] = data[at_type : at_type + 4]
        if data[start + 3] & 1:
            found.hidden.add(item)
        if found.types[item] == b"mime":
            texts = data[at_type + 4 : stop].split(b"\0")
            found.mimes[item] = texts[1] if len(texts) > 1 else b""


def _locations(data: bytes, box: Box, place: int, found: _Items) -> None:
    _, at, end = box
    version = data[at]
    sizes = data[at + 4], data[at + 5]
    offset_size, length_size, base_size = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4
    index_size = sizes[1] & 15 if version in (1, 2) else 0
    wide = 4 if version == 2 else 2
    count = _number(data, at + 6, wide)
    at += 6 + wide
    left = _MAX_EXTENTS
    for _ in range(min(count, _MAX_ITEMS)):
        if at + wide + 4 > end:
            return
        item = _number(data, at, wide)
        at += wide
        method = 0
        if version in (1, 2):
            method = data[at + 1] & 15
            at += 2
        at += 2  # which file: this one
        base = _number(data, at, base_size)
        at += base_size
        extents = _number(data, at, 2)
        at += 2
        for _ in range(extents):
            if at + index_size + offset_size + length_size > end:
                return
            at += index_size
            offset = _number(data, at, offset_size)
            length = _number(data, at + offset_size, length_size)
            at += offset_size + length_size
            start = base + offset + (place if method == 1 else 0)
            left -= 1
            if left < 0:
                return
            if method < 2:
                length = length or max(0, len(data) - start)
                found.extents.setdefault(item, []).append((start, start + length))


def _references(data: bytes, at: int, end: int, found: _Items) -> None:
    wide = 4 if data[at] else 2
    for kind, start, stop in boxes(data, at + 4, end):
        if stop > end or len(found.references) >= _MAX_ITEMS:
            return
        source = _number(data, start, wide)
        count = min(_number(data, start + wide, 2), (stop - start) // wide)
        first = start + wide + 2
        targets = [_number(data, first + wide * n, wide) for n in range(count)]
        found.references.append((kind, source, targets))


def _associations(data: bytes, at: int, end: int, found: _Items) -> None:
    version, wide_index = data[at], bool(data[at + 3] & 1)
    count = _number(data, at + 4, 4)
    at += 8
    for _ in range(min(count, _MAX_ITEMS)):
        if at + 5 > end:
            return
        item = _number(data, at, 4 if version else 2)
        at += 4 if version else 2
        for _ in range(data[at]):
            start = at + 1
            wide = 2 if wide_index else 1
            index = _number(data, start, wide) & (0x7FFF if wide_index else 0x7F)
            at += wide
            found.owned.setdefault(item, []).append(index)
        at += 1


def _properties(items: _Items, item: int) -> dict[bytes, Box]:
    owned = (
        items.properties[n - 1] for n in items.owned.get(item, ()) if 0 < n <= len(items.properties)
    )
    found: dict[bytes, Box] = {}
    for box in owned:
        found.setdefault(box[0], box)
    return found


def _sources(items: _Items, kind: bytes, item: int) -> list[int]:
    return [
        target
        for name, source, targets in items.references
        if name == kind and source == item
        for target in targets
    ]


def _data_of(data: bytes, items: _Items, item: int) -> list[memoryview]:
    view = memoryview(data)
    found = [view[start:end] for start, end in items.extents.get(item, ())]
    for tile in _sources(items, b"dimg", item):
        if tile != item:
            found += [view[start:end] for start, end in items.extents.get(tile, ())]
    return found


def _beyond(items: _Items, item: int, length: int) -> int:
    return sum(1 for _, end in items.extents.get(item, ()) if end > length)


def _picture_parts(
    data: bytes, top: list[Box], items: _Items, tiles: list[int], *, moves: bool
) -> Iterator[memoryview]:
    view = memoryview(data)
    if moves or not items.primary:
        yield from (view[at:end] for kind, at, end in top if kind == b"mdat")
        return
    for number in (items.primary, *tiles[:1]):
        for kind, (_, at, end) in sorted(_properties(items, number).items()):
            if kind in (b"hvcC", b"av1C", b"clap", b"ispe"):
                yield view[at:end]
    # A grid that is put together again names its tiles alike, in the same order.
    for number in (items.primary, *tiles):
        yield from (view[start:end] for start, end in items.extents.get(number, ()))


def _metadata(data: bytes, items: _Items) -> tuple[bytes | None, tuple[bytes, ...]]:
    exif: bytes | None = None
    xmp: list[bytes] = []
    for item, kind in items.types.items():
        if kind not in (b"Exif", b"mime"):
            continue
        block = b"".join(
            data[at : min(end, at + _MAX_BLOCK)] for at, end in items.extents.get(item, ())[:4]
        )[:_MAX_BLOCK]
        if kind == b"Exif" and exif is None and len(block) > 8:
            exif = block[4 + int.from_bytes(block[:4], "big") :]
            exif = exif.removeprefix(b"Exif\0\0")
        elif kind == b"mime" and b"rdf+xml" in items.mimes.get(item, b""):
            about = [targets for name, source, targets in items.references if source == item]
            if not about or any(items.primary in targets for targets in about):
                xmp.append(block)
    return exif, tuple(xmp)


def _colours(data: bytes, items: _Items, order: list[int]) -> tuple[bytes | None, int | None, int]:
    """The profile, the number of the primaries, and that of the matrix, -1 where it is not said."""
    profile: bytes | None = None
    primaries, matrix = None, -1
    # Phones of some years gave it to the tiles alone.
    for index in (index for item in order for index in items.owned.get(item, ())):
        kind, at, end = (items.properties[index - 1 : index] or [(b"", 0, 0)])[0]
        if kind == b"colr" and data[at : at + 4] in (b"prof", b"rICC"):
            profile = profile or data[at + 4 : min(end, at + 4 + _MAX_BLOCK)]
        elif kind == b"colr" and data[at : at + 4] == b"nclx":
            primaries, matrix = _number(data, at + 4, 2), _number(data, at + 8, 2)
    return profile, primaries, matrix


def _auxiliaries(data: bytes, items: _Items) -> Iterator[tuple[int, bytes]]:
    for name, source, targets in items.references:
        if name != b"auxl" or items.primary not in targets:
            continue
        box = _properties(items, source).get(b"auxC")
        if box is not None:
            yield source, data[box[1] + 4 : min(box[2], box[1] + 260)].split(b"\0", 1)[0]


def _pictures(items: _Items) -> set[int]:
    """The items that are pictures of their own: no tiles, previews, maps or hidden ones."""
    parts = {t for name, _, targets in items.references if name == b"dimg" for t in targets}
    others = {s for name, s, _ in items.references if name in (b"thmb", b"auxl")}
    derived = {item for item, kind in items.types.items() if kind == b"tmap"}
    parts -= {items.primary}  # that of a gain map is derived from the primary
    shown = {item for item, kind in items.types.items() if kind in _CODED}
    return shown - parts - others - derived - items.hidden | {items.primary}


def _encoding(data: bytes, items: _Items, item: int, matrix: int) -> Encoding:
    """How an item was coded; `matrix` is the number of the colours' matrix, 0: none was applied."""
    start, end = next(iter(items.extents.get(item, ())), (0, 0))
    coded = data[start : min(end, start + 4096)]
    properties = _properties(items, item)
    if b"av1C" in properties:
        _, at, stop = properties[b"av1C"]
        found, scale = quantisers.av1(coded, data[at + 4 : stop]), quality.of_av1
    elif b"hvcC" in properties:
        _, at, stop = properties[b"hvcC"]
        found, scale = quantisers.hevc(coded, _units(data[at:stop])), quality.of_hevc
    else:
        return Encoding()
    if found is None:
        return Encoding()
    if found.exact and (matrix == 0 or found.subsampling is None):
        return Encoding(lossless=True)
    return Encoding(quality=scale(found.index), subsampling=found.subsampling)


def _units(settings: bytes) -> list[bytes]:
    """The NAL units that hvcC holds; ISO 14496-15."""
    found: list[bytes] = []
    at = 23
    for _ in range(_number(settings, 22, 1)):
        count = _number(settings, at + 1, 2)
        at += 3
        for _ in range(min(count, 16)):
            size = _number(settings, at, 2)
            found.append(settings[at + 2 : at + 2 + size])
            at += 2 + size
    return found


def _size(data: bytes, primary: dict[bytes, Box]) -> tuple[int, int]:
    if b"ispe" not in primary:
        return 0, 0
    _, at, _ = primary[b"ispe"]
    return _number(data, at + 4, 4), _number(data, at + 8, 4)


def _depth(data: bytes, coded: list[dict[bytes, Box]]) -> tuple[int, int]:
    bits, channels = 8, 3
    for properties in coded:
        if b"pixi" in properties:
            _, at, end = properties[b"pixi"]
            count = data[at + 4] if at + 4 < len(data) else 0
            if 0 < count <= 4 and at + 5 + count <= min(end, len(data)):
                return max(data[at + 5 : at + 5 + count]), count
    for properties in coded:
        if b"hvcC" in properties:
            _, at, _ = properties[b"hvcC"]
            bits = 8 + (_number(data, at + 17, 1) & 7)
            channels = 1 if _number(data, at + 16, 1) & 3 == 0 else 3
        elif b"av1C" in properties:
            flags = _number(data, properties[b"av1C"][1] + 2, 1)
            bits = (12 if flags & 0x20 else 10) if flags & 0x40 else 8
            channels = 1 if flags & 0x10 else 3
    return bits, channels


def _tracks(data: bytes, top: list[Box]) -> list[tuple[bytes, int]]:
    """The handler and the number of samples of each track."""
    found: list[tuple[bytes, int]] = []
    for kind, at, end in top:
        for inner, start, stop in boxes(data, at, min(end, len(data))) if kind == b"moov" else ():
            if inner == b"trak" and len(found) < 64:
                track = data[start : min(stop, start + _MAX_BLOCK)]
                found.append((_handler(track), _samples(track)))
    return found


def _inside(data: bytes, *path: bytes) -> bytes:
    """The box at the end of a path of boxes, without its header."""
    for name in path:
        box = next((box for box in boxes(data, 0, len(data)) if box[0] == name), None)
        if box is None:
            return b""
        data = data[box[1] : box[2]]
    return data


def _handler(track: bytes) -> bytes:
    return _inside(track, b"mdia", b"hdlr")[8:12]


def _samples(track: bytes) -> int:
    table = _inside(track, b"mdia", b"minf", b"stbl", b"stsz")
    return int.from_bytes(table[8:12], "big")


def _has_sound(data: bytes, top: list[Box]) -> bool:
    """Whether the movie in a motion photo's own box has sound."""
    for kind, at, end in top:
        if kind == b"mpvd":
            inner = list(boxes(data, at, min(end, len(data))))
            return any(handler == b"soun" for handler, _ in _tracks(data, inner))
    return False


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "big")
