"""What is asked and changed of jobs, as statements; `jobs.py` runs them."""

from typing import Any

from peewee import SQL, Select, fn

from hotfolder.domain.job import END_OF_DAY, JobState
from hotfolder.domain.signal import SignalType
from hotfolder.store.rows import JobRow, SignalRow
from hotfolder.store.signal_state import STANDING
from hotfolder.store.statement import Statement, insert, slot


def _select(*conditions: Any) -> Statement:
    return Statement(lambda: JobRow.select().where(*conditions).order_by(JobRow.id), JobRow)


def _update(*conditions: Any, **values: Any) -> Statement:
    return Statement(lambda: JobRow.update(**values).where(*conditions))


def _given(name: str) -> Any:
    """The entries of a JSON list that comes with each run. https://sqlite.org/json1.html#jeach"""
    return Select([fn.json_each(slot(name))], [SQL("value")])


UNMADE = (JobState.WAITING.value, JobState.HELD.value, JobState.DELAYED.value)
PLACE = {"stage": slot("stage"), "folder": slot("folder"), "inode": slot("inode")}
SAME = (JobRow.id == slot("id"), JobRow.moves == slot("moves"))
FETCHING = (*SAME, JobRow.state == JobState.WAITING.value)
OFF_FLOOR = {"stage": None, "folder": None, "inode": None}
NOWHERE = {**OFF_FLOOR, "waits_for": ""}

