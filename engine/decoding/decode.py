"""From a file's bytes to an upright RGB picture of the size asked, with what is known of it.

Only PNG and JPEG of few scans are decoded in this process, everything else by helper_pool.
"""

import logging
import math
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kindred.engine.decoding import colour, helper_pool, quality, raw
from kindred.engine.decoding.decoder_errors import NotHere, as_decode_errors
from kindred.engine.decoding.formats import Opened, Wanted, open_picture, shrink
from kindred.engine.errors import DecodeError
from kindred.engine.metadata import exif, jpeg
from kindred.engine.signatures import HEAD, format_of, sniff
from kindred.engine.types import FoundFile, PhotoInfo, SkipReason

log = logging.getLogger(__name__)

VERSION = 2  # of what can be decoded: files skipped by another one are tried again
MAX_FILE_BYTES = 512 << 20

_IN_PROCESS = ("JPEG", "PNG", None)  # None: no picture, which is soon said
# Each scan of a progressive JPEG goes over the whole picture. Cameras and encoders write about ten,
# the thumbnails in the metadata add a few; coded pixels hold no such marker.
_MAX_SCANS = 32
# Pillow goes over headers in Python, byte by byte where they are junk. Cameras and editors write a
# few hundred segments at most, and PNG of chunks of 8 KiB; others are for a helper to give up.
_MOST_BLOCKS, _LEAST_BLOCK, _MOST_JUNK = 2000, 1024, 1 << 16
# A picture so long that its shorter side need not be scaled down may be too much to hand on.
_MAX_SHOWN_PIXELS = 40_000_000
_STRIP_PIXELS = 1 << 20
# Pixels of small pictures, 400 x 300, and of their longer side: what two photos are compared at,
# see verification.registration.
SMALL_AREA, SMALL_SIDE = 120_000, 1600
# EXIF orientation -> a view of an upright picture (h, w, 3) in which its pixels lie as stored.
_AS_STORED: dict[int, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.transpose(1, 0, 2),
    6: lambda upright: upright.transpose(1, 0, 2)[::-1],
    7: lambda upright: upright[::-1, ::-1].transpose(1, 0, 2),
    8: lambda upright: upright.transpose(1, 0, 2)[:, ::-1],
}

Result = tuple[NDArray[np.uint8], PhotoInfo | None]


@dataclass(frozen=True, slots=True)
class Decoded:
    """`rgb` is uint8 (h, w, 3), sRGB, upright, `info.width` x `info.height` or scaled down."""

    rgb: NDArray[np.uint8]
    info: PhotoInfo

    @property
    def as_small_picture(self) -> NDArray[np.uint8] | None:
        """What a small picture is made of; None where this may be a preview, of other sharpness."""
        return None if self.info.format in ("HEIF", "RAW") else self.rgb


def read_bytes(file: FoundFile) -> bytes:
    """All bytes of `file`, read once.

    Raises DecodeError: VANISHED, CHANGED (size or time differ from what the walk saw, before or
    after reading), EMPTY, TOO_LARGE (above MAX_FILE_BYTES) or UNREADABLE.
    """
    if file.size > MAX_FILE_BYTES:
        raise DecodeError(SkipReason.TOO_LARGE, f"{file.size} bytes, more than {MAX_FILE_BYTES}")
    return _read(file.path, expected=(file.size, file.mtime_ns))


def decode(data: bytes, *, name: str, side: int) -> Decoded:
    """The picture in `data`, its shorter side at least `side` pixels where it has them.

    `name` is the file's name: RAW files are told from TIFF by it. The picture is at least as large
    as `small_size`, but for HEIF, where an embedded preview may not be. It is scaled down by
    what its format offers for free (JPEG by 1/2, 1/4, 1/8; embedded previews) and then by whole
    factors. Raises DecodeError.
    """
    rgb, info = _safely("photo", data, name=name, side=side)
    if info is None:
        raise DecodeError(SkipReason.CRASHED, "the decoder did not say what it is")
    return Decoded(rgb, info)


