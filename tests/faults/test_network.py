"""Faults between the receiver and us: certificates, names, drips, silence, resets, floods."""

import gzip
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from hotfolder.loops import Loop
from hotfolder.net.guard import Names
from hotfolder.services.send_signals import send_next
from hotfolder.test_center.signals import read_post
from tests.fault_proxy import BLACK_HOLE, NO_ANSWER, RESET_AFTER_REQUEST, Ending, Trouble
from tests.faults.bed import ALL, Bed
from tests.faults.secure import AUTHORITY, secure_receiver
from tests.net.servers import sends, serving, without_end
from tests.waiting import wait_until

MIB = 1024 * 1024
OK = b"HTTP/1.1 200 OK\r\n"


def seconds_of(action: Callable[[], object]) -> float:
    began = time.monotonic()
    action()
    return time.monotonic() - began


# 8


@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        ("expired", "certificate has expired"),
        ("wrong_host", "not valid for '127.0.0.1'"),
        ("self_signed", "self-signed certificate"),
        ("not_yet", "certificate is not yet valid"),  # what a clock in 1970 says of all of them
    ],
)
def test_nothing_is_sent_to_a_receiver_that_is_not_trusted_and_it_is_told_why(
    bed: Bed, certificate: str, words: str
) -> None:
    def take(body: bytes) -> None:
        post = read_post(body)
        bed.center.state.account.accept(post.elements, is_bundle=post.is_bundle)

    with secure_receiver(take) as receiver:
        bed.aim_at(receiver.url, ca_file=str(AUTHORITY))
        receiver.use(certificate)
        bed.promise("1", "11", ALL[:2])
        bed.pass_time(60)
        assert bed.oracle.accepted() == []
        assert any("is not trusted" in line and words in line for line in bed.logged)
        bed.check()

        receiver.use("good")
        bed.pass_time(6)

    assert bed.oracle.everything_arrived()
    bed.check()


# 9


@contextmanager
def sending(bed: Bed) -> Iterator[None]:
    """A real loop sends, and its clock goes with the real one."""

    def step() -> float:
        bed.clock.turn(0.2)
        return 0.0 if send_next(bed.shop, bed.gate) else 0.05

    loop = Loop("sender", step)
    loop.start()
    try:
        yield
    finally:
        loop.ask_to_stop()
        assert loop.join(10)


def look_ups() -> int:
    return sum(thread.name == "name look-up" for thread in threading.enumerate())


def has_answers(bed: Bed, count: int) -> bool:
    return len(bed.sender.answers) >= count


def test_without_names_and_with_a_dns_that_never_answers_nothing_but_the_sending_waits(
    bed: Bed,
) -> None:
    answer = threading.Event()
    kinds = ["gone"]

    def ask(_host: str) -> object:
        if kinds[0] == "gone":
            raise OSError("no such name")
        return answer.wait(30)

    bed.aim_at(bed.center.signal_url, Names(ask))
    beats: list[float] = []

    def tick() -> float:
        beats.append(time.monotonic())
        return 0.1

    ticks = Loop("tick", tick)
    ticks.start()
    with sending(bed):
        for item in range(1, 21):
            assert seconds_of(partial(bed.promise, "1", f"1{item:02}")) < 1
            if item == 10:
                wait_until(lambda: bed.sender.answers, 5, "an answer without a name")
                kinds[0] = "silent"
                enough = len(bed.sender.answers) + 2
                wait_until(partial(has_answers, bed, enough), 15, "the time is over")
                assert look_ups() <= 1
        assert all(one.status is None for one in bed.sender.answers)
        assert max(one.milliseconds for one in bed.sender.answers) < 3000
        answer.set()
        wait_until(bed.oracle.everything_arrived, 20, "everything")
    ticks.ask_to_stop()
    assert ticks.join(5)
    gaps = [later - earlier for earlier, later in itertools.pairwise(beats)]
    assert max(gaps) < 1
    bed.check()


# 10


def test_headers_that_drip_are_cut_by_the_wall_clock_and_delay_nobody_longer(bed: Bed) -> None:
    bed.promise_many(3)
    with bed.proxy.troubled(Trouble(bytes_a_second=2)):
        spent = seconds_of(lambda: send_next(bed.shop, bed.gate))
    assert spent < 2 + 1.5
    assert bed.sender.answers[0].status is None

    bed.pass_time(3)
    assert bed.oracle.everything_arrived()
    bed.check(doubles=1)


