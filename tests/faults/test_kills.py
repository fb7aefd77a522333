"""Processes that end, stop, or meet another of their kind.

The sweep of 500 random kills is `scripts/soak --outbox`; tests/scripts/test_outbox.py runs 30.
"""

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from socket import socket

import pytest

from tests.end_to_end.running_shop import ORDER_KEY, RunningShop
from tests.faults.bed import ALL, Bed, made_bed
from tests.faults.other_sender import SECONDS, arrived, is_stopped, sending
from tests.faults.sending import LOCKED
from tests.net.servers import Request, Server, says, serving
from tests.test_center_server import SIGNAL_KEY, RunningTestCenter
from tests.waiting import wait_until

KILLS = 3


@pytest.fixture
def bed(tmp_path: Path, logged: list[str]) -> Iterator[Bed]:
    """Its clock shows the real time, as that of other processes does."""
    with made_bed(tmp_path, logged, start=datetime.now(UTC)) as made:
        yield made


# 3


def test_random_kills_in_quick_succession_lose_nothing(bed: Bed) -> None:
    """The short form of the sweep, with a process that only sends.

    Where in its work a kill meets it nobody chooses: only after how many signals.
    """
    dice = Random(3)
    bed.center.fault(delay_seconds=0.02)
    for number in range(KILLS):
        bed.promise_many(4, items=3, first=10 * number + 1)
        with sending(bed, bed.center.signal_url):
            enough = len(bed.oracle.accepted()) + dice.randint(1, 6)
            wait_until(
                lambda: len(bed.oracle.accepted()) >= enough,  # noqa: B023 (called in this turn)
                SECONDS,
                "something arrives",
            )
    with sending(bed, bed.center.signal_url):
        wait_until(lambda: arrived(bed), SECONDS, "everything")
    bed.check(doubles=KILLS * 3)


# 4


def test_a_kill_exactly_between_the_200_and_its_commit_sends_once_more_and_loses_nothing(
    bed: Bed,
) -> None:
    running: list[subprocess.Popen[bytes]] = []

    def stop_then_answer(server: Server, connection: socket, request: Request) -> None:
        if len(server.requests) == 1:
            running[0].send_signal(signal.SIGSTOP)
            wait_until(lambda: is_stopped(running[0]), SECONDS, "a stop")
        says(200)(server, connection, request)
        if len(server.requests) == 1:
            running[0].kill()

    bed.promise("1", "11", ALL)
    with serving(bed.books(stop_then_answer)) as server:
        with sending(bed, server.url) as first:
            running.append(first)
            assert first.wait(SECONDS) == -signal.SIGKILL
        assert bed.states() == {"sending": 1, "waiting": 4}
        assert len(bed.oracle.accepted()) == 1

        with sending(bed, server.url):
            wait_until(lambda: arrived(bed), SECONDS, "everything")
    assert bed.oracle.doubles() == 1
    assert server.requests[0].body == server.requests[1].body
    bed.check(doubles=1)


# 5


def test_a_kill_between_claim_and_post_is_taken_up_by_the_next_start_at_once(bed: Bed) -> None:
    bed.promise("1", "11", ALL)
    with sending(bed, bed.center.signal_url, "mortal") as first:
        assert first.wait(SECONDS) == -signal.SIGKILL
    assert bed.states() == {"sending": 1, "waiting": 4}

    with sending(bed, bed.center.signal_url) as second:
        wait_until(lambda: arrived(bed), SECONDS, "everything; no lock has to be removed by hand")
        with sending(bed, bed.center.signal_url) as third:
            assert third.wait(SECONDS) == LOCKED
        assert second.poll() is None
    bed.check()


def test_a_claim_that_nobody_ends_is_taken_up_when_its_lease_is_over(bed: Bed) -> None:
    bed.promise("1", "11", ALL)
    with sending(bed, bed.center.signal_url, "mortal") as first:
        assert first.wait(SECONDS) == -signal.SIGKILL

    bed.pass_time(50)
    assert bed.oracle.accepted() == []
    bed.pass_time(60)  # the process claimed by its own clock, some seconds after ours stood still
    assert bed.oracle.everything_arrived()
    bed.check()


# 20, a machine that sleeps


def test_a_process_that_was_stopped_in_the_middle_of_a_post_goes_on_as_if_nothing_was(
    bed: Bed,
) -> None:
    bed.promise_many(3)
    bed.center.fault(delay_seconds=0.3, times=1)
    with sending(bed, bed.center.signal_url) as process:
        wait_until(lambda: bed.states().get("sending"), SECONDS, "a claim")
        process.send_signal(signal.SIGSTOP)
        wait_until(lambda: is_stopped(process), SECONDS, "a stop")
        never = threading.Event()
        never.wait(3.5)  # longer than any limit of the sender
        process.send_signal(signal.SIGCONT)
        wait_until(lambda: arrived(bed), SECONDS, "everything")
    bed.check(doubles=1)


# 24


@contextmanager
def a_daemon(folder: Path) -> Iterator[tuple[RunningShop, RunningTestCenter]]:
    with RunningTestCenter(account_file=folder / "account.jsonl") as center:
        shop = RunningShop(folder / "shop", center.signal_url, SIGNAL_KEY, undo_seconds=0)
        try:
            yield shop, center
        finally:
            shop.close()


@pytest.mark.slow
@pytest.mark.end_to_end
def test_a_second_daemon_is_refused_and_a_stop_in_the_middle_of_a_post_loses_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    with a_daemon(tmp_path) as (shop, center):
        shop.start()
        second = shop.command("run")
        assert second.returncode == 5
        assert shop.is_alive

        center.fault(delay_seconds=1.5, times=4)
        pushed = center.push(8, order_url=shop.order_url, order_key=ORDER_KEY, kind="poster")
        assert [one.status for one in pushed] == [200] * 8
        sending = "SELECT count(*) FROM outbox WHERE state = 'sending'"
        wait_until(lambda: shop.rows(sending)[0][0], SECONDS, "signals on their way")
        began = time.monotonic()
        assert shop.stop() == 0
        assert time.monotonic() - began < 30
        assert shop.rows(sending) == [(0,)], "it waited for what was on its way"

        shop.start()
        center.wait_for(lambda accepted: len(accepted) >= 8, SECONDS)
        assert len(center.accepted()) == 8
        assert SIGNAL_KEY not in shop.log_text()
