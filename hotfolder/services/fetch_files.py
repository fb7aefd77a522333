"""Get a job's files: fetched into the spool, checked while they are read, again when wrong."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from loguru import logger

from hotfolder.domain.job import Job
from hotfolder.domain.order import Item, Order, ProductFile
from hotfolder.domain.preflight import FileFacts, mismatch
from hotfolder.domain.retry import next_fetch
from hotfolder.domain.ticket import TicketFile, file_names
from hotfolder.errors import FetchError, FloorError
from hotfolder.formats.order_record import order_from_data
from hotfolder.services.release_job import Ready, release_job
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line
from hotfolder.store.orders import OrderTaken

CHUNK = 1024 * 1024
MADE_ANEW = "job made anew"  # after it other files are wanted, so earlier wrong ones do not count


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    """What a job was ordered as."""

    taken: OrderTaken
    order: Order
    item: Item


def fetch_files(shop: Shop, job: Job) -> bool:
    """True when the job's files are all here as ordered and the job was released to the floor.

    Otherwise it is due again later, or held when the files keep being other ones than ordered.
    """
    wanted = _wanted(shop, job)
    try:
        folder = shop.spool.begin(job.id)
        names = file_names(wanted.item, wanted.order.files)
        shop.spool.keep_only(job.id, set(names))
        files = tuple(_get(shop, folder / name, file) for name, file in names.items())
        ready = Ready(
            job=job,
            order=wanted.order,
            item=wanted.item,
            received_at=wanted.taken.received_at,
            files=files,
        )
        return release_job(shop, ready)
    except (FetchError, FloorError) as error:
        _failed(shop, job, error)
        return False


def _wanted(shop: Shop, job: Job) -> _Wanted:
    taken = shop.store.orders.get(job.order_id)
    if taken is None:
        raise LookupError(f"job {job.id} has no order {job.order_id}")
    order = order_from_data(json.loads(taken.record))
    item = next(item for item in order.items if item.id == job.item_id)
    return _Wanted(taken=taken, order=order, item=item)


def _get(shop: Shop, target: Path, file: ProductFile) -> TicketFile:
    """The file at `target` as ordered; what an earlier try already fetched is not fetched again.

    Only a checksum proves that it is the ordered file: the order may have been changed in between.
    """
    facts = _facts_of(target) if file.md5 else None
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


def _failed(shop: Shop, job: Job, error: FetchError | FloorError) -> None:
    now = shop.clock.now()
    wrong = isinstance(error, FetchError) and error.mismatch
    held = wrong and _wrong_before(shop, job) + 1 >= shop.rules.fetch_attempts
    action = "job held" if held else "files not fetched"
    with shop.store.transaction():
        if held:
            shop.store.jobs.hold(job, now, str(error))
        else:
            shop.store.jobs.try_again(job, next_fetch(job.attempts + 1, now), str(error))
        detail = {"reason": str(error), "attempt": job.attempts + 1, "wrong": wrong}
        shop.store.journal.write(
            [
                Line(
                    at=now,
                    order_id=job.order_id,
                    item_id=job.item_id,
                    action=action,
                    detail=detail,
                )
            ]
        )
    logger.bind(order=job.order_id, item=job.item_id).warning("{}: {}", action, error)


def _wrong_before(shop: Shop, job: Job) -> int:
    """How often files of this job came whole but wrong; a server that is away does not count."""
    wrong = 0
    for line in shop.store.journal.of_order(job.order_id):
        if line.item_id == job.item_id:
            wrong = 0 if line.action == MADE_ANEW else wrong + bool(line.detail.get("wrong"))
    return wrong
