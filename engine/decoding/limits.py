"""Refuses pictures whose header says that decoding them would take too much memory or time.

The file's own bytes are not counted. The figures are measured, see docs/reliability.md.
"""

from PIL import Image, TiffImagePlugin
from PIL.JpegImagePlugin import JpegImageFile
from PIL.TiffImagePlugin import TiffImageFile

from kindred.engine.errors import DecodeError
from kindred.engine.types import SkipReason

MAX_MEMORY = 512 << 20  # bytes for one picture
# HEIF of deep colour takes twice what others do, and cameras write it. It may have that much when
# somebody looks at one at full size; a scan is content with the previews that cameras put there.
MAX_DEEP_MEMORY = 2 * MAX_MEMORY
# For the sake of time: JPEG is decoded at an eighth of its side, everything else whole.
MAX_PIXELS = 400_000_000
MAX_WHOLE_PIXELS = 200_000_000

_SPARE = 24 << 20  # for the conversion, which is done in strips, and for what comes out
_STORED = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}
_STORED_ELSE = 4  # Pillow keeps three bands in four bytes
# Bytes a pixel in all, the pixels themselves included: decoders of these formats make their own
# picture first, and colours out of it. HEIF by bits a sample and chroma.
_HEIF = {(8, 420): 7.5, (8, 422): 9.5, (8, 444): 9.5, (10, 420): 8.0}
_HEIF_ELSE = 15.5
_AVIF = 10.5
_JPEG2000 = 20.0
_WEBP_STILL = 8.0  # by engine.decoding.webp
_WEBP_MOVING = 16.0  # Pillow: two canvases, a copy of one, the picture
_ALPHA = 1.5


def check(
    source: Image.Image, name: str, *, whole: tuple[int, int], at_full_size: bool = False
) -> None:
    """Raises DecodeError where `source`, of the format `name`, would take too much.

    Its size is the one it will have after scaling by its decoder, `whole` the one before.
    `at_full_size`: no smaller one was asked for.
    """
    width, height = source.size
    stored = float(_STORED.get(source.mode, _STORED_ELSE))
    alpha = _ALPHA if source.mode == "RGBA" else 0.0
    deep = at_full_size and name == "HEIF" and source.info.get("bit_depth", 8) > 8
    match name:
        case "JPEG":
            stored += _coefficients(source) * whole[0] * whole[1] / max(width * height, 1)
        case "TIFF":
            stored += _strip(source)
        case "HEIF":
            kind = source.info.get("bit_depth", 8), source.info.get("chroma", 0)
            stored = _HEIF.get(kind, _HEIF_ELSE) + alpha
        case "AVIF":
            stored = _AVIF + alpha
        case "JPEG2000":
            # Pillow's method of this name is there where no reduction was asked for.
            halvings = source.reduce if isinstance(source.reduce, int) else 0
            stored = _JPEG2000 / 4**halvings
    # Of a preview that is decoded in place of the picture, the picture's size does not matter.
    _refuse(name, whole if name == "JPEG" else source.size, stored * width * height, deep=deep)


def check_size(name: str, size: tuple[int, int], *, bytes_a_pixel: float) -> None:
    """Raises DecodeError where a picture of that size, decoded whole, would take too much."""
    _refuse(name, size, size[0] * size[1] * bytes_a_pixel, deep=False)


def check_webp(size: tuple[int, int], *, moves: bool) -> None:
    """Raises DecodeError where a WebP of that size would take too much."""
    stored = _WEBP_MOVING if moves else _WEBP_STILL
    _refuse("WEBP", size, size[0] * size[1] * stored, deep=False)


def _refuse(name: str, size: tuple[int, int], needed: float, *, deep: bool) -> None:
    limit = MAX_DEEP_MEMORY if deep else MAX_MEMORY
    most = MAX_PIXELS if name == "JPEG" else MAX_WHOLE_PIXELS
    if size[0] * size[1] > most:
        why = f"more than {most // 10**6} megapixels"
    elif needed + _SPARE > limit:
        why = f"decoding would take more than {limit >> 20} MiB of memory"
    else:
        return
    raise DecodeError(SkipReason.TOO_LARGE, f"{name}: {size[0]} x {size[1]} pixels, {why}")


def _coefficients(source: Image.Image) -> float:
    """Bytes a pixel: libjpeg keeps all coefficients of what comes in several scans."""
    if not isinstance(source, JpegImageFile) or not _several_scans(source):
        return 0.0
    across, down = (max((layer[n] for layer in source.layer), default=1) for n in (1, 2))
    return 2.0 * sum(layer[1] * layer[2] for layer in source.layer) / max(across * down, 1)


def _several_scans(source: JpegImageFile) -> bool:
    if "progressive" in source.info:
        return True
    # Pillow has read the header of the first scan: its length and how many components it has.
    assert source.fp is not None  # noqa: S101 - not loaded yet
    at, length = source.fp.tell(), 6 + 2 * source.layers
    source.fp.seek(max(0, at - length))
    found = source.fp.read(3)
    source.fp.seek(at)
    return found != bytes([0, length, source.layers])


def _strip(source: Image.Image) -> float:
    """Bytes a pixel: libtiff unpacks a whole strip or tile before it hands out rows of it."""
    if not isinstance(source, TiffImageFile) or source.info.get("compression") == "raw":
        return 0.0
    tags, (width, height) = source.tag_v2, source.size
    rows = min(tags.get(TiffImagePlugin.ROWSPERSTRIP, height), height)
    tile = tags.get(TiffImagePlugin.TILEWIDTH, width) * tags.get(TiffImagePlugin.TILELENGTH, rows)
    return float(sum(tags.get(TiffImagePlugin.BITSPERSAMPLE, (1,))) / 8 * tile / (width * height))
