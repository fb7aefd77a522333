"""A loop repeats one piece of work, hurries when woken and outlives every error."""

import threading
import time

from hotfolder.loops import Loop, not_ended
from tests.waiting import wait_until


class Work:
    """Counts its steps; what it answers and raises can be changed between them."""

    def __init__(self, pause: float) -> None:
        self.pause = pause
        self.steps = 0
        self.error: Exception | None = None

    def step(self) -> float:
        self.steps += 1
        if self.error is not None:
            raise self.error
        return self.pause


def end(loop: Loop) -> None:
    loop.ask_to_stop()
    assert loop.join(10)


def test_work_that_has_more_to_do_is_called_again_at_once() -> None:
    work = Work(pause=0.0)
    loop = Loop("work", work.step)
    loop.start()
    wait_until(lambda: work.steps > 100, 10, "a hundred steps")
    end(loop)


def test_a_wake_cuts_the_wait_short() -> None:
    work = Work(pause=30.0)
    loop = Loop("work", work.step)
    loop.start()
    for steps in range(5):
        wait_until(lambda: work.steps > steps, 10, "a step")  # noqa: B023 (called in this turn)
        loop.wake.set()
    end(loop)


def test_a_wake_during_a_step_is_not_lost() -> None:
    entered, let_go = threading.Event(), threading.Event()
    steps = []

    def step() -> float:
        steps.append(1)
        entered.set()
        assert let_go.wait(10)
        return 30.0

    loop = Loop("work", step)
    loop.start()
    assert entered.wait(10)
    loop.wake.set()
    let_go.set()
    wait_until(lambda: len(steps) >= 2, 10, "the step for the wake that came meanwhile")
    end(loop)


def test_an_error_is_told_and_the_work_goes_on(logged: list[str]) -> None:
    work = Work(pause=0.0)
    work.error = ValueError("no luck")
    loop = Loop("rounds", work.step)
    loop.start()
    wait_until(lambda: work.steps > 0, 10, "the step that fails")
    work.error = None
    loop.wake.set()
    wait_until(lambda: work.steps > 10, 10, "steps after the error")
    end(loop)

    assert any("rounds had to start again: no luck" in line for line in logged)


def test_work_that_always_fails_does_not_spin(logged: list[str]) -> None:
    work = Work(pause=0.0)
    work.error = ValueError("no luck")
    loop = Loop("rounds", work.step)
    loop.start()
    wait_until(lambda: work.steps >= 2, 10, "the second try")
    end(loop)

    assert work.steps < 5


def test_work_that_has_failed_for_minutes_is_known_until_it_goes_on() -> None:
    work = Work(pause=0.0)
    loop = Loop("work", work.step)
    assert not loop.is_failing(time.monotonic() + 3600)
    work.error = OSError("not today")
    loop.once()
    now = time.monotonic()
    loop.once()
    assert [loop.is_failing(now + seconds) for seconds in (60, 121)] == [False, True]
    work.error = None
    loop.once()
    assert not loop.is_failing(now + 3600)


def test_two_loops_with_one_wake_both_hear_it() -> None:
    wake = threading.Event()
    works = [Work(pause=30.0), Work(pause=30.0)]
    loops = [Loop(f"work-{number}", work.step, wake) for number, work in enumerate(works)]
    for loop in loops:
        loop.start()
    wait_until(lambda: all(work.steps == 1 for work in works), 10, "the first steps")

    def both_again() -> bool:
        wake.set()
        return all(work.steps > 1 for work in works)

    wait_until(both_again, 10, "both woken")
    for loop in loops:
        loop.ask_to_stop()
    assert all(loop.join(10) for loop in loops)


def test_the_beat_goes_on_with_every_step() -> None:
    work = Work(pause=30.0)
    loop = Loop("work", work.step)
    before = loop.beat
    loop.start()
    wait_until(lambda: loop.beat > before, 10, "a beat")
    end(loop)


def test_a_stop_waits_for_the_step_under_way() -> None:
    entered, let_go = threading.Event(), threading.Event()
    ended = []

    def step() -> float:
        entered.set()
        assert let_go.wait(10)
        ended.append(1)
        return 0.0

    loop = Loop("work", step)
    loop.start()
    assert entered.wait(10)
    loop.ask_to_stop()
    assert not loop.join(0.05)
    let_go.set()
    assert loop.join(10)
    assert ended == [1]


def test_a_stop_waits_for_all_loops_at_once_and_less_for_those_that_lose_nothing() -> None:
    let_go = threading.Event()

    def step() -> float:
        assert let_go.wait(10)
        return 0.0

    fetcher, sender = Loop("fetcher", step), Loop("sender", step)
    fetcher.stop_seconds = 0.05
    for loop in (fetcher, sender):
        loop.start()
        loop.ask_to_stop()
    begun = time.monotonic()
    assert not_ended([fetcher], 10) == ["fetcher"]
    assert not_ended([sender, fetcher], 0.05) == ["sender", "fetcher"]
    assert time.monotonic() - begun < 5
    let_go.set()
    assert not_ended([sender, fetcher], 10) in ([], ["fetcher"])
    end(fetcher)


def test_a_long_step_that_tells_of_itself_is_alive_and_ends_when_asked_to() -> None:
    beats: list[float] = []
    go_on = threading.Event()

    def step() -> float:
        while True:
            loop.go_on()
            beats.append(loop.beat)
            go_on.wait(0.001)

    loop = Loop("work", step)
    loop.start()
    wait_until(lambda: len(set(beats)) > 5, 10, "five beats of one step")
    end(loop)
