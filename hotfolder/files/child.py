"""How a process of our own is started that works on files which may break it."""

import os
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


def environment() -> dict[str, str]:
    """What such a process finds in its environment: in ours may stand keys."""
    return {key: os.environ[key] for key in ("LD_LIBRARY_PATH",) if key in os.environ}
