"""Files as cameras, phones and photo managers write them: EXIF, XMP, gain maps, motion, movies."""

import io
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
from PIL import Image, ImageCms, ImageOps
from PIL.JpegImagePlugin import get_sampling

from tests.support.negatives import append_directory

_BYTE, _ASCII, _SHORT, _LONG, _RATIONAL, _UNDEFINED = 1, 2, 3, 4, 5, 7
_SOI, _EOI, _SOS, _APP0, _APP1, _APP2 = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2

TAKEN = "2019-07-04T14:31:07"
ROME = (41.9, 12.48)  # degrees north and east


# JPEG segments


def segments(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The segments of a JPEG before its first scan as (marker, payload), and all from there on."""
    found, at = [], 2
    while data[at + 1] != _SOS:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        found.append((data[at + 1], data[at + 4 : at + 2 + length]))
        at += 2 + length
    return found, data[at:]


def joined(parts: Iterable[tuple[int, bytes]], scans: bytes) -> bytes:
    """The JPEG of these segments; the inverse of `segments`."""
    head = b"".join(
        bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload
        for marker, payload in parts
    )
    return bytes([0xFF, _SOI]) + head + scans


def with_segment(data: bytes, marker: int, payload: bytes) -> bytes:
    """The JPEG with one more segment, behind those that name the file's format and camera."""
    parts, scans = segments(data)
    place = sum(marker in (_APP0, _APP1) for marker, _ in parts)
    return joined([*parts[:place], (marker, payload), *parts[place:]], scans)


def without(data: bytes, *starts: bytes) -> bytes:
    """The JPEG without the segments that begin so; its picture data stays as it is."""
    parts, scans = segments(data)
    return joined([(m, p) for m, p in parts if not p.startswith(starts)], scans)


def with_exif(data: bytes, block: bytes) -> bytes:
    """The JPEG with this EXIF instead of its own."""
    parts, scans = segments(without(data, b"Exif\0\0", b"JFIF\0"))
    return joined([(_APP1, block), *parts], scans)


def with_xmp(data: bytes, packet: bytes) -> bytes:
    """The JPEG with an XMP packet (see `xmp`)."""
    return with_segment(data, _APP1, b"http://ns.adobe.com/xap/1.0/\0" + packet)


# EXIF


def exif(
    *,
    camera: tuple[str, str] | None = ("Maker", "Model R"),
    taken: str | None = TAKEN,
    zone: str | None = None,
    position: tuple[float, float] | None = None,
    size: tuple[int, int] | None = None,
    orientation: int = 1,
    rating: int | None = None,
    description: str | None = None,
    software: str | None = None,
    maker_note: bytes = b"",
    thumbnail: bytes = b"",
) -> bytes:
    """The EXIF block of a JPEG. Times are ISO 8601 without a zone, `thumbnail` is a JPEG."""
    body = b"II*\0" + b"\0" * 4 + thumbnail + b"\0" * (len(thumbnail) % 2)
    following = 0
    if thumbnail:
        entries = [
            (259, _SHORT, struct.pack("<H", 6)),
            (513, _LONG, struct.pack("<I", 8)),
            (514, _LONG, struct.pack("<I", len(thumbnail))),
        ]
        body, following = append_directory(body, entries)
    shot = [(0x9000, _UNDEFINED, b"0231")]
    if taken:
        at = _text(taken.replace("-", ":").replace("T", " "))
        shot += [(0x9003, _ASCII, at), (0x9004, _ASCII, at)]
    if zone:
        shot.append((0x9011, _ASCII, _text(zone)))
    if camera:
        shot += [
            (0x829A, _RATIONAL, struct.pack("<II", 1, 250)),
            (0x829D, _RATIONAL, struct.pack("<II", 28, 10)),
            (0x8827, _SHORT, struct.pack("<H", 200)),
        ]
    if size:
        shot += [(0xA002, _LONG, struct.pack("<I", size[0]))]
        shot += [(0xA003, _LONG, struct.pack("<I", size[1]))]
    if maker_note:
        shot.append((0x927C, _UNDEFINED, maker_note))
    body, shot_at = append_directory(body, shot)
    first = [
        (0x0112, _SHORT, struct.pack("<H", orientation)),
        (0x8769, _LONG, struct.pack("<I", shot_at)),
    ]
    if position:
        body, place_at = append_directory(body, _place(*position))
        first.append((0x8825, _LONG, struct.pack("<I", place_at)))
    for tag, words in ((0x010F, camera and camera[0]), (0x0110, camera and camera[1]),
                       (0x010E, description), (0x0131, software)):  # fmt: skip
        if words:
            first.append((tag, _ASCII, _text(words)))
    if rating is not None:
        first.append((0x4746, _SHORT, struct.pack("<H", rating)))
    body, first_at = append_directory(body, first, following=following)
    return b"Exif\0\0" + body[:4] + struct.pack("<I", first_at) + body[8:]


def _text(words: str) -> bytes:
    return words.encode() + b"\0"


def _place(latitude: float, longitude: float) -> list[tuple[int, int, bytes]]:
    def angle(degrees: float) -> bytes:
        seconds = round(abs(degrees) * 360_000)
        return struct.pack(
            "<6I", seconds // 360_000, 1, seconds // 6_000 % 60, 1, seconds % 6_000, 100
        )

    return [
        (0, _BYTE, bytes([2, 3, 0, 0])),
        (1, _ASCII, b"N\0" if latitude >= 0 else b"S\0"),
        (2, _RATIONAL, angle(latitude)),
        (3, _ASCII, b"E\0" if longitude >= 0 else b"W\0"),
        (4, _RATIONAL, angle(longitude)),
    ]


def patched_exif(block: bytes, changes: dict[int, int | str]) -> bytes:
    """An EXIF block with other values of the same length in place, so that nothing else moves.

    Tags that the block has not are left out. Maker notes with absolute offsets stay right.
    """
    data, start = bytearray(block), 6
    order = "<" if data[start : start + 2] == b"II" else ">"
    (first,) = struct.unpack_from(f"{order}I", data, start + 4)
    waiting = [first]
    while waiting:
        at = start + waiting.pop()
        (count,) = struct.unpack_from(f"{order}H", data, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, length = struct.unpack_from(f"{order}HHI", data, entry)
            (value,) = struct.unpack_from(f"{order}I", data, entry + 8)
            if tag == 0x8769:
                waiting.append(value)
            change = changes.get(tag)
            if isinstance(change, str):
                text = _text(change)[:length].ljust(length, b"\0")
                place = entry + 8 if length <= 4 else start + value
                data[place : place + length] = text
            elif change is not None:
                struct.pack_into(
                    f"{order}{'H' if kind == _SHORT else 'I'}", data, entry + 8, change
                )
    return bytes(data)


# XMP

_SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "GCamera": "http://ns.google.com/photos/1.0/camera/",
    "Container": "http://ns.google.com/photos/1.0/container/",
    "Item": "http://ns.google.com/photos/1.0/container/item/",
    "hdrgm": "http://ns.adobe.com/hdr-gain-map/1.0/",
}


def xmp(
    *,
    rating: int | None = None,
    label: str | None = None,
    keywords: Sequence[str] = (),
    title: str | None = None,
    caption: str | None = None,
    tags: Sequence[str] = (),
    people: Sequence[str] = (),
    position: tuple[float, float] | None = None,
    exposure: float | None = None,
    more: str = "",
) -> bytes:
    """An XMP packet. `tags` are digiKam's, `exposure` an edit in Camera Raw, `more` plain RDF."""
    parts = [more]
    if rating is not None:
        parts.append(f"<xmp:Rating>{rating}</xmp:Rating>")
    if label:
        parts.append(f"<xmp:Label>{escape(label)}</xmp:Label>")
    if keywords:
        parts.append(f"<dc:subject>{_list('Bag', keywords)}</dc:subject>")
    for name, words in (("title", title), ("description", caption)):
        if words:
            item = f'<rdf:li xml:lang="x-default">{escape(words)}</rdf:li>'
            parts.append(f"<dc:{name}><rdf:Alt>{item}</rdf:Alt></dc:{name}>")
    if tags:
        parts.append(f"<digiKam:TagsList>{_list('Seq', tags)}</digiKam:TagsList>")
    if people:
        regions = "".join(
            f'<rdf:li rdf:parseType="Resource"><mwg-rs:Name>{escape(name)}</mwg-rs:Name>'
            '<mwg-rs:Type>Face</mwg-rs:Type><mwg-rs:Area stArea:x="0.5" stArea:y="0.4"'
            ' stArea:w="0.1" stArea:h="0.1" stArea:unit="normalized"/></rdf:li>'
            for name in people
        )
        parts.append(
            '<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>'
            f"{regions}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
        )
    if position:
        for name, degrees, signs in zip(
            ("Latitude", "Longitude"), position, ("NS", "EW"), strict=True
        ):
            whole, minutes = divmod(abs(degrees) * 60, 60)
            sign = signs[degrees < 0]
            parts.append(f"<exif:GPS{name}>{whole:.0f},{minutes:.4f}{sign}</exif:GPS{name}>")
    if exposure is not None:
        parts.append(f"<crs:HasSettings>True</crs:HasSettings><crs:Exposure2012>{exposure:+.2f}"
                     "</crs:Exposure2012>")  # fmt: skip
    spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in _SPACES.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
        f' {spaces}><rdf:Description rdf:about="">{"".join(parts)}</rdf:Description></rdf:RDF>'
        '</x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def _list(kind: str, words: Sequence[str]) -> str:
    items = "".join(f"<rdf:li>{escape(word)}</rdf:li>" for word in words)
    return f"<rdf:{kind}>{items}</rdf:{kind}>"


# Pictures


def jpeg(picture: Image.Image, **options: object) -> bytes:
    """Pillow's JPEG of a picture."""
    return encoded(picture, "JPEG", **options)


def encoded(picture: Image.Image, form: str, **options: object) -> bytes:
    """The file of a picture in a format of Pillow's, with the picture's profile."""
    stream = io.BytesIO()
    if profile := picture.info.get("icc_profile"):
        options = {"icc_profile": profile} | options
    picture.save(stream, form, **options)
    return stream.getvalue()


def camera_tables() -> list[list[int]]:
    """Quantisation tables for luminance and chrominance as a camera has, on no scale of libjpeg."""
    rows, columns = np.mgrid[:8, :8]
    rough = 1 + (rows + columns) * 0.55 + (rows * columns) * 0.08
    return [np.rint(rough * scale).astype(int).ravel().tolist() for scale in (1, 1.6)]


def display_p3() -> bytes:
    """Pillow's sRGB profile with the primaries of Display P3 (SMPTE EG 432-1, adapted to D50)."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    primaries = {
        b"rXYZ": (0.515121, 0.241196, -0.001053),
        b"gXYZ": (0.291977, 0.692245, 0.041885),
        b"bXYZ": (0.157104, 0.066574, 0.784073),
    }
    for name, values in primaries.items():
        at = int.from_bytes(profile[profile.index(name) + 4 :][:4], "big")
        struct.pack_into(">3i", profile, at + 8, *(round(value * 65536) for value in values))
    at = int.from_bytes(profile[profile.index(b"desc") + 4 :][:4], "big")
    length = int.from_bytes(profile[profile.index(b"desc") + 8 :][:4], "big")
    text = bytes(profile[at : at + length])
    profile[at : at + length] = text.replace(b"s\0R\0G\0B", b"D\0C\0P\x003")
    return bytes(profile)


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo as its camera wrote it, and the same at full size where that is another file."""

    number: int
    data: bytes
    full: bytes

    def picture(self) -> Image.Image:
        """Upright RGB of `data`, with its profile and without the rest of what it carries."""
        return opened(self.data)

    @property
    def exif(self) -> bytes:
        return next(p for m, p in segments(self.data)[0] if p.startswith(b"Exif\0\0"))

    @property
    def taken(self) -> str:
        """ISO 8601 of the capture, as the camera wrote it."""
        value = Image.open(io.BytesIO(self.data)).getexif().get_ifd(0x8769)[0x9003]
        day, _, clock = str(value).partition(" ")
        return f"{day.replace(':', '-')}T{clock}"

    @property
    def profile(self) -> bytes | None:
        profile: bytes | None = Image.open(io.BytesIO(self.data)).info.get("icc_profile")
        return profile


def opened(data: bytes) -> Image.Image:
    """The upright RGB picture of a file; its profile is kept, for `encoded` to write."""
    with Image.open(io.BytesIO(data)) as picture:
        profile = picture.info.get("icc_profile")
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.info = {"icc_profile": profile} if profile else {}
    return upright


def shot(number: int, picture: Image.Image) -> Shot:
    """A camera's file of a drawn picture: tables, EXIF, thumbnail and maker note of its own."""
    small = picture.copy()
    small.thumbnail((160, 160))
    block = exif(
        taken=f"2019-07-{4 + number % 20:02}T14:31:{number % 60:02}",
        position=(ROME[0] + number / 1000, ROME[1]),
        size=picture.size,
        maker_note=b"Maker\0\0\1" + bytes(range(64)),
        thumbnail=jpeg(small, quality=75),
    )
    data = jpeg(picture, qtables=camera_tables(), subsampling="4:2:0")
    data = with_exif(data, block)
    return Shot(number, data, data)


def shot_of(number: int, data: bytes, *, side: int) -> Shot:
    """A camera's file, and the same as the camera would have written it with that long side.

    The smaller one has the camera's tables, subsampling, profile and EXIF, with the new size in it.
    A file that no camera wrote is taken as a picture for a drawn camera.
    """
    with Image.open(io.BytesIO(data)) as picture:
        info = picture.getexif()
        scale = min(1.0, side / max(picture.size))
        size = (round(picture.width * scale), round(picture.height * scale))
        if not (info.get(0x010F) and 0x9003 in info.get_ifd(0x8769)):
            return shot(number, opened(data).resize(size, Image.Resampling.LANCZOS))
        smaller = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        block = patched_exif(
            picture.info["exif"], {0x0112: 1, 0xA002: size[0], 0xA003: size[1]}
        )  # the picture stays as it was stored, and so agrees with the thumbnail
        small = jpeg(
            smaller,
            qtables=picture.quantization,
            subsampling=max(0, get_sampling(picture)),
            icc_profile=picture.info.get("icc_profile"),
        )
    return Shot(number, with_exif(small, block), data)


# What files carry beside their picture


def gain_map_jpeg(data: bytes, gains: Image.Image) -> bytes:
    """The JPEG with a gain map behind it, as Ultra HDR has it: XMP and a multi-picture index."""
    note = xmp(more="<hdrgm:Version>1.0</hdrgm:Version><hdrgm:GainMapMax>2.0</hdrgm:GainMapMax>")
    second = with_xmp(jpeg(gains.convert("L"), quality=80), note)
    primary = with_xmp(
        data,
        xmp(more="<hdrgm:Version>1.0</hdrgm:Version>"
            + _items(("Primary", "image/jpeg", 0), ("GainMap", "image/jpeg", len(second)))),
    )  # fmt: skip

    def index(length: int, offset: int) -> bytes:
        entries = struct.pack(">IIIHH", 0x30000, length, 0, 0, 0)
        entries += struct.pack(">IIIHH", 0, len(second), offset, 0, 0)
        table = struct.pack(">H", 3)
        table += struct.pack(">HHI4s", 0xB000, _UNDEFINED, 4, b"0100")
        table += struct.pack(">HHII", 0xB001, _LONG, 1, 2)
        table += struct.pack(">HHII", 0xB002, _UNDEFINED, 32, 50)
        return b"MPF\0MM\0*\0\0\0\x08" + table + b"\0" * 4 + entries

    length = len(with_segment(primary, _APP2, index(0, 0)))
    place = with_segment(primary, _APP2, index(0, 0)).index(b"MPF\0MM") + 4
    return with_segment(primary, _APP2, index(length, length - place)) + second


def motion_photo(data: bytes, movie: bytes) -> bytes:
    """The JPEG with a movie behind it, as Google's cameras write it."""
    more = (
        "<GCamera:MotionPhoto>1</GCamera:MotionPhoto>"
        "<GCamera:MotionPhotoVersion>1</GCamera:MotionPhotoVersion>"
        "<GCamera:MicroVideo>1</GCamera:MicroVideo>"
        f"<GCamera:MicroVideoOffset>{len(movie)}</GCamera:MicroVideoOffset>"
    )
    items = _items(("Primary", "image/jpeg", 0), ("MotionPhoto", "video/mp4", len(movie)))
    return with_xmp(data, xmp(more=more + items)) + movie


def _items(*items: tuple[str, str, int]) -> str:
    rows = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f'<Container:Item Item:Semantic="{name}" Item:Mime="{kind}" Item:Length="{length}"/>'
        "</rdf:li>"
        for name, kind, length in items
    )
    return f"<Container:Directory><rdf:Seq>{rows}</rdf:Seq></Container:Directory>"


