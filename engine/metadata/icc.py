"""What an ICC profile says of its colours: its name, and whether they reach outside sRGB."""

import struct

import numpy as np
from numpy.typing import NDArray

from kindred.engine.metadata.xmp import clean

HEADER = 128  # bytes with dates and the like, before what decides on the colours
_MAX_TAGS = 100
# x, y of sRGB's primaries as a profile has them, adapted to D50 (IEC 61966-2-1, Bradford).
_SRGB = ((0.6484, 0.3309), (0.3212, 0.5979), (0.1559, 0.0660))
_MARGIN = 0.015  # profiles of displays differ from sRGB by more than rounding
_SAME_CURVE = 0.004  # of 1; a gamma of 2.2 is off by 0.008
_STEPS = np.linspace(0, 1, 33)
# IEC 61966-2-1
_SRGB_CURVE = np.where(_STEPS <= 0.04045, _STEPS / 12.92, ((_STEPS + 0.055) / 1.055) ** 2.4)
# Code points of ITU-T H.273 -> the name of wide primaries.
WIDE_PRIMARIES = {9: "BT.2020", 11: "DCI-P3", 12: "Display P3"}


def describe(profile: bytes) -> tuple[str | None, bool]:
    """The profile's description, None if it is sRGB, and whether its primaries lie outside sRGB.

    Whether it is sRGB say its primaries and curves, not its name.
    """
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
    curves = [_curve(tags.get(tag, b"")) for tag in (b"rTRC", b"gTRC", b"bTRC")]
    if all(map(_is_near, primaries, _SRGB)) and all(map(_is_srgb_curve, curves)):
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


def _is_near(point: tuple[float, float] | None, goal: tuple[float, float]) -> bool:
    return point is not None and all(
        abs(one - other) < _MARGIN for one, other in zip(point, goal, strict=True)
    )


def _is_srgb_curve(curve: NDArray[np.float64] | None) -> bool:
    return curve is not None and float(np.abs(curve - _SRGB_CURVE).max()) < _SAME_CURVE


def _curve(tag: bytes) -> NDArray[np.float64] | None:
    """A tone curve at _STEPS, float64 (33,), as ICC.1:2022, 10.6 and 10.18, has it."""
    if tag[:4] == b"curv" and len(tag) >= 12:
        count = min(int.from_bytes(tag[8:12], "big"), (len(tag) - 12) // 2)
        values = np.frombuffer(tag, ">u2", count, 12)
        if count == 1:
            return np.asarray(_STEPS ** (int(values[0]) / 256), np.float64)
        if not count:
            return _STEPS
        curve = np.interp(_STEPS, np.linspace(0, 1, count), values / 65535)
        return np.asarray(curve, np.float64)
    if tag[:4] != b"para" or len(tag) < 12:
        return None
    kind = int.from_bytes(tag[8:10], "big")
    count = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}.get(kind, 0)
    if not count or len(tag) < 12 + 4 * count:
        return None
    numbers = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    numbers[:count] = [value / 65536 for value in struct.unpack_from(f">{count}i", tag, 12)]
    gamma, a, b, c, d, e, f = numbers
    if kind in (1, 2):  # the third number is added, above where the power begins
        start = -b / a if a else 0.0
        low, raised = (0.0, 0.0) if kind == 1 else (c, c)
        upper = np.maximum(a * _STEPS + b, 0) ** gamma + raised
        return np.where(start <= _STEPS, upper, low).astype(np.float64)
    upper = np.maximum(a * _STEPS + b, 0) ** gamma + e
    return np.where(d <= _STEPS, upper, c * _STEPS + f).astype(np.float64)


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
