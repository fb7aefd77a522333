"""When each stage is looked at again although nobody has hinted."""

from collections.abc import Iterable

from hotfolder.watch.ears import Ears, Way

DEAF_SECONDS = 2.0
# Between two looks lies so many times what looking at all stages takes: that keeps a core busy by
# half a percent, or by 5 % for stages whose changes would not be known otherwise. But however much
# there is to look into, a hint that was lost costs a minute and no more.
REST = {Way.EVENTS: 200.0, Way.POLLED: 200.0, Way.DEAF: 20.0}
LONGEST_SECONDS = 60.0
SOON_SECONDS = 0.25
SOON_REST = 10.0
COSTS = 3


class Pace:
    """Looks at fixed times, later where a look takes long. All times are monotonic seconds."""

    def __init__(self, ears: Ears, every: float, poll: float) -> None:
        """`every`: seconds between two looks at a stage; `poll`: at one on another machine."""
        self._ears = ears
        self._every = every
        self._poll = poll
        self._costs: dict[str, list[float]] = {}
        self._all_stages = 0.0
        self._looked: dict[str, float] = {}

    def every(self, stage: str) -> float:
        """Seconds between two looks at this stage."""
        way = self._ears.of(stage).way
        wanted = {Way.EVENTS: self._every, Way.POLLED: self._poll}
        usual = wanted.get(way, min(self._every, DEAF_SECONDS))
        return max(usual, min(REST[way] * self._all_stages, LONGEST_SECONDS))

    def soon(self, stage: str) -> float:
        """Seconds until the next look at a stage where something is just happening."""
        return max(SOON_SECONDS, SOON_REST * min(self._costs.get(stage, [0.0])))

    def next(self, stage: str) -> float:
        """When the stage is due."""
        if stage not in self._looked:
            return 0.0
        return self._looked[stage] + self.every(stage)

    def looked(self, stage: str, began: float, cost: float) -> None:
        """A look at this time took so many seconds of the processor.

        What counts is the least of a few: now and then there is much to do, which is no reason.
        """
        self._looked[stage] = began
        before = self._costs.get(stage, [0.0])
        self._costs[stage] = [*before, cost][-COSTS:]
        self._all_stages += min(self._costs[stage]) - min(before)

    def all_due(self, stages: Iterable[str]) -> None:
        """Every stage is due at once."""
        for stage in stages:
            self._looked.pop(stage, None)
