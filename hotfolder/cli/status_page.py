"""The shop on one page: what needs a person first, then where the work is, then the ways out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from hotfolder.cli.common import shown
from hotfolder.cli.table import marks
from hotfolder.domain.doubt import waits_since_restore
from hotfolder.domain.job import Job
from hotfolder.domain.retry import Reach
from hotfolder.formats.signal_line import moment
from hotfolder.services.day_view import DayState
from hotfolder.services.fetch_progress import FetchProgress
from hotfolder.services.lost_jobs import LOST
from hotfolder.services.overview import EVENTS, Overview, StageLine
from hotfolder.shopfront import MIB

MOST_TO_LOOK_AT = 20
BAR = 20  # letters
GOOD, CARE, ALARM, QUIET = "green", "yellow", "bold red", "dim"


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """All that the page shows. `doubts` are jobs in doubt, `alerts` what the admin is told."""

    shop: str
    floor: Path
    now: datetime
    found: Overview
    fetched: Sequence[FetchProgress]
    days: Sequence[DayState]
    daemon: Mapping[str, Any] | None
    doubts: int
    alerts: Sequence[Mapping[str, Any]]


def page(view: View, *, narrow: bool) -> RenderableType:
    """`narrow` for a terminal of people: folders relative to the floor, and bars for jobs."""
    found = view.found
    blocks = [
        _head(view),
        *_worries(view),
        _held(found),
        _parked(found),
        _lost(found),
        _to_look_at(found),
        [_stages(view, narrow=narrow)],
        _totals(view),
        _undoable(found),
        [_fetching(view.fetched)] if view.fetched else [],
    ]
    lines: list[RenderableType] = []
    for block in filter(None, map(list, blocks)):
        lines += [*([Text()] if lines else []), *block]
    return Group(*lines)


def _text(words: str, style: str = "") -> Text:
    """A line that can not steer the terminal, and in which nothing is markup."""
    return Text(shown(words), style=style)


def _head(view: View) -> Iterator[Text]:
    yield _text(f"{view.shop}   {view.now.astimezone():%Y-%m-%d %H:%M:%S}", "bold")
    if view.daemon is None:
        yield _text("The daemon is NOT running: nothing is taken, seen or sent.", ALARM)
    else:
        pid, orders = view.daemon.get("pid"), view.daemon.get("orders")
        yield _text(f"The daemon runs (process {pid}), orders at {orders}", GOOD)


def _worries(view: View) -> Iterator[list[Text]]:
    found, lines = view.found, []
    if found.late:
        lines.append(_text(f"LATE: {found.late} signals are past their deadline", ALARM))
    frozen = [stage for stage in found.stages if stage.frozen]
    lines += [_text(f"FROZEN: stage {one.key}: {one.frozen}", ALARM) for one in frozen]
    for name, health in found.destinations.items():
        if health.reach is not Reach.OPEN:
            since = f"since {moment(health.since)}: {health.words}"
            lines.append(_text(f"Signals to {name} do not get through {since}", ALARM))
    if view.doubts:
        words = "wait since a restore for your word what was sent: hotfolder doubts"
        lines.append(_text(f"IN DOUBT: {view.doubts} jobs {words}", CARE))
    known, unknown = refused(found.refused)
    others = f" (and {unknown} of unknown keys or unreadable)" if unknown else ""
    if known or unknown:
        words = f"{known} order documents of known interfaces{others} in the last 24 hours"
        lines.append(_text(f"REFUSED: {words}: hotfolder documents", CARE))
    yield lines
    yield [_text(f"Alert: {one['kind']}: {one['words']}", CARE) for one in view.alerts]
    yield [
        _text(f"  {'/'.join(part for part in (note.stage, note.name) if part)}: {note.words}", CARE)
        for note in found.notes
        if note.kind != LOST  # told with its jobs
    ]


def _stages(view: View, *, narrow: bool) -> RenderableType:
    lines = view.found.stages
    if not lines:
        return _text("There are no stages.")
    bars = ["", "Folder"] if narrow else ["Folder"]
    table = _table(["Stage", "Jobs", *bars, "Signal on entry", ""])
    most = max(line.jobs for line in lines)
    for line in lines:
        style = ALARM if line.frozen else "" if line.jobs else QUIET
        path = line.path
        if narrow and path.is_relative_to(view.floor):
            path = path.relative_to(view.floor)
        bar = ["▇" * -(-line.jobs * BAR // max(most, 1))] if narrow else []
        cells = [line.key, str(line.jobs), *bar, str(path), line.signal, _state(line)]
        table.add_row(*(_text(cell) for cell in cells), style=style)
    return table


def _state(line: StageLine) -> str:
    """What is to be said of a stage that is not simply watched by events."""
    if line.frozen:
        return f"FROZEN: {line.frozen}"
    words = ["READ ONLY"] if line.read_only else []
    return "; ".join(words + ([] if line.watching == EVENTS else [line.watching]))


def _totals(view: View) -> Iterator[Text]:
    found = view.found
    jobs, signals = counted(found.jobs), counted(found.signals)
    yield _text(f"Orders: {found.orders}   Jobs: {jobs}   Signals: {signals}")
    for name, health in found.destinations.items():
        if health.reach is Reach.OPEN:
            yield _text(f"Signals to {name} get through", GOOD)
    for one in view.days:
        whose = f" of {one.calendar}" if one.calendar else ""
        when = f"{one.next:%Y-%m-%d %H:%M %Z}" if one.next else "by command only"
        again = ", which is OPEN AGAIN" if one.reopened else ""
        last = f"; last closed: {one.last}{again}" if one.last else ""
        yield _text(f"End of the day{whose}: {one.waiting} items wait; next close: {when}{last}")


def _undoable(found: Overview) -> Iterator[Text]:
    if found.undoable:
        yield _text("Dragging back takes these back (hotfolder signals send-now: do not wait):")
    for one in found.undoable:
        until = one.until.astimezone().strftime("%H:%M:%S")
        yield _text(f"  {one.order} {one.item}: {one.signal} until {until}")


def _held(found: Overview) -> Iterator[Text]:
    if found.held:
        yield _text("On hold (see WHY.txt in the folder of the job):", CARE)
    for job in found.held:
        yield _text(f"  {_name(job)}: {job.reason}")
        if job.id in found.gone:
            again = f"hotfolder fetch {job.order_id} {job.item_id}"
            yield _text(f"    its folder is on no stage any more; to have it made anew: {again}")


def _lost(found: Overview) -> Iterator[Text]:
    if found.lost:
        yield _text(f"Left where they are ({len(found.lost)}):", CARE)
    yield from _some([f"{_name(job)}: {words}" for job, words in found.lost], "hotfolder jobs")


def _parked(found: Overview) -> Iterator[Text]:
    others = [line for line in found.parked if not waits_since_restore(line["last_answer"])]
    if found.parked:
        yield _text(f"Signals that wait for a person ({found.signals['parked']}):", CARE)
    for line in others:
        name = " ".join(part for part in (marks(line), line["order"], line["item"]) if part)
        yield _text(f"  {line['id']}  {name} {line['type']}: {line['last_answer']}")
    if len(others) < len(found.parked):
        yield _text("  because of the restore: hotfolder doubts")
    if found.signals.get("parked", 0) > len(found.parked):
        yield _text("  and more: hotfolder signals --state parked")


def _to_look_at(found: Overview) -> Iterator[Text]:
    if found.to_look_at:
        where = "see LOOK.txt or WHY.txt in the folder"
        yield _text(f"To look at before they are made ({len(found.to_look_at)}, {where}):", CARE)
    lines = [
        f"{_name(job)} in {job.place.stage if job.place else ''}: {'; '.join(warnings)}"
        for job, warnings in found.to_look_at
    ]
    yield from _some(lines, "hotfolder status --json")


def _some(lines: list[str], more: str) -> Iterator[Text]:
    for line in lines[:MOST_TO_LOOK_AT]:
        yield _text(f"  {line}")
    if len(lines) > MOST_TO_LOOK_AT:
        yield _text(f"  and more: {more}")


def _fetching(fetched: Sequence[FetchProgress]) -> Table:
    names = ["Files on their way: order", "Item", "Marks", "Here", "Since", "Tries", "Next"]
    table = _table([*names, "Last trouble"])
    for one in fetched:
        cells = [one.order, one.item, marks(asdict(one)), _share(one), moment(one.since) or ""]
        cells += [str(one.tries or ""), moment(one.next_try) or "", one.trouble]
        table.add_row(*map(_text, cells))
    return table


def _table(names: Iterable[str]) -> Table:
    return Table(*names, box=None, pad_edge=False, header_style="bold")


def _name(job: Job) -> str:
    words = (marks(job_line(job)), job.order_id, job.item_id)
    return " ".join(part for part in words if part)


def job_line(job: Job) -> dict[str, Any]:
    """A job as plain data, enough to find it."""
    return {
        "order": job.order_id,
        "item": job.item_id,
        "reorder": job.reorder,
        "mode": job.mode.value,
    }


def refused(by_interface: Mapping[str, int]) -> tuple[int, int]:
    """How many documents of known interfaces, and how many others."""
    unknown = by_interface.get("", 0)
    return sum(by_interface.values()) - unknown, unknown


def counted(counts: Mapping[str, int]) -> str:
    """The counts as words: `2 floor, 1 waiting`."""
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items())) or "none"


def _share(progress: FetchProgress) -> str:
    here = _size(progress.here)
    if not progress.whole:
        return here
    return f"{here} of {_size(progress.whole)} ({100 * progress.here // progress.whole} %)"


def _size(count: int) -> str:
    return f"{count / MIB:.1f} MiB" if count >= MIB else f"{count} bytes"
