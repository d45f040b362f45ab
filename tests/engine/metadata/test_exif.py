import io
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from kindred.engine.decoding.decode import decode
from kindred.engine.metadata import exif as metadata
from kindred.engine.metadata.exif import Metadata
from kindred.engine.metadata.times import time
from kindred.engine.types import PhotoInfo
from tests.support.drawing import draw

PICTURE = draw(1, (32, 24))


def with_exif(
    main: dict[int, Any] | None = None,
    camera: dict[int, Any] | None = None,
    gps: dict[int, Any] | None = None,
) -> Image.Image:
    exif = Image.Exif()
    exif.update(main or {})
    exif.get_ifd(0x8769).update(camera or {})
    exif.get_ifd(0x8825).update(gps or {})
    return reread(exif=exif)


def reread(**options: Any) -> Image.Image:
    stream = io.BytesIO()
    PICTURE.save(stream, "JPEG", **options)
    opened = Image.open(stream)
    opened.load()
    return opened


def test_capture_time_with_subseconds_and_offset() -> None:
    tags = {
        36867: "2021:05:01 12:34:56",
        37521: "123",
        36881: "+02:00",
        36868: "2022:01:01 00:00:00",
    }
    assert metadata.read(with_exif(camera=tags)).taken_at == "2021-05-01T12:34:56.123+02:00"
    assert metadata.read(with_exif({306: "2019:02:03 04:05:06"})).taken_at == "2019-02-03T04:05:06"
    tags = {36867: "0000:00:00 00:00:00", 36868: "2022:01:01 00:00:00"}
    assert metadata.read(with_exif(camera=tags)).taken_at == "2022-01-01T00:00:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-02-29T01:02:03.5Z", "2020-02-29T01:02:03.5Z"),
        ("2020-02-29 01:02:03-08:00", "2020-02-29T01:02:03-08:00"),
        ("2020:01:02 03:04:05\0", "2020-01-02T03:04:05"),
        ("2020-01-02T03:04+01:00", "2020-01-02T03:04:00+01:00"),
        ("2020-01-02", "2020-01-02T00:00:00"),
        ("1004:01:02 03:04:05", None),
        ("not a time", None),
        ("", None),
    ],
)
def test_times(text: str, expected: str | None) -> None:
    assert time(text) == expected


def test_impossible_times_are_dropped() -> None:
    for text in ("2021:02:30 00:00:00", "2021:13:01 00:00:00", "2021:01:01 25:00:00", "    :  :  "):
        assert metadata.read(with_exif({306: text})).taken_at is None


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS 5D", "Canon EOS 5D"),
        ("NIKON CORPORATION", "NIKON D70", "NIKON D70"),
        ("Apple", "iPhone 7", "Apple iPhone 7"),
        (" Apple \0", "\0\0", "Apple"),
        ("", "X100", "X100"),
        ("\x01\x02", "\n", None),
    ],
)
def test_camera(make: str, model: str, camera: str | None) -> None:
    assert metadata.read(with_exif({271: make, 272: model})).camera == camera


def test_position() -> None:
    gps = {1: "S", 2: (33.0, 51.0, 36.0), 3: "E", 4: (151.0, 12.0, 0.0)}
    found = metadata.read(with_exif(gps=gps))
    assert (found.latitude, found.longitude) == pytest.approx((-33.86, 151.2))


@pytest.mark.parametrize(
    "gps",
    [
        {2: (IFDRational(1, 0),) * 3, 4: (1.0, 2.0, 3.0)},
        {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
        {2: (91.0, 0.0, 0.0), 4: (1.0, 0.0, 0.0)},
        {2: (1.0, 0.0, 0.0)},
        {1: "N", 3: "E"},
    ],
)
def test_absurd_positions_are_dropped(gps: dict[int, Any]) -> None:
    found = metadata.read(with_exif(gps=gps))
    assert (found.latitude, found.longitude) == (None, None)


def test_rating_keywords_and_caption_of_windows_and_cameras() -> None:
    tags = {18246: 4, 40094: "sea;sun; sea".encode("utf-16-le"), 270: "A day\nat the sea"}
    found = metadata.read(with_exif(tags))
    assert (found.rating, found.keywords) == (4, ("sea", "sun"))
    assert found.caption == "A day at the sea"
    assert metadata.read(with_exif({18246: 99})).rating is None


def test_container_fills_what_the_preview_lacks() -> None:
    inner, outer = Image.Exif(), Image.Exif()
    inner[271] = "Inner"
    outer[271], outer[306] = "Outer", "2020:01:02 03:04:05"
    block = outer.tobytes().removeprefix(b"Exif\0\0")
    found = metadata.read(reread(exif=inner), container=block)
    assert (found.camera, found.taken_at) == ("Inner", "2020-01-02T03:04:05")


def test_nothing_is_known_of_a_bare_picture() -> None:
    assert metadata.read(reread()) == Metadata()


def test_huge_strings_are_bounded() -> None:
    found = metadata.read(with_exif({270: "x" * 30_000, 272: "y" * 30_000}))
    assert found.caption == "x" * 2000
    assert found.camera == "y" * 100


def decoded(exif: bytes) -> PhotoInfo:
    stream = io.BytesIO()
    PICTURE.save(stream, "JPEG", exif=exif)
    return decode(stream.getvalue(), name="a.jpg", side=16).info


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_exif_bytes_leave_the_picture(garbage: bytes, plausible: bool) -> None:
    start = b"Exif\0\0" + (b"II*\0\x08\0\0\0" if plausible else b"")
    found = decoded(start + garbage)
    assert {found.width, found.height} == {32, 24}


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 20))
def test_damaged_exif_leaves_the_picture(seed: int, flips: int) -> None:
    exif = Image.Exif()
    exif.update({271: "Maker", 272: "Model", 306: "2020:01:02 03:04:05", 270: "caption"})
    exif.update({282: IFDRational(72, 1), 296: 2})
    exif.get_ifd(0x8769).update({36867: "2020:01:02 03:04:05", 37521: "12"})
    exif.get_ifd(0x8825).update({1: "N", 2: (1.0, 2.0, 3.0), 3: "E", 4: (1.0, 2.0, 3.0)})
    data = bytearray(exif.tobytes())
    rng = random.Random(seed)  # noqa: S311 - not a secret
    for _ in range(flips):
        data[rng.randrange(6, len(data))] = rng.randrange(256)
    found = decoded(bytes(data))
    assert {found.width, found.height} == {32, 24}
    assert found.latitude is None or abs(found.latitude) <= 90
    assert found.camera is None or (len(found.camera) <= 201 and found.camera.isprintable())
