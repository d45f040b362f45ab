import pytest

from kindred.engine.grouping.bursts import is_burst
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


def test_the_user_sets_the_gap():
    assert is_burst(shots("00", "02", "04"), gap=2.0)
    assert not is_burst(shots("00.1", "00.8", "01.5"), gap=0.5)
