"""What the sidecars of photo tools say of a photo: its words, and whether they hold edits."""

import functools
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from defusedxml import ElementTree

from kindred.engine.file_types import SIDECAR_SUFFIXES
from kindred.engine.metadata.packet import personal, read_packet, valid_position, words
from kindred.engine.metadata.times import time, tolerant
from kindred.engine.metadata.xmp import MAX_CAPTION, clean
from kindred.engine.types import FileFacts, Photo

MAX_SIDECAR = 1 << 20  # bytes that are read
_EDITS = SIDECAR_SUFFIXES - {
    ".xmp",
    ".json",
    ".wav",
}  # written for their edits; words are by the way

_NAMES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "mm": "http://ns.adobe.com/xap/1.0/mm/",
    "event": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "exifex": "http://cipa.jp/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
    "digikam": "http://www.digikam.org/ns/1.0/",
    "microsoft": "http://ns.microsoft.com/photo/1.0/",
    "iptcext": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "darktable": "http://darktable.sf.net/",
    "dm": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
}
# Namespaces of what the camera or the tool notes for itself, but for the words in them.
_TECHNICAL = frozenset({"x", "rdf", "xml", "mm", "exif", "exifex", "aux", "tiff", "darktable"})
_WORDS_IN_THEM = frozenset({"exif:UserComment", "tiff:Artist", "tiff:Copyright"})
# fmt: off
# What `packet` reads, and what says nothing about the photo.
_UNDERSTOOD = frozenset({
    "xmp:Rating", "xmp:Label", "xmp:CreatorTool", "xmp:CreateDate", "xmp:ModifyDate",
    "xmp:MetadataDate", "photoshop:DateCreated", "photoshop:Headline",
    "photoshop:SidecarForExtension", "photoshop:ColorMode", "photoshop:ICCProfile",
    "dc:subject", "dc:title", "dc:description", "dc:format", "lr:hierarchicalSubject",
    "lr:weightedFlatSubject", "digikam:TagsList", "digikam:ColorLabel",
    "digikam:ImageUniqueID", "microsoft:Rating", "microsoft:LastKeywordXMP",
    "iptcext:PersonInImage",
})
_NO_SETTINGS = frozenset({
    "crs:RawFileName", "crs:Version", "crs:ProcessVersion", "crs:HasSettings", "crs:HasCrop",
    "crs:AlreadyApplied",
})
# fmt: on
_NOT_EDITED = ("saved", "created")  # events of a history that change nothing
_NOTHING = ("", "0", "False", "false")
_RAWTHERAPEE_COLOURS = ("", "Red", "Yellow", "Green", "Blue", "Purple")
# fmt: off
# What Google notes of a photo that is no one's word; its title is the file's name.
_TAKEOUT_NOTES = frozenset({
    "title", "description", "imageViews", "creationTime", "photoTakenTime", "geoData",
    "geoDataExif", "people", "url", "googlePhotosOrigin", "photoLastModifiedTime",
    "modificationTime", "favorited", "archived", "trashed", "appSource",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class SidecarFacts:
    """What one sidecar says; the fields named as in FileFacts mean the same."""

    name: str
    rating: int | None = None
    label: str | None = None
    keywords: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    title: str | None = None
    caption: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    taken_at: str | None = None
    zone: str | None = None
    has_edits: bool = False
    more: tuple[str, ...] = ()  # names of what it holds beside all that, such as "dc:rights"
    unreadable: bool = False
    overrules: bool = True  # the tool that wrote it shows its words instead of the file's

    @property
    def only_words(self) -> bool:
        """Whether all that the sidecar holds is in these facts."""
        return not (self.has_edits or self.more or self.unreadable)


def read_sidecar(source: Path | bytes, name: str) -> SidecarFacts:
    """What a sidecar of that name says; `unreadable` where it cannot be told. Raises nothing."""
    if isinstance(source, bytes):
        return _facts_of(source, name)
    try:
        found = source.stat()
        return _facts_at(source, name, found.st_size, found.st_mtime_ns)
    except OSError:
        return _facts_of(b"", name)


@functools.lru_cache(maxsize=16_384)
def _facts_at(path: Path, name: str, _size: int, _mtime_ns: int) -> SidecarFacts:
    """Groups are made anew many times while a window is open. Raises OSError."""
    with path.open("rb") as file:
        return _facts_of(file.read(MAX_SIDECAR + 1), name)


def _facts_of(data: bytes, name: str) -> SidecarFacts:
    suffix = Path(name).suffix.lower()
    unreadable = SidecarFacts(name, unreadable=True, has_edits=suffix in _EDITS)
    if not 0 < len(data) <= MAX_SIDECAR:
        return unreadable
    readers = {".xmp": _xmp, ".json": _json, ".on1": _on1, ".dop": _dop, ".pp3": _pp3}
    if suffix == ".aae":
        return SidecarFacts(name, has_edits=True)
    return tolerant(readers[suffix], name, data) or unreadable if suffix in readers else unreadable


def facts_with_sidecars(photo: Photo, facts: FileFacts) -> FileFacts:
    """The facts of a photo's file with what its sidecars say now. Raises nothing."""
    paths = (path for path in photo.companions if path.suffix.lower() in SIDECAR_SUFFIXES)
    return merge_facts(facts, [read_sidecar(path, path.name) for path in paths])


def merge_facts(facts: FileFacts, sidecars: Sequence[SidecarFacts]) -> FileFacts:
    """The facts of a file with what its sidecars say.

    What an XMP sidecar or a developer's file says counts instead of the file's own, for so the
    tools show it; Google's JSON only fills gaps, for it holds what Google made of the file. Of
    several sidecars that say different things the first counts. Keywords and people are joined.
    """
    rulers = [sidecar for sidecar in sidecars if sidecar.overrules]
    in_order: tuple[FileFacts | SidecarFacts, ...] = (
        *rulers,
        facts,
        *(sidecar for sidecar in sidecars if not sidecar.overrules),
    )

    def first(name: str) -> FileFacts | SidecarFacts:
        return next((one for one in in_order if getattr(one, name) is not None), facts)

    moment, place = first("taken_at"), first("latitude")
    return replace(
        facts,
        rating=first("rating").rating,
        label=first("label").label,
        title=first("title").title,
        caption=first("caption").caption,
        taken_at=moment.taken_at,
        zone=moment.zone or facts.zone,
        latitude=place.latitude,
        longitude=place.longitude,
        keywords=_joined(facts.keywords, *(sidecar.keywords for sidecar in sidecars)),
        people=_joined(facts.people, *(sidecar.people for sidecar in sidecars)),
    )


def split_time(text: str | None) -> tuple[str | None, str | None]:
    """A time without its zone, and the zone."""
    whole = tolerant(time, text) if text else None
    if whole is None:
        return None, None
    match = re.fullmatch(r"([^Z+]{19,}?)(Z|[+-]\d\d:\d\d)?", whole)
    if match is None:
        return whole[:19], None
    return match[1], "+00:00" if match[2] == "Z" else match[2]


def _joined(*lists: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for some in lists for word in some))


def _xmp(name: str, data: bytes) -> SidecarFacts:
    root = ElementTree.fromstring(data.strip(b"\0 \r\n\t"), forbid_dtd=True)
    packet = read_packet(data)
    more: set[str] = set()
    has_edits = False
    for title, value, element in _properties(root):
        space = title.partition(":")[0]
        if title == "darktable:history":
            has_edits |= element is not None and element.find(f".//{_tag('rdf:li')}") is not None
        elif title == "mm:History" and element is not None:
            has_edits |= any(action not in _NOT_EDITED for action in _actions(element))
        elif title == "digikam:ImageHistory" or (space == "crs" and title not in _NO_SETTINGS):
            has_edits = True
        elif title in _UNDERSTOOD or title in _NO_SETTINGS or value in _NOTHING:
            if len(value) > MAX_CAPTION or _in_languages(element):
                more.add(title)  # of which only a part is read
        elif title in _WORDS_IN_THEM or space not in _TECHNICAL:
            more.add(title)
    taken_at, zone = split_time(packet.taken_at)
    return SidecarFacts(
        name,
        rating=packet.rating,
        label=packet.label,
        keywords=packet.keywords,
        people=packet.people,
        title=packet.title,
        caption=packet.caption,
        latitude=packet.latitude,
        longitude=packet.longitude,
        taken_at=taken_at,
        zone=zone,
        has_edits=has_edits,
        more=tuple(sorted(more)),
    )


def _properties(root: Any) -> Iterator[tuple[str, str, Any]]:
    """The short name, the text and the element (None: an attribute) of each property with text."""
    for rdf in root.iter(_tag("rdf:RDF")):
        for about in rdf.findall(_tag("rdf:Description")):
            for name, value in about.attrib.items():
                yield _short(name), value.strip(), None
            for child in about:
                texts = [text.strip() for text in child.itertext()]
                texts += [value for part in child.iter() for value in part.attrib.values()]
                yield _short(child.tag), " ".join(filter(None, texts)), child


def _in_languages(element: Any) -> bool:
    """Whether a text is there in several languages that differ."""
    alternatives = element.find(_tag("rdf:Alt")) if element is not None else None
    return (
        alternatives is not None and len({(item.text or "").strip() for item in alternatives}) > 1
    )


def _actions(history: Any) -> Iterator[str]:
    for part in history.iter():
        action = part.get(_tag("event:action")) or part.findtext(_tag("event:action"))
        if action:
            yield action


def _short(name: str) -> str:
    uri, _, local = name.removeprefix("{").rpartition("}")
    return f"{_SHORT.get(uri, uri)}:{local}"


_SHORT = {uri: prefix for prefix, uri in _NAMES.items()}


def _tag(name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{_NAMES[prefix]}}}{local}"