def open_upright(path: Path, *, max_side: int | None, stored: bool = False) -> NDArray[np.uint8]:
    """The picture at `path`, uint8 (h, w, 3), upright, in the frame of PhotoInfo.width x height.

    Scaled down so that the longer side is at most `max_side` pixels (None: as large as it is; a
    RAW file's preview is never enlarged). In sRGB, or, if `stored`, as the values are stored: no
    colour profile is applied. Raises DecodeError.
    """
    task = "stored" if stored else "view"
    return _safely(task, _read(path, expected=None), name=path.name, side=max_side)[0]


def show_upright(data: bytes, *, name: str, max_side: int) -> NDArray[np.uint8]:
    """Like `open_upright`, of bytes that are in memory; `name` as for `decode`."""
    return _safely("view", data, name=name, side=max_side)[0]


def open_luminance(path: Path) -> NDArray[np.uint8]:
    """The picture at `path` in grey, uint8 (h, w), at full size but not upright.

    For engine.verification.upscaling. Of a RAW file it is the preview. Raises DecodeError.
    """
    return _safely("luminance", _read(path, expected=None), name=path.name, side=None)[0]


def picture_digest(path: Path) -> str | None:
    """The name of the picture data of a JPEG file, without its metadata; None for other formats.

    Raises DecodeError.
    """
    return jpeg.picture_digest(_read(path, expected=None))


def decode_here(task: str, data: bytes, *, name: str, side: int | None, tables: bool) -> Result:
    """One of the three tasks above, in this process: for engine.decoding.helper_main and for them.

    Raises DecodeError, or NotHere when not `tables` and the picture's colour profile holds some.
    """
    with as_decode_errors(format_of(data[:HEAD], name) or "file"):
        return _TASKS[task](data, name, side, tables)


def small_size(size: tuple[int, int]) -> tuple[int, int]:
    """The size of the small picture of a photo of this size."""
    width, height = size
    scale = min(1.0, math.sqrt(SMALL_AREA / (width * height)), SMALL_SIDE / max(size))
    return max(1, round(width * scale)), max(1, round(height * scale))


def squash(rgb: NDArray[np.uint8], *, side: int) -> NDArray[np.uint8]:
    """The whole picture as a square, uint8 (side, side, 3), antialiased: the network's input.

    The network was trained on exactly this filter.
    """
    picture = Image.fromarray(rgb)
    return np.asarray(picture.resize((side, side), Image.Resampling.BICUBIC, reducing_gap=3.0))


def _read(path: Path, *, expected: tuple[int, int] | None) -> bytes:
    # Without O_NONBLOCK a pipe that took the file's place would block for ever.
    more = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | more)) as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise DecodeError(SkipReason.NOT_A_PICTURE, "not a regular file")
            if before.st_size > MAX_FILE_BYTES:
                raise DecodeError(SkipReason.TOO_LARGE, f"{before.st_size} bytes")
            data = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DecodeError(SkipReason.VANISHED, "no longer there") from error
    except IsADirectoryError as error:
        raise DecodeError(SkipReason.NOT_A_PICTURE, "not a regular file") from error
    except OSError as error:
        raise DecodeError(SkipReason.UNREADABLE, error.strerror or str(error)) from error
    except MemoryError as error:
        raise DecodeError(SkipReason.TOO_LARGE, "more bytes than memory") from error
    states = {(len(data), before.st_mtime_ns), (after.st_size, after.st_mtime_ns)}
    if len(states | ({expected} if expected else set())) > 1:
        raise DecodeError(SkipReason.CHANGED, "its size or time changed")
    if not data:
        raise DecodeError(SkipReason.EMPTY, "0 bytes")
    return data


def _safely(task: str, data: bytes, *, name: str, side: int | None) -> Result:
    kind = format_of(data[:HEAD], name)
    endless = kind == "JPEG" and _scans(data) > _MAX_SCANS
    if kind in _IN_PROCESS and not endless and not _is_long_winded(data, kind):
        try:
            return decode_here(task, data, name=name, side=side, tables=False)
        except NotHere as error:
            log.debug("%s", error)
    return helper_pool.run(task, data, name=name, side=side)


