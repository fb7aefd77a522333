"""A shop that loses its disk and gets a backup back, while its floor stays as it is."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hotfolder.domain.job import Job
from hotfolder.services.compare_floor import Account, compare_floor
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.store.backup import back_up, put_back
from hotfolder.store.store import Store
from hotfolder.test_center.catalogue import OrderDocument, make_order
from tests.steps import FILE_SERVER, LIVE_KEY, database_of, drag, folder_of, job_on_floor, send_all
from tests.waiting import wait_until


def registered_job(shop: Shop) -> Job:
    """A job in its first stage whose ItemRegistered was sent."""
    made = job_on_floor(shop)
    send_all(shop)
    return made


def a_backup(shop: Shop, *, timed: bool = True) -> Path:
    """A backup made now; what is done from here on is later, by the clock of the disk as well.

    One that is not `timed` does not tell when it was made, as those of earlier programs.
    """
    target = database_of(shop).with_name("backup.sqlite")
    at = _tick(target.with_name("probe"))
    back_up(database_of(shop), target, at=at if timed else None)
    _tick(target.with_name("probe"))
    return target


def _tick(probe: Path) -> datetime:
    """A moment after all that the disk was told before, and before all that it is told later.

    The kernel's clock for files goes on every few milliseconds only.
    """
    moment = datetime.now(UTC)

    def is_later() -> bool:
        probe.touch()
        return probe.stat().st_ctime > moment.timestamp()

    wait_until(is_later, 5.0, "the clock of the disk goes on")
    return datetime.now(UTC)


def restored(shop: Shop, backup: Path) -> tuple[Shop, Account]:
    """The store is gone, the backup is in its place and was compared with the floor."""
    shop.store.close()
    found: list[Account] = []

    def settle(path: Path, taken_at: datetime | None) -> None:
        store = Store.open(path)
        found.append(compare_floor(replace(shop, store=store), taken_at))
        store.close()

    put_back(backup, database_of(shop), shop.clock.now(), settle)
    return replace(shop, store=Store.open(database_of(shop))), found[0]


def dragged(shop: Shop, job: Job, stage: str) -> None:
    """An operator drags the folder while nobody notes it."""
    drag(shop, folder_of(shop, job), stage)


def words(shop: Shop) -> dict[str, str]:
    """Why signals are parked, by type."""
    return {row["type"]: row["last_answer"] for row in shop.store.signals.find({"state": "parked"})}


def two_items(shop: Shop) -> OrderDocument:
    """An order of two items was taken."""
    document = make_order(1, base_url=FILE_SERVER, apikey=LIVE_KEY, kind="poster", items=2)
    take_order(shop, document.body, document.content_type)
    return document
