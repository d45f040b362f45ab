"""Everything a file carries beside its first picture's pixels, read from its bytes."""

import logging
from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
from numpy.typing import NDArray

from kindred.engine.digest import digest_bytes, digest_parts
from kindred.engine.metadata import (
    boxes,
    coded_data,
    earlier_coding,
    gif,
    icc,
    isobmff,
    jpeg,
    png,
    psd,
    tiff,
    webp,
)
from kindred.engine.metadata.ciff import read_ciff
from kindred.engine.metadata.container import Container
from kindred.engine.metadata.description import both, describe
from kindred.engine.metadata.exif_block import Exif, read_exif
from kindred.engine.metadata.file_names import named_at
from kindred.engine.metadata.packet import Packet, read_iptc, read_packet
from kindred.engine.metadata.trailers import trailer
from kindred.engine.signatures import HEAD, format_of
from kindred.engine.types import Encoding, FileFacts

log = logging.getLogger(__name__)

VERSION = 3
_LEAST_SIDE, _COMPARED_SIDE = 16, 48  # pixels
_MOST_ASPECT = 0.04  # difference of the logarithms
# Of 11 camera photos and their thumbnails 0.993 to 1, also with another gamma; cropped by a
# twentieth 0.86 to 0.95, mirrored 0.65 at most.
_LEAST_CORRELATION = 0.96
_BLACK = 24  # level of 255 below which a line of a thumbnail is a bar
_FUJI = b"FUJIFILMCCD-RAW "
_OF_THE_SENSOR = Encoding(lossless=True)
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"IIRO", b"IIRS", b"MMOR", b"IIU\0")

Pixels = Callable[[], NDArray[np.uint8] | None]

# What the coded data of a picture tell, by its digest and the thumbnail: copies with other metadata
# are decoded once.
_MOST_KNOWN = 1000
_known_coded: dict[tuple[str | None, str | bytes | None], tuple[bool, bool | None, bool]] = {}


def read_facts(data: bytes, *, name: str, pixels: Pixels | None = None) -> FileFacts:
    """What the content says of itself; what it does not say, or cannot be read, is at its default.

    `name` is the file's name: RAW files are told from TIFF by it. `pixels` gives the decoded
    upright picture, uint8 (h, w, 3), and is asked only for lossless files, whose pixels may show
    that they came from a JPEG; without it that is not looked at. Raises nothing.
    """
    try:
        facts = _facts(data, name, pixels)
    except Exception as error:  # every byte here is a stranger's
        log.warning("facts of %s cannot be read: %r", name, error)
        # Whatever it holds is in no other file.
        whole = digest_bytes(data)
        return FileFacts(version=VERSION, picture=whole, damage=1, trailer=True, extras=whole)
    return facts


def _facts(data: bytes, name: str, pixels: Pixels | None) -> FileFacts:
    raw = format_of(data[:HEAD], name) == "RAW"
    found = _container(data, raw=raw)
    if not raw and (behind := trailer(data, end=found.end)):
        extras = digest_parts([(found.extras or "").encode(), behind])
        found = replace(found, trailer=True, extras=extras)
    exif = read_exif(found.exif, found.exif_parts) if found.exif else Exif()
    if found.ciff:
        exif = both(exif, read_ciff(found.ciff))
    packets = [read_packet(packet) for packet in found.xmp[:4]]
    xmp = packets[0] if packets else Packet()
    iptc = read_iptc(found.iptc) if found.iptc else Packet()
    profile, colours, wide = _colours(found, exif)
    said = describe(exif, xmp, iptc, found.texts)
    facts = FileFacts(
        version=VERSION,
        picture=found.picture or digest_bytes(data),
        extras=found.extras,
        frames=found.frames,
        pages=found.pages,
        layers=found.layers,
        movie=found.movie,
        sound=found.sound,
        gain_map=found.gain_map,
        depth_map=found.depth_map,
        trailer=found.trailer,
        alpha=found.alpha,
        bits=found.bits,
        channels=found.channels,
        profile=profile,
        colours=colours,
        wide_gamut=wide,
        **{name: value for name, value in asdict(said).items() if name != "last_change"},
        named_at=named_at(name),
        maker_note=exif.maker_note,
        content_id=exif.content_id,
        damage=found.damage,
        encoding=found.encoding,
    )
    if data.startswith(b"\xff\xd8"):
        return _with_coded_data(facts, data, exif)
    if found.encoding.lossless and not raw and found.frames == 1:
        return _with_pixels(facts, found, pixels)
    return facts


