from dataclasses import replace
from pathlib import Path

import pytest

from kindred.engine.judgement.capture_times import ShownTime, shown_time
from kindred.engine.judgement.losses import Candidate, losses
from kindred.engine.types import FileFacts, LossKind, Photo, PhotoInfo

INFO = PhotoInfo(40, 30, "JPEG")
MOMENT = "2020-01-02T03:04:05"


def photo(name: str, info: PhotoInfo = INFO) -> Photo:
    return Photo(Path("/photos") / name, "ab", 1, 10, 5, info)


@pytest.mark.parametrize(
    ("name", "info", "shown"),
    [
        ("IMG_20190704_101112.jpg", INFO, ShownTime("2019-07-04T10:11:12", by_name=True)),
        ("IMG-20190704-WA0001.jpg", INFO, ShownTime("2019-07-04", by_name=True)),
        ("a.jpg", INFO, ShownTime("")),
        ("IMG_20190704_101112.jpg", replace(INFO, taken_at=MOMENT), ShownTime(MOMENT)),
        ("a.jpg", replace(INFO, taken_at=MOMENT, last_change=True), ShownTime(MOMENT)),
        (
            "IMG_20190704_101112.jpg",
            replace(INFO, taken_at=MOMENT, last_change=True),
            ShownTime("2019-07-04T10:11:12", by_name=True),
        ),
    ],
)
def test_a_name_comes_before_the_last_change_only(
    name: str, info: PhotoInfo, shown: ShownTime
) -> None:
    assert shown_time(photo(name, info)) == shown


def test_a_time_in_a_name_is_no_loss() -> None:
    one, two = photo("IMG_20190704_101112.jpg"), replace(photo("a.jpg"), content=2)
    facts = FileFacts(picture="same", named_at="2019-07-04T10:11:12")
    lost = losses(
        Candidate(one, facts), Candidate(two, replace(facts, named_at=None)), contained=None
    )
    assert LossKind.TAKEN_AT not in {loss.kind for loss in lost}
