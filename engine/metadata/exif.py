"""What a decoded photo's EXIF, XMP and IPTC say of it; absurd values are dropped, nothing raises.

Everything here comes from a stranger's file: strings are bounded and cleaned, numbers checked
against their range, and XMP is parsed without entities (defusedxml).
"""

from dataclasses import dataclass
from typing import Any

from PIL import Image

from kindred.engine.metadata.description import both, describe
from kindred.engine.metadata.exif_block import Exif, read_exif
from kindred.engine.metadata.packet import Packet, read_iptc, read_packet
from kindred.engine.metadata.tiff import directories
from kindred.engine.metadata.times import tolerant

_MOST = 100  # keywords of a photo, and characters of one
_IPTC_RESOURCE, _IPTC_TAG, _XMP_TAG = 0x0404, 33723, 700


@dataclass(frozen=True, slots=True)
class Metadata:
    """The fields of PhotoInfo of the same names."""

    taken_at: str | None = None
    last_change: bool = False
    camera: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    rating: int | None = None
    keywords: tuple[str, ...] = ()
    caption: str | None = None


def read(source: Image.Image, *, container: bytes | None = None) -> Metadata:
    """The metadata of a loaded picture.

    `container` is the TIFF file that it is or lies in (RAW), and is asked second.
    """
    exif = tolerant(read_exif, _bytes(source.info.get("exif"))) or Exif()
    pages = (tolerant(directories, container) or [])[:1] if container else []
    if container:
        exif = both(exif, tolerant(read_exif, container) or Exif())
    packet, iptc = _packet(source), _iptc(source)
    for page in pages:
        packet = packet or page.block(_XMP_TAG) or b""
        iptc = iptc or page.block(_IPTC_TAG) or b""
    xmp = read_packet(packet) if packet else Packet()
    said = describe(exif, xmp, tolerant(read_iptc, iptc or b"") or Packet(), _texts(source))
    return Metadata(
        taken_at=said.taken_at and said.taken_at + (said.zone or ""),
        last_change=said.last_change,
        camera=said.camera,
        latitude=said.latitude,
        longitude=said.longitude,
        rating=said.rating if said.rating and said.rating > 0 else None,
        keywords=tuple(word[:_MOST] for word in said.keywords[:_MOST]),
        caption=said.caption,
    )


def _packet(source: Image.Image) -> bytes:
    return _bytes(source.info.get("xmp") or source.info.get("XML:com.adobe.xmp"))


def _iptc(source: Image.Image) -> bytes:
    """The records, which Photoshop's block holds in a JPEG."""
    block: Any = source.info.get("photoshop")
    found = block.get(_IPTC_RESOURCE) if isinstance(block, dict) else source.info.get("iptc")
    return _bytes(found)


def _texts(source: Image.Image) -> dict[str, str]:
    """Of PNG."""
    return {
        key: str(value)
        for key, value in source.info.items()
        if isinstance(key, str) and key[:1].isupper() and isinstance(value, str)
    }


def _bytes(block: object) -> bytes:
    if isinstance(block, str):
        block = block.encode("utf-8", "replace")
    return block.removeprefix(b"Exif\0\0") if isinstance(block, bytes) else b""
