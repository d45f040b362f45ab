"""Opens the bytes of a photo with the right decoder, no larger than asked, within fixed limits.

A hostile header is refused before any pixel memory is taken, and data that ends early still gives
the part that it holds. Nothing here sets a process-wide switch of Pillow per picture
(LOAD_TRUNCATED_IMAGES is one), because several threads decode at once.
"""

import logging
import math
import re
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageFile, UnidentifiedImageError
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile
from PIL.JpegImagePlugin import JpegImageFile

from kindred.engine.decoding import heif, limits, webp
from kindred.engine.decoding.decoder_errors import to_decode_error
from kindred.engine.decoding.jxl import open_jxl
from kindred.engine.decoding.psd import open_composite
from kindred.engine.decoding.wide_range import open_radiance
from kindred.engine.errors import DecodeError
from kindred.engine.metadata.tiff import directories
from kindred.engine.signatures import HEAD, describe, format_of, sniff
from kindred.engine.types import SkipReason

log = logging.getLogger(__name__)

Image.MAX_IMAGE_PIXELS = limits.MAX_PIXELS

# Modes whose values can be averaged.
_AVERAGED = ("L", "LA", "RGB", "RGBA", "CMYK")
_JPEG_END = b"\xff\xd9"
_ORIENTATION = 0x0112
_EXIF_START = b"Exif\0\0"
_XMP_ORIENTATION = re.compile(rb'tiff:Orientation(?:="|>)([0-9])')
_CODING_STYLE = b"\xff\x52\0"  # marker and length of JPEG 2000, ITU-T T.800 A.6.1
# What opens them decodes them too, in one go.
_OPENED_WHOLE: dict[str, Callable[[bytes], Image.Image]] = {
    "PSD": open_composite,
    "JXL": open_jxl,
    "HDR": open_radiance,
}
_PILLOW_MODULES = r"(PIL|pillow_heif)\."
_QUIET = threading.Lock()

