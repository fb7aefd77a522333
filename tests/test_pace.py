"""No more starts a second than the receiver allows, however many threads there are."""

import threading
import time

from hotfolder.loops import Pace
from tests.fakes import ManualClock


def test_starts_keep_their_distance(clock: ManualClock) -> None:
    pace = Pace(20, clock.monotonic, clock.turn)
    began = clock.monotonic()
    for _ in range(41):
        pace.wait()
    assert round(clock.monotonic() - began, 3) == 2.0


def test_after_a_rest_the_next_one_starts_at_once(clock: ManualClock) -> None:
    pace = Pace(1, clock.monotonic, clock.turn)
    pace.wait()
    clock.turn(60)
    began = clock.monotonic()
    pace.wait()
    assert clock.monotonic() == began


def test_without_a_limit_nobody_waits(clock: ManualClock) -> None:
    began = clock.monotonic()
    pace = Pace(0, clock.monotonic, clock.turn)
    for _ in range(1000):
        pace.wait()
    assert clock.monotonic() == began


def test_threads_share_one_pace() -> None:
    starts: list[float] = []
    pace = Pace(100)

    def start() -> None:
        for _ in range(5):
            pace.wait()
            starts.append(time.monotonic())

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(starts) == 20
    assert max(starts) - min(starts) >= 0.18
