"""Handovers: what devices have of which job, and how far they are."""

from datetime import datetime
from typing import Any

from peewee import fn

from hotfolder.domain.handover import ENDED, WAITING, Handover, HandoverState
from hotfolder.domain.job import Job, JobState
from hotfolder.store.database import Database
from hotfolder.store.jobs import job_of
from hotfolder.store.rows import HandoverRow, JobRow, OwnMoveRow
from hotfolder.store.statement import Statement, defaults, insert, slot

BACK = (HandoverState.RECALLED.value, HandoverState.WITHDRAWN.value)
OPEN = (*(state.value for state in WAITING), HandoverState.RECALLED.value)
THIS = (HandoverRow.id == slot("id"), HandoverRow.state == slot("was"))
OF_ITS_VISIT = (HandoverRow.job_id == JobRow.id, HandoverRow.visit == JobRow.moves)

ADD = insert(HandoverRow)
GET = Statement(lambda: HandoverRow.select().where(HandoverRow.id == slot("id")), HandoverRow)
OF_VISIT = Statement(
    lambda: (
        HandoverRow.select()
        .where(HandoverRow.job_id == slot("job_id"), HandoverRow.visit == slot("visit"))
        .order_by(HandoverRow.id)
    ),
    HandoverRow,
)
OPEN_AT = Statement(
    lambda: (
        HandoverRow.select()
        .where(HandoverRow.device == slot("device"), HandoverRow.state << OPEN)
        .order_by(HandoverRow.id)
    ),
    HandoverRow,
)
OPEN_ALL = Statement(
    lambda: HandoverRow.select().where(HandoverRow.state << OPEN).order_by(HandoverRow.id),
    HandoverRow,
)
DUE_RESULTS = Statement(
    lambda: (
        HandoverRow.select()
        .where(HandoverRow.results_due == slot("due"), HandoverRow.device == slot("device"))
        .order_by(HandoverRow.id)
    ),
    HandoverRow,
)
COUNTS = Statement(
    lambda: (
        HandoverRow.select(HandoverRow.device, fn.COUNT(HandoverRow.id))
        .where(HandoverRow.state << [state.value for state in WAITING])
        .group_by(HandoverRow.device)
    )
)
NAME = Statement(lambda: HandoverRow.update(name=slot("name")).where(HandoverRow.id == slot("id")))
CHANGE = Statement(
    lambda: HandoverRow.update(
        state=slot("state"), since=slot("at"), words=slot("words"), results_due=slot("due")
    ).where(*THIS)
)
GIVING = Statement(
    lambda: HandoverRow.update(
        state=HandoverState.GIVING.value, since=slot("at"), seat=slot("seat")
    ).where(*THIS)
)
GIVEN = Statement(
    lambda: HandoverRow.update(
        state=HandoverState.GIVEN.value,
        since=slot("at"),
        given_at=slot("at"),
        limit_at=slot("limit_at"),
    ).where(*THIS)
)
PUT_AWAY = Statement(
    lambda: HandoverRow.update(results_due=False).where(HandoverRow.id == slot("id"))
)
RECALL = Statement(
    lambda: HandoverRow.update(
        state=HandoverState.RECALLED.value, since=slot("at"), words=slot("words")
    ).where(
        HandoverRow.job_id == slot("job_id"),
        HandoverRow.visit == slot("visit"),
        HandoverRow.state << [*OPEN, *(state.value for state in ENDED)],
    )
)
# jobs that stand in a stage and of which nothing was given at this visit
NEW_IN = Statement(
    lambda: (
        JobRow.select()
        .where(
            JobRow.stage == slot("stage"),
            JobRow.state == JobState.FLOOR.value,
            ~JobRow.rename_due,
            ~fn.EXISTS(
                HandoverRow.select(HandoverRow.id).where(
                    *OF_ITS_VISIT, HandoverRow.state.not_in(BACK)
                )
            ),
            ~fn.EXISTS(
                OwnMoveRow.select(OwnMoveRow.job_id).where(
                    OwnMoveRow.job_id == JobRow.id, OwnMoveRow.visit == JobRow.moves
                )
            ),
        )
        .order_by(JobRow.reorder.desc(), JobRow.since, JobRow.id)
    ),
    JobRow,
)


class Handovers:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, job: Job, device: str, source: str, at: datetime) -> int:
        """The number of a new handover of this visit, due and without a name yet."""
        return self._database.add(
            ADD,
            **defaults(HandoverRow)
            | {
                "job_id": job.id,
                "visit": job.moves,
                "device": device,
                "source": source,
                "state": HandoverState.DUE,
                "since": at,
            },
        )

    def name(self, number: int, name: str) -> None:
        """What the device gets is called so; belongs into the transaction that adds it."""
        self._database.run(NAME, id=number, name=name)

    def get(self, number: int) -> Handover | None:
        found = self._handovers(GET, id=number)
        return found[0] if found else None

    def of_visit(self, job_id: int, visit: int) -> list[Handover]:
        """Those that count: none that was recalled or withdrawn."""
        found = self._handovers(OF_VISIT, job_id=job_id, visit=visit)
        return [one for one in found if one.state.value not in BACK]

    def open_at(self, device: str) -> list[Handover]:
        """What a device waits for, has, or is to give back; oldest first."""
        return self._handovers(OPEN_AT, device=device)

    def open(self) -> list[Handover]:
        """The same of all devices, those too that are not configured any more."""
        return self._handovers(OPEN_ALL)

    def results_due(self, device: str) -> list[Handover]:
        """Those that have ended and whose results are not put away yet."""
        return self._handovers(DUE_RESULTS, device=device, due=True)

    def waiting(self) -> dict[str, int]:
        """How many files wait for each device or are with it."""
        return self._database.pairs(COUNTS)

    def new_in(self, stage: str) -> list[Job]:
        """Jobs in a stage of which nothing was given yet at this visit; reorders first."""
        return [job_of(row) for row in self._database.rows(NEW_IN, stage=stage)]

    def change(
        self,
        handover: Handover,
        state: HandoverState,
        at: datetime,
        words: str = "",
        *,
        results_due: bool = False,
    ) -> bool:
        """True when it was still in the state that `handover` says."""
        values = {"id": handover.id, "was": handover.state, "at": at, "words": words}
        return bool(self._database.run(CHANGE, state=state, due=results_due, **values))

    def giving(self, handover: Handover, at: datetime, seat: str) -> bool:
        """True when it is ours to be renamed into the input folder that is known as `seat`."""
        values = {"id": handover.id, "was": handover.state, "at": at}
        return bool(self._database.run(GIVING, seat=seat, **values))

    def given(self, handover: Handover, at: datetime, limit_at: datetime) -> bool:
        """True when it was just being given; its device has it from now on."""
        values = {"id": handover.id, "was": HandoverState.GIVING, "at": at}
        return bool(self._database.run(GIVEN, limit_at=limit_at, **values))

    def put_away(self, handover: Handover) -> None:
        """What its device left is where it belongs."""
        self._database.run(PUT_AWAY, id=handover.id)

    def recall(self, job: Job, at: datetime, words: str) -> int:
        """All of this visit is wanted back, that it may be given anew. How many there were."""
        values = {"job_id": job.id, "visit": job.moves, "at": at}
        return self._database.run(RECALL, words=words, **values)

    def _handovers(self, statement: Statement, **values: Any) -> list[Handover]:
        return [_handover(row) for row in self._database.rows(statement, **values)]


def _handover(row: dict[str, Any]) -> Handover:
    return Handover(**row | {"state": HandoverState(row["state"])})