ADD = insert(JobRow)
ALL = _select(JobRow.id > 0)
ONE = _select(JobRow.id == slot("id"))
OF_ORDER = _select(JobRow.order_id == slot("order_id"))
OF_ITEM = _select(JobRow.order_id == slot("order_id"), JobRow.item_id == slot("item_id"))
BY_TICKET = _select(JobRow.ticket_id == slot("ticket_id"))
IN_STAGE = _select(JobRow.stage == slot("stage"))
INODES_IN = Statement(
    lambda: JobRow.select(JobRow.folder, JobRow.inode).where(JobRow.stage == slot("stage"))
)
AWAITED_IN = Statement(
    lambda: JobRow.select(JobRow.folder, JobRow.id).where(
        JobRow.stage == slot("stage"), JobRow.state != JobState.CANCELED.value
    )
)
RENUMBER = Statement(
    lambda: JobRow.update(
        inode=slot("new").concat(fn.SUBSTR(JobRow.inode, fn.LENGTH(slot("old")) + 1))
    ).where(
        JobRow.stage == slot("stage"),
        fn.SUBSTR(JobRow.inode, 1, fn.LENGTH(slot("old"))) == slot("old"),
    )
)
AT = _select(JobRow.stage == slot("stage"), JobRow.folder == slot("folder"))
SHARED_IN = Statement(
    lambda: (
        JobRow.select(JobRow.folder, fn.COUNT(JobRow.id))
        .where(JobRow.stage == slot("stage"))
        .group_by(JobRow.folder)
        .having(fn.COUNT(JobRow.id) > 1)
    )
)
ALIKE = _select(JobRow.stage == slot("stage"), fn.LOWER(JobRow.folder) == fn.LOWER(slot("folder")))
# asked every few seconds, so they are written as the index wants them: not "!=", and not in order
WAITING_FOR_INPUT = Statement(lambda: JobRow.select().where(JobRow.waits_for > ""), JobRow)
WAITING_FOR_DAY = _select(JobRow.waits_for == END_OF_DAY)
# nothing of a stage that is the last one of all flows it is in, but what waits there
UNFINISHED = Statement(
    lambda: (
        JobRow.select()
        .where(
            (JobRow.state << UNMADE)
            | (JobRow.waits_for > "")
            | ((JobRow.state == JobState.FLOOR.value) & JobRow.stage.not_in(_given("last")))
        )
        .order_by(JobRow.id)
    ),
    JobRow,
)
CANCELED_SINCE = _select(JobRow.state == JobState.CANCELED.value, JobRow.since >= slot("since"))
WITH_TRACKING = _select(JobRow.tracking == slot("tracking"), JobRow.since >= slot("since"))
WAITING = _select(JobRow.state == JobState.WAITING.value)
TO_RENAME = _select(JobRow.rename_due == slot("due"))
TO_PUT_AWAY = _select(
    JobRow.stage.is_null(False),
    JobRow.state << (JobState.FLOOR.value, JobState.CANCELED.value, JobState.DONE.value),
    JobRow.since <= slot("before"),
    JobRow.waits_for == "",
    ~JobRow.rename_due,
)
SIBLINGS_DUE = _select(JobRow.siblings_due == slot("due"))
TELL_SIBLINGS = _update(JobRow.id == slot("id"), siblings_due=True)
SIBLINGS_TOLD = _update(*SAME, siblings_due=False)
TO_FETCH = Statement(
    lambda: (
        JobRow.select()
        .where(
            JobRow.state == JobState.WAITING.value,
            JobRow.next_try.is_null() | (JobRow.next_try <= slot("now")),
        )
        .order_by(JobRow.reorder.desc(), fn.COALESCE(JobRow.next_try, JobRow.since), JobRow.id)
        .limit(slot("limit"))
    ),
    JobRow,
)
BY_STAGE = Statement(
    lambda: (
        JobRow.select(JobRow.stage, fn.COUNT(JobRow.id).alias("jobs"))
        .where(JobRow.stage.is_null(False))
        .group_by(JobRow.stage)
    )
)
BY_STATE = Statement(
    lambda: JobRow.select(JobRow.state, fn.COUNT(JobRow.id).alias("jobs")).group_by(JobRow.state)
)
# not what has left the house already
LOST = Statement(
    lambda: (
        JobRow.select()
        .where(
            JobRow.state.not_in([JobState.CANCELED.value, JobState.DONE.value]),
            JobRow.flow.not_in(_given("flows"))
            | (JobRow.stage.is_null(False) & JobRow.stage.not_in(_given("stages"))),
            ~JobRow.said_before.contains(SignalType.SHIPPED.value),
            ~fn.EXISTS(
                SignalRow.select(SignalRow.id).where(
                    SignalRow.job_id == JobRow.id,
                    SignalRow.type == SignalType.SHIPPED.value,
                    SignalRow.state << STANDING,
                )
            ),
        )
        .order_by(JobRow.reorder.desc(), JobRow.id)
    ),
    JobRow,
)
MOVE = _update(
    *SAME,
    moves=JobRow.moves + 1,
    state=slot("state"),
    since=slot("at"),
    reached=slot("reached"),
    waits_for=slot("waits_for"),
    reason=slot("reason"),
    say_again=slot("say_again"),
    **PLACE,
)
RELABEL = _update(*SAME, **PLACE)
RELEASE = _update(
    *FETCHING,
    state=slot("state"),
    since=slot("at"),
    reached=slot("reached"),
    rename_due=True,
    reason=slot("reason"),
    next_try=None,
    **PLACE,
)
FETCH_AGAIN = _update(
    *SAME,
    JobRow.state == JobState.HELD.value,
    state=JobState.WAITING.value,
    since=slot("at"),
    reason="",
    attempts=0,
    next_try=None,
    moves=JobRow.moves + 1,
    rename_due=False,
    **NOWHERE,
)
DUE_NOW = _update(*FETCHING, reason="", attempts=0, next_try=None)
RENAMED = _update(JobRow.id == slot("id"), rename_due=False)
TRY_AGAIN = _update(
    *FETCHING,
    attempts=JobRow.attempts + 1,
    next_try=slot("at"),
    reason=slot("reason"),
)
PUT_OFF = _update(*FETCHING, next_try=slot("at"))
ANEW = _update(
    *SAME,
    moves=JobRow.moves + 1,
    state=JobState.WAITING.value,
    since=slot("at"),
    flow=slot("flow"),
    reorder=slot("reorder"),
    reached="",
    reason="",
    attempts=0,
    next_try=None,
    **NOWHERE,
)
TAKE_OFF = _update(
    *SAME,
    moves=JobRow.moves + 1,
    state=JobState.CANCELED.value,
    since=slot("at"),
    reason=slot("reason"),
    **NOWHERE,
)
PUT_AWAY = _update(*SAME, moves=JobRow.moves + 1, state=slot("state"), **OFF_FLOOR)
CANCEL = _update(
    JobRow.id == slot("id"),
    state=JobState.CANCELED.value,
    since=slot("at"),
    reason=slot("reason"),
    waits_for="",
    siblings_due=True,
)
SHIP = _update(
    JobRow.id == slot("id"),
    tracking=slot("tracking"),
    shipping_option=slot("shipping_option"),
    waits_for=slot("waits_for"),
)