def test_a_body_that_drips_is_left_and_what_its_status_says_holds(bed: Bed) -> None:
    drip = without_end(OK + b"Content-Length: 1000\r\n\r\n", b".", 1.0)
    bed.promise("1", "11")
    with serving(bed.books(drip)) as server:
        bed.aim_at(server.url, read_seconds=5.0, whole_seconds=8.0)
        spent = seconds_of(bed.send)

    assert spent < 8 + 1.5
    assert bed.states() == {"sent": 1}
    bed.check()


# 11


def test_silence_after_the_request_is_unknown_and_sent_again_in_order(bed: Bed) -> None:
    bed.use(bundle_limit=1)
    bed.promise("1", "11", ALL)
    bed.promise("2", "21", ALL)
    with bed.proxy.troubled(NO_ANSWER):
        spent = seconds_of(lambda: send_next(bed.shop, bed.gate))
    assert spent < 2 + 1.5
    assert len(bed.oracle.accepted()) == 1
    assert bed.states() == {"waiting": 10}

    bed.pass_time(3)
    assert bed.states() == {"sent": 10}
    bed.check(doubles=1)


def test_a_black_hole_takes_a_request_and_nothing_is_lost(bed: Bed) -> None:
    bed.promise("1", "11", ALL)
    with bed.proxy.troubled(BLACK_HOLE):
        assert seconds_of(lambda: send_next(bed.shop, bed.gate)) < 2 + 1.5
    assert bed.oracle.accepted() == []

    bed.pass_time(3)
    assert bed.oracle.everything_arrived()
    bed.check()


def test_a_receiver_that_is_down_or_far_away_loses_and_doubles_nothing(bed: Bed) -> None:
    bed.promise("1", "11", ALL)
    bed.proxy.down()
    bed.pass_time(30)
    assert bed.states() == {"waiting": 5}
    bed.proxy.up()
    with bed.proxy.troubled(Trouble(latency_seconds=0.2)):
        bed.pass_time(6)
    assert bed.oracle.everything_arrived()
    bed.check()


# 12


def test_a_reset_before_the_status_is_sent_again(bed: Bed) -> None:
    bed.promise("1", "11", ALL)
    with bed.proxy.troubled(RESET_AFTER_REQUEST):
        send_next(bed.shop, bed.gate)
    assert len(bed.oracle.accepted()) == 1
    assert bed.states() == {"waiting": 5}

    bed.pass_time(3)
    assert bed.states() == {"sent": 5}
    bed.check(doubles=1)


def test_a_reset_in_the_middle_of_the_headers_is_sent_again(bed: Bed) -> None:
    bed.promise("1", "11")
    with bed.proxy.troubled(Trouble(answer_bytes=20, ending=Ending.RESET)):
        send_next(bed.shop, bed.gate)
    assert bed.states() == {"waiting": 1}

    bed.pass_time(3)
    assert bed.states() == {"sent": 1}
    bed.check(doubles=1)


def test_an_answer_cut_off_after_its_status_is_delivered(bed: Bed) -> None:
    half = sends(OK + b"Content-Length: 100\r\n\r\n" + b"." * 50, then_close=True)
    bed.promise("1", "11", ALL)
    with serving(bed.books(half)) as server:
        bed.aim_at(server.url)
        bed.send()
    assert bed.states() == {"sent": 5}
    bed.check()


# 13


def memory() -> int:
    """The most memory in use since `forget_memory`, in bytes; the kernel's own count."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def forget_memory() -> int:
    """Start to count anew (proc(5), clear_refs); what is in use now."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory()


@pytest.mark.parametrize("status", [200, 500])
def test_an_endless_answer_costs_no_memory_and_its_status_decides(bed: Bed, status: int) -> None:
    head = f"HTTP/1.1 {status} Whatever\r\nContent-Length: {1024 * MIB}\r\n\r\n".encode()
    flood = without_end(head, b"x" * MIB)
    bed.promise("1", "11")
    before = forget_memory()
    with serving(bed.books(flood) if status == 200 else flood) as server:
        bed.aim_at(server.url)
        send_next(bed.shop, bed.gate)

    assert memory() - before < 16 * MIB
    assert server.sent < 64 * MIB
    assert bed.states() == {"sent" if status == 200 else "waiting": 1}
    bed.check()


def test_a_body_that_would_swell_to_sixty_four_mebibytes_is_not_unpacked(bed: Bed) -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 64 * MIB))
    head = OK + f"Content-Encoding: gzip, gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    bed.promise("1", "11")
    before = forget_memory()
    with serving(bed.books(sends(head + bomb))) as server:
        bed.aim_at(server.url)
        bed.send()

    assert memory() - before < 16 * MIB
    assert bed.states() == {"sent": 1}
    bed.check()