def _json(name: str, data: bytes) -> SidecarFacts:
    """Google Takeout's, which names the photo as its title; else it is another program's."""
    said = json.loads(data)
    if not isinstance(said, dict) or not isinstance(said.get("title"), str):
        return SidecarFacts(name, more=("json",))
    seconds = tolerant(lambda: int(said["photoTakenTime"]["timestamp"]))
    taken = tolerant(lambda: datetime.fromtimestamp(seconds or 0, UTC)) if seconds else None
    places = (tolerant(_place, said.get(key)) for key in ("geoData", "geoDataExif"))
    place = next((place for place in places if place), None)
    people = said.get("people")
    listed = people if isinstance(people, list) else []
    names = [one.get("name") for one in listed if isinstance(one, dict)]
    # A text is read in part where it is very long.
    is_long = len(str(said.get("description"))) > MAX_CAPTION
    notes = _TAKEOUT_NOTES - {"description"} if is_long else _TAKEOUT_NOTES
    return SidecarFacts(
        name,
        rating=5 if said.get("favorited") is True else None,
        people=words(names),
        caption=personal(clean(said.get("description"), limit=MAX_CAPTION)),
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
        taken_at=taken.strftime("%Y-%m-%dT%H:%M:%S") if taken else None,
        zone="+00:00" if taken else None,
        more=tuple(sorted(str(key)[:100] for key in said.keys() - notes)),
        overrules=False,
    )


