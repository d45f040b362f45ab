"""Reads an EXIF block from its bytes, maker note and thumbnail included; Exif 3.0 (CIPA DC-008)."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kindred.engine.metadata.packet import named, personal, valid_position, words
from kindred.engine.metadata.tiff import Directory, directories, directory_at
from kindred.engine.metadata.xmp import MAX_CAPTION, clean

_EXIF, _GPS, _INTEROPERABILITY = 0x8769, 0x8825, 0xA005
_MAX_THUMBNAIL = 4 << 20
_APPLE = b"Apple iOS\0\0\x01"
# How generators of pictures begin what they note of their settings.
_RECIPE = re.compile(r"\bSteps: \d+, .*\bSeed: \d+")
_COMMENT = {b"ASCII\0\0\0": "latin-1", b"UNICODE\0": "utf-16"}


@dataclass(frozen=True, slots=True)
class Exif:
    """Cleaned and bounded; times are texts of the file, with their sub-seconds and zone."""

    taken_at: str | None = None
    digitised_at: str | None = None
    positioned_at: str | None = None  # by the satellites' clock, UTC
    changed_at: str | None = None
    zone: str | None = None
    camera: str | None = None
    lens: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    rating: int | None = None
    keywords: tuple[str, ...] = ()
    title: str | None = None
    caption: str | None = None
    comment: str | None = None  # what a picture was generated from
    author: str | None = None
    copyright: str | None = None
    software: str | None = None
    maker_note: bool = False
    content_id: str | None = None
    thumbnail: bytes | None = None  # a JPEG stream
    adobe_rgb: bool = False  # said without a profile, by the interoperability index


def read_exif(block: bytes, more: Sequence[bytes] = ()) -> Exif:
    """What the block says; `more` are blocks that hold further parts of it (CR3)."""
    chain = directories(block)
    main = chain[0] if chain else Directory(b"", "<", {})
    camera = [inner for outer in chain[:1] for inner in outer.below(_EXIF)]
    gps = [inner for outer in chain[:1] for inner in outer.below(_GPS)]
    for part in more:
        found = directories(part)[:1]
        camera += [one for one in found if 0x9003 in one.entries]
        gps += [one for one in found if 2 in one.entries]
    both = [*camera, main]
    place = _position(gps[0]) if gps else None
    interop = [one for outer in camera[:1] for one in outer.below(_INTEROPERABILITY)]
    note = next((one.block(0x927C) for one in camera if 0x927C in one.entries), None)
    return Exif(
        taken_at=_time(both, 0x9003, 0x9291),
        digitised_at=_time(both, 0x9004, 0x9292),
        positioned_at=_satellite_time(gps[0]) if gps else None,
        changed_at=_time(both, 0x0132, 0x9290),
        zone=_text(both, 0x9011) or _text(both, 0x9012) or _text(both, 0x9010),
        camera=camera_name(_text(both, 271), _text(both, 272)),
        lens=_text(both, 0xA434),
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
        rating=_rating(main.number(0x4746)),
        keywords=words(_windows(main, 0x9C9E).split(";")),
        title=personal(clean(_windows(main, 0x9C9B), limit=300)),
        caption=_caption(main, camera),
        comment=_recipe(main, camera),
        author=named(_text(both, 0x013B) or clean(_windows(main, 0x9C9D))),
        copyright=named(clean(main.text(0x8298), limit=300)),
        software=_text(both, 0x0131),
        maker_note=note is not None and len(note) > 16,
        content_id=_content_id(note or b""),
        thumbnail=_thumbnail(chain, block),
        adobe_rgb=bool(interop) and (interop[0].text(1) or b"").startswith(b"R03"),
    )


def camera_name(make: str | None, model: str | None) -> str | None:
    """Maker and model as one name, the maker's once."""
    if not make or not model:
        return model or make
    # "Canon" + "Canon EOS 5D", "NIKON CORPORATION" + "NIKON D70"
    return model if model.lower().startswith(make.lower().split()[0]) else f"{make} {model}"