def movie(*, taken: str = TAKEN, seconds: float = 2.5, content_id: str | None = None) -> bytes:
    """A QuickTime movie's boxes, with tracks of no samples; `content_id` as in Live Photos."""
    epoch = np.datetime64("1904-01-01T00:00:00")
    made = int((np.datetime64(taken) - epoch) / np.timedelta64(1, "s"))
    header = struct.pack(">IIIII", 0, made, made, 600, round(seconds * 600))
    header += struct.pack(">IH10x", 0x10000, 0x100)
    header += struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    header += b"\0" * 24 + struct.pack(">I", 2)
    tracks = (
        _box(b"hdlr", struct.pack(">II4s12x", 0, 0, kind) + b"\0") for kind in (b"vide", b"soun")
    )
    boxes = _box(b"mvhd", header) + b"".join(_box(b"trak", _box(b"mdia", h)) for h in tracks)
    if content_id:
        key = b"com.apple.quicktime.content.identifier"
        keys = struct.pack(">II", 0, 1) + struct.pack(">I4s", len(key) + 8, b"mdta") + key
        value = _box(b"data", struct.pack(">II", 1, 0) + content_id.encode())
        handler = struct.pack(">II4s12x", 0, 0, b"mdta") + b"\0"
        boxes += _box(
            b"meta",
            _box(b"hdlr", handler)
            + _box(b"keys", keys)
            + _box(b"ilst", struct.pack(">II", len(value) + 8, 1) + value),
        )
    kind = _box(b"ftyp", b"qt  \0\0\0\0qt  ")
    return kind + _box(b"moov", boxes) + _box(b"mdat", bytes(range(256)) * 40)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def apple_maker_note(content_id: str) -> bytes:
    """An Apple maker note that names a Live Photo's other half."""
    text = content_id.encode() + b"\0"
    head = b"Apple iOS\0\0\1MM" + struct.pack(">H", 1)
    return head + struct.pack(">HHII", 0x11, _ASCII, len(text), 32) + b"\0" * 4 + text


