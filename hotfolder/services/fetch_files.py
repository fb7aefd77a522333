"""Get a job's files: fetched into the spool, checked while they are read, again when wrong."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from loguru import logger

from hotfolder.domain.action import Action
from hotfolder.domain.cause import cause_of_fetch
from hotfolder.domain.finding import Check, Finding, Level
from hotfolder.domain.job import Job, JobState
from hotfolder.domain.order import Item, Order, ProductFile
from hotfolder.domain.pdf_checks import FileRead
from hotfolder.domain.preflight import PreflightRules, mismatch, preflight
from hotfolder.domain.retry import is_definite, is_ours, next_fetch
from hotfolder.domain.ticket import TicketFile, file_names
from hotfolder.errors import FetchError, FetchKind, FloorError, NotPossible
from hotfolder.files.pdf import read_pdf
from hotfolder.formats.order_record import order_from_data
from hotfolder.services.find_folders import gone_from_hold, listed_files
from hotfolder.services.release_job import Ready, release_job
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line
from hotfolder.store.orders import OrderTaken

BUSY_PAUSE = timedelta(seconds=1)
# what came or did not come before one of these does not count
ANEW = (Action.JOB_ANEW, Action.FETCH_AGAIN)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    """What a job was ordered as."""

    taken: OrderTaken
    order: Order
    item: Item


def fetch_files(shop: Shop, job: Job, go_on: Callable[[], None] = lambda: None) -> bool:
    """True when the job went to the floor: its files are all here as ordered, or it is held.

    Otherwise it is due again later. It is held when its files keep being what can not be made, and
    when preflight says so. `go_on` is called now and then; what it raises leaves all as it is.
    """
    wanted = _wanted(shop, job)
    names = file_names(wanted.item, wanted.order.files)
    try:
        folder = shop.spool.begin(job.id)
        shop.spool.keep_only(job.id, names, listed_files(shop, job))
        files = tuple(_get(shop, job, name, file, go_on) for name, file in names.items())
        findings = _preflight(shop, job, wanted.item, folder, go_on)
        return release_job(shop, _ready(job, wanted, files, findings))
    except FetchError as error:
        if error.kind is FetchKind.BUSY:
            shop.store.jobs.put_off(job, shop.clock.now() + BUSY_PAUSE)
        elif last := _last_word(shop, job, error):
            return _hold(shop, job, wanted, names, last)
        else:
            _failed(shop, job, error)
    except FloorError as error:
        _failed(shop, job, error)
    return False


def _ready(
    job: Job, wanted: _Wanted, files: tuple[TicketFile, ...], findings: tuple[Finding, ...]
) -> Ready:
    return Ready(
        job=job,
        order=wanted.order,
        item=wanted.item,
        received_at=wanted.taken.received_at,
        files=files,
        findings=findings,
    )


def _preflight(
    shop: Shop, job: Job, item: Item, folder: Path, go_on: Callable[[], None]
) -> tuple[Finding, ...]:
    """What stands against making the item from its files; the papers of the order do not count."""
    flow = shop.flow(job.flow)
    rules = flow.preflight if flow else PreflightRules()
    if rules.is_off:
        return ()
    read = []
    for name, file in file_names(item, ()).items():
        go_on()
        facts = read_pdf(folder / name) if file.format.lower() == "pdf" else None
        read.append(FileRead(name=name, type=file.type, pdf=facts))
    return preflight(item, read, rules)


def _hold(
    shop: Shop, job: Job, wanted: _Wanted, names: Mapping[str, ProductFile], error: FetchError
) -> bool:
    """Put the job on hold with the files that did come. False while hold can not be reached."""
    finding = Finding(
        code=Check.DOWNLOAD,
        level=Level.HOLD,
        file="",
        words=str(error),
        cause=cause_of_fetch(error.kind),
    )
    files = []
    try:
        shop.spool.begin(job.id)
        for name, file in names.items():
            shop.spool.reject(job.id, name)
            facts = shop.spool.facts(job.id, name)
            if facts is not None:
                files.append(TicketFile(name=name, type=file.type, size=facts.size, md5=facts.md5))
        return release_job(shop, _ready(job, wanted, tuple(files), (finding,)))
    except FloorError as trouble:
        _failed(shop, job, trouble)
        return False


def _wanted(shop: Shop, job: Job) -> _Wanted:
    taken = shop.store.orders.get(job.order_id)
    if taken is None:
        raise LookupError(f"job {job.id} has no order {job.order_id}")
    order = order_from_data(json.loads(taken.record))
    item = next(item for item in order.items if item.id == job.item_id)
    return _Wanted(taken=taken, order=order, item=item)


def _get(
    shop: Shop, job: Job, name: str, file: ProductFile, go_on: Callable[[], None]
) -> TicketFile:
    """The file as ordered; what an earlier try already fetched is not fetched again.

    Only a checksum proves that it is the ordered file: the order may have been changed in between.
    """

    def progress(_here: int, _whole: int | None) -> None:
        go_on()

    go_on()
    facts = shop.spool.facts(job.id, name) if file.md5 else None
    if facts is None or mismatch(file, facts):
        part = shop.spool.part(job.id, name)
        facts = shop.fetcher.fetch(file.url, part, file.size, progress, file.md5)
        wrong = mismatch(file, facts)
        if wrong:
            shop.spool.reject(job.id, name)
            raise FetchError(f"{name}: {wrong}", FetchKind.MISMATCH)
        shop.spool.accept(job.id, name)
    return TicketFile(name=name, type=file.type, size=facts.size, md5=facts.md5)


def _last_word(shop: Shop, job: Job, error: FetchError) -> FetchError | None:
    """Why the job is held; None while it is tried again.

    What time hardly mends has a few tries, whatever else is not ours to mend a few hours.
    """
    if is_ours(error.kind):
        return None
    before = _failed_before(shop, job)
    if is_definite(error.kind):
        wrong = sum(bool(line.detail.get("wrong")) for line in before)
        return error if wrong + 1 >= shop.rules.fetch_attempts else None
    most = shop.rules.fetch_hold_after
    if not before or shop.clock.now() - before[0].at < most:
        return None
    hours = most.total_seconds() / 3600
    return FetchError(
        f"{error}; no try got the files in {hours:g} hours (downloads.hold_after_hours)", error.kind
    )


def _failed(shop: Shop, job: Job, error: FetchError | FloorError) -> None:
    now = shop.clock.now()
    kind = error.kind if isinstance(error, FetchError) else None
    detail = {
        "reason": str(error),
        "attempt": job.attempts + 1,
        "wrong": kind is not None and is_definite(kind),
        "ours": kind is None or is_ours(kind),
    }
    line = Line(
        at=now,
        order_id=job.order_id,
        item_id=job.item_id,
        action=Action.NOT_FETCHED,
        detail=detail,
    )
    with shop.store.transaction():
        # a person may have decided otherwise in between: then this try counts for nothing
        if not shop.store.jobs.try_again(job, next_fetch(job.attempts + 1, now, kind), str(error)):
            return
        shop.store.journal.write([line])
    logger.bind(order=job.order_id, item=job.item_id).warning("files not fetched: {}", error)


def _failed_before(shop: Shop, job: Job) -> list[Line]:
    """Its failures that were not ours, since the files were last asked for, oldest first."""
    failed: list[Line] = []
    for line in shop.store.journal.of_order(job.order_id):
        if line.item_id != job.item_id:
            continue
        if line.action in ANEW:
            failed = []
        elif line.action == Action.NOT_FETCHED and not line.detail.get("ours"):
            failed.append(line)
    return failed


def fetch_again(shop: Shop, job: Job) -> None:
    """A job that is held or waits for its files gets them anew, at once and with all its tries.

    The folder of a held one goes back to the spool until they are here; one whose folder a person
    took off the floor begins with an empty one. Raises FloorError when the folder can not be
    moved, NotPossible when the job is neither.
    """
    if job.state not in (JobState.HELD, JobState.WAITING):
        raise NotPossible(f"item {job.item_id} is not on hold and does not wait for its files")
    if job.id not in gone_from_hold(shop, [job]):
        shop.take_back(job)
    now = shop.clock.now()
    with shop.store.transaction():
        jobs = shop.store.jobs
        if jobs.due_now(job) if job.state is JobState.WAITING else jobs.fetch_again(job, now):
            line = Line(
                at=now, order_id=job.order_id, item_id=job.item_id, action=Action.FETCH_AGAIN
            )
            shop.store.journal.write([line])
    shop.nudge.files.set()
