"""A label came back: whose it is, whether its code may leave the shop, and what that says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from loguru import logger

from hotfolder.domain.action import Action
from hotfolder.domain.job import Job, JobState
from hotfolder.domain.label import (
    Accept,
    Facts,
    Hold,
    LabeledParcel,
    LabelReply,
    ParcelState,
    is_news,
    judge,
    own_words,
    the_one,
)
from hotfolder.domain.label_form import LabelProgram, mapped
from hotfolder.domain.signal import SignalType
from hotfolder.domain.tracking import tidied, why_wrong
from hotfolder.services.gather_parcels import jobs_of_parcel, order_of
from hotfolder.services.parcel import Parcel, ordered_method
from hotfolder.services.ship_item import give_tracking
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line

USED_AGAIN_AFTER = timedelta(days=365)  # carriers give a number once more after a year or so


@dataclass(frozen=True, kw_only=True, slots=True)
class Stranger:
    """A row that is for no parcel, and why."""

    line: int
    digest: str
    words: str


def take_labels(
    shop: Shop, program: LabelProgram, rows: Sequence[LabelReply]
) -> tuple[int, list[Stranger]]:
    """How many rows were for parcels of ours, and those that were not. May be repeated."""
    ours = 0
    strangers = []
    for row in rows:
        found = the_one(row.key, shop.store.parcels.named(program.name, row.key))
        if isinstance(found, str):
            strangers.append(Stranger(line=row.line, digest=row.digest, words=found))
            continue
        ours += 1
        _take(shop, program, found, row)
    return ours, strangers


def _take(shop: Shop, program: LabelProgram, parcel: LabeledParcel, row: LabelReply) -> None:
    tracking = tidied(row.tracking)
    if not is_news(parcel, row, tracking):
        return
    with shop.store.transaction():
        parcel = shop.store.parcels.get(parcel.id) or parcel  # a person may just have decided
        if not is_news(parcel, row, tracking):
            return
        jobs = jobs_of_parcel(shop, parcel)
        if row.error and tracking and tracking == parcel.tracking and not _in_use(jobs, tracking):
            return  # void, as it should be: all that had it is canceled, or has another code
        facts = _facts(shop, program, parcel, jobs, tracking)
        decision = judge(row, tracking, facts)
        if row.error:
            decision = _beside(parcel, tracking, decision)
            parcel = _voided(shop, parcel, jobs, tracking)
        option = mapped(row.service, program.options) if row.service else None
        parcel = replace(parcel, option=option or "")
        if isinstance(decision, Hold):
            _hold(shop, parcel, jobs, decision)
        else:
            _accept(shop, parcel, jobs, decision)


def _facts(
    shop: Shop, program: LabelProgram, parcel: LabeledParcel, jobs: Sequence[Job], tracking: str
) -> Facts:
    order = order_of(shop, parcel.order_id)
    receiver = order.delivery.country if order else ""
    living = [job for job in jobs if job.state is not JobState.CANCELED]
    said = [job for job in living if has_shipped(shop, job)]
    given = [job.tracking for job in living if job.tracking not in ("", parcel.tracking, tracking)]
    return Facts(
        wrong=why_wrong(tracking, program.carrier, receiver, program.sender),
        used=_used_by(shop, parcel, jobs, tracking),
        shipped=any(job.tracking != tracking for job in said),
        with_it=any(job.tracking == tracking for job in said),
        canceled=not living,
        given=" ".join(given),
        asked=(parcel.asked_at or parcel.since).date(),
    )


def _in_use(jobs: Iterable[Job], tracking: str) -> bool:
    return any(job.tracking == tracking for job in jobs if job.state is not JobState.CANCELED)


def _beside(parcel: LabeledParcel, tracking: str, decision: Accept | Hold) -> Accept | Hold:
    """While another code is held, that one stays in question when the code in use becomes void."""
    other = parcel.offered if tracking == parcel.tracking else ""
    if isinstance(decision, Accept) or other in ("", tracking):
        return decision
    return Hold(words=f"{decision.words}; and of {other}: {parcel.words}", tracking=other)


def _voided(shop: Shop, parcel: LabeledParcel, jobs: Iterable[Job], tracking: str) -> LabeledParcel:
    """The parcel without a code that its label program took back; what has shipped keeps it.

    The code is remembered, so that its row says this once.
    """
    former = parcel.former | ({tracking} - {""})
    if tracking != parcel.tracking:
        return replace(parcel, former=former)
    jobs = list(jobs)
    loose = [job for job in jobs if not has_shipped(shop, job)]
    take_code_back(shop, parcel, loose)
    kept = tracking if len(loose) < len(jobs) else ""
    return replace(parcel, tracking=kept, former=former)


def take_code_back(shop: Shop, parcel: LabeledParcel, jobs: Iterable[Job]) -> None:
    """The jobs that have the parcel's code have none any more; belongs into a transaction."""
    for job in jobs:
        if job.tracking and job.tracking == parcel.tracking:
            shop.store.jobs.ship(job, "", job.shipping_option, job.waits_for and "tracking")


