"""What a keeper would lose with its copies, and saving it in an XMP sidecar beside the keeper."""

import os
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree as ET

from defusedxml import ElementTree

from kindred.engine.errors import ActionError
from kindred.engine.messages import Code, cause
from kindred.engine.metadata.packet import personal, words
from kindred.engine.metadata.sidecars import (
    MAX_SIDECAR,
    SidecarFacts,
    facts_with_sidecars,
    read_sidecar,
    split_time,
)
from kindred.engine.metadata.xmp import MAX_CAPTION, clean
from kindred.engine.types import FileFacts, Loss, LossKind, Photo

_NAMESPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    # Not written, but found in the sidecars of others, whose prefixes are kept.
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "exifEX": "http://cipa.jp/exif/1.0/",
    "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
    "stRef": "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "darktable": "http://darktable.sf.net/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "acdsee": "http://ns.acdsee.com/iptc/1.0/",
}
T = TypeVar("T")

# What XML 1.0 has no way to write.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MAX_LABEL, MAX_TITLE = 100, 300  # characters that are read back
_POSITION_ERROR = 1e-5  # degrees, a metre: positions are written to a millionth of a minute


@dataclass(frozen=True, slots=True)
class MetadataOffer:
    """What a removed copy knows and the keeper does not; None and () where nothing is missing.

    `keywords` are all the keeper should have, its own included; a hierarchical one has "|" between
    its levels. `zone`, such as "+02:00", is that of `taken_at`, or else of the keeper's own time.
    """

    keeper: Photo
    taken_at: str | None = None
    position: tuple[float, float] | None = None  # latitude, longitude in degrees
    rating: int | None = None
    keywords: tuple[str, ...] = ()
    caption: str | None = None
    zone: str | None = None
    label: str | None = None
    people: tuple[str, ...] = ()
    title: str | None = None


@dataclass(frozen=True, slots=True)
class SidecarChange:
    """A sidecar to write: its bytes before (None: there is none) and after."""

    place: Path
    before: bytes | None
    after: bytes


def offer(keeper: Photo, removed: Sequence[Photo]) -> MetadataOffer | None:
    """What `keeper` lacks and `removed` photos have, the earlier of them first; None if nothing."""
    mine, others = _known(keeper), [_known(photo) for photo in removed]
    timed = next((one for one in others if one.taken_at), None)
    places = [
        (one.latitude, one.longitude)
        for one in others
        if one.latitude is not None and one.longitude is not None
    ]
    keywords = _joined(one.keywords for one in (mine, *others))
    people = _joined(one.people for one in (mine, *others))
    found = MetadataOffer(
        keeper,
        taken_at=timed.taken_at if timed and not mine.taken_at else None,
        zone=timed.zone if timed and not mine.taken_at else None,
        position=places[0] if places and mine.latitude is None else None,
        rating=_first(one.rating for one in others) if not mine.rating else None,
        label=_first(one.label for one in others) if not mine.label else None,
        keywords=keywords if len(keywords) > len(mine.keywords) else (),
        people=people if len(people) > len(mine.people) else (),
        title=_first(one.title for one in others) if not mine.title else None,
        caption=_first(one.caption for one in others) if not mine.caption else None,
    )
    return None if found == MetadataOffer(keeper) else found


def _known(photo: Photo) -> FileFacts:
    """What the scan and the photo's sidecars say."""
    info = photo.info
    facts = FileFacts(
        taken_at=info.taken_at,
        latitude=info.latitude,
        longitude=info.longitude,
        rating=info.rating,
        keywords=info.keywords,
        caption=info.caption,
    )
    return facts_with_sidecars(photo, facts)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value), None)


def _joined(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for some in lists for word in some))


def offer_of(keeper: Photo, losses: Sequence[Loss]) -> MetadataOffer | None:
    """What the losses say is to be carried over to `keeper`; None if nothing is.

    Raises ActionError for a loss that no sidecar can hold.
    """
    said = {loss.kind: loss.values for loss in losses if loss.carried}
    if not said:
        return None
    if unknown := said.keys() - _CARRIED:
        raise ActionError(Code.SIDECAR_CANNOT_HOLD, kinds=tuple(sorted(unknown)))
    one = {kind: values[0] for kind, values in said.items() if values}
    place = one.get(LossKind.POSITION)
    keywords = said.get(LossKind.KEYWORDS, ())
    return MetadataOffer(
        keeper,
        taken_at=one.get(LossKind.TAKEN_AT),
        zone=one.get(LossKind.ZONE),
        position=_place(place) if place else None,
        rating=int(one[LossKind.RATING]) if LossKind.RATING in one else None,
        label=one.get(LossKind.LABEL),
        keywords=tuple(dict.fromkeys((*keeper.info.keywords, *keywords))) if keywords else (),
        people=said.get(LossKind.PEOPLE, ()),
        title=one.get(LossKind.TITLE),
        caption=one.get(LossKind.CAPTION),
    )


_CARRIED = frozenset({
    LossKind.TAKEN_AT, LossKind.ZONE, LossKind.POSITION, LossKind.RATING, LossKind.LABEL,
    LossKind.KEYWORDS, LossKind.PEOPLE, LossKind.TITLE, LossKind.CAPTION,
})  # fmt: skip


