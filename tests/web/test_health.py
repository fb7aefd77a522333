"""Alive and ready, for service managers and proxies."""

from collections.abc import Iterator

import pytest
import requests

from hotfolder.web.health import health_routes
from hotfolder.web.server import Door, Server, make_app


@pytest.fixture
def late() -> list[str]:
    """The loops that have not been heard of."""
    return []


@pytest.fixture
def awaited() -> list[str]:
    """The loops that still have to work for the first time."""
    return []


@pytest.fixture
def health(late: list[str], awaited: list[str]) -> Iterator[str]:
    app = make_app(*health_routes(lambda: late, lambda: awaited))
    server = Server(Door(app=app, host="127.0.0.1", port=0))
    server.start()
    yield f"http://127.0.0.1:{server.ports[0]}/health"
    server.stop()


def ask(url: str) -> tuple[int, object]:
    answer = requests.get(url, timeout=10)
    return answer.status_code, answer.json()


def test_a_program_that_answers_is_alive_even_when_its_loops_are_late(
    health: str, late: list[str]
) -> None:
    late.append("rounds")
    assert ask(f"{health}/live") == (200, {"status": "alive"})


def test_a_loop_that_is_not_heard_of_makes_it_not_ready_and_is_named(
    health: str, late: list[str]
) -> None:
    assert ask(f"{health}/ready") == (200, {"status": "ready"})
    late.append("rounds")
    assert ask(f"{health}/ready") == (503, {"status": "late", "loops": ["rounds"]})
    late.clear()
    assert ask(f"{health}/ready") == (200, {"status": "ready"})


def test_it_is_not_ready_before_every_needed_loop_has_worked(
    health: str, awaited: list[str]
) -> None:
    awaited.append("outbox")
    assert ask(f"{health}/ready") == (503, {"status": "starting", "loops": ["outbox"]})
    awaited.clear()
    assert ask(f"{health}/ready") == (200, {"status": "ready"})
