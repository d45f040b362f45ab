"""Previews that cameras put into HEIF files between black bars.

pillow_heif takes a preview for the picture where their shapes agree to the pixel. Sony writes
1616 x 1080 beside 9504 x 6336 (strukturag/libheif issue 1406): the picture, and a line of black
above and below it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import Image

log = logging.getLogger(__name__)

_LEAST_SHOWN = 0.99  # of a preview, the rest is bars
_LEAST_SIDE = 160  # pixels; the shorter side of a preview that may stand for a picture
_MOST_PIXELS = 16_000_000

Size = tuple[int, int]


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