def _container(data: bytes, *, raw: bool) -> Container:
    if data.startswith(b"\xff\xd8"):
        return jpeg.read(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return png.read(data)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return gif.read(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return webp.read(data)
    if data[4:8] == b"ftyp":
        return isobmff.read(data)
    if data.startswith(_TIFF_STARTS):
        return tiff.read(data, raw=raw)
    if data.startswith(_FUJI):
        return _fuji(data)
    if data.startswith(b"8BPS"):
        return psd.read(data)
    if data[4:8] in (b"jP  ", b"JXL ") or data.startswith((b"\xff\x4f", b"\xff\x0a")):
        return boxes.read(data)
    if data.startswith(b"FOVb"):
        return _sigma(data)
    if data.startswith(b"\0MRM"):
        return _minolta(data)
    if data[6:14] == b"HEAPCCDR":
        return Container(ciff=data, picture=digest_bytes(data), bits=12, encoding=_OF_THE_SENSOR)
    return Container(picture=digest_bytes(data), encoding=Encoding(lossless=True))


def _fuji(data: bytes) -> Container:
    """RAF: the metadata are those of the preview, a JPEG whose place stands at byte 84."""
    start = int.from_bytes(data[84:88], "big")
    preview = jpeg.read(data[start : start + int.from_bytes(data[88:92], "big")])
    return Container(
        exif=preview.exif,
        xmp=preview.xmp,
        picture=digest_bytes(data),
        bits=14,
        encoding=Encoding(lossless=True),
    )


def _sigma(data: bytes) -> Container:
    """X3F: the metadata are those of the preview, a JPEG somewhere inside."""
    start = data.find(b"\xff\xd8\xff\xe1")
    preview = jpeg.read(data[start:]) if start >= 0 else Container()
    return replace(
        Container(picture=digest_bytes(data), bits=12, encoding=_OF_THE_SENSOR),
        exif=preview.exif,
        xmp=preview.xmp,
    )


def _minolta(data: bytes) -> Container:
    """MRW: blocks in a row, one of them a TIFF."""
    at = 8
    while data[at : at + 1] == b"\0" and at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "big")
        if data[at + 1 : at + 4] == b"TTW":
            block = data[at + 8 : at + 8 + size]
            picture = digest_bytes(data)
            return Container(exif=block, picture=picture, bits=12, encoding=_OF_THE_SENSOR)
        at += 8 + size
    return Container(picture=digest_bytes(data), encoding=_OF_THE_SENSOR)


def _with_coded_data(facts: FileFacts, data: bytes, exif: Exif) -> FileFacts:
    """A JPEG's facts, with what only its decoded brightness tells."""
    main = jpeg.parse(data)
    if main is None:
        return facts
    key = facts.picture, exif.thumbnail and digest_bytes(exif.thumbnail)
    known = _known_coded.get(key)
    if known is None:
        known = _coded_data(data, main, exif.thumbnail)
        if len(_known_coded) >= _MOST_KNOWN:
            _known_coded.clear()
        _known_coded[key] = known
    damaged, agrees, before = known
    return replace(
        facts,
        damage=max(facts.damage, int(damaged)),
        thumbnail_agrees=agrees,
        encoding=replace(facts.encoding, compressed_before=before),
    )


def _coded_data(
    data: bytes, main: jpeg.Jpeg, thumbnail: bytes | None
) -> tuple[bool, bool | None, bool]:
    """Whether a JPEG is damaged, its thumbnail agrees, and it was compressed before."""
    luma, damaged = coded_data.decode(data, main)
    agrees = None
    if luma is not None and thumbnail is not None:
        small = coded_data.thumbnail(thumbnail)
        agrees = None if small is None else _agree(small, luma)
    before = False
    if luma is not None and luma.shape == (main.height, main.width) and 0 in main.tables:
        steps = np.array(main.tables[0]).reshape(8, 8)
        before = earlier_coding.was_jpeg(earlier_coding.blocks(luma), steps)
    return damaged or _stops(luma), agrees, before


def _with_pixels(facts: FileFacts, found: Container, pixels: Pixels | None) -> FileFacts:
    """A lossless file's facts, with whether it was made from a JPEG."""
    luma = found.luma
    if luma is None and pixels is not None and found.encoding.colours is None and found.bits == 8:
        rgb = pixels()
        luma = None if rgb is None else _luma(rgb)
    if luma is None:
        return facts
    steps = np.ones((8, 8), int)
    before = any(
        earlier_coding.was_jpeg(earlier_coding.blocks(luma, left=left, top=top), steps)
        for left, top in dict.fromkeys([(0, 0), earlier_coding.grid(luma)])
    )
    return replace(
        facts,
        damage=max(facts.damage, int(_stops(luma))),
        encoding=replace(facts.encoding, compressed_before=before),
    )


def _stops(luma: NDArray[np.uint8] | None) -> bool:
    return luma is not None and coded_data.ends_in_grey(luma)


def _luma(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import cv2

    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def _agree(small: NDArray[np.uint8], luma: NDArray[np.uint8]) -> bool:
    """Whether a thumbnail shows the picture in the same framing, turned with it or not."""
    height, width = luma.shape
    for quarters in range(4):
        turned = _without_bars(np.rot90(small, quarters), width / height)
        if min(turned.shape) >= _LEAST_SIDE and _correlation(turned, luma) > _LEAST_CORRELATION:
            return True
    return False


def _correlation(small: NDArray[np.uint8], luma: NDArray[np.uint8]) -> float:
    """Of the two at a size that smooths their coding away; 0 where their shapes differ."""
    import cv2

    (height, width), (rows, columns) = small.shape, luma.shape
    if abs(np.log(width * rows / (height * columns))) > _MOST_ASPECT:
        return 0.0
    scale = _COMPARED_SIDE / max(width, height)
    size = max(8, round(width * scale)), max(8, round(height * scale))
    one, other = (
        cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA)
        for picture in (small, luma)
    )
    if min(one.std(), other.std()) < 2:  # of one colour
        return float(abs(one.mean() - other.mean()) < 8)
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def _without_bars(small: NDArray[np.uint8], aspect: float) -> NDArray[np.uint8]:
    """A thumbnail of 160 x 120 without the black that fills it up around a wider picture."""
    height, width = small.shape
    if width / height < aspect:
        return small[_inside(np.median(small, axis=1))]
    return small[:, _inside(np.median(small, axis=0))]


def _inside(lines: NDArray[np.float64]) -> slice:
    """Where the lines are not black; all of them where black is not on both sides alike."""
    bright = np.flatnonzero(lines >= _BLACK)
    if not len(bright) or abs(bright[0] - (len(lines) - 1 - bright[-1])) > 2:
        return slice(None)
    return slice(int(bright[0]), int(bright[-1]) + 1)


def _colours(found: Container, exif: Exif) -> tuple[str | None, str | None, bool]:
    """The name of the colour space, what identifies it, both None for sRGB; whether it is wider."""
    if found.icc:
        name, wide = icc.describe(found.icc)
        return name, name and digest_bytes(found.icc[icc.HEADER :]), wide
    if found.primaries in icc.WIDE_PRIMARIES:
        name = icc.WIDE_PRIMARIES[found.primaries]
    elif found.gamma is not None:
        name = f"gamma {found.gamma}"
        return name, name, False
    else:
        name = "Adobe RGB (1998)" if exif.adobe_rgb else None
    return name, name, name is not None