def _place(text: str) -> tuple[float, float]:
    latitude, longitude = (float(part) for part in text.split(","))
    return latitude, longitude


def plan_sidecar(offer: MetadataOffer) -> SidecarChange | None:
    """What the keeper's sidecar will be with the offer in it; None when it says all of it already.

    It is the keeper's own sidecar in the spelling that is there, else a.jpg.xmp: that names one
    file, where a.xmp may be of any photo of the stem, and darktable, digiKam, RawTherapee and
    exiftool's users write it so. What is in a sidecar already stays as it is. Raises ActionError
    when it says something else of the same, cannot be read, or could not be read back.
    """
    place = sidecar_place(offer.keeper)
    before: bytes | None = None
    try:
        if place.is_symlink():
            raise ActionError(Code.SIDECAR_LINK, name=place.name)
        if place.exists():
            with place.open("rb") as file:
                before = file.read(MAX_SIDECAR + 1)
    except OSError as error:
        raise ActionError(Code.SIDECAR_NOT_READ, name=place.name, why=cause(error)) from error
    if before is not None and _says(read_sidecar(before, place.name), offer):
        return None
    after = _with(before, offer, place.name)
    if not _says(read_sidecar(after, place.name), offer):
        raise ActionError(Code.SIDECAR_NOT_HELD, name=place.name)
    return SidecarChange(place, before, after)


def write_change(change: SidecarChange) -> None:
    """Write a planned sidecar at once or not at all. Raises ActionError when it cannot be done,
    or when the sidecar is no longer as it was before."""
    place = change.place
    part = place.with_name(f".{place.name}.kindred-part")
    try:
        try:
            with part.open("wb") as file:
                file.write(change.after)
                file.flush()
                os.fsync(file.fileno())
            if (place.read_bytes() if os.path.lexists(place) else None) != change.before:
                raise ActionError(Code.SIDECAR_CHANGED, name=place.name)
            if change.before is not None:
                shutil.copymode(place, part)
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ActionError(Code.SIDECAR_NOT_WRITTEN, name=place.name, why=cause(error)) from error


def write_sidecar(offer: MetadataOffer) -> Path:
    """Save an offer beside its keeper and return where; the photo itself is not touched.

    A sidecar that is there is copied beside itself first. Raises ActionError when it says something
    else of the same, or when it cannot be written.
    """
    change = plan_sidecar(offer)
    if change is None:
        return sidecar_place(offer.keeper)
    if change.before is not None:
        copy_before(change)
    write_change(change)
    return change.place


def copy_before(change: SidecarChange) -> Path:
    """Copy a sidecar that is to be changed beside itself, and return where. Raises ActionError."""
    names = (f"{change.place.name}.before-kindred{number}" for number in ("", *range(2, 1000)))
    try:
        for name in names:
            copy = change.place.with_name(name)
            if not os.path.lexists(copy):
                shutil.copy2(change.place, copy)
                return copy
    except OSError as error:
        raise ActionError(
            Code.SIDECAR_NOT_COPIED, name=change.place.name, why=cause(error)
        ) from error
    raise ActionError(Code.SIDECAR_COPIES, name=change.place.name)


def sidecar_place(keeper: Photo) -> Path:
    """Where the keeper's words go; a.xmp only when it is known to be the keeper's."""
    full = keeper.path.with_name(f"{keeper.path.name}.xmp")
    owned = [path for path in keeper.companions if path.suffix.lower() == ".xmp" and path.exists()]
    if full.exists():
        return full
    mine = [path for path in owned if path.stem in (keeper.path.name, keeper.path.stem)]
    return mine[0] if mine else full


def _says(facts: SidecarFacts, offer: MetadataOffer) -> bool:
    """Whether a sidecar says all that is offered, as far as it can be read at all."""
    when = _moment(offer)
    return (
        (offer.position is None or _is_near(facts, offer.position))
        and (when is None or _is_then(facts, when))
        and (offer.rating is None or facts.rating == offer.rating)
        and _reads(offer.label, facts.label, limit=MAX_LABEL)
        and _reads(offer.title, facts.title, limit=MAX_TITLE)
        and _reads(offer.caption, facts.caption, limit=MAX_CAPTION)
        and set(words(offer.keywords)) <= set(facts.keywords)
        and set(words(offer.people)) <= set(facts.people)
    )


def _is_then(facts: SidecarFacts, when: tuple[str | None, str | None]) -> bool:
    return facts.taken_at == when[0] and when[1] in (None, facts.zone)


def _is_near(facts: SidecarFacts, place: tuple[float, float]) -> bool:
    if facts.latitude is None or facts.longitude is None:
        return max(map(abs, place)) < _POSITION_ERROR  # it would be read as no position
    apart = abs(facts.latitude - place[0]), abs(facts.longitude - place[1])
    return max(apart) < _POSITION_ERROR


def _reads(wanted: str | None, said: str | None, *, limit: int) -> bool:
    readable = personal(clean(wanted, limit=limit))
    return readable is None or readable == said


