"""What lies behind a picture in its file, where the format says where it ends: an archive, say."""

from collections.abc import Callable, Mapping

from kindred.engine.metadata.isobmff import boxes
from kindred.engine.metadata.tiff import end_of_parts

_PADDING = b"\0\xff \r\n\t"
_OPEN_ENDED = (b"mdat", b"meta", b"moov", b"jp2c", b"jxlc", b"jxlp")  # may be cut short


def trailer(data: bytes, *, end: int | None) -> bytes:
    """The bytes behind the picture, without padding; empty where there are none.

    end: of the picture, where its reader found it. Of JPEG see `jpeg`.
    """
    if end is not None:
        return data[end:].strip(_PADDING)
    for start, end_of in _ENDS.items():
        if data.startswith(start):
            return data[end_of(data) :].strip(_PADDING)
    return data[_end_of_boxes(data) :].strip(_PADDING) if data[4:8] in _BOXES else b""


def _end_of_riff(data: bytes) -> int:
    size = int.from_bytes(data[4:8], "little")
    return 8 + size + size % 2


def _end_of_bmp(data: bytes) -> int:
    """Some programs write no size."""
    promised, start = int.from_bytes(data[2:6], "little"), int.from_bytes(data[10:14], "little")
    return promised if promised > start else len(data)


def _end_of_boxes(data: bytes) -> int:
    """Where boxes with names of letters, or such as may be cut short, end."""
    last = 0
    for name, _, end in boxes(data, 0, len(data)):
        if not name.isalnum() and not name.strip().isalnum():
            break
        if end > len(data):
            return len(data) if name in _OPEN_ENDED else last
        last = end
    return last


_ENDS: Mapping[bytes, Callable[[bytes], int]] = {
    b"RIFF": _end_of_riff,
    b"BM": _end_of_bmp,
    b"II*\0": end_of_parts,
    b"MM\0*": end_of_parts,
}
_BOXES = (b"ftyp", b"jP  ", b"JXL ")
