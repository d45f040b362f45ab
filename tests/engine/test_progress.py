import itertools
import threading

import pytest

from kindred.engine.errors import Cancelled
from kindred.engine.progress import CancelToken, Meter, Progress, Stage, Whole


def test_token_lets_pass_until_stopped() -> None:
    token = CancelToken()
    token.check()
    assert not token.stopped
    token.stop()
    assert token.stopped
    with pytest.raises(Cancelled):
        token.check()


@pytest.mark.parametrize("how", ["resume", "stop"])
def test_paused_job_waits(how: str) -> None:
    token = CancelToken()
    token.pause()
    assert token.paused
    outcome: list[str] = []

    def job() -> None:
        try:
            token.check()
        except Cancelled:
            outcome.append("stop")
        else:
            outcome.append("resume")

    thread = threading.Thread(target=job)
    thread.start()
    thread.join(0.05)
    assert thread.is_alive()
    getattr(token, how)()
    thread.join()
    assert outcome == [how]
    assert not token.paused


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_meter_counts_rates_and_time_left() -> None:
    seen: list[Progress] = []
    clock = Clock()
    meter = Meter(seen.append, clock=clock)
    meter.start("embed", 100)
    assert seen[-1] == Progress("embed", 0, 100)
    clock.now += 2
    meter.advance(20, skipped=3)
    assert seen[-1] == Progress("embed", 20, 100, 10.0, 8.0, 3)
    meter.groups_changed()
    assert seen[-1].groups_version == 1
    clock.now += 2
    meter.advance(80)
    assert seen[-1].seconds_left == 0
    meter.start("group", 0)
    clock.now += 1
    meter.advance(5)
    # The total is not known; skipped files and groups belong to the whole job.
    assert seen[-1] == Progress("group", 5, 0, 5.0, None, 3, 1)


def test_the_time_left_of_a_scan_is_steady_over_its_rounds() -> None:
    """Rounds of reading 0.1 s a photo and comparing 0.05 s a photo, the last one the longest."""
    now, told = 0.0, []
    meter = Meter(told.append, clock=lambda: now)
    meter.read_and_compare(Stage.EMBEDDING, 1000)
    whole = []
    for size in (100, 300, 600):
        for _ in range(size):
            now += 0.1
            meter.advance(1)
            whole.append((now, told[-1].whole))
        meter.start(Stage.VERIFYING, size)
        for _ in range(size):
            now += 0.05
            meter.advance(1)
            whole.append((now, told[-1].whole))
        meter.compared()
        meter.resume(Stage.EMBEDDING)
    assert told[-1].whole == Whole(1000, 1000, pytest.approx(0.0, abs=1.0))
    assert all(before[1].done <= after[1].done for before, after in itertools.pairwise(whole))
    late = [(150 - at, found.seconds_left) for at, found in whole if 15 < at < 140]
    assert max(abs(left - guess) / left for left, guess in late) < 0.3


def test_the_latest_photos_are_told_newest_first() -> None:
    told: list[Progress] = []
    meter = Meter(told.append)
    meter.read_and_compare(Stage.EMBEDDING, 20)
    for number in range(0, 20, 2):
        meter.show([f"{number}", f"{number + 1}"])
    meter.advance(20)
    assert told[-1].latest == tuple(str(number) for number in range(19, 7, -1))
