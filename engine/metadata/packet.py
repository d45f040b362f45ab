"""Everything of interest in an XMP packet, of a file or a sidecar; and in IPTC records."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from defusedxml import ElementTree

from kindred.engine.metadata.xmp import MAX_CAPTION, clean

MAX_PACKET = 2 << 20  # bytes that are parsed
# How a packet begins that is not in UTF-8.
_WIDE = (
    ("utf-32-be", b"\0\0\0<"),
    ("utf-32-le", b"<\0\0\0"),
    ("utf-16-be", b"\0<"),
    ("utf-16-le", b"<\0"),
)
_MAX_WORDS = 300
_MAX_STEPS = 200
_MAX_ELEMENTS = 100_000
_MAX_TITLE = 300  # characters

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_MM = "{http://ns.adobe.com/xap/1.0/mm/}"
_EVENT = "{http://ns.adobe.com/xap/1.0/sType/ResourceEvent#}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_TIFF = "{http://ns.adobe.com/tiff/1.0/}"
_AUX = "{http://ns.adobe.com/exif/1.0/aux/}"
_EXIF_EX = "{http://cipa.jp/exif/1.0/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_LIGHTROOM = "{http://ns.adobe.com/lightroom/1.0/}"
_DIGIKAM = "{http://www.digikam.org/ns/1.0/}"
_MICROSOFT = "{http://ns.microsoft.com/photo/1.0/}"
_CAMERA_RAW = "{http://ns.adobe.com/camera-raw-settings/1.0/}"
_REGIONS = "{http://www.metadataworkinggroup.com/schemas/regions/}"
_PEOPLE = "{http://ns.microsoft.com/photo/1.2/t/Region#}PersonDisplayName"
_IPTC_EXT = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_RIGHTS = "{http://ns.adobe.com/xap/1.0/rights/}"
_PANORAMA = "{http://ns.google.com/photos/1.0/panorama/}"
_CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_ACDSEE = "{http://ns.acdsee.com/iptc/1.0/}"

_KEYWORDS = (
    (f"{_DC}subject", ""),
    (f"{_LIGHTROOM}hierarchicalSubject", "|"),
    (f"{_DIGIKAM}TagsList", "/"),
    (f"{_MICROSOFT}LastKeywordXMP", "/"),
)
# What digiKam and Windows write for colours and stars.
_COLOURS = ("", "Red", "Orange", "Yellow", "Green", "Blue", "Magenta", "Gray", "Black", "White")
_MICROSOFT_STARS = {1: 1, 25: 2, 50: 3, 75: 4, 99: 5}
_DEGREES = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])")
# Texts that cameras and programs put where a person's words belong.
_MAKERS = "olympus|sony|minolta|konica|sanyo|samsung|casio|kodak|pentax|ricoh|nikon|fuji(film)?"
_DEFAULTS = re.compile(
    rf"(({_MAKERS})[ -]*)+((digital (still )?camera|dsc|dslr)\d*)?|digital (still )?camera|dcim"
    r"|screen ?shot|untitled|default|created with .*|optimized by jpegmini.*|jpeg|ascii"
    r"|null|none|file written by.*|processed with vsco.*|exif_jpeg_picture|lead technologies.*"
)

# What programs write into the comment of a JPEG.
_PROGRAMS = re.compile(
    r"creator|apple ?mark|lavc|intel|acd systems|u-?lead|handmade software|jpeg|jpg|xv version"
    r"|software|(processed|compressed|converted|generated|encoded|made|imaged?) (by|with|using)"
)
# What cameras and programs put where names belong, word by word.
_NOBODY = re.compile(
    rf"\b({_MAKERS}|canon|panasonic|leica|apple|huawei|xiaomi|google|picasa|photographer|unknown"
    r"|unbekannt|user|owner|admin(istrator)?|author|artist|your name|name|none|n/a|default"
    r"|copyright|c|all rights reserved|corporation|digital|camera)\b"
)


@dataclass(frozen=True, slots=True)
class Packet:
    """Cleaned and bounded; times are still texts of the file."""

    taken_at: str | None = None
    positioned_at: str | None = None  # by the satellites' clock
    created_at: str | None = None  # xmp:CreateDate, which some programs set when they export
    rating: int | None = None  # -1 (rejected) to 5; 0 is none
    label: str | None = None
    keywords: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    title: str | None = None
    caption: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    software: str | None = None
    camera: tuple[str | None, str | None] = (None, None)  # maker, model
    lens: str | None = None
    history: tuple[str, ...] = ()
    place: str | None = None
    author: str | None = None
    copyright: str | None = None
    panorama: str | None = None
    develops: bool = False  # holds settings of a RAW developer, as a sidecar with edits does


def read_packet(packet: bytes) -> Packet:
    """What the packet says; an empty answer for one that cannot be parsed or is too large."""
    packet = _as_utf8(packet).strip(b"\0 \r\n\t")
    if not 0 < len(packet) <= MAX_PACKET:
        return Packet()
    try:
        return _read(ElementTree.fromstring(packet, forbid_dtd=True))
    except Exception:  # a stranger's XML raises nearly anything
        return Packet()


def _as_utf8(packet: bytes) -> bytes:
    """A packet in UTF-16 or UTF-32, as the XMP specification allows, in UTF-8."""
    for name, start in _WIDE:
        if start in packet[:8]:
            text = packet[: 4 * MAX_PACKET].decode(name, "ignore").lstrip("\ufeff")
            return re.sub(r"^<\?xml[^>]*>", "", text).encode()
    return packet


def _read(root: Any) -> Packet:
    found: dict[str, list[str]] = {}
    for number, element in enumerate(root.iter()):
        if number > _MAX_ELEMENTS:
            break
        for name, value in element.attrib.items():
            found.setdefault(name, []).append(value)
        if element.tag.startswith(_RDF):
            continue
        items = [
            item.text or ""
            for bag in element
            if bag.tag in (f"{_RDF}Bag", f"{_RDF}Seq", f"{_RDF}Alt")
            for item in _default_first(bag)
        ]
        found.setdefault(element.tag, []).extend(items or [element.text or ""])

    def first(*names: str, limit: int = 100) -> str | None:
        values = (clean(value, limit=limit) for name in names for value in found.get(name, ()))
        return next((value for value in values if value), None)

    latitude, longitude = (
        _degrees(first(f"{_EXIF}GPSLatitude")),
        _degrees(first(f"{_EXIF}GPSLongitude")),
    )
    place = valid_position(latitude, longitude)
    return Packet(
        taken_at=first(f"{_EXIF}DateTimeOriginal", f"{_PHOTOSHOP}DateCreated"),
        created_at=first(f"{_XMP}CreateDate", f"{_EXIF}DateTimeDigitized"),
        positioned_at=first(f"{_EXIF}GPSTimeStamp", f"{_EXIF}GPSDateTime"),
        rating=_rating(first(f"{_XMP}Rating"), first(f"{_MICROSOFT}Rating")),
        label=first(f"{_XMP}Label") or _colour(first(f"{_DIGIKAM}ColorLabel")),
        keywords=_keywords(found),
        people=_people(root, found),
        title=personal(first(f"{_DC}title", f"{_PHOTOSHOP}Headline", limit=_MAX_TITLE)),
        caption=personal(first(f"{_DC}description", f"{_ACDSEE}caption", limit=MAX_CAPTION)),
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
        software=first(f"{_XMP}CreatorTool", f"{_TIFF}Software"),
        camera=(first(f"{_TIFF}Make"), first(f"{_TIFF}Model")),
        lens=first(f"{_EXIF_EX}LensModel", f"{_AUX}Lens"),
        history=_history(root, found),
        place=_joined(
            first(name)
            for name in (
                f"{_CORE}Location",
                f"{_PHOTOSHOP}City",
                f"{_PHOTOSHOP}State",
                f"{_PHOTOSHOP}Country",
            )
        ),
        author=named(", ".join(words(found.get(f"{_DC}creator", ())))),
        copyright=named(first(f"{_DC}rights", f"{_RIGHTS}UsageTerms", limit=_MAX_TITLE)),
        panorama=first(f"{_PANORAMA}ProjectionType"),
        develops=any(name.startswith(_CAMERA_RAW) for name in found),
    )


def _default_first(bag: Any) -> list[Any]:
    """The items of a list; of alternatives the one in the default language first."""
    items = [item for item in bag if item.tag == f"{_RDF}li"][: 4 * _MAX_WORDS]
    if not bag.tag.endswith("Alt"):
        return items
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    return sorted(items, key=lambda item: item.get(language) != "x-default")


def words(values: Iterable[Any], *, separator: str = "") -> tuple[str, ...]:
    """Different keywords in their order, with "|" between the levels of a hierarchy."""
    cleaned = (clean(value, limit=200) for value in values)
    parts = (word.replace(separator, "|") if separator else word for word in cleaned if word)
    return tuple(dict.fromkeys(parts))[:_MAX_WORDS]


def _keywords(found: dict[str, list[str]]) -> tuple[str, ...]:
    lists = (words(found.get(name, ()), separator=between) for name, between in _KEYWORDS)
    return tuple(dict.fromkeys(word for some in lists for word in some))[:_MAX_WORDS]


def _people(root: Any, found: dict[str, list[str]]) -> tuple[str, ...]:
    names = [*found.get(f"{_IPTC_EXT}PersonInImage", ()), *found.get(_PEOPLE, ())]
    for element in root.iter():
        kind = element.get(f"{_REGIONS}Type") or element.findtext(f"{_REGIONS}Type")
        name = element.get(f"{_REGIONS}Name") or element.findtext(f"{_REGIONS}Name")
        if name and kind in (None, "Face"):
            names.append(name)
    return words(names)


def _history(root: Any, found: dict[str, list[str]]) -> tuple[str, ...]:
    steps: list[str] = []
    for element in islice(root.iter(f"{_MM}History"), 1):
        for item in islice(element.iter(), 20 * _MAX_STEPS):
            parts = [
                clean(item.get(f"{_EVENT}{name}") or item.findtext(f"{_EVENT}{name}"))
                for name in ("action", "softwareAgent", "parameters")
            ]
            if any(parts) and len(steps) < _MAX_STEPS:
                steps.append(", ".join(part for part in parts if part))
    if f"{_MM}DerivedFrom" in found:
        steps.append("derived from another file")
    if found.get(f"{_CAMERA_RAW}AlreadyApplied", [""])[0] == "True":
        steps.append("developed, Camera Raw")
    for text in found.get(f"{_PHOTOSHOP}History", ())[:1]:
        steps += [step for step in (clean(line) for line in text.splitlines()[:50]) if step]
    return tuple(steps[:_MAX_STEPS])


def personal(text: str | None) -> str | None:
    """A text, unless cameras and programs write it by themselves."""
    if text is None or _DEFAULTS.fullmatch(text.lower().strip(" .\"'")):
        return None
    return text


def _joined(names: Iterable[str | None]) -> str | None:
    return ", ".join(name for name in names if name) or None


def commented(text: str | None) -> str | None:
    """The comment of a JPEG, unless it is a program's: a person's has more than a word."""
    text = personal(text)
    if text is None or " " not in text or re.search(r"[{}<>=;]|\w:\s?[\d-]", text):
        return None
    return None if _PROGRAMS.match(text.lower()) else text


def named(text: str | None) -> str | None:
    """An author or the holder of a copyright, unless it is a maker's or nobody's name."""
    text = personal(text)
    rest = _NOBODY.sub(" ", (text or "").lower())
    return text if any(char.isalpha() for char in rest) else None


def valid_position(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    """The two, where they are a place on earth; devices without a fix write zeros."""
    if latitude is None or longitude is None:
        return None
    inside = abs(latitude) <= 90 and abs(longitude) <= 180
    return (latitude, longitude) if inside and (latitude or longitude) else None


def _degrees(text: str | None) -> float | None:
    match = _DEGREES.fullmatch((text or "").replace(" ", ""))
    if match is None:
        return None
    value = float(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    return -value if match[4] in "SW" else value


def _rating(stars: str | None, percent: str | None) -> int | None:
    try:
        value = round(float(stars)) if stars is not None else None
        if value is None and percent is not None:
            value = _MICROSOFT_STARS.get(round(float(percent)))
    except (ValueError, OverflowError):
        return None
    return value if value in (-1, 1, 2, 3, 4, 5) else None


def _colour(number: str | None) -> str | None:
    known = number is not None and number.isdecimal() and int(number) < len(_COLOURS)
    return _COLOURS[int(number or 0)] or None if known else None


def read_iptc(records: bytes) -> Packet:
    """What IPTC-IIM records say: keywords, title, caption and the time of creation."""
    found: dict[int, list[bytes]] = {}
    at, utf8 = 0, False
    for _ in range(2000):
        if at + 5 > len(records) or records[at] != 0x1C:
            break
        record, number = records[at + 1], records[at + 2]
        size = int.from_bytes(records[at + 3 : at + 5], "big")
        at += 5
        if size & 0x8000:  # an extended length
            wide = size & 0x7FFF
            size = int.from_bytes(records[at : at + min(wide, 8)], "big")
            at += wide
        value = records[at : at + size]
        at += size
        utf8 = utf8 or (record == 1 and number == 90 and value == b"\x1b%G")
        if record == 2 and value:
            found.setdefault(number, []).append(value)

    def first(number: int, limit: int = 100) -> str | None:
        return clean(found.get(number, [None])[0], limit=limit)

    return Packet(
        taken_at=_iptc_time(first(55), first(60)),
        keywords=words(found.get(25, ())),
        title=personal(first(5, _MAX_TITLE) or first(105, _MAX_TITLE)),
        caption=personal(first(120, MAX_CAPTION)),
        software=first(65),
        place=_joined(first(number) for number in (92, 90, 95, 101)),
        author=named(", ".join(words(found.get(80, ())))),
        copyright=named(first(116, _MAX_TITLE)),
    )


def _iptc_time(day: str | None, hour: str | None) -> str | None:
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", day or "")
    clock = re.match(r"(\d\d)(\d\d)(\d\d)(?:([+-]\d\d):?(\d\d))?", hour or "")
    if match is None:
        return None
    if clock is None:
        return f"{match[1]}-{match[2]}-{match[3]}"
    zone = f"{clock[4]}:{clock[5]}" if clock[4] else ""
    return f"{match[1]}-{match[2]}-{match[3]}T{clock[1]}:{clock[2]}:{clock[3]}{zone}"
