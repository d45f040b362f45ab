from dataclasses import replace

import pytest

from kindred.engine.grouping.bursts import is_burst, taken_apart
from kindred.engine.types import PhotoInfo


def shots(*seconds, camera="Canon", zone=""):
    return [
        PhotoInfo(
            width=10,
            height=10,
            format="JPEG",
            camera=camera,
            taken_at=None if second is None else f"2019-05-04T10:00:{second}{zone}",
        )
        for second in seconds
    ]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (("00.10", "00.25", "00.40"), True),
        (("00.40", "00.10", "00.25"), True),  # in any order
        (("00", "00", "01", "02"), True),  # a camera that writes no sub-seconds
        (("00.10", "00.25", "01.90"), False),
        (("00", "02", "04"), False),
        (("00.10", "00.25"), False),  # two attempts are no burst
        (("00.10", "00.25", None), False),
        ((), False),
    ],
)
def test_by_the_gaps_between_shots(seconds, expected):
    assert is_burst(shots(*seconds)) is expected


def test_two_cameras_are_no_burst():
    assert not is_burst(shots("00.1", "00.2") + shots("00.3", camera="Nikon"))


def test_zones_are_respected():
    assert not is_burst(shots("00.1", "00.2", zone="+02:00") + shots("00.3", zone="+01:00"))


def test_times_that_are_none():
    assert not is_burst([PhotoInfo(1, 1, "JPEG", taken_at="yesterday")] * 3)


DAY = "2019-05-04T10:00:"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (DAY + "00.10", DAY + "00.25", True),
        (DAY + "00", DAY + "01", True),
        (DAY + "00", DAY + "00", False),  # an edited copy keeps the time
        (DAY + "00.10", DAY + "00", False),  # a program dropped the sub-seconds
        (DAY + "00.10", DAY + "00.100", False),
        (DAY + "00+02:00", DAY + "00", False),
        (None, DAY + "00", False),
        ("no time", DAY + "00", False),
    ],
)
def test_taken_apart_by_the_cameras_clock(first, second, expected):
    one, other = (
        PhotoInfo(10, 10, "JPEG", camera="Canon", jpeg_quality=95, taken_at=taken_at)
        for taken_at in (first, second)
    )
    assert taken_apart(one, other) is expected
    assert taken_apart(other, one) is expected


@pytest.mark.parametrize(
    "change",
    [{"camera": "Nikon"}, {"width": 9}, {"format": "PNG"}, {"jpeg_quality": 80}],
)
def test_what_a_program_wrote_may_have_a_time_of_its_own(change):
    one = PhotoInfo(10, 10, "JPEG", camera="Canon", jpeg_quality=95, taken_at=DAY + "00")
    other = replace(one, taken_at=DAY + "05")
    assert taken_apart(one, other)
    assert not taken_apart(one, replace(other, **change))
    assert not taken_apart(replace(one, camera=None), replace(other, camera=None))
