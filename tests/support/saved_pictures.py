"""A picture saved in memory and opened again, as a side of a content check."""

import io

import numpy as np
from PIL import Image

from kindred.engine.types import Encoding, PhotoInfo
from kindred.engine.verification.content import Picture, Side

_SUBSAMPLINGS = {0: "4:4:4", 1: "4:2:2", 2: "4:2:0"}


def saved(picture: Picture, format: str = "PNG", **options: object) -> Side:
    """`picture` after a save by Pillow with these options."""
    buffer = io.BytesIO()
    encoding = Encoding(lossless=format == "PNG" or bool(options.get("lossless")))
    if format == "HEIF":
        import pillow_heif

        pillow_heif.from_pillow(Image.fromarray(picture)).save(buffer, **options)
        shown = np.asarray(pillow_heif.open_heif(buffer).to_pillow().convert("RGB"))
    else:
        Image.fromarray(picture).save(buffer, format, **options)
        with Image.open(buffer) as image:
            shown = np.asarray(image.convert("RGB"))
            if format == "JPEG":
                tables = tuple(tuple(table) for table in image.quantization.values())
                subsampling = _SUBSAMPLINGS[int(options.get("subsampling", 2))]  # type: ignore[call-overload]
                encoding = Encoding(tables=tables, subsampling=subsampling)
    info = PhotoInfo(shown.shape[1], shown.shape[0], format)
    return Side(info, encoding, lambda _side: shown)
