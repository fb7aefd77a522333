"""Becomes another program that ends when its parent does, however the parent ends (Linux).

tied.py PARENT-PID PROGRAM [ARGUMENT...]
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    parent = int(sys.argv[1])
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # the parent may have ended before the line above
    if os.getppid() == parent:
        os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
