"""The daemon on a clock that runs so many times faster; for scripts/soak --hours.

Everything is the daemon's own: only what tells it the time and what it waits with is scaled.
    fast_daemon.py FASTER run --config FILE
"""

import sys
import threading
from functools import partial

from fast_clock import FastClock

from hotfolder import shopfront, timers
from hotfolder.cli.main import main

LEAST_TICK = 0.05  # seconds between two calls of a timer: more often would only burn the processor


def quicken(factor: float) -> None:
    """From now on this process lives so many times faster."""
    wait, again = threading.Event.wait, timers.Again
    clock = FastClock(factor)

    def quick(self: threading.Event, timeout: float | None = None) -> bool:
        return wait(self, None if timeout is None else timeout / factor)

    threading.Event.wait = quick  # type: ignore[method-assign]  # that is the point
    # the receiver is no faster: a signal must not count as lost after one real second
    lease = factor * shopfront.Rules().lease
    shopfront.Rules = partial(shopfront.Rules, lease=lease)  # type: ignore[misc,assignment]  # that is the point
    shopfront.SystemClock = lambda: clock  # type: ignore[assignment,misc]  # that is the point
    timers.Again = lambda seconds: again(max(seconds / factor, LEAST_TICK))  # type: ignore[assignment,misc]  # that is the point


if __name__ == "__main__":
    quicken(float(sys.argv.pop(1)))
    main()