def _moment(offer: MetadataOffer) -> tuple[str | None, str | None] | None:
    """The time to write and its zone; None where neither is offered."""
    if offer.taken_at is None and offer.zone is None:
        return None
    moment, zone = split_time(offer.taken_at or offer.keeper.info.taken_at)
    if moment is None:
        raise ActionError(Code.ZONE_WITHOUT_TIME, name=offer.keeper.path.name)
    return moment, offer.zone or zone


def _with(before: bytes | None, offer: MetadataOffer, name: str) -> bytes:
    """A sidecar with the offer in it, in the terms of the XMP specification, parts 1 and 2."""
    known = read_sidecar(before, name) if before is not None else SidecarFacts(name)
    if known.unreadable:
        raise ActionError(Code.SIDECAR_UNKNOWN, name=name)
    root = _empty() if before is None else _parse(before)
    rdf = next(root.iter(_tag("rdf:RDF")), None)
    if rdf is None:
        raise ActionError(Code.SIDECAR_UNKNOWN, name=name)
    if rdf.find(_tag("rdf:Description")) is None:
        ET.SubElement(rdf, _tag("rdf:Description"), {_tag("rdf:about"): ""})
    for field, text in (
        ("rating", str(offer.rating) if offer.rating is not None else None),
        ("label", offer.label),
        ("title", offer.title),
        ("caption", offer.caption),
    ):
        said = getattr(known, field)
        if text is None or text == str(said):
            continue
        if said is not None:
            raise ActionError(Code.SIDECAR_DIFFERS, name=name, kinds=(field,))
        _set(rdf, _PROPERTIES[field], text)
    when = _moment(offer)
    if when is not None and not _is_then(known, when):
        if known.taken_at not in (None, when[0]) or known.zone is not None:
            raise ActionError(Code.SIDECAR_DIFFERS, name=name, kinds=(LossKind.TAKEN_AT,))
        for property_name in ("exif:DateTimeOriginal", "photoshop:DateCreated"):
            _set(rdf, property_name, "".join(part for part in when if part))
    if offer.position is not None and not _is_near(known, offer.position):
        if known.latitude is not None:
            raise ActionError(Code.SIDECAR_DIFFERS, name=name, kinds=(LossKind.POSITION,))
        for property_name, value, signs in zip(
            ("exif:GPSLatitude", "exif:GPSLongitude"), offer.position, ("NS", "EW"), strict=True
        ):
            _set(rdf, property_name, _degrees(value, signs))
    flat = [word for word in offer.keywords if "|" not in word]
    _join(rdf, "dc:subject", [word for word in flat if word not in known.keywords])
    deep = [word for word in offer.keywords if "|" in word and word not in known.keywords]
    _join(rdf, "lr:hierarchicalSubject", deep)
    _join(rdf, "Iptc4xmpExt:PersonInImage", [n for n in offer.people if n not in known.people])
    for prefix, uri in _NAMESPACES.items():
        ET.register_namespace(prefix, uri)
    ET.indent(root)
    packet: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return packet


_PROPERTIES = {
    "rating": "xmp:Rating",
    "label": "xmp:Label",
    "title": "dc:title",
    "caption": "dc:description",
}


def _empty() -> ET.Element:
    root = ET.Element(_tag("x:xmpmeta"))
    ET.SubElement(root, _tag("rdf:RDF"))
    return root


def _parse(data: bytes) -> ET.Element:
    root: ET.Element = ElementTree.fromstring(data.strip(b"\0 \r\n\t"), forbid_dtd=True)
    return root


def _set(rdf: ET.Element, name: str, text: str) -> None:
    """Give a property this text, in place of one that says nothing."""
    abouts = rdf.findall(_tag("rdf:Description"))
    for about in abouts:
        about.attrib.pop(_tag(name), None)
        for child in about.findall(_tag(name)):
            about.remove(child)
    if not name.startswith("dc:"):
        _add(abouts[0], name, text)
        return
    alternatives = ET.SubElement(_add(abouts[0], name, ""), _tag("rdf:Alt"))
    _add(alternatives, "rdf:li", text).set(_tag("xml:lang"), "x-default")


def _join(rdf: ET.Element, name: str, words: Sequence[str]) -> None:
    """Add words to a list, which is made where there is none."""
    if not words:
        return
    abouts = rdf.findall(_tag("rdf:Description"))
    lists = [found for about in abouts if (found := about.find(_tag(name))) is not None]
    element = lists[0] if lists else _add(abouts[0], name, "")
    bags = [bag for bag in element if bag.tag in (_tag("rdf:Bag"), _tag("rdf:Seq"))]
    bag = bags[0] if bags else ET.SubElement(element, _tag("rdf:Bag"))
    for word in words:
        _add(bag, "rdf:li", word)


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, _tag(name))
    element.text = _NOT_XML.sub(" ", text.encode("utf-8", "ignore").decode())
    return element


def _tag(name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


def _degrees(value: float, signs: str) -> str:
    degrees, millionths = divmod(round(abs(value) * 60e6), 60_000_000)
    return f"{degrees},{millionths / 1e6:.6f}{signs[value < 0]}"
