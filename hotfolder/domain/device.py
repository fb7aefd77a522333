"""A device: a program such as a RIP that takes files from a hot folder and leaves results.

What it left is evidence; what that means is decided here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from hotfolder.domain.conditions import Conditions, Work, fits
from hotfolder.domain.flow import HOLD
from hotfolder.domain.handover import AWAY, Handover, HandoverState, filled

MOST_LINE = 2000  # of a log line, in letters


class Gives(StrEnum):
    """What a device gets."""

    JOB_FOLDER = "job_folder"
    PDF = "pdf"
    PDF_AND_TICKET = "pdf_and_ticket"


class By(StrEnum):
    """What tells how far a device is; gone: the input is not there any more."""

    FILE = "file"
    GONE = "gone"
    MARKER = "marker"
    LOG = "log"
    TICKET = "ticket"


SEEN = (By.FILE, By.MARKER, By.TICKET)  # these lie in a folder


class ResultGoes(StrEnum):
    """Where results go."""

    INTO_JOB = "into_job"
    ARCHIVE = "archive"
    LEAVE = "leave"


class Strangers(StrEnum):
    """What happens to files among the results that belong to no job."""

    ASIDE = "aside"
    LEAVE = "leave"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clue:
    """`folder` is absolute. `pattern` is of file names, with `{id}`, `{name}`, `{stem}`, * and ?.

    `regex` is looked for in the lines of a log, `status` are those of a returned ticket.
    """

    by: By
    folder: str = ""
    pattern: str = "{stem}*"
    regex: str = ""
    status: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """`folder` and `input` are absolute; `files` are ordered file types, none: those of the item.

    `on_done` is the key of a stage or empty (the job stays), `on_failed` that of a stage or hold.
    """

    name: str
    stage: str
    folder: str
    input: str
    done: tuple[Clue, ...]
    takes: tuple[Conditions, ...] = ()
    gives: Gives = Gives.PDF
    files: tuple[str, ...] = ()
    file_name: str = "{id}_{item}_{type}"
    taken: tuple[Clue, ...] = ()
    failed: tuple[Clue, ...] = ()
    collect: tuple[str, ...] = ()
    quiet_seconds: float = 5.0
    limit: timedelta = timedelta(minutes=60)
    result: ResultGoes = ResultGoes.INTO_JOB
    result_folder: str = ""
    archive: str = ""
    strangers: Strangers = Strangers.ASIDE
    on_done: str = ""
    on_failed: str = HOLD

    @property
    def clues(self) -> tuple[Clue, ...]:
        return (*self.failed, *self.done, *self.taken)

    def result_folders(self) -> list[str]:
        """Folders in which the device leaves something; its input is none of them."""
        found = [clue.folder for clue in self.clues if clue.by in SEEN]
        kept = dict.fromkeys([*found, *self.collect])
        return [folder for folder in kept if folder != self.input]

    def takes_job(self, work: Work) -> bool:
        return not self.takes or any(not one.misfits(work) for one in self.takes)

    def takes_file(self, kind: str, *, ordered_for_item: bool) -> bool:
        """Papers of the order (delivery note, label) are given only when they are named."""
        if self.files:
            return any(fits(kind, one) for one in self.files)
        return ordered_for_item


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A file of a job: its name in the job folder, its ordered type, is it of the item itself."""

    name: str
    kind: str
    of_item: bool = True


def share_out(
    devices: Sequence[Device], work: Work, files: Sequence[Wanted], waiting: Mapping[str, int]
) -> list[tuple[Device, str, str]]:
    """Which device gets what: (device, file name, type); an empty name is the whole folder.

    Of several devices that take a file, the one that has the least waiting; of equals the first.
    What no device takes is not in the answer.
    """
    able = [device for device in devices if device.takes_job(work)]
    chosen: dict[tuple[str, str], tuple[Device, str, str]] = {}
    for file in files:
        fitting = [one for one in able if one.takes_file(file.kind, ordered_for_item=file.of_item)]
        fitting = [one for one in fitting if _can_be_given(one, file)]
        if fitting:
            device = min(fitting, key=lambda one: waiting.get(one.name, 0))
            whole = device.gives is Gives.JOB_FOLDER
            name, kind = ("", "") if whole else (file.name, file.kind)
            chosen.setdefault((device.name, name), (device, name, kind))
    return list(chosen.values())


