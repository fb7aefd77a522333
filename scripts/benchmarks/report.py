"""What must hold, and how the outcome is told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from scripts.benchmarks.sizes import Lines, Measured


class Verdict(StrEnum):
    """How a line does."""

    OK = "ok"
    OVER = "over"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """What a line measures and the value it must keep to; of its ratio to the floor, or itself."""

    what: str
    unit: str
    value: float
    of_ratio: bool = False
    at_least: bool = False
    judged: bool = True

    def verdict(self, measured: Measured) -> Verdict:
        """Over means: on the wrong side of the limit, be it above or below."""
        if not self.judged:
            return Verdict.NOT_JUDGED
        value = ratio(measured) if self.of_ratio else measured.value
        holds = value is not None and (
            value >= self.value if self.at_least else value <= self.value
        )
        return Verdict.OK if holds else Verdict.OVER

    def words(self) -> str:
        """The limit as it stands in the table."""
        sign, unit = (">=" if self.at_least else "<="), "x floor" if self.of_ratio else self.unit
        return f"{sign} {self.value:g} {unit}"


LIMITS: Mapping[str, Limit] = {
    "move-p50": Limit(what="rename to arrival, median", unit="ms", value=10, of_ratio=True),
    "move-p99": Limit(what="rename to arrival, 99 of 100", unit="ms", value=50),
    "burst": Limit(what="all moves of a burst arrived", unit="s", value=1),
    "orders": Limit(
        what="orders made durable", unit="/s", value=0.25, of_ratio=True, at_least=True
    ),
    "recovery": Limit(what="waiting signals delivered", unit="s", value=5),
    "drain": Limit(
        what="waiting signals sent singly", unit="/s", value=0.5, of_ratio=True, at_least=True
    ),
    "drain-bundled": Limit(
        what="waiting signals sent bundled", unit="/s", value=1, of_ratio=True, at_least=True
    ),
    "enqueue": Limit(what="order taken while signals drain", unit="ms", value=250),
    "first-signal": Limit(what="first of 100,000, from start", unit="s", value=3),
    "long-memory": Limit(what="100,000 waiting, memory", unit="MB", value=150),
    "list": Limit(what="100,000 waiting, time to list", unit="ms", value=300),
    "floor-move-p50": Limit(what="10,000 jobs: move noted, median", unit="ms", value=25),
    "floor-move-p99": Limit(what="10,000 jobs: move noted, 99 of 100", unit="ms", value=100),
    "floor-burst": Limit(what="10,000 jobs: 1,000 moves noted", unit="s", value=2),
    "floor-elsewhere": Limit(
        what="move, 10,000 elsewhere to 100", unit="ms", value=1.25, of_ratio=True
    ),
    "floor-start-cold": Limit(what="100,000 jobs: start, cold disk", unit="s", value=15),
    "floor-start-warm": Limit(what="100,000 jobs: start, warm disk", unit="s", value=3),
    "floor-look": Limit(what="100,000 jobs: processor for a look", unit="ms", value=200),
    "floor-idle-cpu": Limit(what="100,000 jobs: idle, of one core", unit="%", value=1.5),
    "floor-idle-memory": Limit(what="100,000 jobs: idle, memory", unit="MB", value=200),
    "idle-memory": Limit(what="idle, memory", unit="MB", value=80),
    "idle-cpu": Limit(what="idle, of one core", unit="%", value=1),
}


def limits(changed: Mapping[str, float], *, judge_all: bool) -> dict[str, Limit]:
    """The limits in force: those changed are always judged, the others only if all are."""
    return {
        name: replace(
            limit, value=changed.get(name, limit.value), judged=judge_all or name in changed
        )
        for name, limit in LIMITS.items()
    }


def ratio(measured: Measured) -> float | None:
    """Measured over floor, where there is a floor."""
    return measured.value / measured.floor if measured.floor else None


def is_over(lines: Lines, in_force: Mapping[str, Limit]) -> bool:
    """True when any line does not keep to its limit."""
    return any(in_force[name].verdict(line) is Verdict.OVER for name, line in lines.items())


def as_data(lines: Lines, in_force: Mapping[str, Limit]) -> list[dict[str, Any]]:
    """Every line as plain data."""
    return [
        {
            "line": name,
            "what": in_force[name].what,
            "measured": line.value,
            "floor": line.floor,
            "unit": in_force[name].unit,
            "ratio": ratio(line),
            "limit": in_force[name].words(),
            "verdict": in_force[name].verdict(line).value,
            "notes": line.notes,
        }
        for name, line in lines.items()
    ]


def as_table(lines: Lines, in_force: Mapping[str, Limit]) -> str:
    """Every line as a row, then what was noted."""
    rows = [("line", "what", "measured", "floor", "ratio", "limit", "")]
    notes = []
    for name, line in lines.items():
        limit, times = in_force[name], ratio(line)
        rows.append(
            (
                name,
                limit.what,
                _value(line.value, limit.unit),
                "" if line.floor is None else _value(line.floor, limit.unit),
                "" if times is None else f"{times:.2f}",
                limit.words(),
                limit.verdict(line).value,
            )
        )
        notes += [f"{name}: {what} {_number(value)}" for what, value in line.notes.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join([*table, *notes])


def _value(value: float, unit: str) -> str:
    return f"{_number(value)} {unit}"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
