"""A job: our production run of one item."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PUT_ON_HOLD = "put on hold"  # why a job is held that a person dragged there
END_OF_DAY = "the end of the day"  # what a job waits for that has all that ItemShipped needs


class JobState(StrEnum):
    """Where a job stands in its life; on the floor its stage says more."""

    WAITING = "waiting"
    FLOOR = "floor"
    HELD = "held"
    DELAYED = "delayed"
    CANCELED = "canceled"
    DONE = "done"


class Mode(StrEnum):
    """Of the Production Interface that an order came through."""

    LIVE = "live"
    TEST = "test"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A job folder on the floor. `inode` is `device:inode` of the folder: a rename keeps it.

    It is empty on file systems that give folders no lasting number.
    """

    stage: str
    folder: str
    inode: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What we know of one job. `place` is None until its folder is on the floor.

    `moves` counts its moves, so that two who decide at the same time can not both write.
    `reorder` says that its item is made again because of a complaint: such jobs go first.
    `reached` is the last stage of its flow that it was in. `waits_for` names what a person must
    still give (tracking), or is END_OF_DAY; `reason` says why it is held, delayed or canceled.
    `said_before` are types of signals that went to the archive, `say_again` those that are said
    once more although they were said. `doubt_since`: nobody knows what was told since a backup that
    was restored then, see `domain/doubt.py`.
    """

    id: int
    order_id: str
    item_id: str
    run: int
    ticket_id: str
    flow: str
    mode: Mode
    state: JobState
    since: datetime
    interface: str = ""
    place: Place | None = None
    moves: int = 0
    tracking: str = ""
    shipping_option: str = ""
    reached: str = ""
    waits_for: str = ""
    said_before: frozenset[str] = frozenset()
    reason: str = ""
    attempts: int = 0
    next_try: datetime | None = None
    reorder: bool = False
    say_again: frozenset[str] = frozenset()
    doubt_since: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a job stands after a move, as in `Job`."""

    state: JobState
    reached: str
    reason: str = ""
    waits_for: str = ""
    say_again: frozenset[str] = frozenset()


def ticket_id(order_id: str, item_id: str, run: int) -> str:
    """The identity of a job wherever its folder goes; ids hold no slash, so it is unique."""
    return f"{order_id}/{item_id}/{run}"


def newest(jobs: Iterable[Job]) -> dict[str, Job]:
    """The newest job of each item, by item id in the order in which the items came."""
    found: dict[str, Job] = {}
    for job in jobs:
        if job.item_id not in found or job.run > found[job.item_id].run:
            found[job.item_id] = job
    return found
