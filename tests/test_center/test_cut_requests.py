"""A sender that is killed in the middle of its POST was not refused: it never finished."""

import json
import socket
from typing import Any

from hotfolder.test_center.receiver import SIGNAL_PATH
from tests.test_center_server import SIGNAL_KEY, RunningTestCenter


def request(center: RunningTestCenter) -> tuple[bytes, bytes]:
    """Head and body of a right signal request."""
    signal = {
        "apikey": SIGNAL_KEY,
        "type": "ItemProduce",
        "order": "123456780000",
        "item": "123456780001",
        "datetime": "2026-01-20 13:00:00 GMT",
    }
    body = json.dumps(signal).encode()
    head = (
        f"POST {SIGNAL_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode(), body


def send(center: RunningTestCenter, *parts: bytes) -> None:
    host, port = center.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        for part in parts:
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass


def counts(center: RunningTestCenter) -> Any:
    return center.state.account.as_dict()["counts"]


def test_a_request_cut_before_its_body_is_neither_accepted_nor_refused(
    center: RunningTestCenter,
) -> None:
    head, _body = request(center)

    send(center, head)

    assert (counts(center)["accepted"], counts(center)["refused"]) == (0, 0)


def test_a_request_cut_inside_its_body_is_neither_accepted_nor_refused(
    center: RunningTestCenter,
) -> None:
    head, body = request(center)

    send(center, head, body[:20])

    assert (counts(center)["accepted"], counts(center)["refused"]) == (0, 0)


def test_a_whole_request_whose_sender_is_gone_before_the_answer_is_accepted(
    center: RunningTestCenter,
) -> None:
    head, body = request(center)

    send(center, head, body)

    assert (counts(center)["accepted"], counts(center)["refused"]) == (1, 0)
