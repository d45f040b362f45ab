"""What movies say of themselves, and when two hold the same."""

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindred.engine.metadata.movies import Movie, belongs, read_movie, same_movie
from tests.support.movies import box, movie

WHEN = datetime(2023, 5, 1, 10, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("mp4", [False, True])
def test_identifier_time_and_length(tmp_path, wide, mp4):
    path = tmp_path / "a.mov"
    said = {"content_id": "ABC-1", "taken_at": "2023-05-01T12:11:12+0200"}
    path.write_bytes(movie(**said, created_at=WHEN, seconds=2.5, wide=wide, mp4=mp4))
    assert read_movie(path) == Movie(**said, created_at=WHEN, seconds=2.5)


def test_a_movie_that_says_nothing(tmp_path):
    path = tmp_path / "a.mov"
    path.write_bytes(movie(seconds=0))
    assert read_movie(path) == Movie(seconds=0.0)


def test_no_movie(tmp_path):
    assert read_movie(tmp_path / "gone.mov") is None
    for data in (b"", b"movmov" * 99, box(b"ftyp"), struct.pack(">I4sQ", 1, b"moov", 1 << 60)):
        (tmp_path / "a.mov").write_bytes(data)
        assert read_movie(tmp_path / "a.mov") is None


@settings(deadline=None)
@given(cut=st.integers(0, 400), at=st.integers(0, 400), byte=st.integers(0, 255))
def test_a_damaged_movie_raises_nothing(tmp_path_factory, cut, at, byte):
    data = bytearray(movie(content_id="ABC", taken_at="2023", created_at=WHEN))
    data[at % len(data)] = byte
    path = tmp_path_factory.mktemp("m") / "a.mov"
    path.write_bytes(data[: len(data) - cut % len(data)])
    read_movie(path)


def test_the_same_movie_with_other_words_is_the_same(tmp_path):
    one, two, other = (tmp_path / name for name in ("a.mov", "b.mp4", "c.mov"))
    one.write_bytes(movie(content_id="ABC"))
    two.write_bytes(movie(taken_at="2023-05-01T12:11:12+0200"))
    other.write_bytes(movie(media=b"pictures and noise"))
    assert same_movie(one, two) and not same_movie(one, other)
    one.write_bytes(movie(content_id="ABC"))  # the identifier stays when a movie is edited
    other.write_bytes(movie(content_id="ABC", media=b"pictures and noise"))
    assert not same_movie(one, other)
    one.write_bytes(b"no movie")
    two.write_bytes(b"no movie")
    other.write_bytes(b"no moviE")
    assert same_movie(one, two) and not same_movie(one, other)
    with pytest.raises(OSError, match="gone"):
        same_movie(one, tmp_path / "gone.mov")


PHOTO = {"content_id": "ABC-1", "taken_at": "2023-05-01T12:11:12.5"}
BEGAN = "2023-05-01T12:11:10+0200"


@pytest.mark.parametrize(
    ("movie", "expected"),
    [
        (None, True),
        (Movie(), True),
        (Movie(content_id="abc-1", taken_at="2001-01-01T00:00:00"), True),
        (Movie(content_id="XYZ", taken_at=BEGAN, seconds=2.5), False),
        (Movie(taken_at=BEGAN, seconds=2.5), True),
        (Movie(taken_at=BEGAN, seconds=25.0), False),
        (Movie(taken_at="2023-05-01T12:20:00+0200", seconds=2.5), False),
        (Movie(taken_at="2021-05-01T12:11:10+0200", seconds=2.5), False),
        (Movie(taken_at="no time", seconds=2.5), True),
        (Movie(created_at=WHEN, seconds=2.5), True),
        (Movie(created_at=WHEN.replace(minute=18), seconds=2.5), False),
        (Movie(seconds=2.5), True),
        (Movie(seconds=600.0), False),
    ],
)
def test_identifier_or_time_and_length_say_whose_movie_it_is(movie, expected):
    assert belongs(movie, **PHOTO) is expected


def test_without_an_identifier_or_a_time_of_the_photo_the_rest_decides():
    live = Movie(content_id="XYZ", taken_at=BEGAN, seconds=2.5)
    assert belongs(live, content_id=None, taken_at=PHOTO["taken_at"])
    assert belongs(live, content_id=None, taken_at=None)
    assert not belongs(Movie(seconds=60.0), content_id="ABC-1", taken_at=None)
