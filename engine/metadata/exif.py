"""What a photo's EXIF, XMP and IPTC say of it; absurd values are dropped, nothing raises.

Everything here comes from a stranger's file: strings are bounded and cleaned, numbers checked
against their range, and XMP is parsed without entities (defusedxml).
"""

import logging
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from PIL import ExifTags, Image

from kindred.engine.metadata import xmp
from kindred.engine.metadata.xmp import MAX_CAPTION, Labels, clean

log = logging.getLogger(__name__)

T = TypeVar("T")

_TIME = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"[+-]\d\d:\d\d|Z")
# EXIF tags of (time, sub-second, offset from UTC): of the shutter, the scanner, the file.
_TIME_TAGS = ((36867, 37521, 36881), (36868, 37522, 36882), (306, 37520, 36880))
_EARLIEST_YEAR = 1826  # of the oldest photograph that survives; clocks that were never set say 0


@dataclass(frozen=True, slots=True)
class Metadata:
    """The fields of PhotoInfo of the same names."""

    taken_at: str | None = None
    camera: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    rating: int | None = None
    keywords: tuple[str, ...] = ()
    caption: str | None = None


def read(source: Image.Image, *, container: Image.Exif | None = None) -> Metadata:
    """The metadata of a loaded picture; `container` is the EXIF around it (RAW), asked second."""
    exif, gps = _exif(source.getexif)
    if container is not None:
        outer, outer_gps = _exif(lambda: container)
        exif, gps = {**outer, **exif}, gps or outer_gps
    packet = tolerant(xmp.read_xmp, source) or Labels()
    iptc = tolerant(xmp.read_iptc, source) or Labels()
    latitude, longitude = tolerant(_position, gps) or (None, None)
    return Metadata(
        taken_at=tolerant(_taken_at, exif) or tolerant(time, packet.taken_at),
        camera=tolerant(_camera, exif),
        latitude=latitude,
        longitude=longitude,
        rating=_first(tolerant(_rating, value) for value in (exif.get(18246), packet.rating)),
        keywords=packet.keywords or iptc.keywords or xmp.clean_keywords(_windows_keywords(exif)),
        caption=packet.caption or iptc.caption or clean(exif.get(270), limit=MAX_CAPTION),
    )


def tolerant(function: Callable[..., T], *arguments: Any) -> T | None:
    """The function's value, or None where the metadata makes it raise, which may be anything."""
    try:
        return function(*arguments)
    except Exception as error:
        log.debug("metadata left alone: %r", error)
        return None


def time(text: Any, subsecond: Any = None, offset: Any = None) -> str | None:
    """An EXIF or ISO time as ISO 8601, with up to six digits of sub-seconds and the offset."""
    match = _TIME.match(str(text)[:40])
    if match is None or int(match[1]) < _EARLIEST_YEAR:
        return None
    moment = datetime.fromisoformat("{}-{}-{}T{}:{}:{}".format(*match.groups())).isoformat()
    rest = str(text)[match.end() : 40]
    fraction = re.match(r"\.(\d{1,9})", rest)
    digits = fraction[1] if fraction else re.sub(r"\D.*", "", str(subsecond or "").strip()[:9])
    zone = _OFFSET.search(rest) or _OFFSET.fullmatch(str(offset or "").strip()[:10])
    return moment + (f".{digits[:6]}" if digits else "") + (zone[0] if zone else "")


def _exif(get: Callable[[], Image.Exif]) -> tuple[dict[int, Any], dict[int, Any]]:
    """The main and camera tags as one mapping, and the GPS tags."""
    exif = tolerant(get)
    if exif is None:
        return {}, {}
    main: dict[int, Any] = dict(tolerant(exif.items) or ())
    camera = tolerant(exif.get_ifd, ExifTags.IFD.Exif) or {}
    return {**main, **camera}, dict(tolerant(exif.get_ifd, ExifTags.IFD.GPSInfo) or {})


def _taken_at(exif: Mapping[int, Any]) -> str | None:
    return _first(
        tolerant(time, exif.get(tag), exif.get(subsecond), exif.get(offset))
        for tag, subsecond, offset in _TIME_TAGS
    )


def _camera(exif: Mapping[int, Any]) -> str | None:
    make, model = clean(exif.get(271)), clean(exif.get(272))
    if not make or not model:
        return model or make
    # "Canon" + "Canon EOS 5D", "NIKON CORPORATION" + "NIKON D70"
    return model if model.lower().startswith(make.lower().split()[0]) else f"{make} {model}"


def _position(gps: Mapping[int, Any]) -> tuple[float, float] | None:
    latitude = _degrees(gps[2], south_or_west=str(gps.get(1, "N")).upper().startswith("S"))
    longitude = _degrees(gps[4], south_or_west=str(gps.get(3, "E")).upper().startswith("W"))
    if abs(latitude) > 90 or abs(longitude) > 180 or latitude == longitude == 0:
        return None  # devices without a fix write zeros
    return latitude, longitude


def _degrees(parts: Iterable[Any], *, south_or_west: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in [*parts, 0, 0][:3])
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value):
        raise ValueError("a position with zero denominators")
    return -value if south_or_west else value


def _rating(value: Any) -> int | None:
    stars = int(str(value))
    return stars if 0 <= stars <= 5 else None


def _windows_keywords(exif: Mapping[int, Any]) -> list[str]:
    """Windows Explorer's tags are UTF-16 in a byte array, with semicolons between them."""
    value = exif.get(40094)
    return value.decode("utf-16-le", "ignore").split(";") if isinstance(value, bytes) else []


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
