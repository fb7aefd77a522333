"""What watches over the shop: the loops that see and tell alerts, and the numbers of /metrics."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import inf
from pathlib import Path
from threading import Event

from hotfolder.config.check import Loaded
from hotfolder.domain.reading import Form, Reading, reading
from hotfolder.loops import Loop
from hotfolder.services.measure_space import Disks
from hotfolder.services.mind_alerts import AlertMinder
from hotfolder.services.see_conditions import Senses
from hotfolder.services.shop import Shop
from hotfolder.services.take_stock import Stock
from hotfolder.services.tell_alerts import Ways, forget_ways, tell_alerts
from hotfolder.web.refusals import Refusal

LOOK_SECONDS = 15.0
TELL_SECONDS = 30.0
SPACE_SECONDS = 30.0


def places(loaded: Loaded) -> dict[str, Path]:
    """The folders whose disks matter."""
    found = {
        "state": loaded.state_path,
        "floor": loaded.floor_path,
        "spool": loaded.spool_path,
    }
    if loaded.config.archive.after_days:
        found["archive"] = loaded.config.archive.path
    return found


class Eyes:
    """Looks at everything else and touches nothing of it."""

    def __init__(self, shop: Shop, loaded: Loaded, ways: Ways) -> None:
        self._shop = shop
        self._ways = ways
        self._others: tuple[Loop, ...] = ()
        self._disks = Disks(places(loaded))
        alerts = loaded.config.alerts
        senses = Senses(
            limits=alerts.limits(), disks=self._disks, standing_still=self._standing_still
        )
        name, rule = loaded.config.shop.name, alerts.rule(shop.day.zone)
        self._minder = AlertMinder(shop, name, rule, senses, tuple(ways))
        self._stock = Stock(shop, self._disks)

    def loops(self) -> list[Loop]:
        """What measures and what tells may hang on others, and nobody's work depends on them."""
        told = Event()

        def look() -> float:
            if self._minder.step():
                told.set()
            return LOOK_SECONDS

        def tell() -> float:
            forget_ways(self._shop, self._ways)
            tell_alerts(self._shop, self._ways)
            return TELL_SECONDS

        def measure() -> float:
            self._disks.measure()
            return SPACE_SECONDS

        return [
            Loop("alerts", look),
            Loop("tell", tell, told, inf),
            Loop("space", measure, late_seconds=inf),
        ]

    def watch(self, loops: Iterable[Loop]) -> None:
        """These are all loops, our own among them."""
        self._others = tuple(loops)

    def readings(self, refused: Mapping[Refusal, int]) -> Callable[[], Iterator[Reading]]:
        """What takes all numbers; `refused` counts calls turned away at the door for orders."""

        def take() -> Iterator[Reading]:
            yield from self._stock.take()
            yield from self._loops()
            counted = dict(refused)  # at once: the server goes on counting
            yield reading(
                "hotfolder_refused_calls",
                "Calls that were refused at the door for orders, by reason",
                [({"reason": reason.value}, count) for reason, count in counted.items()],
                Form.COUNTER,
            )

        return take

    def _standing_still(self) -> list[str]:
        now = time.monotonic()
        return [loop.name for loop in self._others if loop.is_late(now) or loop.is_failing(now)]

    def _loops(self) -> Iterator[Reading]:
        now = time.monotonic()
        loops = self._others
        yield reading(
            "hotfolder_loop_beat_age_seconds",
            "Seconds since a loop was heard of",
            [({"loop": loop.name}, now - loop.beat) for loop in loops],
        )
        yield reading(
            "hotfolder_loop_last_step_seconds",
            "How long the last step of a loop took; of rounds: the last look at the floor",
            [({"loop": loop.name}, loop.work.last) for loop in loops],
        )
        for name, words, values in (
            ("steps", "Steps of a loop", [(loop.name, loop.work.steps) for loop in loops]),
            ("busy_seconds", "Time in steps", [(loop.name, loop.work.seconds) for loop in loops]),
            ("failures", "Steps that broke off", [(loop.name, loop.work.failed) for loop in loops]),
        ):
            samples = [({"loop": loop}, value) for loop, value in values]
            yield reading(f"hotfolder_loop_{name}", words, samples, Form.COUNTER)
