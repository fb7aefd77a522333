"""How a process of our own is started that works on files which may break it."""

import os
import resource
import signal
import sys

# -I -S: nothing of the user's or the environment's is read, and the start is quicker.
# Nice: orders and signals go first, a look into a file can wait.
PROGRAM = (
    "import os, sys; os.nice(10); sys.path[:] = sys.argv[2:]; "
    "from {} import main; main(sys.argv[1])"
)


def command(module: str, argument: str) -> list[str]:
    """The command line for `main(argument)` of a module."""
    return [sys.executable, "-I", "-S", "-c", PROGRAM.format(module), argument, *sys.path]


def restrict(seconds: int, cpu: int, memory: int, output: int) -> None:
    """In such a process: the longest time, the most processor time, and the most bytes."""
    # the alarm ends us even when the daemon, who also has an eye on the clock, is no more
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds + 1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))


def environment() -> dict[str, str]:
    """What such a process finds in its environment: in ours may stand keys."""
    return {key: os.environ[key] for key in ("LD_LIBRARY_PATH",) if key in os.environ}
