"""Which loops still have to work for the first time, and which are stuck or dead."""

import threading

import pytest

from hotfolder.loops import Loop
from hotfolder.pulse import Pulse
from tests.waiting import wait_until


def end(*loops: Loop) -> None:
    for loop in loops:
        loop.ask_to_stop()
    assert all(loop.join(10) for loop in loops)


def test_a_needed_loop_is_awaited_until_one_step_ended_without_an_error(logged: list[str]) -> None:
    errors = [OSError("no floor yet")]

    def step() -> float:
        if errors:
            raise errors.pop()
        return 30.0

    floor, other = Loop("rounds", step), Loop("tidy", lambda: 30.0)
    pulse = Pulse([floor, other], ["rounds"])
    assert pulse.awaited() == ["rounds"]

    floor.start()
    wait_until(lambda: not errors, 10, "the step that fails")
    assert pulse.awaited() == ["rounds"]
    floor.wake.set()
    wait_until(lambda: not pulse.awaited(), 10, "the step after it")
    assert pulse.late() == []
    end(floor)


def test_a_step_that_does_not_end_makes_its_loop_late_unless_it_tells_of_itself() -> None:
    let_go, tell = threading.Event(), threading.Event()

    def step() -> float:
        while not let_go.wait(0.005):
            if tell.is_set():
                loop.go_on()
        return 30.0

    loop = Loop("fetcher-1", step, late_seconds=0.05)
    pulse = Pulse([loop], [])
    loop.start()
    wait_until(lambda: pulse.late() == ["fetcher-1"], 10, "late")
    tell.set()
    wait_until(lambda: pulse.late() == [], 10, "heard of again")
    let_go.set()
    end(loop)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_loop_whose_thread_has_died_is_late_at_once() -> None:
    def step() -> float:
        raise SystemExit

    loop = Loop("outbox", step)
    pulse = Pulse([loop], ["outbox"])
    assert pulse.late() == [], "it was not started yet"
    loop.start()
    wait_until(lambda: pulse.late() == ["outbox"], 10, "the dead loop")
