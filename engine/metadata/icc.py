"""What an ICC profile says of its colours: its name, and whether they reach outside sRGB."""

import struct

from kindred.engine.metadata.xmp import clean

_MAX_TAGS = 100
# x, y of sRGB's primaries as a profile has them, adapted to D50 (IEC 61966-2-1, Bradford).
_SRGB = ((0.6484, 0.3309), (0.3212, 0.5979), (0.1559, 0.0660))
_MARGIN = 0.015  # profiles of displays differ from sRGB by more than rounding
# Code points of ITU-T H.273 -> the name of wide primaries.
WIDE_PRIMARIES = {9: "BT.2020", 11: "DCI-P3", 12: "Display P3"}


def describe(profile: bytes) -> tuple[str | None, bool]:
    """The profile's description, None if it is sRGB, and whether its primaries lie outside sRGB."""
    count = min(int.from_bytes(profile[128:132], "big"), _MAX_TAGS)
    tags: dict[bytes, bytes] = {}
    for at in range(132, 132 + 12 * count, 12):
        if at + 12 > len(profile):
            break
        name, start, size = struct.unpack_from(">4sII", profile, at)
        tags.setdefault(name, profile[start : start + min(size, 1 << 16)])
    name = _description(tags.get(b"desc", b""))
    primaries = [_xy(tags.get(tag, b"")) for tag in (b"rXYZ", b"gXYZ", b"bXYZ")]
    wide = any(point is not None and _outside(point) for point in primaries)
    if name is not None and "srgb" in name.lower() and not wide:
        return None, False
    return name or ("unnamed" if tags else None), wide


def _description(tag: bytes) -> str | None:
    if tag[:4] == b"desc":
        return clean(tag[12 : 12 + min(int.from_bytes(tag[8:12], "big"), 400)].split(b"\0")[0])
    if tag[:4] == b"mluc" and len(tag) >= 28:
        size, start = struct.unpack_from(">II", tag, 20)
        return clean(tag[start : start + min(size, 800)].decode("utf-16-be", "ignore"))
    return None


def _xy(tag: bytes) -> tuple[float, float] | None:
    if tag[:4] != b"XYZ " or len(tag) < 20:
        return None
    x, y, z = struct.unpack_from(">iii", tag, 8)
    total = x + y + z
    return (x / total, y / total) if total > 0 else None


def _outside(point: tuple[float, float]) -> bool:
    """Whether a point lies more than _MARGIN outside sRGB's triangle."""
    corners = list(_SRGB)
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        # The corners go against the clock: inside lies to the left of every side.
        side = ((x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1)) / length
        if side < -_MARGIN:
            return True
    return False
