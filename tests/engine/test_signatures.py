import io

import pytest
from PIL import Image

from kindred.engine.signatures import describe, format_of, sniff
from tests.support.drawing import draw


def encoded(form: str) -> bytes:
    stream = io.BytesIO()
    draw(1, (64, 48)).convert("RGB").save(stream, form)
    return stream.getvalue()


@pytest.mark.parametrize("form", ["JPEG2000", "PPM", "GIF", "TIFF", "BMP", "WEBP", "JPEG", "PNG"])
def test_formats_are_told_whatever_their_name(form: str) -> None:
    for name in ("a.jpg", "a", "a.jpg (1)", "a.txt"):
        assert format_of(encoded(form), name) == form


@pytest.mark.parametrize(("form", "name"), [("TGA", "a.tga"), ("ICO", "a.ICO"), ("PCX", "a.pcx")])
def test_formats_without_a_signature_are_told_by_their_name(form: str, name: str) -> None:
    assert format_of(encoded(form), name) == form
    assert format_of(encoded(form), "a.dat") is None
    assert format_of(b"nothing of the sort", name) is None


@pytest.mark.parametrize(
    "head",
    [
        b"FUJIFILMCCD-RAW 0201",
        b"FOVb\0\0\2\0",
        b"\0MRM\0\0",
        b"IIRO\x08\0\0\0",
        b"IIU\0\x18\0\0\0",
        b"II\x1a\0\0\0HEAPCCDR",
        b"II*\0\x10\0\0\0CR\2\0",
        b"\0\0\0\x18ftypcrx \0\0\0\1",
        b"II*\0\x08\0\0\0\1\0" + (50706).to_bytes(2, "little") + bytes(10),
    ],
)
def test_raw_files_are_told_without_their_ending(head: bytes) -> None:
    assert format_of(head + bytes(40), "IMG_0001") == "RAW"


def test_a_tiff_with_the_ending_of_a_raw_file_is_one() -> None:
    assert format_of(encoded("TIFF"), "a.nef") == "RAW"
    assert format_of(encoded("TIFF"), "a.tif") == "TIFF"
    assert format_of(encoded("JPEG"), "a.nef") == "JPEG"


@pytest.mark.parametrize(
    ("head", "picture", "words"),
    [
        (b"v/1\x01\2\0\0\0", True, "OpenEXR"),
        (b"gimp xcf v011\0", True, "GIMP"),
        (b'<?xml version="1.0"?><svg xmlns="x">', True, "SVG"),
        (bytes(128) + b"DICM", True, "DICOM"),
        (b"%PDF-1.7", False, "PDF"),
        (b"<!DOCTYPE html><html>", False, "web page"),
        (b"\0\0\0\x18ftypisom\0\0\0\1", False, "video"),
        (b"\0\0\0\x14ftypqt  \0\0\0\1", False, "video"),
        (b"\0\5\x16\7\0\2\0\0Mac OS X", False, "AppleDouble"),
        (bytes(4096), False, "zeros"),
        (b'{"title": "a.jpg"}', False, "JSON"),
        (b"just words", False, "text"),
        (b"\1\2\3\4\x90", False, "not the beginning"),
    ],
)
def test_what_is_no_picture_is_named(head: bytes, picture: bool, words: str) -> None:
    assert sniff(head) is None
    found, what = describe(head)
    assert found is picture and words in what


def test_a_document_is_no_portable_pixmap() -> None:
    assert sniff(b"P1 is a text \x01") is None
    assert Image.open(io.BytesIO(encoded("PPM"))).format == "PPM"
