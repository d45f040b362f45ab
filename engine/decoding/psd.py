"""Opens the composite picture of a Photoshop file, PSD or PSB, of any depth.

Pillow reads neither the large form nor more than 8 bits. See Adobe, "Photoshop File Formats".
"""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kindred.engine.decoding import limits
from kindred.engine.errors import DecodeError
from kindred.engine.metadata.jpeg import photoshop_resources
from kindred.engine.types import SkipReason

_GREY, _INDEXED, _RGB, _CMYK, _DUOTONE, _LAB = 1, 2, 3, 4, 8, 9
_MODES = {_GREY: ("L", 1), _INDEXED: ("P", 1), _RGB: ("RGB", 3), _CMYK: ("CMYK", 4)}
_MODES |= {_DUOTONE: ("L", 1), _LAB: ("LAB", 3)}
_RAW, _PACKED = 0, 1
_IPTC, _PROFILE, _VERSION_INFO, _EXIF, _XMP = 1028, 1039, 1057, 1058, 1060
_RESOURCES = {_IPTC: "iptc", _PROFILE: "icc_profile", _EXIF: "exif", _XMP: "xmp"}


@dataclass(frozen=True, slots=True)
class _Header:
    large: bool
    channels: int
    height: int
    width: int
    depth: int
    mode: int


def open_composite(data: bytes) -> Image.Image:
    """The picture, at 8 bits a channel, with its profile, EXIF and XMP in `info`.

    Raises DecodeError, or ValueError and struct.error where the file makes no sense.
    """
    version, channels, height, width, depth, mode = struct.unpack_from(">4xH6xHIIHH", data)
    header = _Header(version == 2, channels, height, width, depth, mode)
    if mode not in _MODES or depth not in (8, 16, 32):
        what = f"PSD: colour mode {mode} with {depth} bits"
        raise DecodeError(SkipReason.UNSUPPORTED, what)
    at = 26
    palette, at = _section(data, at)
    resources, at = _section(data, at)
    layers, at = _section(data, at, large=header.large)
    found = photoshop_resources(resources)
    if found.get(_VERSION_INFO, b"")[4:5] == b"\0":
        why = "PSD: saved without its composite picture (Photoshop: Maximise Compatibility)"
        raise DecodeError(SkipReason.UNSUPPORTED, why)
    name, bands = _MODES[mode]
    if channels < bands:
        raise ValueError("fewer channels than its colours")
    if mode in (_GREY, _RGB) and channels > bands and _shows_transparency(layers, header):
        name, bands = ("LA", 2) if mode == _GREY else ("RGBA", 4)
    limits.check_size("PSD", (width, height), bytes_a_pixel=bands * (1 + depth // 8) + 4)
    planes = [_to_8_bits(plane, depth) for plane in _planes(data, at, header, bands)]
    if mode == _CMYK:
        planes = [255 - plane for plane in planes]
    picture = Image.merge("L" if mode == _INDEXED else name, [*map(Image.fromarray, planes)])
    if mode == _INDEXED:
        picture.putpalette(np.frombuffer(palette[:768], np.uint8).reshape(3, -1).T.tobytes())
    picture.info |= {key: found[number] for number, key in _RESOURCES.items() if number in found}
    return picture


def _section(data: bytes, at: int, *, large: bool = False) -> tuple[bytes, int]:
    """What a section with its length in front holds, and where the next one begins."""
    wide = 8 if large else 4
    size = int.from_bytes(data[at : at + wide], "big")
    return data[at + wide : at + wide + size], at + wide + size


def _shows_transparency(layers: bytes, header: _Header) -> bool:
    """A negative count of layers: the first further channel is the composite's transparency."""
    wide = 8 if header.large else 4
    return len(layers) >= wide + 2 and struct.unpack_from(">h", layers, wide)[0] < 0


def _planes(data: bytes, at: int, header: _Header, bands: int) -> list[NDArray[np.uint8]]:
    """The first channels as stored, uint8 (height, bytes of a row)."""
    (packing,) = struct.unpack_from(">H", data, at)
    at += 2
    row = header.width * header.depth // 8
    shape, size = (header.height, row), header.height * row
    if packing == _RAW:
        return [
            np.frombuffer(data, np.uint8, size, at + size * n).reshape(shape) for n in range(bands)
        ]
    if packing != _PACKED:
        raise DecodeError(SkipReason.UNSUPPORTED, f"PSD: compression {packing}")
    rows = header.channels * header.height
    lengths = np.frombuffer(data, ">u4" if header.large else ">u2", rows, at)
    ends = at + lengths.nbytes + np.cumsum(lengths.reshape(header.channels, -1).sum(axis=1))
    starts = [at + lengths.nbytes, *ends.tolist()]
    return [
        np.asarray(Image.frombytes("L", shape[::-1], data[start:end], "packbits", "L"))
        for start, end in zip(starts, ends.tolist()[:bands], strict=False)
    ]


def _to_8_bits(plane: NDArray[np.uint8], depth: int) -> NDArray[np.uint8]:
    if depth == 8:
        return plane
    if depth == 16:
        return np.ascontiguousarray(plane[:, ::2])
    values = np.nan_to_num(np.ascontiguousarray(plane).view(">f4").astype(np.float32))
    # 32 bits are linear light; sRGB's curve, IEC 61966-2-1, nearly.
    return (values.clip(0, 1) ** (1 / 2.2) * 255 + 0.5).astype(np.uint8)
