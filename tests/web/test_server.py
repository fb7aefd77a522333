"""The server: bound when it is made, quiet about itself, and quick to stop."""

import socket
import threading
import time

import pytest
import requests
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from hotfolder.errors import HotfolderError
from hotfolder.web.health import health_routes
from hotfolder.web.server import Door, Server, make_app
from tests.web.talking import connected, head, heard, status_of


def a_door(*routes: Route, port: int = 0) -> Door:
    return Door(app=make_app(*routes), host="127.0.0.1", port=port)


def served(*routes: Route) -> Server:
    server = Server(a_door(*health_routes(list), *routes))
    server.start()
    return server


def test_a_port_in_use_is_told_in_words_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(HotfolderError, match=f"port {port} .*intake.port"):
            Server(a_door(port=port))


def test_an_address_of_another_machine_is_told_in_words() -> None:
    with pytest.raises(HotfolderError, match=r"192\.0\.2\.1"):
        Server(Door(app=make_app(), host="192.0.2.1", port=0))


def test_answers_tell_nothing_about_the_program() -> None:
    server = served()
    try:
        answer = requests.get(f"http://127.0.0.1:{server.ports[0]}/health/live", timeout=10)
    finally:
        server.stop()
    assert "server" not in answer.headers


def test_after_the_stop_the_port_is_free() -> None:
    server = served()
    port = server.ports[0]
    server.stop()

    assert not server.is_serving()
    again = Server(a_door(port=port))
    again.start()
    assert again.is_serving()
    again.stop()


def test_a_request_under_way_is_answered_before_the_stop_ends() -> None:
    entered, let_go = threading.Event(), threading.Event()

    def slow(_request: Request) -> Response:
        entered.set()
        assert let_go.wait(10)
        return PlainTextResponse("done")

    server = served(Route("/slow", slow))
    answers: list[str] = []
    url = f"http://127.0.0.1:{server.ports[0]}/slow"
    client = threading.Thread(target=lambda: answers.append(requests.get(url, timeout=20).text))
    client.start()
    assert entered.wait(10)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    let_go.set()
    stopping.join(15)
    client.join(15)

    assert not stopping.is_alive()
    assert answers == ["done"]


def test_an_idle_connection_does_not_delay_the_stop() -> None:
    server = served()
    with requests.Session() as session:
        session.get(f"http://127.0.0.1:{server.ports[0]}/health/live", timeout=10)
        begin = time.monotonic()
        server.stop()
    assert time.monotonic() - begin < 5


def test_a_stop_does_not_wait_for_a_document_that_never_ends(
    capfd: pytest.CaptureFixture[str],
) -> None:
    async def read(request: Request) -> Response:
        return PlainTextResponse(await request.body())

    server = served(Route("/orders", read, methods=["POST"]))
    door = f"http://127.0.0.1:{server.ports[0]}/orders"
    with connected(door) as sender:
        sender.sendall(head(door, "Content-Length: 100", "Expect: 100-continue"))
        assert sender.recv(100).startswith(b"HTTP/1.1 100 ")
        sender.sendall(b"{")
        begin = time.monotonic()
        server.stop()
        assert time.monotonic() - begin < 5
        answer = heard(sender)
    assert status_of(answer) == 503
    assert b"send it again" in answer
    assert "Traceback" not in capfd.readouterr().err


def test_a_stop_does_not_wait_for_answers_that_nobody_fetches() -> None:
    async def much(_request: Request) -> Response:
        return PlainTextResponse(b"x" * 10_000_000)

    server = served(Route("/much", much))
    door = f"http://127.0.0.1:{server.ports[0]}/much"
    with connected(door) as reader:
        reader.sendall(head(door, method="GET"))
        assert reader.recv(10)
        begin = time.monotonic()
        server.stop()
        assert time.monotonic() - begin < 5


def test_a_server_that_runs_is_not_late_and_one_that_has_ended_is() -> None:
    server = Server(Door(app=make_app(), host="127.0.0.1", port=0))
    server.start()
    assert server.late() == []
    server.stop()
    assert server.late() == ["web"]
