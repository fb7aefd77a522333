"""hotfolder restore: a backup becomes the store, and is compared with the floor as it is now."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from hotfolder.cli.common import (
    FILE,
    Exit,
    config_option,
    fail,
    json_option,
    load,
    print_json,
    say,
    told,
)
from hotfolder.config.check import Loaded
from hotfolder.domain.job import Job
from hotfolder.files.lock import Lock
from hotfolder.formats.signal_line import moment
from hotfolder.services.compare_floor import Account, check_visible, compare_floor
from hotfolder.services.end_doubt import Doubt, doubts
from hotfolder.shopfront import build_floor, build_shop, database_path, lock_paths
from hotfolder.store.backup import Restored, put_back

MOST_SHOWN = 20
HOW = """\
hotfolder doubts                                  what waits
hotfolder doubts told ORDER [ITEM]                it was sent before: never again
hotfolder doubts told ORDER ITEM --last SIGNAL    it was sent up to this one; the rest goes out
hotfolder doubts send ORDER [ITEM]                it was not sent: it goes out
--all instead of an order: all jobs in doubt"""
UNKNOWN = """\
What neither the backup nor the floor can tell, look at yourself: orders that came since and were
not on the floor yet (compare with the list at Cloudprinter; when a document comes again it is
taken), what was done by commands since (canceled, delayed, shipped), days closed since, and
parcels: a label is not asked for while its job is in doubt."""


@click.command
@click.argument("backup_file", metavar="FILE", type=FILE)
@config_option
@click.option(
    "--floor-is-copy",
    is_flag=True,
    help="The floor was put back from a copy or an image as well: every job is in doubt.",
)
@json_option
def restore(config: Path, backup_file: Path, floor_is_copy: bool, as_json: bool) -> None:
    """Put the backup FILE in place of the store, and compare it with the floor as it is now.

    The store before is set aside, nothing is deleted. All stage folders have to be there. Nothing
    that may have been sent since the backup is sent again before you say so: `hotfolder doubts`.
    """
    loaded = load(config)
    with told():
        locks = _locks(loaded)
        try:
            check_visible(build_floor(loaded))
            restored, account, open_doubts = _restore(
                loaded, backup_file, floor_is_copy=floor_is_copy
            )
        finally:
            for lock in locks:
                lock.release()
    if as_json:
        print_json(_data(restored, account, open_doubts))
    else:
        _tell(restored, account, open_doubts)


def _locks(loaded: Loaded) -> list[Lock]:
    """Held all the time, so that no daemon starts on a store that is being put back."""
    locks = []
    for path in lock_paths(loaded):
        lock = Lock.take(path, "{}")
        if lock is None:
            fail("the daemon runs; stop it first", Exit.ALREADY_RUNNING)
        locks.append(lock)
    return locks


def _restore(
    loaded: Loaded, backup_file: Path, *, floor_is_copy: bool
) -> tuple[Restored, Account, list[Doubt]]:
    found: list[tuple[Account, list[Doubt]]] = []

    def settle(database: Path, taken_at: datetime | None) -> None:
        shop = build_shop(loaded, database)
        try:
            # what is to come was told by a wrong clock; the times of a copy prove nothing
            wrong = taken_at is not None and taken_at > datetime.now(UTC)
            trusted = None if floor_is_copy or wrong else taken_at
            found.append((compare_floor(shop, trusted), doubts(shop)))
        finally:
            shop.store.close()

    restored = put_back(backup_file, database_path(loaded), datetime.now(UTC), settle)
    [(account, open_doubts)] = found
    return restored, account, open_doubts


def _tell(restored: Restored, account: Account, open_doubts: list[Doubt]) -> None:
    when = moment(restored.taken_at) or "an unknown time"
    say(f"Restored from a backup of {when}.")
    if restored.aside:
        say(f"The store before lies in {restored.aside}.")
    say("")
    say(f"Jobs where the backup has them, untouched since, that go on as always: {account.sure}")
    waiting = {one.job.id: [kind for _, kind in one.before] for one in open_doubts}
    _list(
        "Went on since the backup",
        [f"{_name(job)}: {_way(job, was)}{_says(waiting, job)}" for job, was in account.moved],
    )
    _list(
        "Lie where the backup has them, but may have been further or said more since",
        [f"{_name(job)} in {_stage(job)}{_says(waiting, job)}" for job in account.touched],
    )
    _list(
        "Lie on no stage",
        [f"{_name(job)}, {job.state.value} before{_says(waiting, job)}" for job in account.unseen],
    )
    _list(
        "Unknown to the backup, found by their tickets",
        [f"{_name(job)} in {_stage(job)}{_says(waiting, job)}" for job in account.adopted],
    )
    for words, lines in (
        ("Orders that only the store before has; let them be sent again", restored.lost_orders),
        ("Folders left alone", [f"{path} {why}" for path, why in account.strange]),
        ("Half-ready folders set aside", [str(path) for path in account.set_aside]),
    ):
        _list(words, lines, most=len(lines))  # told nowhere else
    _ask(open_doubts)


def _ask(open_doubts: list[Doubt]) -> None:
    count = sum(len(one.before) for one in open_doubts)
    say("")
    if open_doubts:
        say(f"Jobs in doubt: {len(open_doubts)}, with parked signals: {count}. Until you say what")
        say("Cloudprinter knows already, nothing of these jobs is sent:")
        for line in HOW.splitlines():
            say(f"  {line}")
        say("")
    for line in UNKNOWN.splitlines():
        say(line)


def _list(words: str, lines: Sequence[str], most: int = MOST_SHOWN) -> None:
    if not lines:
        return
    say(f"{words} ({len(lines)}):")
    for line in lines[:most]:
        say(f"  {line}")
    if len(lines) > most:
        say(f"  and {len(lines) - most} more: hotfolder doubts")


def _name(job: Job) -> str:
    return f"{job.order_id} {job.item_id}"


def _stage(job: Job) -> str:
    return job.place.stage if job.place else job.state.value


def _way(job: Job, was: str) -> str:
    return f"{was or 'not on the floor'} -> {_stage(job)}"


def _says(waiting: Mapping[int, Sequence[str]], job: Job) -> str:
    signals = waiting.get(job.id)
    return f"; parked: {', '.join(signals)}" if signals else ""


def _data(restored: Restored, account: Account, open_doubts: list[Doubt]) -> dict[str, Any]:
    def jobs(found: list[Job]) -> list[dict[str, str]]:
        return [{"order": job.order_id, "item": job.item_id, "stage": _stage(job)} for job in found]

    return {
        "taken_at": moment(restored.taken_at),
        "store_before": str(restored.aside) if restored.aside else None,
        "sure": account.sure,
        "moved": [jobs([job])[0] | {"was": was} for job, was in account.moved],
        "touched": jobs(account.touched),
        "unseen": jobs(account.unseen),
        "found": jobs(account.adopted),
        "strange": [{"path": str(path), "words": why} for path, why in account.strange],
        "only_in_store_before": list(restored.lost_orders),
        "set_aside": [str(path) for path in account.set_aside],
        "parked": sum(len(one.before) for one in open_doubts),
        "in_doubt": len(open_doubts),
    }
