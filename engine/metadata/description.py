"""What a photo's blocks of metadata say together: of several that speak of one thing, the best."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from email.utils import parsedate_to_datetime

from kindred.engine.metadata.exif_block import Exif, camera_name
from kindred.engine.metadata.packet import Packet, commented, named, personal, words
from kindred.engine.metadata.times import time
from kindred.engine.metadata.xmp import MAX_CAPTION, clean

# Keywords of texts in a PNG, of generators of pictures.
_RECIPES = ("parameters", "prompt", "workflow", "sd-metadata", "invokeai_metadata", "Dream")
# A clock that was never set: the first moment of these years.
_UNSET_YEARS = (1904, 1970, 1980, 2000)


@dataclass(frozen=True, slots=True)
class Description:
    """The fields of FileFacts of the same names and one more. Times are without a zone."""

    taken_at: str | None = None
    last_change: bool = False  # taken_at is the time of EXIF DateTime alone, an editor's perhaps
    zone: str | None = None
    digitised_at: str | None = None
    camera: str | None = None
    lens: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    rating: int | None = None
    label: str | None = None
    keywords: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    title: str | None = None
    caption: str | None = None
    comment: str | None = None
    place: str | None = None
    author: str | None = None
    copyright: str | None = None
    panorama: str | None = None
    software: str | None = None
    history: tuple[str, ...] = ()


def describe(exif: Exif, xmp: Packet, iptc: Packet, texts: dict[str, str]) -> Description:
    """What the blocks say; `texts` are those of PNG and GIF, by keyword."""
    taken_at, zone, last_change = _taken_at(exif, xmp, iptc, texts)
    latitude, longitude = exif.latitude, exif.longitude
    if latitude is None:
        latitude, longitude = xmp.latitude, xmp.longitude
    comment = (
        commented(clean(texts.get("JPEG comment"), limit=MAX_CAPTION))
        or exif.comment
        or _recipe(texts)
    )
    caption = (
        xmp.caption
        or iptc.caption
        or exif.caption
        or _said(texts, "Description", "Comment")
        or (None if comment in (exif.comment, _recipe(texts)) else comment)
    )
    return Description(
        taken_at=taken_at,
        last_change=last_change,
        zone=zone,
        digitised_at=_moment(exif.digitised_at)[0],
        camera=exif.camera or camera_name(*xmp.camera),
        lens=exif.lens or xmp.lens,
        latitude=latitude,
        longitude=longitude,
        rating=xmp.rating if xmp.rating is not None else exif.rating,
        label=xmp.label,
        keywords=words((*xmp.keywords, *iptc.keywords, *exif.keywords)),
        people=xmp.people,
        title=xmp.title or iptc.title or exif.title or _said(texts, "Title"),
        caption=caption,
        comment=comment if comment != caption else None,
        place=xmp.place or iptc.place,
        author=xmp.author or iptc.author or exif.author or named(clean(texts.get("Author"))),
        copyright=xmp.copyright
        or iptc.copyright
        or exif.copyright
        or named(clean(texts.get("Copyright"), limit=300)),
        panorama=xmp.panorama,
        software=exif.software or xmp.software or iptc.software or clean(texts.get("Software")),
        history=xmp.history,
    )


def both(first: Exif, second: Exif) -> Exif:
    """The first block, with what only the second one says."""
    values = {f.name: getattr(first, f.name) or getattr(second, f.name) for f in fields(Exif)}
    if first.latitude is not None:
        values |= {"latitude": first.latitude, "longitude": first.longitude}
    return replace(first, **values)


def _taken_at(
    exif: Exif, xmp: Packet, iptc: Packet, texts: dict[str, str]
) -> tuple[str | None, str | None, bool]:
    """The moment of capture and its zone: the shutter's time first, an editor's last.

    And whether only the editor's is there.
    """
    times = (
        exif.taken_at,
        xmp.taken_at,
        iptc.taken_at,
        exif.digitised_at,
        xmp.created_at,
        _written_out(texts.get("Creation Time")),
        exif.changed_at if _is_local(exif.changed_at, exif.positioned_at) else None,
        f"{exif.positioned_at}Z" if exif.positioned_at else None,
        xmp.positioned_at,
        exif.changed_at,
    )
    for number, text in enumerate(times, 1):
        moment, zone = _moment(text)
        if moment is not None:
            return moment, zone or _zone(exif.zone), number == len(times)
    return None, None, False


def _written_out(text: str | None) -> str | None:
    """The W3C asks for the form of mails in PNG, most programs write that of ISO 8601 or EXIF."""
    if not text or time(text) is not None:
        return text
    try:
        return parsedate_to_datetime(text[:60]).isoformat()
    except (ValueError, TypeError, IndexError):
        return None


def _is_local(changed_at: str | None, positioned_at: str | None) -> bool:
    """Whether two clocks differ by a time zone, to a minute: the first was not set by an editor."""
    moments = [
        datetime.fromisoformat(moment)
        for moment in (_moment(text)[0] for text in (changed_at, positioned_at))
        if moment
    ]
    if len(moments) != 2:
        return False
    apart = abs((moments[0] - moments[1]).total_seconds())
    return apart <= 14 * 3600 + 60 and (apart + 60) % 900 <= 120


def _moment(text: str | None) -> tuple[str | None, str | None]:
    """A time without its zone, and the zone; None for clocks that were never set."""
    try:
        whole = time(text) if text else None
    except ValueError:
        return None, None
    if whole is None:
        return None, None
    moment, zone = whole[:19], whole[19:]
    if int(moment[:4]) in _UNSET_YEARS and moment[4:] == "-01-01T00:00:00":
        return None, None
    fraction = zone[: len(zone) - len(zone.lstrip(".0123456789"))]
    return moment + fraction, _zone(zone[len(fraction) :])


def _zone(text: str | None) -> str | None:
    text = (text or "").strip()
    if text == "Z":
        return "+00:00"
    known = (
        len(text) == 6 and text[0] in "+-" and text[3] == ":" and (text[1:3] + text[4:]).isdigit()
    )
    return text if known else None


def _recipe(texts: dict[str, str]) -> str | None:
    """What a generator notes in a PNG of how the picture was made."""
    found = (clean(texts.get(keyword), limit=MAX_CAPTION) for keyword in _RECIPES)
    return next((text for text in found if text), None)


def _said(texts: dict[str, str], *keywords: str) -> str | None:
    found = (personal(clean(texts.get(keyword), limit=MAX_CAPTION)) for keyword in keywords)
    return next((text for text in found if text), None)
