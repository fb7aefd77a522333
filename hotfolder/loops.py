"""Loops: a thread that repeats one piece of work, at once when woken, and never dies of an error.

What is due lies in the store or on the floor; a loop holds no state, so waking it too often or too
late does no harm.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from pathlib import Path

from loguru import logger

from hotfolder.errors import StopAsked

REST_SECONDS = 30.0
AFTER_ERROR_SECONDS = 1.0
LATE_SECONDS = 120.0
FAILING_SECONDS = 120.0
QUIET_SECONDS = 0.02
MOST_WAIT_SECONDS = 1.0


class Rush:
    """Orders come first: while they pour in, work that can wait does so, a second at the most.

    Python runs one thread at a time, so what fetches and sends would slow down every answer.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._quiet_from = 0.0

    @contextmanager
    def order(self) -> Iterator[None]:
        """Around the taking of orders, by one thread."""
        self._quiet_from = inf
        try:
            yield
        finally:
            self._quiet_from = self._clock() + QUIET_SECONDS

    def let_pass(self) -> None:
        """Returns as soon as no order has come in for a moment, or after a second."""
        end = self._clock() + MOST_WAIT_SECONDS
        while self._clock() < min(end, self._quiet_from):
            self._sleep(QUIET_SECONDS)


class Pace:
    """At most so many starts a second, over all threads; 0 means no limit."""

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pause = 1 / per_second if per_second else 0.0
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Returns when the caller may start."""
        if not self._pause:
            return
        with self._lock:
            now = self._clock()
            start = max(now, self._next)
            self._next = start + self._pause
        if start > now:
            self._sleep(start - now)


@dataclass(kw_only=True, slots=True)
class Work:
    """What a loop has done since the start; `last` and `seconds` are of its steps, on the wall."""

    steps: int = 0
    failed: int = 0
    seconds: float = 0.0
    last: float = 0.0


class Loop:
    """Calls `step` again and again in a thread of its own.

    `step` returns the seconds until it wants to be called again; `wake` cuts the wait short.
    `late_seconds`: after so long without an end of a step, or a `go_on` in it, it counts as stuck.
    `stop_seconds`: so long a stop waits for a step under way; less where nothing is lost by that.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], float],
        wake: threading.Event | None = None,
        late_seconds: float = LATE_SECONDS,
    ) -> None:
        self.name = name
        self.wake = wake or threading.Event()
        self.beat = time.monotonic()
        self.has_worked = False
        self.work = Work()
        self.stop_seconds = inf
        self._failing_since = inf
        self._late_seconds = late_seconds
        self._step = step
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
        """It ends after the step under way; `join` waits for that."""
        self._stopping = True
        self.wake.set()

    def go_on(self) -> None:
        """For a long step to call in between: it is alive. Raises StopAsked when it is to end."""
        self.beat = time.monotonic()
        if self._stopping:
            raise StopAsked("Hotfolder stops")

    def is_late(self, now: float) -> bool:
        """True when it is stuck at this monotonic time, or its thread has ended."""
        has_ended = self._thread.ident is not None and not self._thread.is_alive()
        return has_ended or now - self.beat > self._late_seconds

    def is_failing(self, now: float) -> bool:
        """True when until this monotonic time all its steps have broken off, for minutes."""
        return now - self._failing_since > FAILING_SECONDS

    def is_held(self) -> bool:
        """True while the kernel holds its thread, as for a share whose server does not answer.

        Nothing that we do ends that, not even a new start. proc_pid_stat(5), state D.
        """
        try:
            stat = Path(f"/proc/self/task/{self._thread.native_id}/stat").read_text("utf-8")
        except OSError:
            return False
        return stat.rpartition(") ")[2].startswith("D")

    def join(self, seconds: float) -> bool:
        """True when the thread has ended within this time."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping:
            self.wake.clear()
            pause = self.once()
            self.beat = time.monotonic()
            if pause > 0 and not self._stopping:
                self.wake.wait(min(pause, REST_SECONDS))

    def once(self) -> float:
        """One step, in the thread of the caller; seconds until the next one. Raises nothing."""
        began = time.monotonic()
        try:
            return self._try_step()
        finally:
            self.work.last = time.monotonic() - began
            self.work.seconds += self.work.last
            self.work.steps += 1
            logger.trace("{} worked for {:.3f} s", self.name, self.work.last)

    def _try_step(self) -> float:
        try:
            pause = self._step()
        except StopAsked:
            return 0.0
        except Exception as error:  # noqa: BLE001 (whatever it is, the other work goes on)
            self.work.failed += 1
            self._failing_since = min(self._failing_since, time.monotonic())
            logger.opt(exception=error).error("{} had to start again: {}", self.name, error)
            return AFTER_ERROR_SECONDS
        self.has_worked = True
        self._failing_since = inf
        return pause


def not_ended(loops: Iterable[Loop], seconds: float) -> list[str]:
    """The names of those that were asked to stop and go on after so many seconds, or their own."""
    begun = time.monotonic()

    def left(loop: Loop) -> float:
        return max(0.0, begun + min(seconds, loop.stop_seconds) - time.monotonic())

    return [loop.name for loop in loops if not loop.join(left(loop))]
