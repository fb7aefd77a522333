"""Cloudprinter's side of a long run: every order is posted until it was answered with 200."""

import threading
import time
from collections.abc import Callable
from random import Random
from typing import Any

from programs import Trouble
from shop import Shop

AGAIN_SECONDS = 0.3
# an order that was taken is posted once more: its answer may have been lost on the way
LOST_ANSWERS = 0.05


class Posting(threading.Thread):
    """Posts orders 1 to `orders`, each as soon as `may_post(number)` says so.

    `more` is about each order, as `Shop.push` takes it.
    """

    def __init__(
        self,
        shop: Shop,
        orders: int,
        dice: Random,
        may_post: Callable[[int], bool],
        **more: Any,
    ) -> None:
        super().__init__(daemon=True)
        self.posting = threading.Event()
        self.taken = 0
        self.cut = 0
        self.repeated = 0
        self.trouble = ""
        self.orders = orders
        self._shop = shop
        self._more = more
        self._dice = dice
        self._may_post = may_post
        self._ending = threading.Event()

    @property
    def is_over(self) -> bool:
        return self.taken == self.orders

    def end(self) -> None:
        self._ending.set()

    def run(self) -> None:
        try:
            for number in range(1, self.orders + 1):
                self._post_until_taken(number)
                if self._dice.random() < LOST_ANSWERS:
                    self.repeated += 1
                    self._post_until_taken(number)
                self.taken = number
        except Trouble as error:
            self.trouble = self.trouble or str(error)

    def _post_until_taken(self, number: int) -> None:
        while not self._ending.is_set():
            if self._may_post(number) and self._post(number):
                return
            time.sleep(0.02)

    def _post(self, number: int) -> bool:
        self.posting.set()
        pushed = self._shop.push(number, **self._more)
        self.posting.clear()
        if pushed["status"] == 200:
            return True
        if pushed["status"] is not None and pushed["status"] < 500:
            raise Trouble(f"order {number} was refused: {pushed['status']} {pushed['answer']}")
        self.cut += 1
        self._ending.wait(AGAIN_SECONDS)
        return False
