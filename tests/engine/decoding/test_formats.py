import io
import warnings

import numpy as np
import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from kindred.engine.decoding.decode import decode
from kindred.engine.decoding.formats import open_picture, shrink
from kindred.engine.signatures import sniff
from tests.support.drawing import draw

register_heif_opener()


def encoded(form: str, picture: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP", "AVIF", "HEIF"])
def test_formats_are_told_by_their_first_bytes(form: str) -> None:
    data = encoded(form, draw(1, (64, 48)))
    assert sniff(data) == form
    assert sniff(data[1:]) is None


def test_size_asked_is_the_decoders_to_give() -> None:
    opened = open_picture(encoded("JPEG", draw(1, (800, 400))), wanted=lambda size: (200, 100))
    assert (opened.size, opened.pixels.size) == ((800, 400), (200, 100))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA", "CMYK"])
def test_shrink_divides_by_whole_numbers_and_averages(mode: str) -> None:
    picture = draw(1, (300, 200)).convert(mode)
    small = shrink(picture, factor=4)
    assert small.size == (75, 50)
    exact = picture.convert("RGB").resize((75, 50), Image.Resampling.BOX)
    shown = np.asarray(small.convert("RGB"), float)
    assert abs(shown - np.asarray(exact)).mean() < 3
    assert shrink(picture, factor=1) is picture


def test_shrink_leaves_what_cannot_be_averaged() -> None:
    palette = draw(1, (1200, 800)).quantize(16)
    assert shrink(palette, factor=10) is palette
    keyed = draw(1, (300, 200))
    keyed.info["transparency"] = (1, 2, 3)
    assert shrink(keyed, factor=10) is keyed
    # They are scaled down after their conversion.
    assert decode(encoded("PNG", palette), name="a.png", side=20).rgb.shape == (400, 600, 3)


def test_pillows_warnings_stay_inside() -> None:
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x0f\x01\x02\0\xff\xff\0\0\xff\xff\0\0\0\0\0\0"
    data = encoded("JPEG", draw(1, (64, 48)), exif=exif)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Image.open(io.BytesIO(data)).getexif()
        assert caught, "the sample no longer makes Pillow warn"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert not decode(data, name="a.jpg", side=16).info.damaged
        warnings.warn("somebody else's", UserWarning, stacklevel=1)
    assert [str(entry.message) for entry in caught] == ["somebody else's"]