def has_shipped(shop: Shop, job: Job) -> bool:
    """Whether its ItemShipped was promised, and not taken back."""
    return SignalType.SHIPPED in shop.store.outbox.said(job.id) | job.said_before


def _used_by(shop: Shop, parcel: LabeledParcel, jobs: Iterable[Job], tracking: str) -> str:
    """Whose code it is already, in words."""
    if not tracking:
        return ""
    since = shop.clock.now() - USED_AGAIN_AFTER
    for other in shop.store.parcels.with_tracking(tracking, since):
        if other.id != parcel.id:
            return f"it is the code of parcel {other.reference} (order {other.order_id}) already"
    ours = {job.id for job in jobs}
    for job in shop.store.jobs.with_tracking(tracking, since):
        if job.id not in ours:
            return f"it is the code of item {job.item_id} of order {job.order_id} already"
    return ""


def _hold(shop: Shop, parcel: LabeledParcel, jobs: Sequence[Job], decision: Hold) -> None:
    held = replace(
        parcel,
        state=ParcelState.HELD,
        offered=decision.tracking,
        former=parcel.former | ({parcel.offered} - {"", decision.tracking}),
        words=decision.words,
    )
    shop.store.parcels.keep(held)
    detail = {"tracking": decision.tracking, "words": own_words(decision.words)}
    write_lines(shop, Action.LABEL_HELD, jobs, detail)
    log = logger.bind(order=parcel.order_id, parcel=parcel.reference, program=parcel.program)
    log.warning("a label is held: see hotfolder labels")


def _accept(shop: Shop, parcel: LabeledParcel, jobs: Sequence[Job], decision: Accept) -> None:
    answered = replace(
        parcel,
        state=ParcelState.ANSWERED,
        tracking=decision.tracking,
        offered="",
        former=parcel.former | ({parcel.offered, parcel.tracking} - {"", decision.tracking}),
        answered_at=shop.clock.now(),
        words="",
    )
    shop.store.parcels.keep(answered)
    give_to_jobs(shop, answered, jobs)
    logger.bind(order=parcel.order_id, parcel=parcel.reference).info("label came")


def give_to_jobs(shop: Shop, parcel: LabeledParcel, jobs: Iterable[Job]) -> list[str]:
    """The parcel's code is that of its jobs; what came of it, a sentence for each.

    Those that wait for it in their shipping stage say ItemShipped, as their flow wants it.
    """
    told = []
    for job in jobs:
        if job.state is JobState.CANCELED or job.tracking == parcel.tracking:
            continue
        option = parcel.option or job.shipping_option or ordered_method(shop, job)
        words = give_tracking(shop, job, Parcel(tracking=parcel.tracking, shipping_option=option))
        told.append(f"{job.order_id} {job.item_id}: {words}")
    return told


def write_lines(shop: Shop, action: Action, jobs: Iterable[Job], detail: Mapping[str, str]) -> None:
    """What happened to a parcel, in the journal of each job; belongs into the transaction."""
    now = shop.clock.now()
    shop.store.journal.write(
        Line(at=now, order_id=job.order_id, item_id=job.item_id, action=action, detail=detail)
        for job in jobs
    )
