"""`hotfolder test-center` as its own process."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from hotfolder.test_center.account import read_account

PROGRAM = "import sys; from hotfolder.cli.main import main; main()"
SIGNAL = {
    "apikey": "right",
    "type": "ItemPacked",
    "order": "10",
    "item": "11",
    "datetime": "2016-01-20 13:00:00 GMT",
}

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and the first line that it printed."""
    command = [sys.executable, "-c", PROGRAM, "test-center", "--port", "0", *options]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.communicate(timeout=10)
            yield process, line.strip()
        finally:
            process.kill()


def signal_url(line: str) -> str:
    return line.rpartition(" ")[2] + "/cloudsignal/2.0/status/"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_then_the_news_and_ends_cleanly(stop: signal.Signals) -> None:
    with running("--signal-key", "right", "--no-strict-orders") as (process, line):
        assert line.startswith("test center listens on http://127.0.0.1:")
        requests.post(signal_url(line), json=SIGNAL, timeout=10)
        requests.post(signal_url(line), json=SIGNAL | {"apikey": "wrong"}, timeout=10)
        process.send_signal(stop)
        out, err = process.communicate(timeout=20)

    assert process.returncode == 0
    assert err == ""
    assert "accepted  #1 ItemPacked order 10 item 11" in out
    assert "refused   ItemPacked 10/11: the key is not that of this interface" in out
    assert "right" not in out


def test_the_account_file_is_true_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    options = ("--account", str(path), "--quiet", "--no-strict-orders")
    with running(*options) as (process, line), requests.Session() as session:
        for item in range(20):
            body = SIGNAL | {"item": str(item)}
            assert session.post(signal_url(line), json=body, timeout=10).status_code == 200
        process.kill()
        process.wait(timeout=20)

    assert [accepted.item for accepted in read_account(path)] == [str(n) for n in range(20)]


def test_json_prints_one_object_a_line() -> None:
    with running("--json", "--no-strict-orders") as (process, line):
        listening = json.loads(line)
        assert listening["event"] == "listening"
        assert listening["any_key"] is True
        requests.post(listening["signal_url"], json=SIGNAL, timeout=10)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)

    [accepted] = [json.loads(text) for text in out.splitlines()]
    assert (accepted["event"], accepted["type"]) == ("accepted", "ItemPacked")


def test_it_pushes_orders_at_the_start_and_fails_as_asked() -> None:
    options = ("--push", "2", "--order-url", "http://127.0.0.1:1/", "--order-key", "secret")
    with running(*options, "--fault", '{"status": 500}', "--json") as (process, line):
        assert process.stdout is not None
        pushed = [json.loads(process.stdout.readline()) for _ in range(2)]
        answer = requests.post(json.loads(line)["signal_url"], json=SIGNAL, timeout=10)

    assert [order["event"] for order in pushed] == ["pushed", "pushed"]
    assert answer.status_code == 500


def refusal_of(*options: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "test-center", *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "200"},
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--push", "3"), "push.order_url: is not an http or https address"),
        (("--fault", "{"), "is not JSON"),
        (("--fault", '{"status": 1}'), "fault.status"),
        (("--account", "/proc/none/account.jsonl"), "No such file or directory"),
    ],
)
def test_a_wrong_option_ends_it_with_words_and_code_2(options: tuple[str, ...], words: str) -> None:
    code, text = refusal_of("--port", "0", *options)

    assert code == 2
    assert words in text
    assert "Traceback" not in text


def test_a_port_in_use_is_told_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, text = refusal_of("--port", str(port))

    assert code == 2
    assert f"127.0.0.1:{port}: can not listen here: Address already in use" in text
