"""Starts a script as a visitor would, reads what it prints, and looks for what it left running."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
LIB = ROOT / "scripts" / "lib"
LIMIT_SECONDS = 180.0


class Script:
    """One run; its output goes to a file, so it can be read while it runs."""

    def __init__(self, name: str, *arguments: object, temporary: Path) -> None:
        self.output = temporary / "output.txt"
        own = {"PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(LIB / name), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | own,
                start_new_session=True,
            )

    def text(self) -> str:
        return self.output.read_text("utf-8")

    def wait(self) -> int:
        """The exit code."""
        return self.process.wait(LIMIT_SECONDS)

    def wait_for(self, words: str) -> None:
        """Until the words were printed."""
        wait_until(
            lambda: words in self.text() or self.process.poll() is not None, LIMIT_SECONDS, words
        )
        assert words in self.text(), self.text()

    def interrupt(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.wait()


def left_running(folder: Path) -> list[str]:
    """The command lines of all processes that name this folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(folder) in words:
            found.append(words)
    return found
