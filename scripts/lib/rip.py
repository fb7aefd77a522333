"""A RIP: Ghostscript in a watched folder.

    scripts/rip FOLDER [--format tiff|png] [--dpi 300] [--minutes 10]

Makes the folders input, work, done and error in FOLDER and runs until it is stopped. Each PDF,
PostScript or EPS file that lies in input is taken to work when it is whole, rendered, and then
removed: give it copies. What it became appears in done by one rename: NAME.tif with all pages, or a
folder NAME with a PNG file for each page. What can not be rendered, or takes too long, goes to
error as it was, and NAME.txt beside it says why, in the words of Ghostscript.

What was begun when it was stopped or killed goes back to input at the next start. Needs nothing but
Python 3.11 and Ghostscript (`apt-get install ghostscript`).
"""

import argparse
import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

KINDS = (".pdf", ".ps", ".eps")
UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".download", ".filepart")
DEVICES = {"tiff": ("tiff24nc", "all.tif"), "png": ("png16m", "page-%04d.png")}
MOST_WORDS = 2000
TROUBLE_POLLS = 10  # so many times longer is the wait while a folder can not be used


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How files are rendered; they count as whole when they were quiet for `quiet_seconds`."""

    form: str
    device: str
    dpi: int
    limit_seconds: float
    quiet_seconds: float
    program: str


class Refused(Exception):
    """A file can not be rendered; its text says why, for people."""


def _end_with_parent() -> None:
    """A renderer never outlives a RIP that was killed: prctl(2), PR_SET_PDEATHSIG."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


@dataclass
class Rip:
    """One watched folder."""

    folder: Path
    manner: Manner
    stopping: threading.Event = field(default_factory=threading.Event)
    seen: dict[str, tuple[tuple[int, int, int], float]] = field(default_factory=dict)

    def place(self, name: str) -> Path:
        return self.folder / name

    def prepare(self) -> None:
        """The folders are there, and what an earlier run had begun waits again."""
        for name in ("input", "work", "done", "error"):
            self.place(name).mkdir(parents=True, exist_ok=True)
        for path in self.place("work").iterdir():
            if path.is_dir():
                shutil.rmtree(path)  # pages that were not ready
            else:
                path.rename(free(self.place("input"), path.name))

    def run(self, poll_seconds: float, *, once: bool) -> None:
        """Render what comes until asked to stop; `once`: until the input is empty.

        Folders that can not be used now, such as those of a share that is away, are waited for.
        """
        trouble = ""
        while not self.stopping.is_set():
            try:
                if trouble and self.place("input").is_dir():
                    self.prepare()
                made = self.make_all()
                if once and not any(map(is_work, self.place("input").iterdir())):
                    return
            except OSError as error:
                if once:
                    raise
                made, before, trouble = 0, trouble, str(error)
                if trouble != before:
                    tell(f"rip: waits, as a folder can not be used: {error}")
            else:
                if trouble:
                    tell("rip: its folders are back")
                trouble = ""
            if not made:
                self.stopping.wait(poll_seconds * (TROUBLE_POLLS if trouble else 1))

    def make_all(self) -> int:
        """Render what is ready now; how many files that were."""
        ready = self.ready()
        for path in ready:
            if not self.stopping.is_set():
                self.take(path)
        return len(ready)

    def ready(self) -> list[Path]:
        """The files in the input that have not changed for long enough, the oldest first."""
        now = time.monotonic()
        seen: dict[str, tuple[tuple[int, int, int], float]] = {}
        found: list[tuple[int, Path]] = []
        for path in filter(is_work, self.place("input").iterdir()):
            try:
                facts = path.stat()
            except OSError:
                continue
            shape = (facts.st_size, facts.st_mtime_ns, facts.st_ino)
            before = self.seen.get(path.name)
            since = before[1] if before and before[0] == shape else now
            seen[path.name] = (shape, since)
            if now - since >= self.manner.quiet_seconds:
                found.append((facts.st_mtime_ns, path))
        self.seen = seen
        return [path for _, path in sorted(found)]

    def take(self, path: Path) -> None:
        """Render one file, and say how it went."""
        work = free(self.place("work"), path.name)
        try:
            path.rename(work)
        except FileNotFoundError:
            return  # somebody took it back
        begun = time.monotonic()
        pages = work.with_name(f"{work.name}.pages")
        try:
            self.render(work, pages)
        except Refused as error:
            if self.stopping.is_set():
                work.rename(free(self.place("input"), path.name))
                return
            self.refuse(work, path.name, str(error))
            tell(f"{path.name}: error: {error}".splitlines()[0])
        else:
            there = self.deliver(pages, path.stem)
            work.unlink()
            tell(f"{path.name}: {there.name} after {time.monotonic() - begun:.1f} s")
        finally:
            shutil.rmtree(pages, ignore_errors=True)

    def render(self, path: Path, pages: Path) -> None:
        """The pages of a file lie in a folder of their own. Raises Refused."""
        if path.suffix.lower() not in KINDS:
            raise Refused(f"only files that end in {', '.join(KINDS)} can be rendered")
        shutil.rmtree(pages, ignore_errors=True)
        pages.mkdir()
        manner = self.manner
        _, name = DEVICES[manner.form]
        output = pages.resolve() / name
        # in the name of the output % begins a page number, in the folders above it is written twice
        command = [
            manner.program,
            *("-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-dPDFSTOPONERROR"),
            *(f"-sDEVICE={manner.device}", f"-r{manner.dpi}"),
            *("-dTextAlphaBits=4", "-dGraphicsAlphaBits=4"),
            f"-sOutputFile={str(output.parent).replace('%', '%%')}/{name}",
            *("-f", str(path.resolve())),
        ]
        code, words = self.call(command)
        if code:
            raise Refused(f"Ghostscript could not render it (exit code {code})\n{in_short(words)}")
        if not any(one.stat().st_size for one in pages.iterdir()):
            raise Refused(f"Ghostscript made no page of it\n{words}".strip())

    def call(self, command: Sequence[str]) -> tuple[int, str]:
        """Exit code and words of a program. Raises Refused when it takes too long or we stop."""
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 (this program has one thread)
        )
        end = time.monotonic() + self.manner.limit_seconds
        while True:
            try:
                said, _ = process.communicate(timeout=0.2)
            except subprocess.TimeoutExpired:
                if not self.stopping.is_set() and time.monotonic() < end:
                    continue
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                minutes = self.manner.limit_seconds / 60
                raise Refused(f"it took longer than {minutes:g} minutes and was stopped") from None
            return process.returncode, said.decode("utf-8", "replace").strip()[:MOST_WORDS]

    def deliver(self, pages: Path, stem: str) -> Path:
        """What is ready appears in done by one rename; where."""
        if self.manner.form == "png":
            there = free(self.place("done"), stem)
            pages.rename(there)
        else:
            there = free(self.place("done"), f"{stem}.tif")
            (pages / DEVICES["tiff"][1]).rename(there)
        return there

    def refuse(self, work: Path, name: str, words: str) -> None:
        """The file goes to error, its words first: who sees the file finds them."""
        target = free(self.place("error"), name)
        note = target.with_name(f"{target.stem}.txt")
        beside = note.with_name(f".{note.name}.part")
        beside.write_text(f"{words}\n", "utf-8")
        beside.replace(note)
        work.rename(target)


