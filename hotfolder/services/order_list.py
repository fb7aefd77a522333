"""The list of orders: what each is, how it stands, and which of them come first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hotfolder.domain.flow import StageKind
from hotfolder.domain.job import Job, JobState, Mode
from hotfolder.domain.standing import counted, is_late
from hotfolder.formats.signal_line import moment
from hotfolder.services.lost_jobs import finished
from hotfolder.services.shop import Shop
from hotfolder.store.notes import ORDER_CHANGED
from hotfolder.store.orders import OrderHead

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
OPEN, FINISHED, LATE, CHANGED = "open", "finished", "late", "changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """Which orders are wanted. `state` is one of `state_names`, or empty for all."""

    since: datetime = LONG_AGO
    state: str = ""
    mode: Mode | None = None


def state_names(shop: Shop) -> list[str]:
    """The words by which orders can be chosen: of the whole order, of its jobs, and the stages."""
    states = [state.value for state in JobState if state is not JobState.FLOOR]
    return [OPEN, FINISHED, LATE, CHANGED, *states, *_stages(shop)]


def _stages(shop: Shop) -> list[str]:
    """Those of the flows: a job beside them counts by its state."""
    return [key for key, stage in shop.floor.stages.items() if stage.kind is StageKind.WORK]


def order_lines(shop: Shop, wanted: Filter) -> list[dict[str, Any]]:
    """Orders as plain data. Unfinished ones first, and of these reorders, then late ones.

    An order is late when a signal of it is past its deadline, or when it should have been shipped.
    """
    jobs: dict[str, list[Job]] = defaultdict(list)
    for job in shop.store.jobs.all():
        jobs[job.order_id].append(job)
    now = shop.clock.now()
    late = shop.store.signals.late_orders(now)
    changed = {note.name for note in shop.store.notes.all() if note.kind == ORDER_CHANGED}
    is_done = finished(shop)
    lines = [
        {
            **_line(shop, head, jobs[head.order_id]),
            FINISHED: (done := all(map(is_done, jobs[head.order_id]))),
            CHANGED: head.order_id in changed,
            LATE: is_late(head.ship_by, now, signal_is_late=head.order_id in late, done=done),
        }
        for head in shop.store.orders.heads(wanted.since)
        if wanted.mode in (None, head.mode)
    ]
    return sorted((line for line in lines if _is_wanted(line, wanted.state)), key=_place)


def _line(shop: Shop, head: OrderHead, jobs: Sequence[Job]) -> dict[str, Any]:
    states = counted(jobs, _stages(shop))
    return {
        "order": head.order_id,
        "received": moment(head.received_at),
        "interface": head.interface,
        "mode": head.mode.value,
        "reorder": any(job.reorder for job in jobs),
        "items": len({job.item_id for job in jobs}),
        "ship_by": head.ship_by,
        "states": states,
        "state": ", ".join(f"{number} {name}" for name, number in states.items()),
    }


def _is_wanted(line: dict[str, Any], state: str) -> bool:
    if state == OPEN:
        return not line[FINISHED]
    if state in (FINISHED, LATE, CHANGED):
        return bool(line[state])
    return not state or state in line["states"]


def _place(line: dict[str, Any]) -> tuple[bool, bool, bool, str, str]:
    """What is due sooner comes first; an order without a date after those that have one."""
    finished = line[FINISHED] and not line[LATE]
    return finished, not line["reorder"], not line[LATE], line["ship_by"] or "~", line["received"]
