"""A person says of jobs in doubt what Cloudprinter knows already."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotfolder.domain.action import Action
from hotfolder.domain.doubt import DOUBTED, known_up_to, may_have_shipped
from hotfolder.domain.job import Job
from hotfolder.domain.signal import SignalType
from hotfolder.errors import NotPossible
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """A job in doubt, with the signals that wait for a person: number and type, oldest first.

    `before` may have been sent before the restore; `since` is what was done after it.
    """

    job: Job
    before: list[tuple[int, SignalType]] = field(default_factory=list)
    since: list[tuple[int, SignalType]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How many jobs are in doubt no more, and how many of their signals are never or now sent.

    `kept` are jobs that stay in doubt, as a person has to say more of them.
    """

    jobs: int
    known: int
    sent: int
    kept: Sequence[Job] = ()


def doubts(shop: Shop) -> list[Doubt]:
    """All jobs that wait for a person because of a restore."""
    found = {job.id: Doubt(job=job) for job in shop.store.doubts.jobs()}
    for row in shop.store.doubts.signals():
        one = found.get(row["job_id"]) or _of_finished(shop, found, row)
        if one is not None:
            waiting = one.since if row["last_answer"].startswith(DOUBTED) else one.before
            waiting.append((row["id"], SignalType(row["type"])))
    return [found[job_id] for job_id in sorted(found)]


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


def known_there(shop: Shop, found: Sequence[Doubt], last: SignalType | None = None) -> Ended:
    """What was due before the restore was sent then and is never sent again.

    With `last`, the last signal that Cloudprinter has, only that one and those before it were sent.
    What was not, and what a person has done with these jobs since the restore, goes out. Without
    it those stay in doubt that may have shipped without a trace. Raises NotPossible for `last` with
    several jobs: each has its own.
    """
    if last is not None and len(found) > 1:
        items = ", ".join(one.job.item_id for one in found)
        raise NotPossible(f"{last} can be the last of one item only; name it: {items}")

    def known(one: Doubt) -> Collection[SignalType]:
        waiting = [kind for _, kind in one.before]
        return known_up_to(last, waiting) if last else waiting

    return _end(shop, found, known, lambda one: last is None and may_have_shipped(one.job))


def send_now(shop: Shop, found: Sequence[Doubt]) -> Ended:
    """Nothing that waits was sent before: all of it goes out."""
    return _end(shop, found, lambda _: ())


def _of_finished(shop: Shop, found: dict[int, Doubt], row: dict[str, Any]) -> Doubt | None:
    """A job that is at its end is in doubt as long as one of its signals is."""
    job = shop.store.jobs.get(row["job_id"])
    return found.setdefault(job.id, Doubt(job=job)) if job else None


def _end(
    shop: Shop,
    found: Sequence[Doubt],
    known: Callable[[Doubt], Collection[SignalType]],
    stays: Callable[[Doubt], bool] = lambda _: False,
) -> Ended:
    now, jobs = shop.clock.now(), shop.store.doubts
    counts, kept = [], []
    with shop.store.transaction():
        waiting = {one.job.id: one for one in doubts(shop)}  # the daemon works beside us
        for one in [waiting[one.job.id] for one in found if one.job.id in waiting]:
            types = sorted(set(known(one)))
            counts.append((jobs.told(one.job, types), jobs.go(one.job, now)))
            if stays(one):
                kept.append(one.job)
            else:
                jobs.clear([one.job])
            if one.job in kept and not any((types, *counts[-1])):
                continue  # nothing was learned of it
            line = Line(
                at=now,
                order_id=one.job.order_id,
                item_id=one.job.item_id,
                action=Action.DOUBT_ENDED,
                detail={"known": [kind.value for kind in types], "sent": counts[-1][1]},
            )
            shop.store.journal.write([line])
    shop.nudge.signals.set()
    return Ended(
        jobs=len(counts) - len(kept),
        known=sum(withdrawn for withdrawn, _ in counts),
        sent=sum(sent for _, sent in counts),
        kept=kept,
    )
