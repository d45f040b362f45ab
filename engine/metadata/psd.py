"""Takes a Photoshop file apart, PSD or PSB; Adobe, "Photoshop File Formats"."""

import struct

from kindred.engine.digest import digest_parts
from kindred.engine.metadata.container import Container
from kindred.engine.metadata.jpeg import photoshop_resources
from kindred.engine.types import Encoding

_IPTC, _PROFILE, _EXIF, _XMP = 1028, 1039, 1058, 1060
_GREY, _INDEXED, _DUOTONE = 1, 2, 8


def read(data: bytes) -> Container:
    """A file taken apart. Its picture data are the layers and the composite."""
    if len(data) < 30:
        return Container(damage=1)
    version, channels, height, width, depth, mode = struct.unpack_from(">4xH6xHIIHH", data)
    wide = 8 if version == 2 else 4
    colours = 26 + 4 + int.from_bytes(data[26:30], "big")
    start = colours + 4 + int.from_bytes(data[colours : colours + 4], "big")
    resources = photoshop_resources(data[colours + 4 : start])
    # A section of layers, in it a section of layer records, and in that their count.
    layers = data[start + 2 * wide : start + 2 * wide + 2]
    count = struct.unpack(">h", layers)[0] if len(layers) == 2 else 0
    has_layers = int.from_bytes(data[start : start + wide], "big") > wide + 2
    xmp = resources.get(_XMP)
    return Container(
        exif=resources.get(_EXIF),
        xmp=(xmp,) if xmp else (),
        iptc=resources.get(_IPTC),
        icc=resources.get(_PROFILE),
        width=width,
        height=height,
        picture=digest_parts([data[:26], memoryview(data)[start:]]),
        layers=abs(count) if has_layers else 0,
        alpha=channels in (2, 4) and mode != 4,
        bits=depth,
        channels=1 if mode in (_GREY, _DUOTONE) else 3,
        damage=int(start > len(data)),
        encoding=Encoding(lossless=True, colours=256 if mode == _INDEXED else None),
    )
