"""JPEG 2000: what the header box says, and the blocks of metadata beside it."""

import struct

import pytest
from PIL import Image

from kindred.engine.metadata import boxes
from kindred.engine.metadata.facts import read_facts
from tests.support.drawing import draw
from tests.support.hostile import encoded
from tests.support.negatives import exif_block

SCENE = draw(1, (48, 36))


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


@pytest.mark.parametrize(
    ("picture", "channels", "alpha", "bits"),
    [
        (SCENE, 3, False, 8),
        (SCENE.convert("L"), 1, False, 8),
        (SCENE.convert("RGBA"), 3, True, 8),
        (SCENE.convert("LA"), 1, True, 8),
        (Image.new("I;16", (48, 36), 4000), 1, False, 16),
    ],
)
def test_the_header_says_size_channels_and_bits(
    picture: Image.Image, channels: int, alpha: bool, bits: int
) -> None:
    found = boxes.read(encoded(picture, "JPEG2000"))
    assert (found.width, found.height) == (48, 36)
    assert (found.channels, found.alpha, found.bits) == (channels, alpha, bits)
    assert found.damage == 0 and found.encoding.lossless


def test_a_lossy_picture_and_one_that_ends_early_are_told() -> None:
    lossy = encoded(SCENE, "JPEG2000", irreversible=True, quality_layers=[20])
    assert not boxes.read(lossy).encoding.lossless
    assert boxes.read(lossy[:-9]).damage == 1


def test_a_profile_and_blocks_of_metadata_are_found() -> None:
    data = encoded(SCENE, "JPEG2000")
    at = data.index(b"jp2h")
    colours = box(b"colr", b"\x02\0\0a profile")
    size = struct.pack(">I", struct.unpack(">I", data[at - 4 : at])[0] + len(colours))
    data = data[: at - 4] + size + data[at : at + 4] + colours + data[at + 4 :]
    block = exif_block([(0x0110, 2, 9, b"Camera 1\0")])
    data += box(b"uuid", b"JpgTiffExif->JP2" + block[6:])
    assert boxes.read(data).icc == b"a profile"
    assert read_facts(data, name="a.jp2").camera == "Camera 1"


@pytest.mark.parametrize("header", [b"", b"\0\0\0\x08ihdr", b"\0\0\0\x01colr", b"\0" * 30])
def test_a_header_that_says_nothing_is_no_error(header: bytes) -> None:
    start = box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
    found = boxes.read(start + box(b"jp2h", header) + box(b"jp2c", b"\xff\x4f"))
    assert (found.width, found.bits, found.channels) == (0, 8, 3)