def _can_be_given(device: Device, file: Wanted) -> bool:
    return device.gives is Gives.JOB_FOLDER or file.name.lower().endswith(".pdf")


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """A file or folder that a device left, of one handover. `status` is that of a ticket.

    `settled`: it is whole as far as one can tell.
    """

    folder: str
    name: str
    settled: bool
    status: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What was seen of one handover. `gone`: surely not in the input any more, and quiet.

    `lines` are the last lines of logs, by the path of the log.
    """

    gone: bool = False
    left: tuple[Left, ...] = ()
    lines: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The state that a handover has reached. `words` are of a log line or status, if any."""

    state: HandoverState
    words: str = ""
    clue: Clue | None = None


def verdict(device: Device, handover: Handover, seen: Evidence) -> Verdict | None:
    """What the evidence means; None: nothing new, or what speaks for it is still being written.

    Failed counts before done.
    """
    if handover.state not in AWAY:
        return None
    for state, clues in (
        (HandoverState.FAILED, device.failed),
        (HandoverState.DONE, device.done),
    ):
        for clue in clues:
            words = _speaks(clue, handover, seen)
            if words is not None:
                whole = all(one.settled for one in seen.left)
                return Verdict(state=state, words=words, clue=clue) if whole else None
    taken = seen.gone or any(_speaks(clue, handover, seen) is not None for clue in device.taken)
    if taken and handover.state is HandoverState.GIVEN:
        return Verdict(state=HandoverState.TAKEN)
    return None


def _speaks(clue: Clue, handover: Handover, seen: Evidence) -> str | None:
    """The words of what speaks for the clue, perhaps none; None when nothing does."""
    match clue.by:
        case By.GONE:
            return "" if seen.gone else None
        case By.LOG:
            return next(_lines(clue, handover, seen), None)
        case By.TICKET:
            wanted = {one.casefold() for one in clue.status}
            told = (one.status for one in _matching(clue, handover, seen))
            return next((word for word in told if word.casefold() in wanted), None)
        case _:
            return next(("" for _ in _matching(clue, handover, seen)), None)


def _matching(clue: Clue, handover: Handover, seen: Evidence) -> Iterator[Left]:
    pattern = filled(clue.pattern, handover.names())
    return (one for one in seen.left if one.folder == clue.folder and fits(one.name, pattern))


def is_sign(device: Device, handover: Handover, folder: str, name: str) -> bool:
    """True for a file by which the device says something of this handover."""
    here = (clue for clue in device.clues if clue.by in SEEN and clue.folder == folder)
    return any(fits(name, filled(clue.pattern, handover.names())) for clue in here)


def _lines(clue: Clue, handover: Handover, seen: Evidence) -> Iterator[str]:
    names = {name: re.escape(text) for name, text in handover.names().items()}
    wanted = re.compile(filled(clue.regex, names), re.IGNORECASE)
    for line in (seen.lines or {}).get(log_path(clue), ()):
        if wanted.search(line[:MOST_LINE]):
            yield line[:MOST_LINE].strip()


def log_path(clue: Clue) -> str:
    """Where the log of a clue lies."""
    return f"{clue.folder}/{clue.pattern}"


def is_log(device: Device, folder: str, name: str) -> bool:
    """True for a log of the device that lies among its results."""
    return any(clue.by is By.LOG and log_path(clue) == f"{folder}/{name}" for clue in device.clues)


def may_be_empty(device: Device, folder: str, name: str) -> bool:
    """True where a file without content says something too: a marker, or a broken input."""
    signs = [*device.failed, *(clue for clue in device.clues if clue.by is By.MARKER)]
    names = {"id": "*", "name": "*", "stem": "*"}
    return any(one.folder == folder and fits(name, filled(one.pattern, names)) for one in signs)
