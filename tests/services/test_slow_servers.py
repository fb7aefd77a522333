"""Slow file servers: they have their turns, and no order of another server waits for them."""

import socket
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from hotfolder.domain.job import JobState
from hotfolder.errors import StopAsked
from hotfolder.net.download import Download, Limits
from hotfolder.services.fetch_next import Fetching, fetch_next
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.shopfront import SystemClock
from hotfolder.test_center.catalogue import make_order
from tests.net.servers import Request, Server, says, serving, without_end
from tests.steps import EXAMPLES, LIVE_KEY, the_job
from tests.threads import again_and_again
from tests.waiting import wait_until

WORKERS, PER_HOST, SLOW = 4, 3, 60


def order_at(shop: Shop, number: int, url: str) -> str:
    document = make_order(number, base_url=url, apikey=LIVE_KEY, kind="poster")
    take_order(shop, document.body, document.content_type)
    return document.order_id


def serves(server: Server, connection: socket.socket, request: Request) -> None:
    data = (EXAMPLES / "files" / Path(request.target).name).read_bytes()
    says(200, data)(server, connection, request)


def test_an_order_of_another_server_does_not_wait_for_files_that_drip(shop: Shop) -> None:
    fetcher = Download(Limits(private=True, per_host=PER_HOST, reserve_bytes=0))
    shop = replace(shop, fetcher=fetcher, clock=SystemClock())
    fetching = Fetching()
    stopping: list[bool] = []
    drips = without_end(b"HTTP/1.1 200 OK\r\n\r\n%PDF-", b"x", 0.05)

    def go_on() -> None:
        if stopping:
            raise StopAsked("the test is over")

    def work() -> None:
        with suppress(StopAsked):
            fetch_next(shop, fetching, go_on)

    with serving(drips, host="127.0.0.2") as slow, serving(serves) as server:
        for number in range(1, SLOW + 1):
            order_at(shop, number, slow.url)
        with again_and_again(WORKERS, work):
            try:
                wait_until(lambda: len(slow.requests) >= PER_HOST, 10, "slow files are asked for")
                job = the_job(shop, order_at(shop, SLOW + 1, server.url))
                wait_until(
                    lambda: the_job(shop, job.order_id).state is JobState.FLOOR, 10, "it is there"
                )
                assert len(slow.requests) == PER_HOST, "the others wait for their turn"
            finally:
                stopping.append(True)
    assert shop.store.jobs.counts_by_state() == {"floor": 1, "waiting": SLOW}