# The size wanted from a decoder, given the size the header promises; (w, h), never larger.
Wanted = Callable[[tuple[int, int]], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A loaded picture, not upright yet.

    `pixels` may be smaller than `size` (scaled decoding, an embedded preview) and is turned upright
    by `turn`; `size` is the whole picture's, upright; `source` still knows the metadata.
    """

    pixels: Image.Image
    source: Image.Image
    size: tuple[int, int]
    source_size: tuple[int, int]  # as the decoder's header has it, before any scaling
    turn: int  # EXIF orientation that is still to be applied to `pixels`
    orientation: int  # EXIF orientation as stored
    format: str
    damaged: bool
    problem: DecodeError | None = None  # why it is only shown in part
    exif: bytes | None = None  # a RAW file's own block, beside that of its preview
    taken_at: str | None = None  # a RAW file's, where no EXIF can be read


class _Jpeg(JpegImageFile):
    """A JPEG opened without the parts of Pillow that fail on strange EXIF or picture indexes.

    Image.open would read a multi-picture index and raise when that is bad; so does opening any
    JPEG when its EXIF holds a resolution that is no number.
    """

    def _read_dpi_from_exif(self) -> None:
        self.info["dpi"] = 72, 72


def open_picture(data: bytes, *, wanted: Wanted, name: str = "") -> Opened:
    """Decodes `data` at `wanted` size or the next larger one that its format offers.

    `name` is the file's name: a few formats are told by it. Raises DecodeError or whatever the
    decoder raises; see engine.decoding.decoder_errors.
    """
    found = format_of(data[:HEAD], name)
    if found == "RAW":  # of a camera that LibRaw does not know, or built like a TIFF
        found = sniff(data[:HEAD])
    if found is None or found == "RAW":
        raise _not_read(data[:HEAD], found)
    name = found
    _silence_warnings()
    if name in _OPENED_WHOLE:
        return _opened_whole(_OPENED_WHOLE[name](data), name)
    if name == "WEBP":
        size, moves = webp.header(data)
        limits.check_webp(size, moves=moves)
        if not moves:
            return _opened_whole(webp.open_still(data), name)
    source = _open(data, name)
    stored = 1 if name == "PNG" else read_orientation(source)
    width, height = source.size
    if name == "TIFF" and stored >= 5:  # Pillow promises the upright size of these
        width, height = height, width
    damaged = False
    if name == "HEIF":
        preview = heif.prepare(source, data, least=wanted(source.size))
        if preview is not None:
            return Opened(preview, source, (width, height), (width, height), 1, 1, name, damaged)
    else:
        _prepare(source, name, data, wanted)
    pixels: Image.Image = source
    problem = None
    try:
        source.load()
    except MemoryError:
        raise
    except Exception as error:
        log.info("%s decoded in part: %s", name, error)
        problem = to_decode_error(name, error)
        source, pixels = _load_in_part(data, name, source, wanted)
        damaged = True
    left = read_orientation(source)
    if name == "PNG":  # may keep its EXIF after the pixels
        stored = left
    upright = (height, width) if stored >= 5 else (width, height)
    return Opened(pixels, source, upright, (width, height), left, stored, name, damaged, problem)


def _opened_whole(picture: Image.Image, name: str) -> Opened:
    # libjxl turns what it decodes.
    turn = 1 if name == "JXL" else read_orientation(picture)
    upright = picture.size[::-1] if turn >= 5 else picture.size
    return Opened(picture, picture, upright, picture.size, turn, turn, name, damaged=False)


def _not_read(head: bytes, name: str | None) -> DecodeError:
    if name == "RAW":
        return DecodeError(SkipReason.UNSUPPORTED, "a RAW file of a kind that LibRaw does not read")
    is_picture, what = describe(head)
    reason = SkipReason.UNSUPPORTED if is_picture else SkipReason.NOT_A_PICTURE
    return DecodeError(reason, what)


def read_orientation(source: Image.Image) -> int:
    """The EXIF orientation 1-8, or that of XMP; 1 when there is none or it makes no sense."""
    try:
        value = _stored_orientation(source)
        return int(value) if value is not None and 1 <= value <= 8 else 1
    except Exception as error:  # EXIF of unknown origin raises nearly anything
        log.debug("orientation left alone: %s", error)
        return 1


def _stored_orientation(source: Image.Image) -> float | None:
    block = source.info.get("exif")
    packed = source.info.get("Raw profile type exif")  # text of a PNG, in lines of hexadecimals
    if block is None and packed is not None:
        block = bytes.fromhex("".join(packed.split("\n")[3:]))
    if block is None:
        return source.getexif().get(_ORIENTATION)
    # Pillow would read the values of all tags, which may be the same megabytes 65,535 times.
    while block.startswith(_EXIF_START):
        block = block[len(_EXIF_START) :]
    found = [one.number(_ORIENTATION) for one in directories(block)[:1]]
    if found and found[0] is not None:
        return found[0]
    packet = source.info.get("XML:com.adobe.xmp") or source.info.get("xmp") or b""
    said = _XMP_ORIENTATION.search(packet.encode() if isinstance(packet, str) else packet)
    return int(said[1]) if said else None


def _open(data: bytes, name: str) -> ImageFile.ImageFile:
    if name == "JPEG":
        source = _Jpeg(BytesIO(data))
        # All of it in one call, with the GIL released, instead of 64 KiB at a time.
        source.decodermaxblock = len(data)
        return source
    if name in ("HEIF", "AVIF"):
        heif.register()
    formats = ["AVIF", "HEIF"] if name == "AVIF" else [name]
    try:
        return Image.open(BytesIO(data), formats=formats)
    except UnidentifiedImageError:
        Image.OPEN[name][0](BytesIO(data), "")  # says what is wrong with it
        raise
    except ValueError:
        if name != "PNG":
            raise
        # Texts of more than a megabyte.
        return Image.open(BytesIO(_without_texts(data)), formats=formats)


def _without_texts(data: bytes) -> bytes:
    """A PNG without its texts; W3C PNG, third edition, 11.3.3."""
    parts, at = [data[:8]], 8
    while at + 8 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] not in (b"tEXt", b"zTXt", b"iTXt"):
            parts.append(data[at:end])
        at = end
    return b"".join(parts)


def _prepare(source: ImageFile.ImageFile, name: str, data: bytes, wanted: Wanted) -> None:
    """Asks for a scaled decode and refuses what would still be too large."""
    whole = source.size
    if isinstance(source, Jpeg2KImageFile):
        least = wanted(whole)
        ratio = min(side / max(small, 1) for side, small in zip(whole, least, strict=True))
        most = min(int(math.log2(max(ratio, 1.0))), _halvings(data))
        source.reduce = next(n for n in range(most, -1, -1) if _agrees(whole, n))
    source.draft("RGB", wanted(whole))
    limits.check(source, name, whole=whole)


def _agrees(size: tuple[int, int], halvings: int) -> bool:
    """Whether Pillow, which rounds, expects the size that OpenJPEG gives, which rounds up.

    Else it calls a sound picture broken.
    """
    half = 1 << halvings >> 1
    return all((side + half) >> halvings == -(-side >> halvings) for side in size)


def _halvings(data: bytes) -> int:
    """How often a JPEG 2000 picture can be halved while it is decoded."""
    at = data.find(_CODING_STYLE, 0, 1 << 16)
    return min(data[at + 9], 32) if 0 <= at < len(data) - 9 else 0


def _load_in_part(
    data: bytes, name: str, source: ImageFile.ImageFile, wanted: Wanted
) -> tuple[ImageFile.ImageFile, Image.Image]:
    """What a damaged picture still shows; raises the decoder's error when that is nothing."""
    if name == "JPEG":
        # An end marker lets libjpeg fill what is missing instead of waiting for more.
        source = _open(data + _JPEG_END, name)
        _prepare(source, name, data, wanted)
        try:
            source.load()
        except OSError as error:
            log.debug("JPEG with an end marker: %s", error)
        else:
            return source, source
    # The rows decoded before the error are in the picture; without tiles load() leaves them be.
    source.tile = []
    source.load()
    return source, source.copy()  # a copy has the size of the pixels, whatever the header says


def _silence_warnings() -> None:
    """Keeps Pillow's warnings about odd files off stderr and from becoming exceptions.

    `warnings.catch_warnings` would swap the filters of all threads; one lasting filter does not.
    """
    with _QUIET:
        if not any(_is_ours(entry) for entry in warnings.filters):
            warnings.filterwarnings("ignore", module=_PILLOW_MODULES)


def _is_ours(entry: tuple[object, ...]) -> bool:
    return getattr(entry[3], "pattern", entry[3]) == _PILLOW_MODULES


def shrink(picture: Image.Image, *, factor: int) -> Image.Image:
    """`picture` averaged down by `factor`, or as it is where its mode cannot be averaged."""
    bits = picture.mode == "1"
    # A colour that stands for transparency would be lost in the average.
    if factor < 2 or "transparency" in picture.info or not (bits or picture.mode in _AVERAGED):
        return picture
    # By its class: of a JPEG 2000 that is decoded small, Pillow hides the method behind a number.
    reduced = Image.Image.reduce(picture.convert("L") if bits else picture, factor)
    reduced.info = picture.info
    return reduced
