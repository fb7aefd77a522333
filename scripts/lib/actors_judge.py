"""Is what the daemon noted and said what truly happened? Judged by the actors' own account.

Three accounts are compared: what the actors did, the journal, and what the receiver got.
"""

import calendar
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from acting import QUIET_SECONDS
from hands import label
from killing import without_excuse
from truth import STAGES, Life, Stay, Uptimes

from hotfolder.test_center.records import Accepted

SAYS = ("", "ItemProduce", "ItemProduced", "ItemPacked", "ItemShipped")
SHIPPED, DELAY, REGISTERED = "ItemShipped", "ItemDelay", "ItemRegistered"
# between the look that saw a folder and the line about it lies work: on a busy machine some seconds
NOTED_SECONDS = 5.0
MOVED, TRACKED = "job moved", "tracking given"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of the journal about a move, or about tracking that came later."""

    at: float
    action: str
    detail: Mapping[str, Any]

    @property
    def to(self) -> str:
        return str(self.detail["to"])

    @property
    def signals(self) -> list[str]:
        return [str(kind) for kind in self.detail["signals"]]


@dataclass(kw_only=True, slots=True)
class Judgement:
    """What was found. `missed` and `extra` are sentences, `doubles` are those that are excused."""

    stays: int = 0
    settled: int = 0
    moves: int = 0
    promised: int = 0
    withdrawn: int = 0
    doubles: int = 0
    missed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)


def read_journal(database: Path) -> dict[str, list[Line]]:
    """By item, its lines of these kinds, oldest first. Ask it when the daemon has ended."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        rows = connection.execute(
            "SELECT item_id, at, action, detail FROM journal WHERE action IN (?, ?) ORDER BY id",
            (MOVED, TRACKED),
        ).fetchall()
    finally:
        connection.close()
    lines: dict[str, list[Line]] = {}
    for item, at, action, detail in rows:
        line = Line(at=at / 1_000_000, action=action, detail=json.loads(detail))
        lines.setdefault(item, []).append(line)
    return lines


