"""The words people gave a photo: rating, keywords and caption out of its XMP and IPTC blocks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from defusedxml import ElementTree
from PIL import Image, IptcImagePlugin
from PIL.ImageFile import ImageFile

MAX_CAPTION = 2000  # characters
_MAX_KEYWORDS = 100
_MAX_LABEL = 100  # characters
_MAX_XMP_BYTES = 1 << 20

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_TIMES = (
    "{http://ns.adobe.com/exif/1.0/}DateTimeOriginal",
    "{http://ns.adobe.com/photoshop/1.0/}DateCreated",
    f"{_XMP}CreateDate",
)


@dataclass(frozen=True, slots=True)
class Labels:
    """Cleaned and bounded; `rating` and `taken_at` are still the texts of the file."""

    rating: str | None = None
    taken_at: str | None = None
    keywords: tuple[str, ...] = ()
    caption: str | None = None


def read_xmp(source: Image.Image) -> Labels:
    """The XMP packet's. Raises nearly anything on a hostile file."""
    packet = (
        source.info.get("xmp") or source.info.get("XML:com.adobe.xmp") or source.getexif().get(700)
    )
    if isinstance(packet, str):
        packet = packet.encode()
    if not isinstance(packet, bytes) or not 0 < len(packet) <= _MAX_XMP_BYTES:
        return Labels()
    root = ElementTree.fromstring(packet.strip(b"\0 \r\n\t"), forbid_dtd=True)
    found: dict[str, list[str]] = {}
    for description in root.iter(f"{_RDF}Description"):
        for name, value in description.attrib.items():
            found.setdefault(name, [value])
        for child in description:
            items = [item.text or "" for item in child.iter(f"{_RDF}li")]
            found.setdefault(child.tag, items or [child.text or ""])
    times = [found[name][0] for name in _TIMES if name in found]
    return Labels(
        rating=clean(found.get(f"{_XMP}Rating", [None])[0]),
        taken_at=clean(times[0]) if times else None,
        keywords=clean_keywords(found.get(f"{_DC}subject", [])),
        caption=clean(found.get(f"{_DC}description", [None])[0], limit=MAX_CAPTION),
    )


def read_iptc(source: Image.Image) -> Labels:
    """The IPTC block's, of JPEG and TIFF. Raises nearly anything on a hostile file."""
    found = IptcImagePlugin.getiptcinfo(source) if isinstance(source, ImageFile) else None
    if not found:
        return Labels()
    words, captions = (
        value if isinstance(value, list) else [value]
        for value in (found.get((2, 25), b""), found.get((2, 120), b""))
    )
    return Labels(keywords=clean_keywords(words), caption=clean(captions[0], limit=MAX_CAPTION))


def clean_keywords(values: Iterable[Any]) -> tuple[str, ...]:
    """The first hundred different ones, in their order."""
    cleaned = (clean(value) for value in values)
    return tuple(dict.fromkeys(word for word in cleaned if word))[:_MAX_KEYWORDS]


def clean(value: Any, *, limit: int = _MAX_LABEL) -> str | None:
    """Text that any store and label can show: no control characters, no lone surrogates, bounded.

    None for what is not text or is empty. Bytes are UTF-8, else Latin-1.
    """
    if isinstance(value, bytes):
        value = value[: 4 * limit]
        try:
            value = value.decode()
        except UnicodeDecodeError:
            value = value.decode("latin-1")
    if not isinstance(value, str):
        return None
    text = value[: 4 * limit].encode("utf-8", "ignore").decode("utf-8")
    text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(text.split())[:limit].strip() or None
