"""Numbers that the shop shows to whoever watches over it, apart from how they are written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

BUCKETS = (1.0, 5.0, 15.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14400.0)  # seconds


class Form(StrEnum):
    """A gauge goes up and down, a counter only up until the next start."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"


@dataclass(kw_only=True, slots=True)
class Histogram:
    """How many of `BUCKETS` seconds or less, one number each; then all of them, and their sum."""

    within: list[int] = field(default_factory=lambda: [0] * len(BUCKETS))
    count: int = 0
    sum: float = 0.0

    def add(self, seconds: float) -> None:
        """One more that took so long."""
        self.count += 1
        self.sum += seconds
        for position, limit in enumerate(BUCKETS):
            self.within[position] += seconds <= limit


Labels = Mapping[str, str]
Value = float | Histogram


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A number, or one for each of several things that `labels` tell apart.

    `name` is in the words of Prometheus, without what it adds by itself; `words` say what it is.
    """

    name: str
    words: str
    samples: tuple[tuple[Labels, Value], ...]
    form: Form = Form.GAUGE


def reading(
    name: str, words: str, samples: Iterable[tuple[Labels, Value]], form: Form = Form.GAUGE
) -> Reading:
    return Reading(name=name, words=words, samples=tuple(samples), form=form)


def one(name: str, words: str, value: float, form: Form = Form.GAUGE) -> Reading:
    """A reading of a single number."""
    return reading(name, words, [({}, value)], form)