def takeout(name: str, *, taken: str = TAKEN, position: tuple[float, float] = ROME) -> bytes:
    """What Google Takeout writes beside a photo of this name."""
    import json
    from datetime import UTC, datetime

    when = int(datetime.fromisoformat(taken).replace(tzinfo=UTC).timestamp())
    return json.dumps(
        {
            "title": name,
            "description": "On the bridge",
            "photoTakenTime": {"timestamp": str(when)},
            "geoData": {"latitude": position[0], "longitude": position[1], "altitude": 0.0},
            "people": [{"name": "Ada"}],
            "favorited": True,
        }
    ).encode()


# Damage


def cut(data: bytes, share: float) -> bytes:
    """The first `share` of a file: a copy that ended early."""
    return data[: round(len(data) * share)]


def zeroed(data: bytes, start: float, end: float) -> bytes:
    """The file with zeros from one share of it to another: what recovery tools bring back."""
    first, last = round(len(data) * start), round(len(data) * end)
    return data[:first] + bytes(last - first) + data[last:]


def flipped(data: bytes, *, seed: int, bits: int = 12) -> bytes:
    """The file with some bits of its second half the other way round."""
    random = np.random.default_rng(seed)
    changed = bytearray(data)
    for at in random.integers(len(data) // 2, len(data) * 9 // 10, bits).tolist():
        changed[at] ^= 1 << (at % 8)
    return bytes(changed)


def shifted(picture: Image.Image, count: int) -> Iterator[Image.Image]:
    """The frames of a moving picture."""
    for number in range(count):
        frame = Image.new("RGB", picture.size)
        step = number * picture.width // 12
        frame.paste(picture, (-step, 0))
        frame.paste(picture, (picture.width - step, 0))
        yield frame
