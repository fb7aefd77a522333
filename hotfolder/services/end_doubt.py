"""A person says of jobs in doubt what Cloudprinter knows already."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hotfolder.domain.action import Action
from hotfolder.domain.job import Job
from hotfolder.errors import NotPossible
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """A job in doubt, with the signals that wait for a person: number and type, oldest first."""

    job: Job
    signals: list[tuple[int, str]]


def doubts(shop: Shop) -> list[Doubt]:
    """All jobs that wait for a person because of a restore."""
    waiting: dict[int, list[tuple[int, str]]] = {}
    for row in shop.store.doubts.signals():
        waiting.setdefault(row["job_id"], []).append((row["id"], row["type"]))
    jobs = {job.id: job for job in shop.store.doubts.jobs()}
    for job_id in waiting.keys() - jobs.keys():
        job = shop.store.jobs.get(job_id)
        if job is not None:
            jobs[job_id] = job
    return [Doubt(job=jobs[one], signals=waiting.get(one, [])) for one in sorted(jobs)]


def doubts_of(shop: Shop, order_id: str, item_id: str = "") -> list[Doubt]:
    """Those of an order or an item. Raises NotPossible when there are none."""
    found = [
        one
        for one in doubts(shop)
        if one.job.order_id == order_id and item_id in ("", one.job.item_id)
    ]
    if not found:
        what = f"item {item_id} of order {order_id}" if item_id else f"order {order_id}"
        raise NotPossible(f"nothing of {what} is in doubt")
    return found


def known_there(shop: Shop, found: Sequence[Doubt]) -> int:
    """What was due before the restore was sent then and is never sent again; how many signals.

    What a person has done with these jobs since the restore goes out now.
    """

    def one(job: Job) -> tuple[list[str], int]:
        types = shop.store.doubts.told(job)
        return types, shop.store.doubts.go(job, shop.clock.now())

    return sum(len(types) for types, _ in _end(shop, found, one))


def send_now(shop: Shop, found: Sequence[Doubt]) -> int:
    """Nothing that waits was sent before: all of it goes out now; how many signals."""

    def one(job: Job) -> tuple[list[str], int]:
        return [], shop.store.doubts.go(job, shop.clock.now())

    return sum(sent for _, sent in _end(shop, found, one))


def _end(
    shop: Shop, found: Sequence[Doubt], decide: Callable[[Job], tuple[list[str], int]]
) -> list[tuple[list[str], int]]:
    outcomes = []
    with shop.store.transaction():
        for one in found:
            known, sent = decide(one.job)
            shop.store.doubts.clear([one.job])
            outcomes.append((known, sent))
            line = Line(
                at=shop.clock.now(),
                order_id=one.job.order_id,
                item_id=one.job.item_id,
                action=Action.DOUBT_ENDED,
                detail={"known": known, "sent": sent},
            )
            shop.store.journal.write([line])
    shop.nudge.signals.set()
    return outcomes
