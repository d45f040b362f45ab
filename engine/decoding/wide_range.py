"""Opens Radiance HDR and shows its wide range on a screen."""

import re

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kindred.engine.decoding import limits

_SIZE = re.compile(rb"\n[-+][XY] (\d{1,6}) [-+][XY] (\d{1,6})\n")
_MIDDLE_GREY = 0.18
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
_STRIP_PIXELS = 1 << 18
_MAX_HEADER = 1 << 16
_BYTES_A_PIXEL = 32.0  # float32 three times, and what is made of them
_GAMMA = 2.2


def open_radiance(data: bytes) -> Image.Image:
    """The picture, tone-mapped to sRGB, mode RGB. Raises DecodeError or ValueError."""
    import cv2

    match = _SIZE.search(data, 0, _MAX_HEADER)
    if match is None:
        raise ValueError("the header names no size")
    size = int(match[2]), int(match[1])
    limits.check_size("HDR", size, bytes_a_pixel=_BYTES_A_PIXEL)
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.ndim != 3:
        raise ValueError("the picture cannot be decoded")
    return Image.fromarray(tone_map(np.asarray(pixels[..., ::-1], np.float32)))


def tone_map(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Linear light (h, w, 3) as sRGB: Reinhard et al., "Photographic Tone Reproduction", 2002.

    The global operator without a white point: the mean of the logarithms becomes middle grey.
    """
    rows = max(1, _STRIP_PIXELS // light.shape[1])  # at once, for the sake of memory
    strips = [slice(at, at + rows) for at in range(0, len(light), rows)]
    logarithms, lit = 0.0, 0
    for strip in strips:
        luminance = _sound(light[strip]) @ _LUMINANCE
        luminance = luminance[luminance > 0]
        logarithms += float(np.log(luminance, dtype=np.float64).sum())
        lit += luminance.size
    exposure = _MIDDLE_GREY / (float(np.exp(logarithms / lit)) if lit else 1.0)
    shown = np.empty(light.shape, np.uint8)
    for strip in strips:
        sound = _sound(light[strip])
        ratio = exposure / (1 + exposure * (sound @ _LUMINANCE))
        mapped = (sound * ratio[..., None]).clip(0, 1) ** (1 / _GAMMA)
        shown[strip] = mapped * 255 + 0.5
    return shown


def _sound(light: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.nan_to_num(light, posinf=0.0, neginf=0.0).clip(min=0)
