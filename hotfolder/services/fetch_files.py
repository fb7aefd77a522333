"""Get a job's files: fetched into the spool, checked while they are read, again when wrong."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from loguru import logger

from hotfolder.domain.finding import Check, Finding, Level
from hotfolder.domain.job import Job, JobState
from hotfolder.domain.order import Item, Order, ProductFile
from hotfolder.domain.pdf_checks import FileRead
from hotfolder.domain.preflight import FileFacts, PreflightRules, mismatch, preflight
from hotfolder.domain.retry import next_fetch
from hotfolder.domain.ticket import TicketFile, file_names, is_our_name
from hotfolder.errors import FetchError, FloorError
from hotfolder.files.pdf import read_pdf
from hotfolder.formats.order_record import order_from_data
from hotfolder.services.release_job import Ready, release_job
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line
from hotfolder.store.orders import OrderTaken

CHUNK = 1024 * 1024
FETCH_AGAIN = "files asked for again"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    """What a job was ordered as."""

    taken: OrderTaken
    order: Order
    item: Item


def fetch_files(shop: Shop, job: Job) -> bool:
    """True when the job went to the floor: its files are all here as ordered, or it is held.

    Otherwise it is due again later. It is held when its files keep being other ones than ordered
    and when preflight says so.
    """
    wanted = _wanted(shop, job)
    names = file_names(wanted.item, wanted.order.files)
    try:
        folder = shop.spool.begin(job.id)
        shop.spool.keep_only(job.id, set(names), lambda name: is_our_name(wanted.item, name))
        files = tuple(_get(shop, folder / name, file) for name, file in names.items())
        findings = _preflight(shop, job, wanted.item, folder)
        return release_job(shop, _ready(job, wanted, files, findings))
    except (FetchError, FloorError) as error:
        if _is_hopeless(shop, job, error):
            return _hold(shop, job, wanted, names, str(error))
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


def _preflight(shop: Shop, job: Job, item: Item, folder: Path) -> tuple[Finding, ...]:
    """What stands against making the item from its files; the papers of the order do not count."""
    flow = shop.flow(job.flow)
    read = [
        FileRead(
            name=name,
            type=file.type,
            pdf=read_pdf(folder / name) if file.format.lower() == "pdf" else None,
        )
        for name, file in file_names(item, ()).items()
    ]
    return preflight(item, read, flow.preflight if flow else PreflightRules())


def _hold(
    shop: Shop, job: Job, wanted: _Wanted, names: Mapping[str, ProductFile], why: str
) -> bool:
    """Put the job on hold with the files that did come. False while hold can not be reached."""
    finding = Finding(
        code=Check.DOWNLOAD,
        level=Level.HOLD,
        file="",
        words=why,
        cause="CancelDownloadError",
    )
    folder = shop.spool.begin(job.id)
    files = []
    for name, file in names.items():
        facts = _facts_of(folder / name)
        if facts is not None:
            files.append(TicketFile(name=name, type=file.type, size=facts.size, md5=facts.md5))
    try:
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


def _get(shop: Shop, target: Path, file: ProductFile) -> TicketFile:
    """The file at `target` as ordered; what an earlier try already fetched is not fetched again."""
    facts = _facts_of(target)
    if facts is None or mismatch(file, facts):
        part = target.with_name(f".{target.name}.part")
        facts = shop.fetcher.fetch(file.url, part)
        wrong = mismatch(file, facts)
        if wrong:
            part.unlink(missing_ok=True)
            raise FetchError(f"{target.name}: {wrong}", mismatch=True)
        part.replace(target)
    return TicketFile(name=target.name, type=file.type, size=facts.size, md5=facts.md5)


def _facts_of(path: Path) -> FileFacts | None:
    """The facts of a file that an earlier try left; only whole ones carry their final name."""
    if not path.is_file():
        return None
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return FileFacts(size=path.stat().st_size, md5=digest.hexdigest())


def _is_hopeless(shop: Shop, job: Job, error: FetchError | FloorError) -> bool:
    wrong = isinstance(error, FetchError) and error.mismatch
    return wrong and _wrong_before(shop, job) + 1 >= shop.rules.fetch_attempts


def _failed(shop: Shop, job: Job, error: FetchError | FloorError) -> None:
    now = shop.clock.now()
    wrong = isinstance(error, FetchError) and error.mismatch
    with shop.store.transaction():
        shop.store.jobs.try_again(job, next_fetch(job.attempts + 1, now), str(error))
        detail = {"reason": str(error), "attempt": job.attempts + 1, "wrong": wrong}
        line = Line(
            at=now,
            order_id=job.order_id,
            item_id=job.item_id,
            action="files not fetched",
            detail=detail,
        )
        shop.store.journal.write([line])
    logger.bind(order=job.order_id, item=job.item_id).warning("files not fetched: {}", error)


def _wrong_before(shop: Shop, job: Job) -> int:
    """How often files came whole but wrong since they were last asked for by a person."""
    wrong = 0
    for line in shop.store.journal.of_order(job.order_id):
        if line.item_id == job.item_id:
            wrong = 0 if line.action == FETCH_AGAIN else wrong + bool(line.detail.get("wrong"))
    return wrong


def fetch_again(shop: Shop, job: Job) -> None:
    """A held job gets its files anew: its folder goes back to the spool until they are here.

    Raises FloorError when the folder can not be moved or the job is not on hold.
    """
    if job.state is not JobState.HELD or job.place is None:
        raise FloorError(f"item {job.item_id} is not on hold")
    spool = shop.spool.folder(job.id)
    if not spool.exists():  # it does when an earlier call was cut off here
        shop.floor.take_back(job.place.stage, job.place.folder, spool)
    now = shop.clock.now()
    with shop.store.transaction():
        if shop.store.jobs.fetch_again(job, now):
            line = Line(at=now, order_id=job.order_id, item_id=job.item_id, action=FETCH_AGAIN)
            shop.store.journal.write([line])
    shop.nudge.files.set()
