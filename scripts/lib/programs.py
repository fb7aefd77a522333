"""Programs that a script starts as processes of their own, and that never outlive it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import NoReturn, Self

TIED = Path(__file__).with_name("tied.py")
STOP_SECONDS = 15.0
CALL_SECONDS = 120.0
HOTFOLDER = ("-m", "hotfolder")
# the sample shop talks to nobody but itself
LOCAL = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "PYTHONUNBUFFERED": "1"}


class Trouble(Exception):
    """The script can not go on; the text tells a person why."""


class Program:
    """One running program in a session of its own, so that Ctrl-C reaches only the script."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative when a POSIX signal ended it."""
        return self._process.poll()

    def kill(self) -> None:
        """End it as a power cut would: kill -9."""
        self._process.kill()
        self._process.wait()

    def stop(self, seconds: float = STOP_SECONDS) -> int:
        """Ask it to end and wait; the exit code. Kills it when it does not end in time."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        return self._process.wait()

    def last_words(self, lines: int = 8) -> str:
        """The end of its log."""
        text = self.log.read_text("utf-8", "replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


class Programs:
    """All programs of a script: at the end of the `with` block none of them runs any more."""

    def __init__(self) -> None:
        self._started: list[Program] = []
        self._lock = threading.Lock()
        self._is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave one behind
        with self._lock:
            self._is_over = True
        for program in reversed(self._started):
            program.stop()

    def start(
        self, name: str, arguments: Sequence[str], log: Path, of: Sequence[str] = HOTFOLDER
    ) -> Program:
        """Start `hotfolder ARGUMENTS`; what it prints is added to the log file.

        `of`: what stands behind python instead of `-m hotfolder`.
        """
        with self._lock:
            if self._is_over:
                raise Trouble("the script is ending")
            program = Program(name, _tied([*of, *arguments], log), log)
            self._started = [one for one in self._started if one.exit_code is None]
            self._started.append(program)
        return program

    def call(self, arguments: Sequence[str], log: Path) -> str:
        """What `hotfolder ARGUMENTS` prints, by way of a file that goes away.

        Raises Trouble with its words when it fails.
        """
        program = self.start(arguments[0], arguments, log)
        deadline = time.monotonic() + CALL_SECONDS
        while program.exit_code is None:
            if time.monotonic() > deadline:
                raise Trouble(f"hotfolder {arguments[0]} did not end in {CALL_SECONDS:.0f} s")
            time.sleep(0.02)
        if program.exit_code:
            words = program.last_words()
            raise Trouble(f"hotfolder {arguments[0]} ended with {program.exit_code}: {words}")
        text = log.read_text("utf-8")
        log.unlink()
        return text


def _tied(arguments: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, str(TIED), str(os.getpid()), sys.executable, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **LOCAL},
            start_new_session=True,
        )


def end_on_request() -> None:
    """A stop request or a closed terminal ends the script like Ctrl-C: through its clean-up."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
