from PIL import Image

from kindred.engine.file_types import (
    LOSSLESS_FORMATS,
    MOVIE_SUFFIXES,
    OTHER_SUFFIXES,
    PHOTO_SUFFIXES,
    RAW_SUFFIXES,
    SIDECAR_SUFFIXES,
)


def test_suffixes_are_lower_case_and_raw_ones_are_photos() -> None:
    assert all(suffix == suffix.lower() and suffix[0] == "." for suffix in PHOTO_SUFFIXES)
    assert RAW_SUFFIXES < PHOTO_SUFFIXES


def test_lossless_formats_are_names_of_pillow() -> None:
    Image.init()
    assert set(Image.OPEN) >= LOSSLESS_FORMATS


def test_no_ending_is_both_a_photos_and_anothers() -> None:
    assert not PHOTO_SUFFIXES & OTHER_SUFFIXES
    assert SIDECAR_SUFFIXES | MOVIE_SUFFIXES <= OTHER_SUFFIXES
