"""HEIF files as cameras write them: deep colours, and previews between black bars."""

import io

import numpy as np
import pillow_heif
from PIL import Image


def heif(picture: Image.Image, preview: Image.Image | None = None, **options: object) -> bytes:
    """Of 10 bits, 4:2:2, and with this preview, whatever its shape."""
    made = pillow_heif.from_bytes(*_deep(picture))
    if preview is not None:
        made.add_frombytes(*_deep(preview))
        options["thumbnails"] = [64]
    stream = io.BytesIO()
    made.save(stream, chroma="422", **options)
    data = bytearray(stream.getvalue())
    if preview is not None:
        # Which item is the preview of the first: not the second, made of it, but the third.
        at = data.index(b"thmb") + 4
        assert data[at : at + 2] == b"\0\2"
        data[at + 1] = 3
    return bytes(data)


def between_bars(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """`picture` as large as `size` has room for, with black around it."""
    scale = min(size[0] / picture.width, size[1] / picture.height)
    shown = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    bars = Image.new("RGB", size)
    bars.paste(shown, ((size[0] - shown.width) // 2, (size[1] - shown.height) // 2))
    return bars


def _deep(picture: Image.Image) -> tuple[str, tuple[int, int], bytes]:
    return "RGB;16", picture.size, (np.asarray(picture).astype("<u2") * 257).tobytes()