def _scans(data: bytes) -> int:
    """How often FFDA is in `data`: a fifth of the time of bytes.count, which stops all threads."""
    pairs = (np.frombuffer(data, "<u2", (len(data) - at) // 2, at) for at in (0, 1))
    return sum(int(np.count_nonzero(numbers == 0xDAFF)) for numbers in pairs)


def _is_long_winded(data: bytes, kind: str | None) -> bool:
    """Whether the header of a JPEG or PNG is of so many parts that Pillow takes long for it."""
    most = _MOST_BLOCKS + len(data) // _LEAST_BLOCK
    match kind:
        case "JPEG":
            return _has_more_segments(data, most)
        case "PNG":
            return _has_more_chunks(data, most)
    return False


def _has_more_chunks(data: bytes, most: int) -> bool:
    at = 8
    for _ in range(most):
        if at + 8 > len(data) or data[at + 4 : at + 8] == b"IEND":
            return False
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return True


def _has_more_segments(data: bytes, most: int) -> bool:
    """More before the coded pixels, or more junk between them than is sound."""
    at, junk = 2, 0
    for _ in range(most):
        found = data.find(b"\xff", at, at + _MOST_JUNK)
        junk += (found if found >= 0 else min(at + _MOST_JUNK, len(data))) - at
        if found < 0 or junk >= _MOST_JUNK:
            return junk >= _MOST_JUNK
        marker = data[found + 1 : found + 2]
        if marker in (b"", b"\xda"):  # the coded pixels
            return False
        filling = marker in (b"\0", b"\x01", b"\xff") or b"\xd0" <= marker <= b"\xd9"
        size = int.from_bytes(data[found + 2 : found + 4], "big")
        at = found + (1 if filling else 2 + size)
        junk += filling
    return True


def _photo(data: bytes, name: str, side: int | None, tables: bool) -> Result:  # noqa: FBT001
    def needed(size: tuple[int, int]) -> tuple[int, int]:
        # Sharpness is comparable only where it is measured at one scale.
        return max(_shorter_side(size, side), _longer_side(size, quality.MEASURED_SIDE))

    def wanted(size: tuple[int, int]) -> tuple[int, int]:
        return max(needed(size), small_size(size))

    # To decode a whole HEIC picture takes forty times as long as its preview.
    opened = _open(data, name=name, wanted=needed if sniff(data[:HEAD]) == "HEIF" else wanted)
    if math.prod(wanted(opened.pixels.size)) > _MAX_SHOWN_PIXELS:
        raise DecodeError(
            SkipReason.TOO_LARGE, "too long for its width: {} x {}".format(*opened.size)
        )
    rgb = _upright(opened, to=wanted, tables=tables)
    measured = rgb
    if _factor(opened.pixels.size, wanted) != _factor(opened.pixels.size, needed):
        measured = _upright(opened, to=needed, tables=tables)
    luma = quality.luminance(measured)
    flat = quality.is_flat(measured)
    if opened.damaged and flat:
        why = opened.problem or DecodeError(SkipReason.DAMAGED, opened.format)
        raise DecodeError(why.reason, f"{why}; nothing of it can be shown")
    container = data if opened.format == "TIFF" else opened.exif
    found = exif.read(opened.source, container=container)
    tables_used = getattr(opened.source, "quantization", {})
    width, height = opened.size
    return rgb, PhotoInfo(
        width=width,
        height=height,
        format=opened.format,
        orientation=opened.orientation,
        taken_at=found.taken_at or opened.taken_at,
        last_change=found.last_change,
        camera=found.camera,
        latitude=found.latitude,
        longitude=found.longitude,
        rating=found.rating,
        keywords=found.keywords,
        caption=found.caption,
        jpeg_quality=quality.jpeg_quality(tables_used) if opened.format == "JPEG" else None,
        sharpness=quality.sharpness(luma),
        exposure=quality.exposure(luma),
        detail=width * height / 1e6,  # less when found to be enlarged, see verification.upscaling
        damaged=opened.damaged,
        flat=flat,
    )


def _view(data: bytes, name: str, side: int | None, tables: bool) -> Result:  # noqa: FBT001
    return _shown(
        _open(data, name=name, wanted=lambda size: _longer_side(size, side)), side, tables
    )


def _stored(data: bytes, name: str, side: int | None, tables: bool) -> Result:  # noqa: FBT001
    opened = _open(data, name=name, wanted=lambda size: _longer_side(size, side))
    opened.pixels.info.pop("icc_profile", None)
    return _shown(opened, side, tables)


def _shown(opened: Opened, side: int | None, tables: bool) -> Result:  # noqa: FBT001
    rgb = _upright(opened, to=lambda size: _twice(_longer_side(size, side)), tables=tables)
    height, width = rgb.shape[:2]
    target = _longer_side((width, height), side)
    if target != (width, height):
        rgb = np.asarray(Image.fromarray(rgb).resize(target, Image.Resampling.BICUBIC))
    return rgb, None


def _luminance(data: bytes, name: str, side: int | None, tables: bool) -> Result:  # noqa: FBT001
    opened = _open(data, name=name, wanted=lambda size: size)
    return np.asarray(opened.pixels.convert("L")), None


_TASKS: dict[str, Callable[[bytes, str, int | None, bool], Result]] = {
    "photo": _photo,
    "view": _view,
    "stored": _stored,
    "luminance": _luminance,
}


def _open(data: bytes, *, name: str, wanted: Wanted) -> Opened:
    if format_of(data[:HEAD], name) == "RAW":
        opened = raw.open_preview(data, wanted=wanted)
        if opened is not None:
            return opened
    return open_picture(data, name=name, wanted=wanted)


def _upright(opened: Opened, *, to: Wanted, tables: bool) -> NDArray[np.uint8]:
    picture = opened.pixels
    width, height = picture.size
    factor = _factor(picture.size, to)
    # In strips, for the conversion of a whole picture would take a multiple of its memory.
    rows = max(1, _STRIP_PIXELS // (width * factor)) * factor
    white = colour.find_white(_strips(picture, rows))
    backdrop = colour.find_backdrop(_strips(picture, rows))
    shape = (-(-width // factor), -(-height // factor))
    upright = np.empty((*(shape if opened.turn >= 5 else shape[::-1]), 3), np.uint8)
    stored = _AS_STORED[opened.turn](upright) if opened.turn in _AS_STORED else upright
    top = 0
    for strip in _strips(picture, rows):
        # Before the conversion, which is cheaper on fewer pixels, or else after it.
        small = shrink(strip, factor=factor)
        shown = colour.to_srgb(small, white=white, backdrop=backdrop, tables=tables)
        shown = shown if small is not strip else shrink(shown, factor=factor)
        stored[top : top + shown.height] = np.asarray(shown)
        top += shown.height
    return upright


def _factor(size: tuple[int, int], to: Wanted) -> int:
    """By how much a picture is shrunk so that it stays as large as `to` wants it."""
    least = to(size)
    return max(1, min(size[0] // least[0], size[1] // least[1]))


def _strips(picture: Image.Image, rows: int) -> Iterator[Image.Image]:
    if rows >= picture.height:
        yield picture
        return
    for top in range(0, picture.height, rows):
        yield picture.crop((0, top, picture.width, min(top + rows, picture.height)))


def _shorter_side(size: tuple[int, int], side: int | None) -> tuple[int, int]:
    shorter = min(size)
    if side is None or shorter <= side:
        return size
    # Rounded up: the shorter side must not fall below `side`.
    return -(-size[0] * side // shorter), -(-size[1] * side // shorter)


def _longer_side(size: tuple[int, int], side: int | None) -> tuple[int, int]:
    longer = max(size)
    if side is None or longer <= side:
        return size
    return max(1, round(size[0] * side / longer)), max(1, round(size[1] * side / longer))


def _twice(size: tuple[int, int]) -> tuple[int, int]:
    """Leaves the last halving to the better filter."""
    return 2 * size[0], 2 * size[1]
