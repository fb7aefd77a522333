"""Moves that the daemon means to make itself: written before the rename, kept until it is seen."""

from dataclasses import dataclass
from typing import Any

from hotfolder.domain.job import Job
from hotfolder.store.database import Database
from hotfolder.store.rows import OwnMoveRow
from hotfolder.store.statement import Statement, insert, slot

THIS = (OwnMoveRow.job_id == slot("job_id"), OwnMoveRow.visit == slot("visit"))

ADD = insert(OwnMoveRow)
ALL = Statement(lambda: OwnMoveRow.select().order_by(OwnMoveRow.job_id), OwnMoveRow)
OF_JOB = Statement(lambda: OwnMoveRow.select().where(*THIS), OwnMoveRow)
FORGET = Statement(lambda: OwnMoveRow.delete().where(OwnMoveRow.job_id == slot("job_id")))


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnMove:
    """A job goes to `stage` if it is still where it was at `visit` (`Job.moves`).

    `by` says who wants it, in words. `words` are why it is held, if it is; `note` is then what
    WHY.txt in its folder tells.
    """

    job_id: int
    visit: int
    stage: str
    by: str = ""
    words: str = ""
    note: str = ""


class OwnMoves:
    def __init__(self, database: Database) -> None:
        self._database = database

    def plan(self, move: OwnMove) -> None:
        """This is what is meant for the job, whatever was meant before."""
        self.drop(move.job_id)
        self._database.add(
            ADD,
            job_id=move.job_id,
            visit=move.visit,
            stage=move.stage,
            by=move.by,
            words=move.words,
            note=move.note,
        )

    def all(self) -> list[OwnMove]:
        return [_move(row) for row in self._database.rows(ALL)]

    def of(self, job: Job) -> OwnMove | None:
        """What is meant for the job where it stands now."""
        rows = self._database.rows(OF_JOB, job_id=job.id, visit=job.moves)
        return _move(rows[0]) if rows else None

    def drop(self, job_id: int) -> None:
        """It was made, or is meant no more."""
        self._database.run(FORGET, job_id=job_id)


def _move(row: dict[str, Any]) -> OwnMove:
    return OwnMove(**row)
