"""Opens JPEG XL through libjxl, where its binding is installed."""

import importlib.util

import numpy as np
from PIL import Image

from kindred.engine.decoding import limits
from kindred.engine.errors import DecodeError
from kindred.engine.types import SkipReason

_BYTES_A_PIXEL = 16.0  # 11 were measured, lossy and lossless (docs/reliability.md)


def open_jxl(data: bytes) -> Image.Image:
    """The first picture at 8 bits, with its profile, EXIF and XMP in `info`.

    Raises DecodeError or the RuntimeError of libjxl.
    """
    if importlib.util.find_spec("pyjpegxl") is None:
        raise DecodeError(SkipReason.UNSUPPORTED, "JPEG XL: needs the Python package pyjpegxl")
    import pyjpegxl

    pyjpegxl.set_num_threads(1)  # several pictures are decoded at once
    header = pyjpegxl.probe(data)
    size = header.width, header.height
    limits.check_size("JXL", size, bytes_a_pixel=_BYTES_A_PIXEL)
    header, pixels = pyjpegxl.decode_to_numpy(data, dtype="uint8")
    bands = 1 if pixels.ndim == 2 else pixels.shape[2]
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[bands]
    picture = Image.frombytes(mode, size, np.ascontiguousarray(pixels).tobytes())
    blocks = {"icc_profile": header.icc, "exif": header.exif, "xmp": header.xmp}
    picture.info |= {name: block for name, block in blocks.items() if block}
    return picture