class Judge:
    """Compares the accounts of all jobs. `settle` as the crew has it."""

    def __init__(self, uptimes: Uptimes, settle: float, kills: Sequence[float]) -> None:
        self.found = Judgement()
        self._uptimes = uptimes
        self._settle = settle
        self._kills = kills

    def judge(
        self,
        lives: Sequence[Life],
        journal: Mapping[str, Sequence[Line]],
        accepted: Sequence[Accepted],
    ) -> Judgement:
        """All of it, at the end of the run."""
        known = {life.item for life in lives}
        strange = Counter(one.item for one in accepted if one.item not in known)
        self.found.extra += [f"signals for {label(item)}, which nobody moved" for item in strange]
        arrived: dict[str, list[Accepted]] = {item: [] for item in known}
        for one in accepted:
            arrived.get(one.item, []).append(one)
        pairs = []
        for life in lives:
            lines = journal.get(life.item, ())
            moves = [line for line in lines if line.action == MOVED]
            self._places(life, moves)
            self._rules(life, lines)
            pairs += self._delivery(life, lines, arrived[life.item])
            self._promises(life, arrived[life.item])
        bad = without_excuse(pairs, self._kills)
        self.found.doubles = len(pairs) - len(bad)
        self.found.extra += bad
        return self.found

    # the journal tells what happened

    def _places(self, life: Life, moves: Sequence[Line]) -> None:
        """Each line was true then, in their order; each stay that was long enough has its line."""
        self.found.moves += len(moves)
        before, place = "new", 0
        for line in moves:
            if line.detail["from"] != before or line.to == before:
                self._add(
                    "extra",
                    life,
                    f"goes from {line.detail['from']} to {line.to}, not from {before}",
                )
            before = line.to
            later = range(place, len(life.stays))
            true = next((at for at in later if _was_there(life.stays[at], line)), None)
            if true is None:
                self._add(
                    "extra", life, f"was noted in {line.to} at {_clock(line.at)}, where it was not"
                )
            else:
                place = true
        for stay in life.stays:
            self.found.stays += 1
            if self._is_settled(stay):
                self.found.settled += 1
                known = next((one.to for one in reversed(moves) if one.at <= stay.ended), "new")
                if known != stay.stage:
                    self._add("missed", life, f"{_told(stay)} was not noted, but {known}")

    def _is_settled(self, stay: Stay, since: float = 0.0) -> bool:
        return self._uptimes.longest(max(stay.there, since), stay.ended) >= self._settle

    # the journal tells the right signals

    def _rules(self, life: Life, lines: Sequence[Line]) -> None:
        """As flows/README.md has it, in a shop without undo that says signals again."""
        reached, waits = 0, False
        for line in lines:
            if line.action == TRACKED:
                wanted = [[SHIPPED]] if waits else [[]]
                waits = waits and line.signals != [SHIPPED]
            elif line.to in STAGES:
                aim = STAGES.index(line.to)
                due = [kind for kind in SAYS[reached + 1 : aim + 1] if kind]
                wanted = [due, [kind for kind in due if kind != SHIPPED]]
                waits = aim == len(STAGES) - 1 and (
                    SHIPPED not in line.signals and (waits or SHIPPED in due)
                )
                reached = aim
            elif line.to == "archive":
                wanted = [[SHIPPED]] if waits else [[]]
                waits = False
            else:
                wanted = [[DELAY]] if line.to.startswith("delayed/") else [[]]
            if line.signals not in wanted:
                words = f"at {_clock(line.at)} says {line.signals}, not {wanted[0]}"
                self._add("missed" if len(line.signals) < len(wanted[0]) else "extra", life, words)

    # what was promised arrived, and nothing else

    def _delivery(
        self, life: Life, lines: Sequence[Line], arrived: Sequence[Accepted]
    ) -> list[tuple[Accepted, Accepted]]:
        """In the order of the journal. Those that came twice, each with the first one."""
        expected = self._expected(lines)
        place, seen, pairs = 0, {}, []
        for one in arrived:
            key = one.type, one.datetime
            wanted = expected[place] if place < len(expected) else None
            if wanted and wanted[0] == one.type and wanted[1] in ("", one.datetime):
                place += 1
                seen[key] = one
            elif key in seen:
                pairs.append((seen[key], one))
            else:
                after = expected[place - 1][0] if place else "nothing"
                self._add(
                    "extra", life, f"{one.type} of {one.datetime} came after {after}, unasked"
                )
        missing = [f"{kind} of {at or 'its order'} never arrived" for kind, at in expected[place:]]
        for words in missing:
            self._add("missed", life, words)
        return pairs

    def _expected(self, lines: Sequence[Line]) -> list[tuple[str, str]]:
        """Type and time of each signal that was promised and not withdrawn."""
        promised = [(REGISTERED, "")]
        for line in lines:
            for kind in line.detail.get("withdrawn", ()):
                places = [at for at, one in enumerate(promised) if one[0] == kind]
                if places:
                    promised.pop(places[-1])
                    self.found.withdrawn += 1
            promised += [(kind, _gmt(line.at)) for kind in line.signals]
        self.found.promised += len(promised)
        return promised

    # what happened arrived, whatever the journal tells

    def _promises(self, life: Life, arrived: Sequence[Accepted]) -> None:
        """From one stay that was surely noted to the next: the signals of the stages between."""
        times = [(one.type, _seconds(one.datetime)) for one in arrived]
        before = life.stays[0]
        for stay in life.stays[1:]:
            if stay.stage.startswith("delayed/") and self._is_settled(stay):
                self._must_have(life, times, DELAY, stay, stay)
            if stay.stage not in STAGES or not self._is_settled(stay):
                continue
            first, last = STAGES.index(before.stage), STAGES.index(stay.stage)
            for kind in SAYS[first + 1 : last + 1]:
                tracked = max(life.tracked + QUIET_SECONDS, stay.there)
                if kind != SHIPPED or self._is_settled(stay, tracked):
                    self._must_have(life, times, kind, before, stay)
            before = stay
        for kind, at in times:
            if kind != REGISTERED and not any(_may_say(stay, kind, at) for stay in life.stays):
                self._add("extra", life, f"{kind} at {_clock(at)}: it was in no stage that says so")

    def _must_have(
        self, life: Life, times: Sequence[tuple[str, float]], kind: str, first: Stay, last: Stay
    ) -> None:
        begin, end = int(first.began), last.ended
        if not any(one == kind and begin <= at <= end for one, at in times):
            self._add("missed", life, f"{kind} for {_told(last)} never arrived")

    def _add(self, what: str, life: Life, words: str) -> None:
        getattr(self.found, what).append(f"job {label(life.item)} {words}")


def _was_there(stay: Stay, line: Line) -> bool:
    return stay.stage == line.to and stay.began <= line.at <= stay.ended + NOTED_SECONDS


def _may_say(stay: Stay, kind: str, at: float) -> bool:
    """Whether the signal, whose time has whole seconds, may come of this stay."""
    if kind == DELAY:
        fits = stay.stage.startswith("delayed/")
    elif stay.stage == "archive":
        fits = kind == SHIPPED
    else:
        fits = stay.stage in STAGES and STAGES.index(stay.stage) >= SAYS.index(kind)
    return fits and int(stay.began) <= at <= stay.ended + NOTED_SECONDS


def _told(stay: Stay) -> str:
    until = f" to {_clock(stay.ended)}" if stay.ended < float("inf") else ""
    return f"in {stay.stage} from {_clock(stay.there)}{until}"


def _clock(at: float) -> str:
    return f"{time.strftime('%H:%M:%S', time.gmtime(at))}.{int(at * 10) % 10}"


def _gmt(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S GMT", time.gmtime(at))


def _seconds(text: str) -> float:
    return float(calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S GMT")))
