"""How much is measured, and what a measurement gives."""

from dataclasses import dataclass, field
from math import ceil

# 20 items of 6 orders, as ten thousand signals of three thousand orders are
ITEMS = (1, 2, 3, 4, 5, 5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """Numbers of things and seconds. The defaults are those that the limits speak of.

    `items`: how many the orders of the jobs on the floor have, in turn.
    `probes`: how often the daemon must have asked a failing receiver before it recovers.
    `floor_jobs`, `floor_few`, `floor_many`: how many jobs lie on a whole floor. With very many a
    look comes seldom, so `floor_idle_seconds` has to hold some.
    """

    jobs: int = 1000
    items: tuple[int, ...] = ITEMS
    warm_up: int = 20
    moves: int = 210
    burst: int = 500
    orders: int = 1500
    backlog: int = 10_000
    floor_signals: int = 2000
    enqueued: int = 200
    long_backlog: int = 100_000
    settle_seconds: float = 10.0
    idle_seconds: float = 20.0
    probes: int = 4
    floor_jobs: int = 10_000
    floor_few: int = 100
    floor_many: int = 100_000
    floor_burst: int = 1000
    floor_idle_seconds: float = 60.0


QUICK = Sizes(
    jobs=16,
    warm_up=2,
    moves=6,
    burst=6,
    orders=12,
    backlog=400,
    floor_signals=20,
    enqueued=3,
    long_backlog=3000,  # some still wait when the receiver is stopped
    settle_seconds=0.2,
    idle_seconds=0.5,
    probes=1,
    floor_jobs=60,
    floor_few=20,
    floor_many=120,
    floor_burst=8,
    floor_idle_seconds=0.5,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What a line came to, the floor where there is one, and more that is worth knowing."""

    value: float
    floor: float | None = None
    notes: dict[str, float] = field(default_factory=dict)


Lines = dict[str, Measured]


def share(values: list[float], part: float) -> float:
    """The value that this part of all values does not exceed (nearest rank)."""
    return sorted(values)[ceil(part * len(values)) - 1]
