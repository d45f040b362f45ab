import threading

import pytest

from kindred.engine.errors import Cancelled
from kindred.engine.progress import CancelToken, Meter, Progress


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
