"""What a keeper would lose with its copies, and writing it to an XMP sidecar beside the keeper."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from kindred.engine.errors import ActionError
from kindred.engine.types import Photo

_NAMESPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
# What XML 1.0 has no way to write.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class MetadataOffer:
    """What a removed copy knows and the keeper does not; None and () where nothing is missing.

    `keywords` are all the keeper should have, its own included.
    """

    keeper: Photo
    taken_at: str | None = None
    position: tuple[float, float] | None = None  # latitude, longitude in degrees
    rating: int | None = None
    keywords: tuple[str, ...] = ()
    caption: str | None = None


def offer(keeper: Photo, removed: Sequence[Photo]) -> MetadataOffer | None:
    """What `keeper` lacks and `removed` photos have, the earlier of them first; None if nothing.

    Nothing is offered where the keeper has a sidecar, which is never changed.
    """
    if any(path.exists() for path in _sidecars(keeper.path)):
        return None
    mine, others = keeper.info, [photo.info for photo in removed]
    times = [info.taken_at for info in others if info.taken_at]
    places = [
        (info.latitude, info.longitude)
        for info in others
        if info.latitude is not None and info.longitude is not None
    ]
    ratings = [info.rating for info in others if info.rating]
    captions = [info.caption for info in others if info.caption]
    keywords = tuple(dict.fromkeys(word for info in (mine, *others) for word in info.keywords))
    found = MetadataOffer(
        keeper,
        taken_at=times[0] if times and not mine.taken_at else None,
        position=places[0] if places and mine.latitude is None else None,
        rating=ratings[0] if ratings and not mine.rating else None,
        keywords=keywords if len(keywords) > len(mine.keywords) else (),
        caption=captions[0] if captions and not mine.caption else None,
    )
    return None if found == MetadataOffer(keeper) else found


def write_sidecar(offer: MetadataOffer) -> Path:
    """Write an offer beside its keeper and return where; the photo itself is not touched.

    Raises ActionError when there is a sidecar already, or when it cannot be written.
    """
    place = _sidecars(offer.keeper.path)[0]
    taken = [path.name for path in _sidecars(offer.keeper.path) if path.exists()]
    if taken:
        raise ActionError(f"There is a sidecar already, {taken[0]}; it was left as it is.")
    data = _packet(offer)
    try:
        with place.open("xb") as file:
            try:
                file.write(data)
            except OSError:
                place.unlink()
                raise
    except OSError as error:
        raise ActionError(
            f"The sidecar {place.name} cannot be written: {error.strerror}."
        ) from error
    return place


def _sidecars(photo: Path) -> tuple[Path, Path]:
    """Both customs: a.jpg.xmp (digiKam, darktable) and a.xmp (Adobe)."""
    return photo.with_name(f"{photo.name}.xmp"), photo.with_suffix(".xmp")


def _packet(offer: MetadataOffer) -> bytes:
    """The offer in the terms of the XMP specification, part 2 (exif, xmp, photoshop, dc)."""
    for prefix, uri in _NAMESPACES.items():
        ET.register_namespace(prefix, uri)
    root = ET.Element(_tag("x:xmpmeta"))
    rdf = ET.SubElement(root, _tag("rdf:RDF"))
    about = ET.SubElement(rdf, _tag("rdf:Description"), {_tag("rdf:about"): ""})
    if offer.taken_at:
        _add(about, "exif:DateTimeOriginal", offer.taken_at)
        _add(about, "photoshop:DateCreated", offer.taken_at)
    if offer.position:
        latitude, longitude = offer.position
        _add(about, "exif:GPSLatitude", _degrees(latitude, "NS"))
        _add(about, "exif:GPSLongitude", _degrees(longitude, "EW"))
    if offer.rating is not None:
        _add(about, "xmp:Rating", str(offer.rating))
    if offer.keywords:
        bag = ET.SubElement(_add(about, "dc:subject", ""), _tag("rdf:Bag"))
        for word in offer.keywords:
            _add(bag, "rdf:li", word)
    if offer.caption:
        alternatives = ET.SubElement(_add(about, "dc:description", ""), _tag("rdf:Alt"))
        _add(alternatives, "rdf:li", offer.caption).set(_tag("xml:lang"), "x-default")
    ET.indent(root)
    packet: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return packet


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, _tag(name))
    element.text = _NOT_XML.sub("", text)
    return element


def _tag(name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


def _degrees(value: float, signs: str) -> str:
    degrees, millionths = divmod(round(abs(value) * 60e6), 60_000_000)
    return f"{degrees},{millionths / 1e6:.6f}{signs[value < 0]}"
