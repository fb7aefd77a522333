"""hotfolder archive: what goes to the archive, and when; or put away now what is due."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from hotfolder.cli.common import (
    Exit,
    config_option,
    fail,
    json_option,
    load,
    print_json,
    say,
    shown,
    told,
)
from hotfolder.cli.table import print_table
from hotfolder.config.check import Loaded
from hotfolder.files.lock import Lock
from hotfolder.formats.signal_line import moment
from hotfolder.services.archive_jobs import Archive, Archiving
from hotfolder.services.archive_plan import ArchivePlan, Due, archive_plan
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_archive, build_shop, lock_paths

UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")
NEVER = (
    "archive.after_days is 0: no job is archived. Set it and look again; nothing is removed yet."
)


@click.command
@config_option
@json_option
@click.option("--days", type=click.IntRange(0, 3650), default=7, help="How far to look ahead.")
@click.option("--now", "at_once", is_flag=True, help="Archive what is due; not with the daemon.")
def archive(config: Path, as_json: bool, days: int, at_once: bool) -> None:
    """Show which finished jobs go to the archive, when, how large they are and where to.

    Nothing is changed. The daemon does by itself what is due; --now does it while no daemon runs.
    """
    loaded = load(config)
    with told():
        shop, wanted = build_shop(loaded), build_archive(loaded)
        if at_once:
            _archive(loaded, shop, wanted)
            return
        plan = archive_plan(shop, wanted.keep, wanted.place, timedelta(days=days))
    if as_json:
        print_json(_data(shop, plan, wanted))
    else:
        _print(shop, plan, wanted, days)


def _archive(loaded: Loaded, shop: Shop, wanted: Archive) -> None:
    if wanted.keep.after is None:
        fail(NEVER)
    with _locked(loaded):
        archiving = Archiving(shop, wanted)
        done = archiving.run()
    for path in done:
        say(shown(f"archived and checked: {path}"))
    for name, words in archiving.troubles.items():
        say(shown(f"{name}: NOT archived: {words}"))
    if archiving.troubles:
        fail("what was not archived lies where it was, or safely in the spool; it is tried again")
    if not done:
        say("nothing is due")


@contextmanager
def _locked(loaded: Loaded) -> Iterator[None]:
    """No daemon starts meanwhile."""
    locks: list[Lock] = []
    try:
        for path in lock_paths(loaded):
            lock = Lock.take(path, "{}")
            if lock is None:
                fail("the daemon runs: it archives by itself what is due", Exit.ALREADY_RUNNING)
            locks.append(lock)
        yield
    finally:
        for lock in locks:
            lock.release()


def _data(shop: Shop, plan: ArchivePlan, wanted: Archive) -> dict[str, Any]:
    return {
        "after_days": wanted.keep.after.days if wanted.keep.after else 0,
        "form": wanted.keep.form.value,
        "path": str(wanted.place.path),
        "trouble": plan.trouble or None,
        "on_their_way": [str(path) for path in plan.on_their_way],
        "jobs": [
            {
                "order": one.job.order_id,
                "item": one.job.item_id,
                "state": one.job.state.value,
                "stage": one.job.place.stage if one.job.place else None,
                "folder": str(one.folder),
                "size": one.size,
                "at": moment(one.at),
                "due": one.at <= shop.clock.now(),
                "target": str(one.target),
                "in_the_way": one.in_the_way or None,
            }
            for one in plan.due
        ],
    }


def _print(shop: Shop, plan: ArchivePlan, wanted: Archive, days: int) -> None:
    if wanted.keep.after is None:
        say(NEVER)
    elif plan.trouble:
        say(shown(plan.trouble))
    for path in plan.on_their_way:
        say(shown(f"on its way, off the floor already: {path}"))
    if wanted.keep.after is None:
        return
    now = shop.clock.now()
    print_table(
        ["Goes", "Order", "Item", "Size", "Stage", "In the archive", "In the way"],
        [
            [
                "now" if one.at <= now else f"{one.at:%Y-%m-%d %H:%M}",
                one.job.order_id,
                one.job.item_id,
                _size(one.size),
                one.job.place.stage if one.job.place else "",
                one.target.relative_to(wanted.place.path),
                one.in_the_way,
            ]
            for one in plan.due
        ],
        f"No finished job goes to the archive within {days} days.",
    )
    going = [one for one in plan.due if one.at <= now and not one.in_the_way]
    later = [one for one in plan.due if one.at > now]
    if plan.due:
        say(f"{_count(going)} now, {_count(later)} within {days} days, to {wanted.place.path}")


def _count(due: list[Due]) -> str:
    noun = "job" if len(due) == 1 else "jobs"
    return f"{len(due)} {noun} ({_size(sum(one.size for one in due))})"


def _size(count: float) -> str:
    for unit in UNITS:
        if count < 1024 or unit == UNITS[-1]:
            break
        count /= 1024
    return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
