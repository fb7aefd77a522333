"""The live account: what happens to folders on the left, which signals arrive on the right."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from itertools import zip_longest
from pathlib import Path
from typing import Any

from hands import STAGES, JobFolder, job_folders, label
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

PLAIN_WIDTH = 108
LOOK_SECONDS = 0.1
RULE = "│"


class Screen:
    """Two columns: coloured on a terminal, aligned plain lines elsewhere. Safe across threads."""

    def __init__(self) -> None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # arrows where the locale has none
        console = Console(highlight=False, soft_wrap=True)
        self._console = console if console.is_terminal else None
        width = console.width if self._console else PLAIN_WIDTH
        self._left = max(24, (min(width, 120) - 14) * 55 // 100)
        self._right = max(20, min(width, 120) - 14 - self._left)
        self._lock = threading.Lock()

    @property
    def on_terminal(self) -> bool:
        return self._console is not None

    def left(self, words: str, style: str = "") -> None:
        """Something happened to a folder."""
        self._row(words, "", style)

    def right(self, words: str, style: str = "") -> None:
        """Something happened to a signal."""
        self._row("", words, style)

    def across(self, words: str = "", style: str = "") -> None:
        """A line over both columns, without a time."""
        self._print(Text(words, style))

    def head(self, left: str, right: str) -> None:
        line = f"{'time':8}  {set_cell_size(left, self._left)} {RULE} {right}"
        self._print(Text(line, "bold"))
        self._print(Text(f"{'─' * (self._left + 10)}─┼─{'─' * self._right}", "dim"))

    def _row(self, left: str, right: str, style: str) -> None:
        clock = time.strftime("%H:%M:%S")
        lines = zip_longest(_wrap(left, self._left), _wrap(right, self._right), fillvalue="")
        text = Text()
        for number, (one, other) in enumerate(lines):
            text.append("\n" if number else "")
            text.append(f"{'' if number else clock:8}  ", "dim")
            text.append(set_cell_size(one, self._left), style)
            text.append(f" {RULE} ", "dim")
            text.append(other, style)
        self._print(text)

    def _print(self, text: Text) -> None:
        with self._lock:
            try:
                if self._console:
                    self._console.print(text)
                else:
                    print("\n".join(line.rstrip() for line in text.plain.split("\n")), flush=True)
            except BrokenPipeError:
                # the reader has gone: end through the clean-up, and say nothing more
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                os.kill(os.getpid(), signal.SIGTERM)


def _wrap(words: str, width: int) -> list[str]:
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(longer) <= width or not lines[-1].strip():
            lines[-1] = longer
        else:
            lines.append(f"  {word}")
    return lines


class FloorWatch:
    """Tells what changed on the floor since the last look, in words for people."""

    def __init__(self, floor: Path) -> None:
        self._floor = floor
        self._known: dict[int, JobFolder] = {}
        self._tracked: set[str] = set()
        self.moves = 0

    def news(self) -> Iterator[str]:
        """One sentence for each change."""
        seen = {job.inode: job for job in job_folders(self._floor)}
        before, self._known = self._known, seen
        for inode, job in seen.items():
            words = _compare(before.get(inode), job, before.values())
            if words:
                self.moves += 1
                yield words
        for inode in before.keys() - seen.keys():
            self.moves += 1
            yield f"{label(before[inode].item)}  deleted from {before[inode].stage}"
        yield from self._tracking(seen.values())

    def _tracking(self, jobs: Iterable[JobFolder]) -> Iterator[str]:
        for job in jobs:
            if job.item not in self._tracked and (job.path / "tracking.txt").exists():
                self._tracked.add(job.item)
                yield f"{label(job.item)}  tracking.txt saved in its folder"


def _compare(before: JobFolder | None, job: JobFolder, others: Iterable[JobFolder]) -> str:
    name = label(job.item) or job.path.name
    if before is None:
        if job.item in {other.item for other in others}:
            return f"{name}  copied to {job.stage}"
        return f"{name}  new in {job.stage}" if job.stage == STAGES[0] else ""
    if before.stage != job.stage:
        return f"{name}  {before.stage} → {job.stage}"
    return f"{name}  renamed to {job.path.name}" if before.path != job.path else ""


class Watcher(threading.Thread):
    """Shows the floor and the test center's own words until told to stop."""

    def __init__(self, screen: Screen, floor: Path, center_log: Path) -> None:
        super().__init__(daemon=True)
        self._screen = screen
        self._center_log = center_log
        self._read = 0
        self._failing = False
        self._ending = threading.Event()
        self.floor = FloorWatch(floor)

    def run(self) -> None:
        while not self._ending.wait(LOOK_SECONDS):
            self._look()
        self._look()

    def end(self) -> None:
        """Show what is new, then stop."""
        self._ending.set()
        self.join()

    def _look(self) -> None:
        for words in self.floor.news():
            self._screen.left(words, "cyan")
        for event in self._events():
            if event["event"] == "accepted":
                if self._failing:
                    self._screen.right("-- the receiver takes signals again --", "bold yellow")
                self._failing = False
                tracking = event["fields"].get("tracking", "")
                words = f"{label(event['item'])}  {event['type']}"
                self._screen.right(f"{words}  ({tracking})" if tracking else words, "green")
            elif event["event"] == "refused":
                self._failing = event["by_fault"]
                self._screen.right(_refused(event), "yellow" if event["by_fault"] else "bold red")

    def _events(self) -> Iterator[dict[str, Any]]:
        content = self._center_log.read_bytes()
        whole = content.rfind(b"\n") + 1
        lines, self._read = content[self._read : whole], whole
        for line in lines.splitlines():
            if line.startswith(b"{"):
                yield json.loads(line)


def _refused(event: dict[str, Any]) -> str:
    answer = f"answer {event['status']}" if event["status"] else "no answer"
    named = [f"{label(one.rpartition('/')[2])} {one.partition(' ')[0]}" for one in event["signals"]]
    return f"({answer} to {', '.join(named) or 'a request'})"
