"""Orders that come in at the same time are taken together, and each hears what became of it."""

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest

from hotfolder.errors import OrderRefused, StoreError
from hotfolder.services.shop import Caller
from hotfolder.services.take_order import Posted, Taken
from hotfolder.web.desk import MOST_TOGETHER, Desk

SECONDS = 10.0
PARTNER = Caller(address="192.0.2.1")
Outcome = Taken | Exception | BaseException


class Work:
    """Takes orders when it is let to; remembers which came together."""

    def __init__(self) -> None:
        self.turns: list[list[bytes]] = []
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.error: Exception | None = None

    def __call__(self, documents: Sequence[Posted]) -> list[Taken | Exception]:
        self.turns.append([body for body, _, _ in documents])
        self.begun.set()
        assert self.go_on.wait(SECONDS)
        if self.error is not None:
            raise self.error
        return [self._one(body) for body, _, _ in documents]

    def _one(self, body: bytes) -> Taken | Exception:
        return OrderRefused([]) if body == b"bad" else Taken(order_id=body.decode())


@pytest.fixture
def work() -> Work:
    return Work()


def take_all(work: Work, bodies: list[bytes], then: Callable[[], None]) -> list[Outcome]:
    """Post the first, the others while it is being taken, then let the work go on."""

    async def run() -> list[Outcome]:
        desk = Desk(work)
        tasks = [asyncio.create_task(desk.take(bodies[0], None, PARTNER))]
        await asyncio.to_thread(work.begun.wait, SECONDS)
        tasks += [asyncio.create_task(desk.take(body, None, PARTNER)) for body in bodies[1:]]
        await asyncio.sleep(0)
        then()
        work.go_on.set()
        return [*await asyncio.gather(*tasks, return_exceptions=True)]

    return asyncio.run(run())


def test_what_comes_in_meanwhile_is_taken_together_in_its_order(work: Work) -> None:
    outcomes = take_all(work, [b"1", b"2", b"3", b"4"], lambda: None)

    assert work.turns == [[b"1"], [b"2", b"3", b"4"]]
    assert outcomes == [Taken(order_id=name) for name in "1234"]


def test_one_that_is_refused_disturbs_no_other(work: Work) -> None:
    first, bad, last = take_all(work, [b"1", b"bad", b"3"], lambda: None)

    assert (first, last) == (Taken(order_id="1"), Taken(order_id="3"))
    assert isinstance(bad, OrderRefused)


def test_a_store_that_fails_is_told_to_everybody_it_concerns(work: Work) -> None:
    def fail() -> None:
        work.error = StoreError("the disk is full")

    outcomes = take_all(work, [b"1", b"2", b"3"], fail)

    assert [str(outcome) for outcome in outcomes] == ["the disk is full"] * 3


def test_a_crowd_is_taken_in_several_turns(work: Work) -> None:
    bodies = [str(number).encode() for number in range(MOST_TOGETHER + 3)]

    outcomes = take_all(work, bodies, lambda: None)

    assert [len(turn) for turn in work.turns] == [1, MOST_TOGETHER, 2]
    assert outcomes == [Taken(order_id=body.decode()) for body in bodies]


def test_who_goes_away_while_bringing_the_others_leaves_them_to_somebody_else(work: Work) -> None:
    async def run() -> list[Outcome]:
        desk = Desk(work)
        gone = asyncio.create_task(desk.take(b"1", None, PARTNER))
        await asyncio.to_thread(work.begun.wait, SECONDS)
        others = [asyncio.create_task(desk.take(body, None, PARTNER)) for body in (b"2", b"3")]
        await asyncio.sleep(0)
        gone.cancel()
        work.go_on.set()
        return [*await asyncio.gather(*others, return_exceptions=True)]

    assert asyncio.run(run()) == [Taken(order_id="2"), Taken(order_id="3")]
