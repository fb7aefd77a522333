"""Orders come first, and what waits for them never waits long."""

from collections.abc import Callable

from hotfolder.loops import MOST_WAIT_SECONDS, Rush
from tests.fakes import ManualClock


def rush_with(clock: ManualClock, while_waiting: Callable[[Rush], None]) -> Rush:
    """A rush in which this happens whenever somebody waits."""

    def sleep(seconds: float) -> None:
        clock.turn(seconds)
        while_waiting(rush)

    rush = Rush(clock.monotonic, sleep)
    return rush


def an_order(rush: Rush) -> None:
    with rush.order():
        pass


def waited(rush: Rush, clock: ManualClock) -> float:
    before = clock.monotonic()
    rush.let_pass()
    return clock.monotonic() - before


def test_without_orders_nobody_waits(clock: ManualClock) -> None:
    assert waited(rush_with(clock, lambda _: None), clock) == 0


def test_work_goes_on_a_moment_after_the_last_order(clock: ManualClock) -> None:
    rush = rush_with(clock, lambda _: None)
    an_order(rush)

    assert 0 < waited(rush, clock) < 0.1
    assert waited(rush, clock) == 0


def test_work_waits_for_an_order_that_is_being_taken(clock: ManualClock) -> None:
    rush = rush_with(clock, lambda _: None)
    with rush.order():
        assert waited(rush, clock) >= MOST_WAIT_SECONDS, "however long it takes"


def test_orders_without_end_hold_work_up_for_a_second_only(clock: ManualClock) -> None:
    rush = rush_with(clock, an_order)
    an_order(rush)

    assert MOST_WAIT_SECONDS <= waited(rush, clock) < 1.1 * MOST_WAIT_SECONDS
