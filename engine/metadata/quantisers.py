"""Reads how coarsely VP8, AV1 and HEVC pictures were quantised, out of their frame headers.

VP8: RFC 6386, section 9 and 19. AV1: AV1 Bitstream & Decoding Process, 5.5 and 5.9. HEVC: ITU-T
H.265, 7.3. What a header says in a way that is not read here gives None.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_SELECT = 2  # of AV1: said for each frame


@dataclass(frozen=True, slots=True)
class Quantiser:
    """`index` on the codec's own scale; `exact`: nothing was rounded, colours at full size."""

    index: float
    exact: bool = False
    subsampling: str | None = None


class _Bits:
    """Bits of a header, most significant first. Raises IndexError behind the end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int = 1) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | (self.data[self.at >> 3] >> (7 - (self.at & 7))) & 1
            self.at += 1
        return value

    def golomb(self) -> int:
        """ue(v) of H.265."""
        zeros = 0
        while not self.take():
            zeros += 1
            if zeros > 32:
                raise IndexError("no such number")
        return (1 << zeros) - 1 + self.take(zeros)

    def signed_golomb(self) -> int:
        """se(v) of H.265."""
        value = self.golomb()
        return (value + 1) // 2 if value & 1 else -(value // 2)


class _Arithmetic:
    """The boolean decoder of VP8, RFC 6386 section 7.3."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.value = int.from_bytes(data[:2].ljust(2, b"\0"), "big")
        self.at, self.range, self.shifted = 2, 255, 0

    def bit(self, probability: int = 128) -> int:
        split = 1 + ((self.range - 1) * probability >> 8)
        found = self.value >= split << 8
        if found:
            self.range -= split
            self.value -= split << 8
        else:
            self.range = split
        while self.range < 128:
            self.value <<= 1
            self.range <<= 1
            self.shifted += 1
            if self.shifted == 8:
                self.shifted = 0
                self.value |= self.data[self.at] if self.at < len(self.data) else 0
                self.at += 1
        return int(found)

    def take(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | self.bit()
        return value

    def signed(self, count: int) -> int:
        value = self.take(count)
        return -value if self.bit() else value

    def optional(self, count: int) -> int:
        return self.signed(count) if self.bit() else 0


def vp8(frame: bytes) -> Quantiser | None:
    """Of a VP8 key frame: the mean index (0-127) of its segments."""
    if len(frame) < 12 or frame[0] & 1 or frame[3:6] != b"\x9d\x01\x2a":
        return None
    bits = _Arithmetic(frame[10:400])
    bits.take(2)  # colour space, clamping
    segments: list[int] = []
    absolute = False
    if bits.bit():  # segments
        moves, values = bits.bit(), bits.bit()
        if values:
            absolute = bool(bits.bit())
            segments = [bits.optional(7) for _ in range(4)]
            for _ in range(4):
                bits.optional(6)  # loop filter
        if moves:
            for _ in range(3):
                if bits.bit():
                    bits.take(8)
    bits.take(1 + 6 + 3)  # loop filter
    if bits.bit() and bits.bit():
        for _ in range(8):
            bits.optional(6)
    bits.take(2)  # partitions
    base = bits.take(7)
    indices = segments if absolute else [base + change for change in segments or [0]]
    return Quantiser(float(np.mean(np.clip(indices, 0, 127))), subsampling="4:2:0")


def av1(data: bytes, settings: bytes = b"") -> Quantiser | None:
    """Of an AV1 still or key frame: base_q_idx (0-255). `settings` are the OBUs of av1C."""
    try:
        sequence: _Sequence | None = None
        for kind, body in (*_units(settings), *_units(data)):
            if kind == 1:
                sequence = _sequence(_Bits(body))
            elif kind in (3, 6) and sequence is not None:
                return _frame(_Bits(body), sequence)
    except IndexError:
        pass
    return None


def _units(data: bytes) -> list[tuple[int, bytes]]:
    """The first open bitstream units: type, and up to 256 bytes of what they hold."""
    found: list[tuple[int, bytes]] = []
    at = 0
    while at < len(data) and len(found) < 16:
        kind, extended, sized = data[at] >> 3 & 15, data[at] & 4, data[at] & 2
        at += 2 if extended else 1
        size = len(data) - at
        if sized:
            size = shift = 0
            for _ in range(8):
                if at >= len(data):
                    return found
                size |= (data[at] & 0x7F) << shift
                shift += 7
                at += 1
                if not data[at - 1] & 0x80:
                    break
        found.append((kind, data[at : at + min(size, 256)]))
        at += size
    return found


@dataclass(frozen=True, slots=True)
class _Sequence:
    reduced: bool
    width_bits: int
    height_bits: int
    width: int
    height: int
    identifier_bits: int
    large_blocks: bool
    screen_tools: int
    whole_motion: int
    order_bits: int
    superres: bool
    profile: int
    mono: bool
    subsampling: str


def _sequence(bits: _Bits) -> _Sequence | None:
    profile, _, reduced = bits.take(3), bits.take(), bits.take()
    if reduced:
        bits.take(5)
    else:
        if bits.take():  # timing and, with it, a decoder model: not in pictures
            return None
        delays = bits.take()
        for _ in range(bits.take(5) + 1):
            bits.take(12)
            if bits.take(5) > 7:
                bits.take()
            if delays and bits.take():
                bits.take(4)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    width, height = bits.take(width_bits) + 1, bits.take(height_bits) + 1
    identifier_bits = 0
    if not reduced and bits.take():
        identifier_bits = bits.take(4) + 2
        identifier_bits += bits.take(3) + 1
    large_blocks = bool(bits.take())
    bits.take(2)
    screen_tools = whole_motion = _SELECT
    order_bits = 0
    if not reduced:
        bits.take(4)
        ordered = bits.take()
        if ordered:
            bits.take(2)
        screen_tools = _SELECT if bits.take() else bits.take()
        if screen_tools:
            whole_motion = _SELECT if bits.take() else bits.take()
        if ordered:
            order_bits = bits.take(3) + 1
    superres = bool(bits.take())
    bits.take(2)
    mono, subsampling = _colours(bits, profile)
    return _Sequence(
        bool(reduced), width_bits, height_bits, width, height, identifier_bits, large_blocks,
        screen_tools, whole_motion, order_bits, superres, profile, mono, subsampling,
    )  # fmt: skip


def _colours(bits: _Bits, profile: int) -> tuple[bool, str]:
    deep = bits.take()
    twelve = bool(deep and profile == 2 and bits.take())
    mono = bool(profile != 1 and bits.take())
    described = (bits.take(8), bits.take(8), bits.take(8)) if bits.take() else (2, 2, 2)
    if mono:
        return True, "4:0:0"
    if described == (1, 13, 0) or profile == 1:
        return False, "4:4:4"
    if profile == 0:
        return False, "4:2:0"
    bits.take()
    if not twelve:
        return False, "4:2:2"
    if not bits.take():
        return False, "4:4:4"
    return False, "4:2:0" if bits.take() else "4:2:2"


def _frame(bits: _Bits, sequence: _Sequence) -> Quantiser | None:
    if not sequence.reduced:
        shown_again, kind, shown = bits.take(), bits.take(2), bits.take()
        if shown_again or kind != 0 or not shown:  # not a key frame that is shown
            return None
    without_update = bits.take()
    tools = bits.take() if sequence.screen_tools == _SELECT else sequence.screen_tools
    if tools and sequence.whole_motion == _SELECT:
        bits.take()
    bits.take(sequence.identifier_bits)
    other_size = 0 if sequence.reduced else bits.take()
    bits.take(sequence.order_bits)
    width, height = sequence.width, sequence.height
    if other_size:
        width, height = bits.take(sequence.width_bits) + 1, bits.take(sequence.height_bits) + 1
    narrowed = bool(sequence.superres and bits.take())
    if narrowed:
        factor = bits.take(3) + 9
        width = (width * 8 + factor // 2) // factor
    if bits.take():  # shown at another size
        bits.take(32)
    if tools and not narrowed:
        bits.take()
    if not (sequence.reduced or without_update):
        bits.take()
    if not _skip_tiles(bits, width, height, large=sequence.large_blocks):
        return None
    index = bits.take(8)
    changed = bits.take()
    exact = index == 0 and not changed and sequence.subsampling in ("4:4:4", "4:0:0")
    return Quantiser(float(index), exact, None if sequence.mono else sequence.subsampling)


def _skip_tiles(bits: _Bits, width: int, height: int, *, large: bool) -> bool:
    shift = 5 if large else 4
    columns, rows = ((2 * (side + 7 >> 3) + (1 << shift) - 1) >> shift for side in (width, height))
    size = shift + 2
    least_columns = _log2(4096 >> size, columns)
    least = max(least_columns, _log2(4096 * 2304 >> 2 * size, rows * columns))
    if not bits.take():  # tiles of various sizes
        return False
    across = least_columns
    while across < _log2(1, min(columns, 64)) and bits.take():
        across += 1
    down = max(least - across, 0)
    while down < _log2(1, min(rows, 64)) and bits.take():
        down += 1
    if across or down:
        bits.take(across + down + 2)
    return True


def _log2(block: int, target: int) -> int:
    count = 0
    while block << count < target:
        count += 1
    return count


def hevc(data: bytes, sets: Sequence[bytes]) -> Quantiser | None:
    """Of an HEVC picture: the first slice's QP. `sets` are the NAL units of hvcC.

    `data` are NAL units with four bytes of length before each.
    """
    try:
        sequence = next(_Bits(_plain(unit)) for unit in sets if unit and unit[0] >> 1 & 63 == 33)
        picture = next(_Bits(_plain(unit)) for unit in sets if unit and unit[0] >> 1 & 63 == 34)
        offset_allowed, formats = _sequence_set(sequence)
        return _slice(data, picture, formats, adaptive=offset_allowed)
    except (IndexError, StopIteration):
        return None


def _plain(unit: bytes) -> bytes:
    """A NAL unit without its header and without the bytes against false start codes."""
    return unit[2:600].replace(b"\0\0\3", b"\0\0")


def _sequence_set(bits: _Bits) -> tuple[bool, int]:
    """Whether slices say if they use adaptive offsets, and the format of the colours (0-3)."""
    bits.take(4)
    layers = bits.take(3)
    bits.take(1 + 96)
    if layers:
        present = [(bits.take(), bits.take()) for _ in range(layers)]
        bits.take(2 * (8 - layers))
        for profile, level in present:
            bits.take(88 * profile + 8 * level)
    bits.golomb()
    formats = bits.golomb()
    if formats == 3 and bits.take():
        raise IndexError("planes apart")
    bits.golomb(), bits.golomb()
    if bits.take():
        [bits.golomb() for _ in range(4)]
    [bits.golomb() for _ in range(3)]
    for _ in range(1 if not bits.take() else layers + 1):
        [bits.golomb() for _ in range(3)]
    [bits.golomb() for _ in range(6)]
    if bits.take() and bits.take():
        raise IndexError("lists of scalings")
    bits.take()
    return bool(bits.take()), formats


def _slice(data: bytes, picture: _Bits, formats: int, *, adaptive: bool) -> Quantiser | None:
    picture.golomb(), picture.golomb()
    picture.take()
    outputs, more = picture.take(), picture.take(3)
    picture.take(2)
    picture.golomb(), picture.golomb()
    start = 26 + picture.signed_golomb()
    picture.take(2)
    if picture.take():
        picture.golomb()
    picture.signed_golomb(), picture.signed_golomb()
    picture.take(3)
    bypassed = bool(picture.take())
    subsampling = {1: "4:2:0", 2: "4:2:2", 3: "4:4:4"}.get(formats)
    change = 0
    at = 0
    for _ in range(16):
        unit = data[at + 4 : at + 100]
        kind = unit[0] >> 1 & 63
        at += 4 + int.from_bytes(data[at : at + 4], "big")
        if kind in (19, 20):  # a picture that stands by itself
            bits = _Bits(_plain(unit))
            if not bits.take():
                return None
            bits.take()
            bits.golomb()
            bits.take(more)
            if bits.golomb() != 2:
                return None
            bits.take(outputs)
            bits.take((1 + (formats != 0)) * adaptive)
            change = bits.signed_golomb()
            break
        if kind < 32:
            break  # of a kind whose header holds more: the picture's own setting has to do
    return Quantiser(float(start + change), bypassed and formats in (0, 3), subsampling)
