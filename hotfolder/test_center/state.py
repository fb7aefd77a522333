"""What one running test center knows: its account, its faults, its rules."""

import hmac
import threading
import time
from collections.abc import Callable

from hotfolder.test_center.account import Account
from hotfolder.test_center.catalogue import MOST_NUMBER
from hotfolder.test_center.faults import FaultPlan
from hotfolder.test_center.records import Accepted, Refusal

News = Callable[[Accepted | Refusal], None]


def _no_news(_news: Accepted | Refusal) -> None:
    """Nobody listens."""


class CenterState:
    """Shared by the doors of one test center.

    An empty `signal_key` takes any key. `strict_orders` refuses signals about orders that this
    test center did not push. `news` hears of each signal accepted and each request refused, in
    the thread of the server, so it must be quick.
    """

    def __init__(
        self,
        *,
        signal_key: str = "",
        strict_orders: bool = True,
        account: Account | None = None,
        news: News = _no_news,
    ) -> None:
        self.account = account or Account()
        self.faults = FaultPlan()
        self.strict_orders = strict_orders
        self.news = news
        self._signal_key = signal_key.encode()
        self._numbers = threading.Lock()
        self._next_number = 1

    @property
    def takes_any_key(self) -> bool:
        return not self._signal_key

    def is_key(self, key: str) -> bool:
        """Whether a signal with this key is welcome."""
        if self.takes_any_key:
            return bool(key)
        return hmac.compare_digest(key.encode("utf-8", "replace"), self._signal_key)

    def take_numbers(self, count: int, first: int | None = None) -> range:
        """`count` order numbers: from `first` on, or new ones.

        New ones come from the clock, one per second since 2026 began, so that a test center that
        was started again does not repeat the ids of an earlier day; they wrap after three years.
        """
        with self._numbers:
            if first is None:
                since_2026 = int(time.time()) - 1_767_225_600
                first = max(self._next_number, since_2026 % MOST_NUMBER + 1)
                first = first if first + count - 1 <= MOST_NUMBER else 1
            self._next_number = max(self._next_number, first + count)
        return range(first, first + count)
