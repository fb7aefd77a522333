"""ItemShipped of a job that stood in its shipping stage before it could be said."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from hotfolder.domain.action import Action
from hotfolder.domain.job import Job
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.domain.unasked import why_parked
from hotfolder.services.shop import Shop
from hotfolder.store.outbox import Promise


def shipped_promise(
    shop: Shop, job: Job, fields: Mapping[str, str], at: datetime, due: datetime
) -> Promise:
    """The promise to say it; parked when the job skipped a stage that wants a person to be asked.

    Raises SignalInvalid when the fields lack something.
    """
    signal = Signal(
        type=SignalType.SHIPPED,
        order_id=job.order_id,
        item_id=job.item_id,
        at=at,
        fields=fields,
    )
    parked = why_parked(_skipped_unasked(shop, job))
    return replace(shop.promise(job, signal, due=due), parked=parked)


def _skipped_unasked(shop: Shop, job: Job) -> list[str]:
    """Stages that the last drag skipped and that want a person to let its signals go."""
    told = shop.store.journal.of_order(job.order_id)
    moves = [one for one in told if one.item_id == job.item_id and one.action == Action.JOB_MOVED]
    return list(moves[-1].detail.get("unasked", [])) if moves else []
