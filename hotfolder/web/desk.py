"""The desk: orders that come in at the same time are taken together, one wait for the disk."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from hotfolder.errors import HotfolderError
from hotfolder.services.shop import Caller
from hotfolder.services.take_order import Posted, Taken

TakeOrders = Callable[[Sequence[Posted]], Sequence[Taken | Exception]]
MOST_TOGETHER = 32


@dataclass(kw_only=True, slots=True)
class _Waiting:
    document: Posted
    outcome: Taken | Exception | None = None


class Desk:
    """Takes orders in a thread of its own, away from the event loop that reads requests.

    Whoever finds the desk free brings along all orders that have come in since it was last free.
    """

    def __init__(self, take_orders: TakeOrders) -> None:
        self._take_orders = take_orders
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self._free = asyncio.Lock()
        self._waiting: list[_Waiting] = []

    async def take(
        self, body: bytes, content_type: str | None, caller: Caller
    ) -> Taken | Exception:
        """The order, once it is on the disk, or what keeps it from being taken.

        Raised it would hold the document in its traceback until the collector of cycles comes by.
        """
        order = _Waiting(document=(body, content_type, caller))
        self._waiting.append(order)
        while order.outcome is None:
            async with self._free:
                if order.outcome is None:
                    await self._take_waiting()
        return order.outcome

    async def _take_waiting(self) -> None:
        together, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
        documents = [order.document for order in together]
        loop = asyncio.get_running_loop()
        outcomes: Sequence[Taken | Exception]
        try:
            outcomes = await loop.run_in_executor(self._thread, self._take_orders, documents)
        except HotfolderError as error:
            outcomes = [error.bare()] * len(together)
        except Exception as error:  # noqa: BLE001 (each of them is told)
            outcomes = [error] * len(together)
        except BaseException:  # who brought them goes away: somebody else does it again
            self._waiting = together + self._waiting
            raise
        for order, outcome in zip(together, outcomes, strict=True):
            order.outcome = outcome
