"""Dockets and day lists are drawn in a process of their own, which ends when nobody wants one.

The libraries for it take as much memory as the whole daemon, and starting them half a second.
"""

import json
import pickle
import selectors
import struct
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from hotfolder.domain.day_list import DaySheet
from hotfolder.domain.docket import Docket, DocketFacts
from hotfolder.errors import HotfolderError
from hotfolder.files.child import command, environment
from hotfolder.formats.docket_template import DocketTemplate

LENGTH = struct.Struct(">Q")
TOLD = ("missing_glyphs", "cut", "left_out")  # of a docket, beside its page
ANSWER_SECONDS = 60.0
REST_AFTER_SECONDS = 60.0


class DocketWorker:
    """Draws one docket or day list at a time. Its process dies with the daemon: its input ends."""

    def __init__(self, font_folders: Sequence[Path]) -> None:
        self._folders = [str(folder) for folder in font_folders]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._used = 0.0

    def render(
        self, facts: DocketFacts, template: DocketTemplate, thumbnail: bytes | None
    ) -> Docket:
        """The docket. Raises HotfolderError when it can not be drawn, or not in time."""
        return self._drawn((facts, template, thumbnail), "the docket")

    def render_day(self, sheet: DaySheet) -> Docket:
        """The list of a day, on as many pages as it takes. Raises HotfolderError likewise."""
        return self._drawn(sheet, "the day list")

    def _drawn(self, question: Any, what: str) -> Docket:
        with self._lock:
            if self._process and self._process.poll() is not None:
                self._end()  # it died while nobody wanted a docket: no reason to miss this one
            process = self._process or self._start()
            self._used = time.monotonic()
            try:
                told, pdf = _ask(process, question)
            except (OSError, EOFError, ValueError, TimeoutError) as error:
                self._end()
                raise HotfolderError(f"{what} could not be drawn: {error}") from error
        if "error" in told:
            raise HotfolderError(f"{what} could not be drawn: {told['error']}")
        return Docket(pdf=pdf, **{name: tuple(told[name]) for name in TOLD})

    def rest(self) -> None:
        """End the process when nobody has wanted a docket for a while."""
        with self._lock:
            if self._process and time.monotonic() - self._used > REST_AFTER_SECONDS:
                self._end()

    def stop(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _start(self) -> subprocess.Popen[bytes]:
        folders = json.dumps(self._folders)
        self._process = subprocess.Popen(  # noqa: S603 (our own program)
            command("hotfolder.services.docket_child", folders),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            start_new_session=True,
        )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what it was asked and did not read can not be flushed
                    pipe.close()


def _ask(process: subprocess.Popen[bytes], question: Any) -> tuple[dict[str, Any], bytes]:
    """What the child tells, and the page. It read strange texts: its answer may run nothing."""
    if process.stdin is None or process.stdout is None:
        raise EOFError("the process has no pipes")
    write_part(process.stdin, pickle.dumps(question))
    process.stdin.flush()
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        if not ready.select(ANSWER_SECONDS):
            raise TimeoutError("it took too long")
    told, pdf = read_part(process.stdout), read_part(process.stdout)
    if told is None or pdf is None:
        raise EOFError("its process ended")
    return json.loads(told), pdf


def write_part(pipe: IO[bytes], data: bytes) -> None:
    """Data with its length before it."""
    pipe.write(LENGTH.pack(len(data)) + data)


def read_part(pipe: IO[bytes]) -> bytes | None:
    """What `write_part` wrote; None when the pipe ended before it was whole."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    data = pipe.read(length)
    return data if len(data) == length else None
