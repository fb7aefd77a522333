"""Processes that end, stop, hang, or meet another of their kind.

The sweep of 500 random kills is `scripts/soak --outbox`; tests/scripts/test_outbox.py runs 30.
"""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from socket import socket
from typing import Any

import apsw
import pytest
from playhouse.migrations import Runner

from hotfolder.errors import StoreError
from hotfolder.loops import Loop
from hotfolder.services.recover import free_stuck, recover
from hotfolder.services.send_signals import send_next
from hotfolder.store.database import MIGRATIONS, Database
from hotfolder.store.store import Store
from hotfolder.timers import Timers
from tests.end_to_end.running_shop import ORDER_KEY, RunningShop
from tests.faults.bed import ALL, Bed, Interrupted, made_bed
from tests.faults.sending import LOCKED
from tests.net.servers import Request, Server, says, serving
from tests.processes import ROOT
from tests.steps import look_up
from tests.test_center_server import SIGNAL_KEY, RunningTestCenter
from tests.waiting import wait_until

SECONDS = 30.0


@pytest.fixture
def bed(tmp_path: Path, logged: list[str]) -> Iterator[Bed]:
    """Its clock shows the real time, as that of other processes does."""
    with made_bed(tmp_path, logged, start=datetime.now(UTC)) as made:
        yield made


@contextmanager
def sending(bed: Bed, url: str, *mortal: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that sends what this bed promised."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.sending", bed.folder, url, *mortal], cwd=ROOT
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(SECONDS)


def is_stopped(process: subprocess.Popen[bytes]) -> bool:
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def arrived(bed: Bed) -> bool:
    rows = look_up(bed.oracle.database, "SELECT DISTINCT state FROM outbox")
    return bed.oracle.everything_arrived() and rows == [("sent",)]


# 3


def test_random_kills_in_quick_succession_lose_nothing(bed: Bed) -> None:
    """The short form of the sweep, with a process that only sends."""
    dice = Random(3)
    bed.center.fault(delay_seconds=0.02)
    for number in range(6):
        bed.promise_many(4, items=3, first=10 * number + 1)
        with sending(bed, bed.center.signal_url):
            before = len(bed.oracle.accepted())
            wait_until(lambda: len(bed.oracle.accepted()) > before, SECONDS, "something arrives")  # noqa: B023
            time.sleep(dice.uniform(0, 0.05))
    with sending(bed, bed.center.signal_url):
        wait_until(lambda: arrived(bed), SECONDS, "everything")
    bed.check(doubles=6 * 3)


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
    bed.pass_time(20)
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


# 22


def test_timers_that_raise_and_hang_and_a_step_that_raises_do_not_end_the_sending(
    bed: Bed, caplog: pytest.LogCaptureFixture
) -> None:
    release = threading.Event()
    failures = iter(range(3))

    def raises() -> None:
        raise RuntimeError("a timer")

    def hangs() -> None:
        release.wait(SECONDS)

    def step() -> float:
        if next(failures, None) is not None:
            raise RuntimeError("a step")
        return 0.0 if send_next(bed.shop, bed.gate) else 0.1

    timers = Timers({"raises": (0.01, raises), "hangs": (0.02, hangs)})
    loop = Loop("sender", step)
    bed.promise("1", "11", ALL)
    timers.start()
    loop.start()
    try:
        wait_until(lambda: arrived(bed), SECONDS, "everything, although all timers hang")
        assert time.monotonic() - loop.beat < 60
    finally:
        release.set()
        timers.stop()
        loop.ask_to_stop()
        assert loop.join(10)
    assert sum("had to start again" in line for line in bed.logged) == 3
    bed.check()


def test_a_sender_that_hangs_is_seen_by_its_beat_and_its_late_word_changes_nothing(
    bed: Bed,
) -> None:
    hang, held = threading.Event(), threading.Event()

    def wait() -> None:
        held.set()
        hang.wait(SECONDS)

    bed.use(sender=Interrupted(bed.sender, before=wait), bundle_limit=1)
    loops = [
        Loop(name, lambda: 0.0 if send_next(bed.shop, bed.gate) else 0.05)
        for name in ("first", "second")
    ]
    bed.promise_many(6)
    loops[0].start()
    assert held.wait(SECONDS)
    loops[1].start()
    others = {"sent": 5, "sending": 1}
    wait_until(lambda: bed.states() == others, SECONDS, "what the other one sends")
    assert time.monotonic() - loops[0].beat > time.monotonic() - loops[1].beat

    bed.clock.turn(61)
    assert free_stuck(bed.shop) == 1
    loops[1].wake.set()
    wait_until(lambda: bed.states() == {"sent": 6}, SECONDS, "the one that hung")
    before = bed.shop.store.signals.find({})
    hang.set()
    wait_until(lambda: len(bed.oracle.accepted()) == 7, SECONDS, "its late word")
    for loop in loops:
        loop.ask_to_stop()
        assert loop.join(10)
    assert bed.shop.store.signals.find({}) == before
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


def at_first_schema(path: Path) -> apsw.Connection:
    """A database as the first version of the program made it."""
    path.parent.mkdir(parents=True)
    only = path.parent / "migrations"
    only.mkdir()
    (only / "__init__.py").touch()
    name = "0001_first_schema.py"
    (only / name).write_text((MIGRATIONS / name).read_text())
    database = Database(path)
    database._connect()
    Runner(database._peewee, str(only)).up()
    database.close()
    return apsw.Connection(str(path))


OLD_ROW: dict[str, Any] = {
    "order_id": "1",
    "job_id": 1,
    "type": "ItemRegistered",
    "stage": "",
    "inferred": 0,
    "state": "waiting",
    "attempts": 0,
    "last_answer": "",
    "alone": 0,
    "claim": "",
}


def test_an_upgrade_in_the_middle_of_a_backlog_loses_nothing(
    tmp_path: Path, logged: list[str]
) -> None:
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    old = at_first_schema(tmp_path / "state" / "hotfolder.sqlite")
    columns = {row[1] for row in old.execute("pragma table_info(outbox)")}
    for number in range(20):
        body = f'{{"type": "ItemRegistered", "order": "1", "item": "{number}"}}'
        row = OLD_ROW | {"item_id": str(number), "at": now, "due": now, "deadline": now}
        row |= {"body": body}
        row = {name: value for name, value in row.items() if name in columns}
        if number == 3:
            row |= {"state": "sending", "claim": "gone", "lease_until": now}
        places = ", ".join("?" * len(row))
        old.execute(f"INSERT INTO outbox ({', '.join(row)}) VALUES ({places})", [*row.values()])
    old.close()

    with made_bed(tmp_path, logged, start=datetime.now(UTC)) as bed:
        bed.oracle.promised = [("1", str(number), "ItemRegistered") for number in range(20)]
        recover(bed.shop)
        bed.send()
        assert bed.states() == {"sent": 20}
        assert bed.oracle.everything_arrived()
        bed.check()


def test_an_older_program_refuses_a_newer_file_and_leaves_it_as_it_is(bed: Bed) -> None:
    bed.promise("1", "11", ALL)
    bed.shop.store.close()
    step = "INSERT INTO schema_migration (name, applied) VALUES ('9999_tomorrow', '2030-01-01')"
    look_up(bed.oracle.database, step)
    rows = look_up(bed.oracle.database, "SELECT * FROM outbox")

    with pytest.raises(StoreError, match="newer Hotfolder"):
        Store.open(bed.oracle.database)

    assert look_up(bed.oracle.database, "SELECT * FROM outbox") == rows
