from PIL import Image

from kindred.engine.file_types import LOSSLESS_FORMATS, PHOTO_SUFFIXES, RAW_SUFFIXES


def test_suffixes_are_lower_case_and_raw_ones_are_photos() -> None:
    assert all(suffix == suffix.lower() and suffix[0] == "." for suffix in PHOTO_SUFFIXES)
    assert RAW_SUFFIXES < PHOTO_SUFFIXES


def test_lossless_formats_are_names_of_pillow() -> None:
    Image.init()
    assert set(Image.OPEN) >= LOSSLESS_FORMATS
