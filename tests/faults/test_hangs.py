"""Timers and senders that hang or raise: the sending goes on."""

import threading
import time

import pytest

from hotfolder.loops import Loop
from hotfolder.services.recover import free_stuck
from hotfolder.services.send_signals import send_next
from hotfolder.timers import Timers
from tests.faults.bed import ALL, Bed
from tests.faults.other_sender import SECONDS, arrived
from tests.faults.senders import Interrupted
from tests.waiting import wait_until

# 22


def test_timers_that_raise_and_hang_and_a_step_that_raises_do_not_end_the_sending(
    bed: Bed, caplog: pytest.LogCaptureFixture
) -> None:
    release = threading.Event()
    failures = iter(range(3))

    def raises() -> None:
        raise RuntimeError("a timer")

    def hangs() -> None:
        release.wait(SECONDS)

    def step() -> float:
        if next(failures, None) is not None:
            raise RuntimeError("a step")
        return 0.0 if send_next(bed.shop, bed.gate) else 0.1

    timers = Timers({"raises": (0.01, raises), "hangs": (0.02, hangs)})
    loop = Loop("sender", step)
    bed.promise("1", "11", ALL)
    timers.start()
    loop.start()
    try:
        wait_until(lambda: arrived(bed), SECONDS, "everything, although all timers hang")
        assert time.monotonic() - loop.beat < 60
    finally:
        release.set()
        timers.stop()
        loop.ask_to_stop()
        assert loop.join(10)
    assert sum("had to start again" in line for line in bed.logged) == 3
    bed.check()


def test_a_sender_that_hangs_is_seen_by_its_beat_and_its_late_word_changes_nothing(
    bed: Bed,
) -> None:
    hang, held = threading.Event(), threading.Event()

    def wait() -> None:
        held.set()
        hang.wait(SECONDS)

    bed.use(sender=Interrupted(bed.sender, before=wait), bundle_limit=1)
    loops = [
        Loop(name, lambda: 0.0 if send_next(bed.shop, bed.gate) else 0.05)
        for name in ("first", "second")
    ]
    bed.promise_many(6)
    loops[0].start()
    assert held.wait(SECONDS)
    loops[1].start()
    others = {"sent": 5, "sending": 1}
    wait_until(lambda: bed.states() == others, SECONDS, "what the other one sends")
    assert time.monotonic() - loops[0].beat > time.monotonic() - loops[1].beat

    bed.clock.turn(61)
    assert free_stuck(bed.shop) == 1
    loops[1].wake.set()
    wait_until(lambda: bed.states() == {"sent": 6}, SECONDS, "the one that hung")
    before = bed.shop.store.signals.find({})
    hang.set()
    wait_until(lambda: len(bed.oracle.accepted()) == 7, SECONDS, "its late word")
    for loop in loops:
        loop.ask_to_stop()
        assert loop.join(10)
    assert bed.shop.store.signals.find({}) == before
    bed.check(doubles=1)
