"""Reads Canon's older files, CRW, and the block of their kind in some JPEG files.

Canon, "CIFF Specification on Image Data File", version 1.0.
"""

import struct
from datetime import UTC, datetime

from kindred.engine.metadata.exif_block import Exif, camera_name
from kindred.engine.metadata.xmp import clean

_MAX_ENTRIES, _MAX_DEPTH = 200, 4
_HEAPS = (0x2800, 0x3000)
_CAMERA, _TAKEN_AT = 0x080A, 0x180E


def read_ciff(data: bytes) -> Exif:
    """Camera and capture time of a block that begins with its byte order."""
    found: dict[int, bytes] = {}
    order = "<" if data[:2] == b"II" else ">"
    if data[6:10] == b"HEAP" and len(data) > 14:
        (start,) = struct.unpack_from(f"{order}I", data, 2)
        _heap(data, start, len(data), order, found, depth=0)
    maker, _, model = found.get(_CAMERA, b"").partition(b"\0")
    taken_at = None
    if len(found.get(_TAKEN_AT, b"")) >= 4:
        (seconds,) = struct.unpack_from(f"{order}I", found[_TAKEN_AT])
        # The camera's own clock, counted as if it were UTC.
        taken_at = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()
    name = camera_name(clean(maker), clean(model.split(b"\0", 1)[0]))
    return Exif(taken_at=taken_at, camera=name)


def _heap(
    data: bytes, start: int, end: int, order: str, found: dict[int, bytes], *, depth: int
) -> None:
    """What a heap from `start` to `end` holds; its last four bytes say where its directory lies."""
    if depth > _MAX_DEPTH or not 0 <= start < end - 4 or end > len(data):
        return
    at = start + int(struct.unpack_from(f"{order}I", data, end - 4)[0])
    if not start <= at <= end - 6:
        return
    (count,) = struct.unpack_from(f"{order}H", data, at)
    for number in range(min(count, _MAX_ENTRIES)):
        where = at + 2 + 10 * number
        if where + 10 > end:
            return
        tag, size, offset = struct.unpack_from(f"{order}HII", data, where)
        if tag & 0xC000 == 0x4000:  # in the entry itself
            found.setdefault(tag & 0x3FFF, data[where + 2 : where + 10])
            continue
        body = start + offset
        if tag & 0x3800 in _HEAPS:
            _heap(data, body, body + size, order, found, depth=depth + 1)
        else:
            found.setdefault(tag & 0x3FFF, data[body : min(body + size, end)][:256])
