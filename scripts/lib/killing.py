"""kill -9 for the daemon, aimed at what it does just then; and which doubles that excuses."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random

from posting import Posting
from programs import Trouble
from shop import Shop
from walking import Operator

from hotfolder.test_center.records import Accepted

AIM_SECONDS = 3.0
# POSTs that the daemon has on the wire at once (signals.parallel) and may have to repeat
ON_THE_WIRE = 4
# a POST that was cut: how long before or after the kill the receiver can have booked it
WIRE_SECONDS = 3.0

WITH_ORDERS = ("intake", "download")
OTHERS = ("drag", "sending", "start", "any time")

Request = tuple[str, int]


class Killer:
    """Ends the daemon at a bad moment and starts it again, while the operator goes on."""

    def __init__(self, shop: Shop, operator: Operator, posting: Posting, dice: Random) -> None:
        self.times: list[float] = []
        self.aims: Counter[str] = Counter()
        self._shop = shop
        self._operator = operator
        self._posting = posting
        self._dice = dice
        self._left: list[str] = []

    def strike(self) -> None:
        """One kill -9 and a restart."""
        aim = self._next_aim()
        if aim == "intake":
            self._during_intake()
        elif aim == "download":
            self._during_download()
        elif aim == "drag":
            self._operator.hurry(4)
            self._operator.work_for(self._dice.uniform(0, 0.3))
        elif aim == "sending":
            self._during_sending()
        elif aim == "start":
            self._during_start()
        else:
            self._operator.work_for(self._dice.uniform(0, 2))
        self._kill_and_start(aim)

    def _next_aim(self) -> str:
        """Each aim comes as often as the others; those that need new orders, while there are."""
        if self._posting.is_over:
            self._left = [aim for aim in self._left if aim not in WITH_ORDERS]
        if not self._left:
            self._left = [*OTHERS, *(() if self._posting.is_over else WITH_ORDERS)]
            self._dice.shuffle(self._left)
        self._left.sort(key=WITH_ORDERS.__contains__)
        return self._left.pop()

    def _kill_and_start(self, aim: str) -> None:
        self._shop.check_alive()
        self._shop.daemon.kill()
        self.times.append(time.time())
        self.aims[aim] += 1
        self._operator.work_for(self._dice.uniform(0, 1.5))
        self._shop.start_daemon()

    def _during_start(self) -> None:
        """An orderly restart in the middle of work, which is cut short."""
        self._shop.wait_for_daemon()
        code = self._shop.daemon.stop()
        if code:
            raise Trouble(f"the daemon ended with {code} when it was asked to stop")
        self._shop.start_daemon()
        self._operator.work_for(self._dice.uniform(0.2, 3))

    def _during_intake(self) -> None:
        self._shop.wait_for_daemon()
        end = time.monotonic() + AIM_SECONDS
        while time.monotonic() < end and not self._posting.posting.wait(0.01):
            self._operator.work()
        time.sleep(self._dice.uniform(0, 0.02))

    def _during_download(self) -> None:
        self._shop.wait_for_daemon()
        self._shop.set_fault({"files": "truncate", "delay_seconds": 0.5, "times": 2})
        before = self._downloads()
        end = time.monotonic() + AIM_SECONDS
        while time.monotonic() < end and self._downloads() == before:
            self._operator.work()
        time.sleep(self._dice.uniform(0, 0.6))

    def _downloads(self) -> int:
        return int(self._shop.account()["counts"]["downloads"])

    def _during_sending(self) -> None:
        self._shop.wait_for_daemon()
        self._shop.set_fault({"delay_seconds": 0.4, "times": 6})
        self._operator.hurry(6)
        self._operator.work_for(self._dice.uniform(0.4, 1.6))


def doubled_on_the_wire(
    accepted: Sequence[Accepted], kills: Sequence[float]
) -> tuple[int, list[str]]:
    """How many signals came twice, and those that no kill excuses.

    A kill may cut the POSTs on the wire just then, and only these.
    """
    first: dict[tuple[str, str, str], Accepted] = {}
    pairs = []
    for one in accepted:
        known = first.setdefault((one.order, one.item, one.type), one)
        if known is not one:
            pairs.append((known, one))
    return len(pairs), without_excuse(pairs, kills)


def without_excuse(pairs: Iterable[tuple[Accepted, Accepted]], kills: Sequence[float]) -> list[str]:
    """The doubles, each with the first one, that were not on the wire at a kill."""
    cut: dict[float, set[Request]] = {}
    found = []
    for known, one in pairs:
        kill = min(kills, key=lambda at: abs(at - known.at), default=0.0)
        requests = cut.setdefault(kill, set())
        requests.add(("bundle", known.bundle) if known.bundle else ("signal", known.seq))
        if abs(kill - known.at) > WIRE_SECONDS or len(requests) > ON_THE_WIRE:
            found.append(f"{one.type} of {one.item} came twice, and no kill excuses it")
    return found
