"""Opens HEIF: registers its decoder, and finds the previews that cameras put in.

pillow_heif takes a preview for the picture where their shapes agree to the pixel. Sony writes
1616 x 1080 beside 9504 x 6336 (strukturag/libheif issue 1406): the picture, and a line of black
above and below it.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import Image, ImageFile

from kindred.engine.decoding import limits
from kindred.engine.errors import DecodeError

log = logging.getLogger(__name__)

_REGISTERING = threading.Lock()
_LEAST_SHOWN = 0.99  # of a preview, the rest is bars
_LEAST_SIDE = 160  # pixels; the shorter side of a preview that may stand for a picture
_MOST_PIXELS = 16_000_000

Size = tuple[int, int]


def register() -> None:
    """Let Pillow open HEIF through pillow_heif, once a process."""
    with _REGISTERING:
        if "HEIF" not in Image.OPEN:
            from pillow_heif import register_heif_opener

            # One thread a picture: several pictures are decoded at once.
            register_heif_opener(decode_threads=1, depth_images=False, aux_images=False)


def prepare(source: ImageFile.ImageFile, data: bytes, *, least: Size) -> Image.Image | None:
    """Ask for an embedded preview where one is large enough, or the picture is too large.

    A preview of at least `least` (w, h) pixels that Pillow's decoder would not take is in the
    answer. Raises DecodeError when the picture is too large and has no preview.
    """
    whole = source.size
    # A preview of the very size was softened by its own compression; one half as large again
    # is as sharp, at that size, as the picture (0.94 to 0.97 of its sharpness at 416 pixels).
    # pillow_heif takes only previews of the picture's shape, mode, turn, crop and profile.
    enough = (3 * least[0] + 1) // 2, (3 * least[1] + 1) // 2
    source.draft("RGB", enough)
    others = bool(source.info["thumbnails"])
    if others and source.size == whole and max(enough) < max(whole):
        found = preview(data, least=enough)
        if found is not None:
            return found
    try:
        limits.check(source, "HEIF", whole=whole, at_full_size=least == whole)
    except DecodeError:
        found = preview(data, least=None) if others else None
        if found is None:
            raise
        return found
    return None


def preview(data: bytes, *, least: Size | None) -> Image.Image | None:
    """The picture that a preview in a HEIF file shows without its bars, turned as the picture is.

    The smallest of at least `least` (w, h) pixels, None: the largest. None where there is none of
    the picture's turn, profile and, but for narrow bars, shape. Raises what pillow_heif raises.
    """
    import pillow_heif

    file = pillow_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=True)
    picture: Any = file[file.primary_index]
    found: list[tuple[Size, int]] = []
    for number in range(len(picture.info["thumbnails"])):
        with _left_alone(number):
            thumbnail = picture.get_thumbnail(number)
            shown = _inside_bars(thumbnail.size, picture.size)
            if shown is not None and _same_view(thumbnail, picture):
                found.append((shown, number))
    found.sort(reverse=least is None)
    for (width, height), number in found:
        if least is None or (width >= least[0] and height >= least[1]):
            with _left_alone(number):
                whole: Image.Image = picture.get_thumbnail(number).to_pillow()
                left, top = (whole.width - width) // 2, (whole.height - height) // 2
                if "icc_profile" in picture.info:  # its preview has the same or none
                    whole.info["icc_profile"] = picture.info["icc_profile"]
                return whole.crop((left, top, left + width, top + height))
    return None


@contextmanager
def _left_alone(number: int) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # damaged, or of a kind that libheif here does not read: JPEG
        log.info("preview %d: %s", number, error)


def _inside_bars(preview: Size, picture: Size) -> Size | None:
    """The size of the picture in the middle of its preview."""
    (across, down), (width, height) = preview, picture
    shown = min(across, round(down * width / height)), min(down, round(across * height / width))
    if (
        min(shown) < _LEAST_SIDE
        or across >= width
        or across * down > _MOST_PIXELS
        or shown[0] * shown[1] < _LEAST_SHOWN * across * down
    ):
        return None
    return shown


def _same_view(preview: Any, picture: Any) -> bool:
    """Whether both lie the same way, show all that was encoded, and mean the same colours."""
    # pillow_heif has no public name for these; its own `draft` goes by them.
    if preview.mode != picture.mode:
        return False
    turn = picture._c_image.transformations
    if preview._c_image.transformations != turn or any(step[0] == "clap" for step in turn):
        return False
    first, second = (
        of.info.get("icc_profile") or of.info.get("nclx_profile") for of in (preview, picture)
    )
    return not (first and second) or bool(first == second)
