"""Takes a GIF apart; CompuServe's GIF89a."""

from collections.abc import Iterator

from kindred.engine.digest import digest_parts
from kindred.engine.metadata.container import Container
from kindred.engine.types import Encoding

_MAX_BLOCKS = 2_000_000  # of 255 bytes at most, so 500 MB
_XMP = b"XMP DataXMP"
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def read(data: bytes) -> Container:
    """A GIF file taken apart, its pictures not decoded."""
    view = memoryview(data)
    if len(data) < 13:
        return Container(damage=1)
    flags = data[10]
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    parts: list[memoryview] = [view[:at]]
    frames, clear = 0, False
    last: int | None = None
    colours = 2 << (flags & 7) if flags & 0x80 else None
    xmp: list[bytes] = []
    comments: list[bytes] = []
    for kind, start, end in _blocks(data, at):
        if kind == 0x2C:
            if frames == 0 and colours is None and data[start + 9] & 0x80:
                colours = 2 << (data[start + 9] & 7)
            frames += 1
            parts.append(view[start:end])
        elif kind == 0xF9:
            clear = clear or (frames == 0 and bool(data[start + 3] & 1))
            parts.append(view[start:end])
        elif kind == 0xFF and data[start + 3 : start + 14] == _XMP:
            xmp.append(data[start + 14 : max(start + 14, end - 258)])
        elif kind == 0xFF and data[start + 3 : start + 14] in _LOOPS:
            parts.append(view[start:end])
        elif kind == 0xFE and len(comments) < 20:
            comments.append(data[start + 3 : min(end - 1, start + 3 + data[start + 2])])
        elif kind == 0x3B:
            last = end
    return Container(
        xmp=tuple(xmp),
        texts={"Comment": comments[0].decode("utf-8", "replace")} if comments else {},
        width=int.from_bytes(data[6:8], "little"),
        height=int.from_bytes(data[8:10], "little"),
        picture=digest_parts(parts),
        frames=max(1, frames),
        alpha=clear,
        end=last,
        damage=int(last is None or not frames),
        encoding=Encoding(lossless=True, colours=colours),
    )


def _blocks(data: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Each block's kind (0x2C a picture, 0x3B the end, or the label of an extension), and where."""
    left = _MAX_BLOCKS
    while at + 1 < len(data) + 1 and left > 0:
        kind = data[at] if at < len(data) else -1
        start = at
        if kind == 0x3B:
            yield kind, start, at + 1
            return
        if kind == 0x21 and at + 2 < len(data):
            kind, at = data[at + 1], at + 2
        elif kind == 0x2C and at + 10 < len(data):
            flags = data[at + 9]
            at += 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
        else:
            return
        while at < len(data) and data[at] and left > 0:
            at += 1 + data[at]
            left -= 1
        if at >= len(data):
            return
        at, left = at + 1, left - 1
        yield kind, start, at