def _place(place: Any) -> tuple[float, float] | None:
    latitude, longitude = float(place["latitude"]), float(place["longitude"])
    finite = math.isfinite(latitude) and math.isfinite(longitude)
    return valid_position(latitude, longitude) if finite else None


def _on1(name: str, data: bytes) -> SidecarFacts:
    photos = json.loads(data)["photos"].values()
    said = [photo["metadata"] for photo in photos if isinstance(photo.get("metadata"), dict)]
    keywords = [word for one in said for word in one.get("Keywords") or ()]
    return SidecarFacts(
        name,
        rating=_stars(next((one["Rating"] for one in said if one.get("Rating")), None)),
        keywords=words(keywords),
        has_edits=True,
    )


def _dop(name: str, data: bytes) -> SidecarFacts:
    found = re.search(rb"^\s*Rating\s*=\s*(\d)\s*,?\s*$", data, re.MULTILINE)
    return SidecarFacts(name, rating=_stars(found[1] if found else None), has_edits=True)


def _pp3(name: str, data: bytes) -> SidecarFacts:
    text = data.decode("utf-8", "replace")
    values = dict(re.findall(r"^(Rank|ColorLabel)=(-?\d)\s*$", text, re.MULTILINE))
    colour = int(values.get("ColorLabel", 0))
    known = 0 < colour < len(_RAWTHERAPEE_COLOURS)
    return SidecarFacts(
        name,
        rating=_stars(values.get("Rank")),
        label=_RAWTHERAPEE_COLOURS[colour] if known else None,
        has_edits=True,
    )


def _stars(value: Any) -> int | None:
    stars = int(value) if value is not None else 0
    return stars if 0 < stars <= 5 else None
