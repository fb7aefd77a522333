"""hotfolder status: how the shop stands."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from hotfolder.cli.common import config_option, json_option, load, print_json, say, told
from hotfolder.cli.table import marks, print_table
from hotfolder.config.check import Loaded
from hotfolder.domain.job import Job
from hotfolder.domain.retry import Reach
from hotfolder.files.lock import told_by_holder
from hotfolder.formats.signal_line import moment
from hotfolder.services.day_view import DayState, day_states
from hotfolder.services.fetch_progress import FetchProgress, all_progress
from hotfolder.services.lost_jobs import LOST
from hotfolder.services.overview import EVENTS, Overview, StageLine, overview
from hotfolder.shopfront import MIB, build_shop, lock_paths

MOST_TO_LOOK_AT = 20


@click.command
@config_option
@json_option
def status(config: Path, as_json: bool) -> None:
    """Stages with their paths and signals, what waits, what is late, what needs a person."""
    loaded = load(config)
    with told():
        shop = build_shop(loaded)
        found, fetched, days = overview(shop), all_progress(shop), day_states(shop)
    daemon = _daemon(loaded)
    if as_json:
        more = {"fetching": [_fetched(one) for one in fetched], "days": [_day(one) for one in days]}
        print_json(_data(found, daemon) | more)
    else:
        _print(found, daemon)
        _print_refused(found.refused)
        _print_days(days)
        _print_undoable(found)
        _print_held(found)
        _print_lost(found)
        _print_parked(found)
        _print_to_look_at(found)
        _print_fetched(fetched)


def _daemon(loaded: Loaded) -> dict[str, Any] | None:
    """What the running daemon tells of itself, or None when none runs."""
    text = told_by_holder(lock_paths(loaded)[0])
    if text is None:
        return None
    try:
        return dict(json.loads(text))
    except ValueError:
        return {}


def _data(found: Overview, daemon: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "running": daemon is not None,
        "daemon": daemon,
        "stages": [
            {**asdict(stage), "path": str(stage.path), "frozen": stage.frozen or None}
            for stage in found.stages
        ],
        "orders": found.orders,
        "jobs": found.jobs,
        "signals": found.signals,
        "late": found.late,
        "arrived_late": found.arrived_late,
        "destinations": {
            name: {
                "state": health.reach.value,
                "since": moment(health.since),
                "probes": health.probes,
                "next_probe": moment(health.next_probe),
                "last_answer": health.words,
            }
            for name, health in found.destinations.items()
        },
        "held": [
            {**_line(job), "reason": job.reason, "folder_missing": job.id in found.gone}
            for job in found.held
        ],
        "not_configured": [{**_line(job), "words": words} for job, words in found.lost],
        "parked": found.parked,
        "to_look_at": [{**_line(job), "warnings": words} for job, words in found.to_look_at],
        "refused_in_24_hours": dict(
            zip(("known", "unknown"), _refused(found.refused), strict=True)
        ),
        "undoable": [{**asdict(one), "until": moment(one.until)} for one in found.undoable],
        "notes": [{**asdict(note), "since": moment(note.since)} for note in found.notes],
    }


def _print(found: Overview, daemon: dict[str, Any] | None) -> None:
    if daemon is None:
        say("The daemon is NOT running: nothing is taken, seen or sent.")
    else:
        say(f"The daemon runs (process {daemon.get('pid')}), orders at {daemon.get('orders')}")
    say("")
    print_table(
        ["Stage", "Jobs", "Signal on entry", "Folder", ""],
        [
            [
                line.key,
                line.jobs,
                line.signal,
                line.path,
                _state(line),
            ]
            for line in found.stages
        ],
        "There are no stages.",
    )
    say("")
    say(f"Orders: {found.orders}   Jobs: {_counts(found.jobs)}   Signals: {_counts(found.signals)}")
    if found.late:
        say(f"LATE: {found.late} signals are past their deadline")
    for name, health in found.destinations.items():
        if health.reach is not Reach.OPEN:
            say(
                f"Signals to {name} do not get through since {moment(health.since)}: {health.words}"
            )
    for note in found.notes:
        if note.kind == LOST:
            continue  # told anew below, with its jobs
        place = "/".join(part for part in (note.stage, note.name) if part)
        say(f"  {place}: {note.words}")


def _state(line: StageLine) -> str:
    """What is to be said of a stage that is not simply watched by events."""
    if line.frozen:
        return f"FROZEN: {line.frozen}"
    words = ["READ ONLY"] if line.read_only else []
    return "; ".join(words + ([] if line.watching == EVENTS else [line.watching]))


def _line(job: Job) -> dict[str, Any]:
    return {
        "order": job.order_id,
        "item": job.item_id,
        "reorder": job.reorder,
        "mode": job.mode.value,
    }


def _refused(by_interface: Mapping[str, int]) -> tuple[int, int]:
    """How many documents of known interfaces, and how many others."""
    unknown = by_interface.get("", 0)
    return sum(by_interface.values()) - unknown, unknown


def _print_refused(by_interface: Mapping[str, int]) -> None:
    known, unknown = _refused(by_interface)
    others = f" (and {unknown} of unknown keys or unreadable)" if unknown else ""
    if known or unknown:
        say(
            f"REFUSED: {known} order documents of known interfaces{others} in the last 24 hours:"
            " hotfolder documents"
        )


def _day(one: DayState) -> dict[str, Any]:
    return {
        "flow": one.calendar or None,
        "waiting": one.waiting,
        "last": one.last.isoformat() if one.last else None,
        "reopened": one.reopened,
        "next": moment(one.next),
    }


def _print_days(days: list[DayState]) -> None:
    for one in days:
        whose = f" of {one.calendar}" if one.calendar else ""
        when = "by command only"
        if one.next:
            when = one.next.astimezone().strftime("%Y-%m-%d %H:%M")
        again = ", which is OPEN AGAIN" if one.reopened else ""
        last = f"; last closed: {one.last}{again}" if one.last else ""
        say(f"End of the day{whose}: {one.waiting} items wait; next close: {when}{last}")


def _print_undoable(found: Overview) -> None:
    if found.undoable:
        say("")
        say("Dragging back takes these back (hotfolder signals send-now: do not wait):")
    for one in found.undoable:
        until = one.until.astimezone().strftime("%H:%M:%S")
        say(f"  {one.order} {one.item}: {one.signal} until {until}")


def _print_held(found: Overview) -> None:
    if found.held:
        say("")
        say("On hold (see WHY.txt in the folder of the job):")
    for job in found.held:
        say(f"  {_name(job)}: {job.reason}")
        if job.id in found.gone:
            again = f"hotfolder fetch {job.order_id} {job.item_id}"
            say(f"    its folder is on no stage any more; to have it made anew: {again}")


def _print_lost(found: Overview) -> None:
    if found.lost:
        say("")
        say(f"Left where they are ({len(found.lost)}):")
    for job, words in found.lost[:MOST_TO_LOOK_AT]:
        say(f"  {_name(job)}: {words}")
    if len(found.lost) > MOST_TO_LOOK_AT:
        say("  and more: hotfolder jobs")


def _print_parked(found: Overview) -> None:
    if found.parked:
        say("")
        say(f"Signals that wait for a person ({found.signals['parked']}):")
    for line in found.parked:
        name = " ".join(part for part in (marks(line), line["order"], line["item"]) if part)
        say(f"  {line['id']}  {name} {line['type']}: {line['last_answer']}")
    if found.signals.get("parked", 0) > len(found.parked):
        say("  and more: hotfolder signals --state parked")


def _print_to_look_at(found: Overview) -> None:
    if found.to_look_at:
        say("")
        count = len(found.to_look_at)
        say(f"To look at before they are made ({count}, see LOOK.txt or WHY.txt in the folder):")
    for job, warnings in found.to_look_at[:MOST_TO_LOOK_AT]:
        stage = job.place.stage if job.place else ""
        say(f"  {_name(job)} in {stage}: {'; '.join(warnings)}")
    if len(found.to_look_at) > MOST_TO_LOOK_AT:
        say("  and more: hotfolder status --json")


def _name(job: Job) -> str:
    return " ".join(part for part in (marks(_line(job)), job.order_id, job.item_id) if part)


def _print_fetched(fetched: list[FetchProgress]) -> None:
    if not fetched:
        return
    say("")
    names = ["Files on their way: order", "Item", "Marks", "Here", "Since", "Tries", "Next"]
    lines = [
        [
            one.order,
            one.item,
            marks(asdict(one)),
            _share(one),
            moment(one.since) or "",
            str(one.tries or ""),
            moment(one.next_try) or "",
            one.trouble,
        ]
        for one in fetched
    ]
    print_table([*names, "Last trouble"], lines, "")


def _fetched(one: FetchProgress) -> dict[str, Any]:
    return asdict(one) | {"since": moment(one.since), "next_try": moment(one.next_try)}


def _share(progress: FetchProgress) -> str:
    here = _size(progress.here)
    if not progress.whole:
        return here
    return f"{here} of {_size(progress.whole)} ({100 * progress.here // progress.whole} %)"


def _size(count: int) -> str:
    return f"{count / MIB:.1f} MiB" if count >= MIB else f"{count} bytes"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items())) or "none"
