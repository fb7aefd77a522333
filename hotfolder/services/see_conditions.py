"""What is wrong in the shop just now: every condition that an admin may want to be told of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hotfolder.domain.alert import AlertLimits, Condition, Kind
from hotfolder.domain.day import due_day, worked_since
from hotfolder.domain.day_list import calendar_of, calendars
from hotfolder.domain.flow import Stage, StageKind
from hotfolder.domain.job import Job
from hotfolder.domain.retry import Reach
from hotfolder.services.measure_space import Disks
from hotfolder.services.note_run import BROKEN, KNOWN
from hotfolder.services.shop import Shop
from hotfolder.store.backup import LAST_BACKUP
from hotfolder.store.notes import Note

GIB = 1024**3
MOST_JOBS = 200  # of one kind; nobody reads more
TRIES = 3  # to fetch a file, before it is told
BY_COMMAND = timedelta(hours=24)  # of working days, for who closes the day by hand
# kinds of notes that are no work of operators but a thing for the admin
TROUBLES = frozenset(
    {
        *("archive", "backup", "day list", "manifest", "not renamed", "not used", "not configured"),
        *("alerts", "certificate", "read only", "label requests", "label replies", "label silence"),
    }
)
DEVICE = "device"


@dataclass(frozen=True, kw_only=True, slots=True)
class Senses:
    """What is to be known beside the store. `standing_still` names loops that do not go on."""

    limits: AlertLimits = field(default_factory=AlertLimits)
    disks: Disks = field(default_factory=lambda: Disks({}))
    standing_still: Callable[[], list[str]] = list


def see_conditions(shop: Shop, senses: Senses) -> Iterator[Condition]:
    """Everything that is wrong now, by the store, the disks and the loops."""
    now = shop.clock.now()
    notes = shop.store.notes.all()
    yield from _signals(shop, now)
    yield from _destinations(shop, now)
    yield from _notes(notes)
    yield from _jobs(shop, senses.limits, now)
    yield from _downloads(shop)
    yield from _orders(shop, senses.limits.no_orders, now)
    yield from _days(shop, now)
    yield from _disks(senses)
    yield from _backup(shop, senses.limits.backup, now)
    yield from _run(shop, senses)


def _signals(shop: Shop, now: datetime) -> Iterator[Condition]:
    pressing = shop.store.counts.pressing(now)
    late_too = {row["destination"] for row in pressing if row["late"]}
    for row in pressing:
        if not row["late"] and row["destination"] in late_too:
            continue
        what = "past their deadline" if row["late"] else "near their deadline"
        when = "was" if row["late"] else "is"
        words = f"{row['signals']} signals to {row['destination']} are {what}"
        yield Condition(
            kind=Kind.DEADLINE,
            name=row["destination"],
            words=f"{words}; the first {when} due {_time(row['deadline'])}",
            grave=bool(row["late"]),
        )
    for row in shop.store.counts.parked(MOST_JOBS):
        words = f"{row['type']} waits for a person (hotfolder signals): {row['last_answer']}"
        name = f"{row['order_id']} {row['item_id']} {row['type']} {row['id']}"
        yield Condition(kind=Kind.PARKED, name=name, words=_of(row["order_id"], row, words))
    doubtful = {job.id for job in shop.store.doubts.jobs()}
    if jobs := len(doubtful | {row["job_id"] for row in shop.store.doubts.signals()}):
        words = f"{jobs} jobs wait since a restore until you say what was sent (hotfolder doubts)"
        yield Condition(kind=Kind.PARKED, name="doubts", words=words)


def _of(order: str, row: dict[str, str], words: str) -> str:
    return f"order {order}, item {row['item_id']}: {words}"


def _destinations(shop: Shop, now: datetime) -> Iterator[Condition]:
    for name in shop.destinations:
        health = shop.store.destinations.get(name)
        if health.reach is Reach.OPEN:
            continue
        paused = health.reach is Reach.PAUSED
        what = "are refused, a person has to act" if paused else "do not get through"
        yield Condition(
            kind=Kind.DESTINATION,
            name=name,
            words=f"signals to {name} {what}: {health.words}",
            since=health.since or now,
            grave=paused,
        )


def _notes(notes: list[Note]) -> Iterator[Condition]:
    for note in notes:
        is_frozen = note.kind == "frozen" and not note.name
        if not is_frozen and note.kind not in TROUBLES and note.kind.split(" ")[0] != DEVICE:
            continue
        place = "/".join(part for part in (note.stage, note.name) if part) or "the floor"
        yield Condition(
            kind=Kind.FROZEN if is_frozen else Kind.TROUBLE,
            name=f"{place} {note.kind}",
            words=f"stage {note.stage}: {note.words}" if is_frozen else f"{place}: {note.words}",
            since=note.since,
        )


def _jobs(shop: Shop, limits: AlertLimits, now: datetime) -> Iterator[Condition]:
    for job in shop.store.counts.held(MOST_JOBS):
        yield _job(Kind.HELD, job, f"is held: {job.reason}")
    for key, stage in list(shop.floor.stages.items()):
        if stage.kind is StageKind.WORK:
            span = _allowed(stage, limits)
            before = worked_since(shop.day, now, span)
            # whoever is in a last stage is done, unless its ItemShipped still lacks something
            through = [flow.name for flow in shop.flows if flow.stages[-1].key != key]
            for job in shop.store.counts.stuck(key, through, before, MOST_JOBS):
                hours = f"{span / timedelta(hours=1):g}"
                what = "is in" if job.flow in through else f"waits for {job.waits_for} in"
                words = f"{what} stage {key} since {_time(job.since)}, allowed are {hours} hours"
                yield _job(Kind.STUCK, job, words)


def _allowed(stage: Stage, limits: AlertLimits) -> timedelta:
    return limits.stuck if stage.stuck_hours is None else timedelta(hours=stage.stuck_hours)


def _job(kind: Kind, job: Job, words: str) -> Condition:
    where = job.place.stage if job.place and kind is Kind.STUCK else ""
    return Condition(
        kind=kind,
        name=f"{job.ticket_id} {where}".strip(),
        words=f"order {job.order_id}, item {job.item_id} {words}",
        since=job.since,
    )


def _downloads(shop: Shop) -> Iterator[Condition]:
    """Once for all: where a file server is away, the files of a thousand jobs do not come."""
    jobs = shop.store.counts.failing(TRIES)
    if jobs:
        first = jobs[0]
        words = f"the files of {len(jobs)} jobs do not come; the first is order {first.order_id}"
        yield Condition(
            kind=Kind.DOWNLOADS,
            name="files",
            words=f"{words}, item {first.item_id}: {first.reason}",
            since=first.since,
        )


def _orders(shop: Shop, span: timedelta | None, now: datetime) -> Iterator[Condition]:
    if span is None:
        return
    last = shop.store.counts.last_order()
    known = shop.store.marks.get(KNOWN)
    since = last or (known.at if known else now)
    if since < worked_since(shop.day, now, span):
        what = f"since {_time(last)}" if last else "at all"
        words = f"no order came {what}; {span / timedelta(hours=1):g} hours are the limit"
        yield Condition(kind=Kind.NO_ORDERS, name="orders", words=words, since=since)


def _days(shop: Shop, now: datetime) -> Iterator[Condition]:
    for calendar, rule in calendars(shop.day, shop.flows).items():
        days = shop.store.days
        known = days.known_since(calendar) or now
        due = due_day(rule, days.last(calendar, rule.today(now)), known, now)
        whose = f" of {calendar}" if calendar else ""
        if due is not None and due.late:
            words = f"the day {due.day}{whose} should be closed and is not (hotfolder day)"
            yield Condition(kind=Kind.DAY, name=f"{calendar} {due.day}".strip(), words=words)
        since = None if rule.cutoff else _waits_for_day(shop, calendar)
        if since is not None and since < worked_since(rule, now, BY_COMMAND):
            words = f"items wait for the end of the day{whose} since {_time(since)}"
            words += ", and nobody closes it (hotfolder day close)"
            yield Condition(kind=Kind.DAY, name=calendar, words=words, since=since)


def _waits_for_day(shop: Shop, calendar: str) -> datetime | None:
    """Since when the first item waits for a day that only a person closes."""
    ways = {flow.name for flow in shop.flows if calendar_of(flow) == calendar}
    return min(
        (job.since for job in shop.store.jobs.waiting_for_day() if job.flow in ways), default=None
    )


def _disks(senses: Senses) -> Iterator[Condition]:
    least = senses.limits.disk_free
    for name, space in senses.disks.by_disk().items():
        if space.free < least:
            words = f"the disk of {name} has {space.free / GIB:.2f} GiB free"
            words += f" of {space.size / GIB:.0f} GiB"
            yield Condition(kind=Kind.DISK, name=name, words=words, grave=space.free < least / 4)


def _backup(shop: Shop, span: timedelta | None, now: datetime) -> Iterator[Condition]:
    if span is None:
        return
    last = shop.store.marks.get(LAST_BACKUP)
    known = shop.store.marks.get(KNOWN)
    since = last.at if last else known.at if known else now
    if now - since > span:
        what = f"the last backup is of {_time(since)}" if last else "no backup was ever made"
        words = f"{what} (hotfolder backup)"
        yield Condition(kind=Kind.BACKUP, name="backup", words=words, since=since + span)


def _run(shop: Shop, senses: Senses) -> Iterator[Condition]:
    broken = shop.store.marks.get(BROKEN)
    if broken is not None:
        name = broken.at.isoformat()
        yield Condition(kind=Kind.UNCLEAN_STOP, name=name, words=broken.words, since=broken.at)
    for name in senses.standing_still():
        words = f"a part of Hotfolder stands still: {name}; if that lasts, start it again"
        yield Condition(kind=Kind.STANDSTILL, name=name, words=words)


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