def is_work(path: Path) -> bool:
    """True for a file that may be whole, by its name."""
    hidden = path.name.startswith((".", "~"))
    return not hidden and path.suffix.lower() not in UNFINISHED and path.is_file()


def free(folder: Path, name: str) -> Path:
    """A path of this name in the folder that nothing has yet, with a number if need be."""
    path, number = folder / name, 1
    while os.path.lexists(path):
        number += 1
        path = folder / f"{Path(name).stem}_{number}{Path(name).suffix}"
    return path


def in_short(words: str) -> str:
    """What Ghostscript said, the lines first that tell a person something; not its stacks alone."""
    lines = words.splitlines()
    marks = ("Error", "****", "GPL Ghostscript", "Unrecoverable")
    short = [line.strip() for line in lines if line.strip().startswith(marks)]
    return "\n".join([*short, "", "-" * 20, "All that it said:", "", *lines])


def tell(words: str) -> None:
    """A line for people, at once."""
    print("".join(sign if sign.isprintable() else "?" for sign in words), flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "rip", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="holds input, work, done and error")
    parser.add_argument("--format", choices=sorted(DEVICES), default="tiff", help="what it makes")
    parser.add_argument("--device", help="device of Ghostscript; tiff24nc or png16m if not given")
    parser.add_argument("--dpi", type=int, default=300, help="dots per inch")
    parser.add_argument("--minutes", type=float, default=10, help="longest time for one file")
    parser.add_argument("--quiet", type=float, default=1, help="seconds until a file is whole")
    parser.add_argument("--poll", type=float, default=0.5, help="seconds between two looks")
    parser.add_argument("--once", action="store_true", help="end when the input is empty")
    parser.add_argument("--gs", default="gs", help="the program Ghostscript")
    return parser.parse_args()


def main() -> int:
    """Run until asked to stop; the exit code."""
    given = arguments()
    program = shutil.which(given.gs)
    if program is None:
        tell(f"rip: {given.gs} is not there: apt-get install ghostscript")
        return 1
    manner = Manner(
        form=given.format,
        device=given.device or DEVICES[given.format][0],
        dpi=given.dpi,
        limit_seconds=given.minutes * 60,
        quiet_seconds=given.quiet,
        program=program,
    )
    rip = Rip(folder=given.folder, manner=manner)
    given.folder.mkdir(parents=True, exist_ok=True)
    with (given.folder / ".rip.lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            tell(f"rip: another one works on {given.folder}")
            return 1
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: rip.stopping.set())
        rip.prepare()
        tell(f"rip: looks into {rip.place('input')}")
        rip.run(given.poll, once=given.once)
    return 0


if __name__ == "__main__":
    sys.exit(main())
