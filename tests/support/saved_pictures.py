"""A picture saved in memory and opened again, as a side of a content check."""

import io

import numpy as np
from PIL import Image

from kindred.engine.metadata.facts import read_facts
from kindred.engine.types import PhotoInfo
from kindred.engine.verification.content import Picture, Side


def saved(picture: Picture, format: str = "PNG", **options: object) -> Side:
    """`picture` after a save by Pillow with these options."""
    buffer = io.BytesIO()
    if format == "HEIF":
        import pillow_heif

        pillow_heif.from_pillow(Image.fromarray(picture)).save(buffer, **options)
        shown = np.asarray(pillow_heif.open_heif(buffer).to_pillow().convert("RGB"))
    else:
        Image.fromarray(picture).save(buffer, format, **options)
        with Image.open(buffer) as image:
            shown = np.asarray(image.convert("RGB"))
    return side_of(buffer.getvalue(), shown, format)


def side_of(data: bytes, shown: Picture, format: str) -> Side:
    """The side of a file's bytes that show this picture."""
    facts = read_facts(data, name=f"x.{format.lower()}", pixels=lambda: None)
    info = PhotoInfo(shown.shape[1], shown.shape[0], format)
    return Side(info, facts.encoding, lambda _side: shown)
