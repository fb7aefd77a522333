"""The service manager is told when we are ready, and after that only while all is at work."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfolder.notify import STARTING_SECONDS, USUAL_SECONDS, Duty, ServiceManager
from tests.service_manager import Listener

WORDS = "orders are taken at http://127.0.0.1:8080/orders"


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    made = Listener(str(tmp_path / "notify"))
    yield made
    made.close()


class Parts:
    """The parts of a daemon: some are awaited, some are stuck."""

    def __init__(self, manager: ServiceManager) -> None:
        self.awaited = ["rounds"]
        self.late: list[str] = []
        self.held: list[str] = []
        self.duty = Duty(
            manager,
            awaited=lambda: self.awaited,
            late=lambda: list(self.late),
            stuck=lambda: [name for name in self.late if name not in self.held],
            words=WORDS,
        )


@pytest.fixture
def parts(listener: Listener, tmp_path: Path) -> Parts:
    return Parts(ServiceManager(str(tmp_path / "notify"), 60.0))


def test_it_is_ready_once_every_awaited_part_has_worked_and_not_before(
    parts: Parts, listener: Listener
) -> None:
    assert parts.duty.report() == STARTING_SECONDS
    assert listener.heard() == []

    parts.awaited = []
    assert parts.duty.report() == 15.0
    assert listener.heard() == ["READY=1", f"STATUS={WORDS}", "WATCHDOG=1"]


def test_what_is_stuck_from_the_start_is_never_ready(parts: Parts, listener: Listener) -> None:
    parts.awaited, parts.late = [], ["web"]
    assert parts.duty.report() == STARTING_SECONDS
    assert listener.heard() == []


def test_the_watchdog_is_fed_only_while_no_part_is_stuck(
    parts: Parts, listener: Listener, logged: list[str]
) -> None:
    parts.awaited = []
    parts.duty.report()
    listener.heard()
    parts.duty.report()
    assert listener.heard() == ["WATCHDOG=1"]

    parts.late = ["rounds", "cloudsignal-1"]
    parts.duty.report()
    parts.duty.report()
    assert listener.heard() == ["STATUS=not heard of for too long: rounds, cloudsignal-1"]

    parts.late = []
    parts.duty.report()
    assert listener.heard() == [f"STATUS={WORDS}", "WATCHDOG=1"]
    told = [line.partition(" {}")[0] for line in logged if "ready" not in line]
    assert told == [
        "ERROR not heard of for too long: rounds, cloudsignal-1",
        "INFO at work again: rounds, cloudsignal-1",
    ]


def test_a_part_that_waits_for_a_dead_share_is_told_of_and_no_reason_for_a_new_start(
    parts: Parts, listener: Listener
) -> None:
    parts.awaited = []
    parts.duty.report()
    listener.heard()
    parts.late = parts.held = ["rounds"]
    parts.duty.report()
    assert listener.heard() == ["STATUS=not heard of for too long: rounds", "WATCHDOG=1"]

    parts.late = ["rounds", "outbox"]
    parts.duty.report()
    assert listener.heard() == ["STATUS=not heard of for too long: rounds, outbox"]


def test_without_a_service_manager_the_daemon_looks_after_itself_now_and_then(
    logged: list[str],
) -> None:
    parts = Parts(ServiceManager())
    parts.awaited = []
    assert parts.duty.report() == USUAL_SECONDS
    parts.late = ["rounds"]
    assert parts.duty.report() == USUAL_SECONDS
    assert any("not heard of for too long: rounds" in line for line in logged)


def test_the_environment_names_the_service_manager_and_children_do_not_see_it(
    listener: Listener, tmp_path: Path
) -> None:
    environ = {
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
        "WATCHDOG_USEC": "30000000",
        "WATCHDOG_PID": str(os.getpid()),
        "LANG": "C.UTF-8",
    }
    manager = ServiceManager.of(environ)

    assert environ == {"LANG": "C.UTF-8"}
    assert manager.watchdog_seconds == 30.0
    assert manager.tell("READY=1")
    assert listener.heard() == ["READY=1"]


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"WATCHDOG_USEC": "30000000"},
        {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "soon"},
        {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"},
    ],
)
def test_a_watchdog_that_is_not_ours_or_not_a_number_is_none(environ: dict[str, str]) -> None:
    assert ServiceManager.of(environ).watchdog_seconds == 0.0


def test_an_address_outside_of_the_file_system_is_understood() -> None:
    name = f"hotfolder-test-{os.getpid()}"
    listener = Listener(f"\0{name}")
    assert ServiceManager(f"@{name}").tell("STOPPING=1")
    assert listener.heard() == ["STOPPING=1"]
    listener.close()


def test_a_service_manager_that_is_gone_is_told_of_in_the_log_and_harms_nobody(
    tmp_path: Path, logged: list[str]
) -> None:
    assert not ServiceManager(str(tmp_path / "gone")).tell("READY=1", "STATUS=x")
    assert "WARNING the service manager could not be told READY=1" in logged[0]
    assert ServiceManager().tell("READY=1"), "nobody wants to be told"


def test_readiness_that_could_not_be_told_is_told_again(tmp_path: Path, logged: list[str]) -> None:
    parts = Parts(ServiceManager(str(tmp_path / "late"), 60.0))
    parts.awaited = []
    assert parts.duty.report() == STARTING_SECONDS
    listener = Listener(str(tmp_path / "late"))
    assert parts.duty.report() == 15.0
    assert "READY=1" in listener.heard()
    listener.close()
