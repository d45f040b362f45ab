import pytest

from kindred.engine.metadata.description import both, describe
from kindred.engine.metadata.exif_block import Exif
from kindred.engine.metadata.packet import Packet

SHUTTER, EDITOR = "2019:07:04 10:11:12", "2022:01:01 00:00:01"
NOTHING = Exif(), Packet(), Packet(), {}


def test_the_shutters_time_comes_before_an_editors() -> None:
    xmp = Packet(taken_at="2018-01-02T03:04:05.25+01:00", created_at="2020-01-01T00:00:01")
    found = describe(Exif(taken_at=SHUTTER, zone="+02:00", changed_at=EDITOR), xmp, Packet(), {})
    assert (found.taken_at, found.zone) == ("2019-07-04T10:11:12", "+02:00")
    found = describe(Exif(digitised_at=EDITOR, changed_at=EDITOR), xmp, Packet(), {})
    assert (found.taken_at, found.zone) == ("2018-01-02T03:04:05.25", "+01:00")
    found = describe(Exif(changed_at=EDITOR), Packet(), Packet(taken_at="2017-01-02"), {})
    assert found.taken_at == "2017-01-02T00:00:00" and not found.last_change
    assert describe(Exif(changed_at=EDITOR), Packet(), Packet(), {}).last_change


@pytest.mark.parametrize("unset", ["0000:00:00 00:00:00", "1970:01:01 00:00:00", "    :  :     "])
def test_a_clock_that_was_never_set_says_nothing(unset: str) -> None:
    found = describe(Exif(taken_at=unset, changed_at=SHUTTER), Packet(), Packet(), {})
    assert found.taken_at == "2019-07-04T10:11:12"
    assert describe(Exif(taken_at=unset), Packet(), Packet(), {}).taken_at is None
    assert describe(Exif(taken_at="2000:01:01 00:00:00"), *NOTHING[1:]).taken_at is None
    assert describe(Exif(taken_at="2000:01:01 00:00:01"), *NOTHING[1:]).taken_at is not None


@pytest.mark.parametrize(
    "text", ["Thu, 4 Jul 2019 10:11:12 +0200", "2019-07-04T10:11:12+02:00", "2019:07:04 10:11:12"]
)
def test_creation_times_of_png(text: str) -> None:
    found = describe(Exif(), Packet(), Packet(), {"Creation Time": text})
    assert found.taken_at == "2019-07-04T10:11:12"


def test_the_satellites_clock_is_utc() -> None:
    found = describe(Exif(), Packet(positioned_at="2019-07-04T08:11:12Z"), Packet(), {})
    assert (found.taken_at, found.zone) == ("2019-07-04T08:11:12", "+00:00")


def test_camera_and_position_of_a_packet() -> None:
    xmp = Packet(camera=("Canon", "Canon EOS 5D"), latitude=1.5, longitude=2.5)
    found = describe(Exif(), xmp, Packet(), {})
    assert (found.camera, found.latitude, found.longitude) == ("Canon EOS 5D", 1.5, 2.5)


def test_of_two_blocks_the_second_fills_the_first_up() -> None:
    one = Exif(camera="Inner", latitude=0.0, longitude=5.0)
    found = both(one, Exif(camera="Outer", taken_at=SHUTTER, latitude=7.0, longitude=8.0))
    assert (found.camera, found.taken_at) == ("Inner", SHUTTER)
    assert (found.latitude, found.longitude) == (0.0, 5.0)
