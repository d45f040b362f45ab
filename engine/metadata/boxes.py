"""Takes JPEG 2000 and JPEG XL files apart, which are chains of boxes; ISO/IEC 15444-1, 18181-2."""

from dataclasses import replace

from kindred.engine.digest import digest_parts
from kindred.engine.metadata.container import Container
from kindred.engine.metadata.isobmff import boxes
from kindred.engine.types import Encoding

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_EXIF = b"JpgTiffExif->JP2"
_IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
_CODED = (b"jp2c", b"jxlc", b"jxlp")
_CODING_STYLE = b"\xff\x52\0"  # a marker of JPEG 2000 and its length, ITU-T T.800 A.6.1
_REVERSIBLE = 1


def read(data: bytes) -> Container:
    """A JPEG 2000 or JPEG XL file taken apart; its coded data is not decoded."""
    found = list(boxes(data, 0, len(data))) if data[4:8] in (b"jP  ", b"JXL ") else []
    view = memoryview(data)
    coded = [view[at:end] for name, at, end in found if name in _CODED] or [view]
    container = Container(
        picture=digest_parts(coded),
        damage=sum(1 for _, _, end in found if end > len(data)),
        encoding=Encoding(lossless=_is_reversible(coded[0])),
    )
    for name, at, end in found:
        body = data[at:end] if name in (b"uuid", b"Exif", b"xml ", b"jp2h") else b""
        if name == b"Exif":
            container = replace(container, exif=body[4 + int.from_bytes(body[:4], "big") :])
        elif name == b"xml " and b"xmpmeta" in body[:1000]:
            container = replace(container, xmp=(*container.xmp, body))
        elif body[:16] == _XMP:
            container = replace(container, xmp=(*container.xmp, body[16:]))
        elif body[:16] == _EXIF:
            container = replace(container, exif=body[16:].removeprefix(b"Exif\0\0"))
        elif body[:16] == _IPTC:
            container = replace(container, iptc=body[16:])
        elif name == b"jp2h":
            container = _with_header(container, body)
    return container


def _with_header(container: Container, header: bytes) -> Container:
    for name, at, end in boxes(header, 0, len(header)):
        body = header[at:end]
        if name == b"ihdr" and len(body) >= 11:
            channels = int.from_bytes(body[8:10], "big")
            container = replace(
                container,
                width=int.from_bytes(body[4:8], "big"),
                height=int.from_bytes(body[:4], "big"),
                channels=1 if channels < 3 else 3,
                alpha=channels in (2, 4),
                bits=(body[10] & 0x7F) + 1 if body[10] != 0xFF else 8,
            )
        elif name == b"colr" and body[:1] == b"\x02":
            container = replace(container, icc=body[3:])
    return container


def _is_reversible(coded: memoryview) -> bool:
    """Whether a JPEG 2000 stream uses the transform that loses nothing; not known of JPEG XL."""
    head = bytes(coded[: 1 << 12])
    at = head.find(_CODING_STYLE)
    return (
        head.startswith(b"\xff\x4f") and 0 <= at < len(head) - 13 and head[at + 13] == _REVERSIBLE
    )
