"""Timers wake others, again and again, whatever becomes of a single call."""

import threading

import pytest

from hotfolder.timers import Timers
from tests.waiting import wait_until


def test_every_call_is_repeated_at_its_own_pace() -> None:
    quick: list[int] = []
    slow: list[int] = []
    timers = Timers(
        {"quick": (0.02, lambda: quick.append(1)), "slow": (3600, lambda: slow.append(1))}
    )
    timers.start()
    wait_until(lambda: len(quick) >= 5, 10, "five calls")
    timers.stop()

    assert slow == []


def test_when_the_clock_was_set_all_calls_are_due_at_once() -> None:
    calls: list[int] = []
    timers = Timers({"one": (3600, lambda: calls.append(1))})
    timers.start()
    timers.begin_anew()
    wait_until(lambda: calls, 10, "a call")
    timers.stop()


def test_nothing_is_called_before_the_start_or_after_the_stop() -> None:
    calls: list[int] = []
    timers = Timers({"one": (0.01, lambda: calls.append(1))})
    never = threading.Event()
    never.wait(0.05)
    assert calls == []

    timers.start()
    wait_until(lambda: calls, 10, "a call")
    timers.stop()
    before = len(calls)
    never.wait(0.05)
    assert len(calls) == before


def test_a_call_that_fails_does_not_end_its_timer(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise ValueError("no luck")

    timers = Timers({"one": (0.02, fail)})
    timers.start()
    wait_until(lambda: len(calls) >= 3, 10, "calls after the failure")
    timers.stop()
    assert "no luck" in caplog.text


def test_a_slow_call_is_not_started_twice_at_the_same_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    running = 0
    most = 0
    let_go = threading.Event()
    calls: list[int] = []

    def slow() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        calls.append(1)
        let_go.wait(0.2)
        running -= 1

    timers = Timers({"one": (0.02, slow)})
    timers.start()
    wait_until(lambda: len(calls) >= 2, 10, "two calls")
    let_go.set()
    timers.stop()

    assert most == 1
