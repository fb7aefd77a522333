"""The daemon as a service: it tells when it is ready, that it lives, and that it stops."""

import os
import signal
from pathlib import Path

import pytest

from tests.end_to_end.running_shop import RunningShop
from tests.service_manager import Listener
from tests.waiting import wait_until

pytestmark = pytest.mark.end_to_end

SECONDS = 30.0


def test_a_service_manager_hears_of_the_whole_life_and_nothing_of_a_frozen_daemon(
    shop: RunningShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = Listener(str(tmp_path / "notify"))
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "400000")
    heard: list[str] = []

    def hears(fact: str) -> bool:
        heard.extend(listener.heard())
        return fact in heard

    shop.start()
    wait_until(lambda: hears("READY=1"), SECONDS, "ready")
    assert heard[:2] == [
        "STATUS=starting: opening the store",
        "STATUS=starting: looking at the floor",
    ]
    assert f"STATUS=orders are taken at {shop.order_url}" in heard

    os.kill(shop.pid, signal.SIGSTOP)
    wait_until(lambda: state_of(shop.pid) == "T", SECONDS, "frozen")
    listener.heard()
    assert not listener.hears_within(0.8), "twice the time after which it counts as dead"
    os.kill(shop.pid, signal.SIGCONT)
    heard.clear()
    wait_until(lambda: hears("WATCHDOG=1"), SECONDS, "fed again")

    assert shop.stop() == 0
    assert hears("STOPPING=1")
    listener.close()


def test_the_log_of_a_daemon_that_was_ended_because_it_is_stuck_shows_every_thread(
    shop: RunningShop,
) -> None:
    shop.start_with = ["prlimit", "--core=0"]
    shop.start()
    os.kill(shop.pid, signal.SIGABRT)
    wait_until(lambda: not shop.is_alive, SECONDS, "its end")

    log = shop.log_text()
    assert "Fatal Python error: Aborted" in log
    assert "in _be_on_duty" in log
    assert log.count("Thread 0x") > 10


def state_of(pid: int) -> str:
    """One letter of proc_pid_stat(5)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