def _text(directories: Sequence[Directory], tag: int) -> str | None:
    return next((text for one in directories if (text := clean(one.text(tag)))), None)


def _time(directories: Sequence[Directory], tag: int, fraction: int) -> str | None:
    text, digits = _text(directories, tag), _text(directories, fraction)
    if text is None or "." in text:
        return text
    digits = re.sub(r"\D.*", "", digits or "")[:6]
    # Before a zone, where a program put one here.
    return f"{text[:19]}.{digits}{text[19:]}" if digits else text


def _position(gps: Directory) -> tuple[float, float] | None:
    def degrees(tag: int, negative: bytes) -> float | None:
        parts = gps.numbers(tag, most=3)
        # Minutes and seconds of 0/0 are left out; degrees are not.
        degrees, minutes, seconds = [*parts, 0.0, 0.0][:3] if parts else (math.nan,) * 3
        value = degrees + (minutes if math.isfinite(minutes) else 0) / 60
        value += (seconds if math.isfinite(seconds) else 0) / 3600
        if not math.isfinite(value):
            return None
        return -value if (gps.text(tag - 1) or b"").upper().startswith(negative) else value

    return valid_position(degrees(2, b"S"), degrees(4, b"W"))


def _satellite_time(gps: Directory) -> str | None:
    day, clock = clean(gps.text(29)), gps.numbers(7, most=3)
    if day is None or len(clock) != 3 or not all(map(math.isfinite, clock)):
        return None
    hours, minutes, seconds = (int(part) for part in clock)
    return f"{day} {hours:02}:{minutes:02}:{seconds:02}"


def _rating(value: float | None) -> int | None:
    return int(value) if value in (1, 2, 3, 4, 5) else None


def _windows(main: Directory, tag: int) -> str:
    """Texts of Windows Explorer are UTF-16 in a byte array."""
    return (main.block(tag) or b"")[:8000].decode("utf-16-le", "ignore").rstrip("\0")


def _recipe(main: Directory, camera: Sequence[Directory]) -> str | None:
    said = clean(_comment(main, camera), limit=MAX_CAPTION)
    return said if said and _RECIPE.search(said) else None


def _comment(main: Directory, camera: Sequence[Directory]) -> str:
    comment = next((one.block(0x9286) for one in camera if 0x9286 in one.entries), None) or b""
    name = _COMMENT.get(comment[:8])
    body = comment[8 : 8 + 4 * MAX_CAPTION]
    if name == "utf-16" and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = "utf-16-be" if main.order == ">" else "utf-16-le"
    return body.decode(name, "ignore").split("\0", 1)[0] if name else ""


def _caption(main: Directory, camera: Sequence[Directory]) -> str | None:
    texts = (
        clean(main.text(270), limit=MAX_CAPTION),
        clean(_windows(main, 0x9C9C), limit=MAX_CAPTION),
        _spoken(clean(_comment(main, camera), limit=MAX_CAPTION)),
    )
    return next((text for text in map(personal, texts) if text), None)


def _spoken(text: str | None) -> str | None:
    """A comment, unless a program's data: phones write theirs in the same place."""
    if text is None or " " not in text or re.search(r"[{}<>=;]|\w:\s?[\d-]", text):
        return None
    return text


def _content_id(note: bytes) -> str | None:
    """Tag 17 of Apple's maker note; its offsets count from the note's first byte."""
    if not note.startswith(_APPLE):
        return None
    inside = directory_at(note, 14, "<" if note[12:14] == b"II" else ">")
    return clean(inside.text(17)) if inside is not None else None


def _thumbnail(chain: Sequence[Directory], block: bytes) -> bytes | None:
    for directory in chain[1:2]:
        start, size = directory.number(513), directory.number(514)
        if start and size and 0 < size <= _MAX_THUMBNAIL:
            found = block[int(start) : int(start) + int(size)]
            return found if found.startswith(b"\xff\xd8") else None
    return None
