"""Which loops still have to work for the first time, and which are stuck or dead."""

import ctypes
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hotfolder.loops import Loop
from hotfolder.pulse import Pulse
from tests.waiting import wait_until


def end(*loops: Loop) -> None:
    for loop in loops:
        loop.ask_to_stop()
    assert all(loop.join(10) for loop in loops)


def start_after_opening(pipe: Path) -> Callable[[], int]:
    """Starts a program that opens the pipe first, and so waits until somebody writes to it.

    Until then the kernel holds the thread that started it, as it would for a share (vfork(2)). By
    way of the C library, as Python's own call would hold all other threads as well.
    """
    libc = ctypes.CDLL(None)
    actions = ctypes.create_string_buffer(1024)
    libc.posix_spawn_file_actions_init(actions)
    libc.posix_spawn_file_actions_addopen(actions, 0, os.fsencode(pipe), os.O_RDONLY, 0)
    nothing = (ctypes.c_char_p * 1)(None)
    child = ctypes.c_int()

    def start() -> int:
        libc.posix_spawn(ctypes.byref(child), b"/bin/true", actions, None, nothing, nothing)
        return os.waitpid(child.value, 0)[1]

    return start


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


def test_a_loop_that_the_kernel_holds_is_late_and_not_stuck(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    started = start_after_opening(pipe)

    def step() -> float:
        started()
        return 30.0

    loop = Loop("rounds", step, late_seconds=0.0)
    pulse = Pulse([loop], [])
    assert not loop.is_held(), "it was not started yet"
    loop.start()
    wait_until(loop.is_held, 10, "held by the kernel")
    assert (pulse.late(), pulse.stuck()) == (["rounds"], [])

    pipe.open("wb").close()
    wait_until(lambda: loop.has_worked, 10, "let go")
    assert pulse.stuck() == ["rounds"], "it is late all the same"
    end(loop)
