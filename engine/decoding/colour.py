"""Brings a decoded picture of any mode to 8-bit sRGB: depth, alpha, palette, CMYK, ICC profile."""

import logging
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from kindred.engine.decoding.decoder_errors import NotHere

log = logging.getLogger(__name__)

# What a transparent picture is shown on, here and in every view; a white drawing on the other.
BACKDROP = (255, 255, 255)
DARK_BACKDROP = (72, 72, 72)
_WHITE_DRAWING = 235.0  # mean level of 255 of what is not transparent
# A camera's profile has a few kilobytes, a printer's half a megabyte.
_MAX_PROFILE_BYTES = 4 << 20
# Tags of colour tables; cameras and displays need none.
_TABLE_TAGS = (b"A2B", b"B2A", b"D2B", b"B2D", b"gam", b"pre", b"ncl")
_MOST_TAGS = 100
_PROFILE_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}


def to_srgb(
    picture: Image.Image,
    *,
    white: float | None = None,
    backdrop: tuple[int, int, int] = BACKDROP,
    tables: bool = True,
) -> Image.Image:
    """`picture` in mode RGB.

    16-bit and float pictures keep their 8 most significant bits, alpha is composed on `backdrop`,
    and an embedded ICC profile other than sRGB is applied. Without a profile, or with one that
    cannot be used, the values are taken to be sRGB. `white` is what find_white found. Raises
    NotHere when not `tables` and the profile holds more than a matrix and curves.
    """
    profile = picture.info.get("icc_profile")
    if not isinstance(profile, bytes) or not 0 < len(profile) <= _MAX_PROFILE_BYTES:
        profile = None
    elif not tables and not _is_plain(profile):
        raise NotHere("a colour profile with tables")
    if picture.mode.startswith(("I", "F")):
        picture = _to_8_bits(picture, white)
    elif picture.mode == "P" and not picture.has_transparency_data:
        picture = picture.convert("RGB")
    elif picture.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode == "RGBA":
        opaque = Image.new("RGB", picture.size, backdrop)
        opaque.paste(picture, mask=picture.getchannel("A"))
        picture = opaque
    elif picture.mode not in _PROFILE_SPACES:
        picture = picture.convert("RGB")
    if profile is not None:
        picture = _apply(profile, picture)
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def find_backdrop(strips: Iterable[Image.Image]) -> tuple[int, int, int]:
    """What to show a picture on, given in strips: on white, a white drawing would not be seen."""
    light = visible = 0.0
    for strip in strips:
        if not strip.has_transparency_data:
            return BACKDROP
        both = np.asarray(strip.convert("RGBA").convert("LA"), np.float32)
        light += float((both[..., 0] * both[..., 1]).sum())
        visible += float(both[..., 1].sum())
    return DARK_BACKDROP if visible and light / visible > _WHITE_DRAWING else BACKDROP


def find_white(strips: Iterable[Image.Image]) -> float | None:
    """The value to show as white in a picture, given in strips, whose mode does not state it.

    That is 8 or 16 bits for whole numbers (mode I), else the maximum (F); None for other modes.
    """
    top, mode = 0.0, ""
    for strip in strips:
        mode = strip.mode
        if mode not in ("I", "F"):
            return None
        top = max(top, float(_finite(np.asarray(strip)).max(initial=0.0)))
    if mode == "I" and top <= 65535:
        return 255.0 if top <= 255 else 65535.0
    return top


def _finite(values: NDArray[Any]) -> NDArray[np.float32]:
    return np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0).clip(min=0)


def _to_8_bits(picture: Image.Image, white: float | None) -> Image.Image:
    values = np.asarray(picture)
    if picture.mode.startswith("I;16"):
        return Image.fromarray((values >> 8).astype(np.uint8))
    top = (find_white([picture]) if white is None else white) or 0.0
    return Image.fromarray((_finite(values) * (255.0 / max(top, 1e-6))).astype(np.uint8))


def _apply(profile: bytes, picture: Image.Image) -> Image.Image:
    try:
        transform = _transform(profile, picture.mode)
        if transform is None:
            return picture
        converted = ImageCms.applyTransform(picture, transform)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        log.debug("colour profile left alone: %s", error)
        return picture
    return converted if converted is not None else picture


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The way from `profile` to sRGB, or None when there is nothing to do. Slow: kept."""
    source = ImageCms.getOpenProfile(BytesIO(profile))
    if source.profile.xcolor_space.strip() != _PROFILE_SPACES[mode]:
        return None
    if "srgb" in (source.profile.profile_description or "").lower():
        return None
    target = ImageCms.createProfile("sRGB")
    return ImageCms.buildTransform(source, target, mode, "RGB")


def _is_plain(profile: bytes) -> bool:
    """Whether the profile says no more than a matrix and curves; ICC.1:2022, 7.3."""
    count = int.from_bytes(profile[128:132], "big")
    tags = {profile[at : at + 4] for at in range(132, 132 + 12 * min(count, _MOST_TAGS), 12)}
    tables = any(tag.startswith(_TABLE_TAGS) for tag in tags)
    return profile[16:20] in (b"RGB ", b"GRAY") and count <= _MOST_TAGS and not tables
