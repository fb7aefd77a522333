"""A handover: one file of a job, or its whole folder, given to a device and awaited back."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotfolder.domain.job import Job, JobState
from hotfolder.domain.order import Item, Order
from hotfolder.domain.ticket import plain_words

PREFIX = "HF"
DIGITS = 6
MOST_LETTERS = 40
WHOLE_FOLDER = "job"  # what the type of a file is called when the whole job folder is given

_TOKEN = re.compile(rf"(?<![A-Za-z0-9]){PREFIX}(\d{{{DIGITS},18}})(?!\d)", re.IGNORECASE)
_PLACE = re.compile(r"\{([a-z_]+)\}")


class HandoverState(StrEnum):
    """Due, giving (about to be renamed into the input), given, taken: the device has it still.

    Recalled: a person wants it back; it is withdrawn as soon as its file is taken away.
    """

    DUE = "due"
    GIVING = "giving"
    GIVEN = "given"
    TAKEN = "taken"
    DONE = "done"
    FAILED = "failed"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"


WAITING = (HandoverState.DUE, HandoverState.GIVING, HandoverState.GIVEN, HandoverState.TAKEN)
AWAY = (HandoverState.GIVEN, HandoverState.TAKEN)
ENDED = (HandoverState.DONE, HandoverState.FAILED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """`visit` is `Job.moves` while the job stands at the device: each visit is given anew.

    `source` is the name of the file in the job folder, empty for the whole folder; `name` is what
    the device gets. `seat` tells the input folder apart from another one at its place.
    `results_due`: it has ended, and what the device left is not put away yet.
    """

    id: int
    job_id: int
    visit: int
    device: str
    source: str
    name: str
    state: HandoverState
    since: datetime
    given_at: datetime | None = None
    limit_at: datetime | None = None
    seat: str = ""
    words: str = ""
    results_due: bool = False

    @property
    def token(self) -> str:
        """The unique beginning of its name, by which its results find the way back."""
        return token(self.id)

    @property
    def is_overdue_at(self) -> datetime | None:
        """When its device is too late; None while the device does not have it."""
        return self.limit_at if self.state in AWAY else None

    def names(self) -> Mapping[str, str]:
        """What stands for `{id}`, `{name}` and `{stem}` in the patterns of clues."""
        stem, dot, _ = self.name.rpartition(".")
        return {"id": self.token, "name": self.name, "stem": stem if dot else self.name}


def token(number: int) -> str:
    """`HF000123`: never again for another handover of this shop."""
    return f"{PREFIX}{number:0{DIGITS}}"


def numbers_in(name: str) -> list[int]:
    """The numbers of the handovers that a file name speaks of."""
    return [int(digits) for digits in _TOKEN.findall(name)]


def filled(pattern: str, values: Mapping[str, str]) -> str:
    """The pattern with its `{words}` replaced; other braces stay as they are."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), pattern)


def words_of(pattern: str) -> list[str]:
    """The `{words}` that a pattern has."""
    return _PLACE.findall(pattern)


def given_name(pattern: str, number: int, order: Order, item: Item, kind: str, ending: str) -> str:
    """The name for the device: ASCII letters, digits, - and _, which any system takes."""
    values = {
        "id": token(number),
        "order": order.id,
        "item": item.id,
        "type": kind,
        "product": item.product,
        "copies": str(item.count),
    }
    plain = {name: _ascii(text) for name, text in values.items()}
    plain["id"] = values["id"]
    return filled(pattern, plain) + (f".{ending}" if ending else "")


def _ascii(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain_words(bare, MOST_LETTERS) or "x"


def stands(job: Job | None, handover: Handover, stage: str) -> bool:
    """True while the job is where the handover was decided, and is to be made."""
    return (
        job is not None
        and job.state is JobState.FLOOR
        and job.place is not None
        and (job.place.stage, job.moves) == (stage, handover.visit)
    )
