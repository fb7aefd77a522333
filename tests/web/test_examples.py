"""Every example document through the door: answered, stored and made ready as it should be."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from hotfolder.domain.job import JobState
from hotfolder.domain.keyless import put_key_back
from hotfolder.net.download import Download, Limits
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.steps import EXAMPLES, fetch_all, folder_of
from tests.test_center_server import RunningTestCenter

EXPECTED = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))
CASES = {case["file"]: case for case in EXPECTED["cases"]}
TAKEN = {name: case for name, case in CASES.items() if case["status"] == 200}
KEYS = EXPECTED["keys"]


def body_of(name: str, base_url: str) -> bytes:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    return text.replace("{{BASE_URL}}", base_url).encode()


def post(door: str, name: str, base_url: str = "http://files.example") -> requests.Response:
    headers = {"Content-Type": CASES[name]["content_type"]}
    return requests.post(door, data=body_of(name, base_url), headers=headers, timeout=10)


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", CASES)
def test_an_example_is_answered_as_expected(door: str, name: str) -> None:
    answer = post(door, name)

    assert answer.status_code == CASES[name]["status"], CASES[name]["why"]
    told = answer.json()
    if answer.status_code == 200:
        assert told == {"status": "accepted", "order": CASES[name]["order"]}
    else:
        assert told["error"]
    if answer.status_code == 400:
        assert all(problem["where"] and problem["what"] for problem in told["problems"])


@pytest.mark.parametrize("name", TAKEN)
def test_an_example_that_was_taken_is_stored_whole(door: str, shop: Shop, name: str) -> None:
    post(door, name)

    case = TAKEN[name]
    order = shop.store.orders.get(case["order"])
    assert order is not None
    assert (order.version, order.mode.value) == (case["version"], case["mode"])
    jobs = shop.store.jobs.of_order(case["order"])
    assert [job.item_id for job in jobs] == case["items"]
    record = json.loads(order.record)
    assert [file["type"] for file in record["files"]] == case.get("order_files", [])
    reorders = {
        item["id"]: [item["reorder"]["order_id"], item["reorder"]["item_id"]]
        for item in record["items"]
        if item["reorder"]
    }
    assert reorders == case.get("reorder_of", {})
    (document,) = shop.store.documents.of_order(case["order"])
    key = KEYS[case["mode"]]
    restored = put_key_back(document.body, document.key_at, key)
    assert restored == body_of(name, "http://files.example")


def test_no_key_of_the_examples_is_in_any_file_log_or_answer(
    door: str, tmp_path: Path, shop: Shop, logged: list[str]
) -> None:
    answers = [post(door, name).content for name in CASES for _ in range(2)]
    fetch_all(shop)

    found = all_bytes(tmp_path) + "".join(logged).encode() + b"".join(answers)
    for key in KEYS.values():
        assert key.encode() not in found


def test_no_name_or_street_of_the_examples_is_in_a_log_line_or_an_answer(
    door: str, shop: Shop, logged: list[str]
) -> None:
    answers = [post(door, name).text for name in CASES]
    fetch_all(shop)

    personal = set(personal_words(json.loads(body_of("02-json22-multi-item.json", ""))["order"]))
    assert len(personal) > 3
    told = "".join(logged) + "".join(answers)
    assert [word for word in personal if word in told] == []


def personal_words(order: dict[str, Any]) -> Iterator[str]:
    for address in order["addresses"]:
        for field in ("name", "street1", "email", "phone"):
            if address.get(field):
                yield address[field]


def test_an_external_entity_is_refused_without_any_request(door: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        answer = post(door, "i07-external-entity.xml", base_url)

        assert answer.status_code == 400
        assert "DOCTYPE" in answer.text
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_the_examples_that_were_taken_lie_on_the_floor_with_the_files_of_a_real_server(
    door: str, shop: Shop, clock: ManualClock
) -> None:
    shop = replace(shop, fetcher=Download(Limits(private=True)))
    with RunningTestCenter() as center:
        for name in TAKEN:
            post(door, name, center.url)
        for _ in range(shop.rules.fetch_attempts):
            fetch_all(shop)
            clock.turn(600)

    jobs = {job.order_id: job for job in shop.store.jobs.all()}
    wrong = CASES["i08-wrong-md5.json"]["order"]
    assert jobs[wrong].state is JobState.HELD
    assert "md5" in jobs[wrong].reason
    for name, case in TAKEN.items():
        if case["order"] == wrong:
            continue
        for job in shop.store.jobs.of_order(case["order"]):
            assert job.state is JobState.FLOOR, name
            ticket = json.loads((folder_of(shop, job) / "job-ticket.json").read_text())
            types = [file["type"] for file in ticket["files"]]
            assert types[len(types) - len(case.get("order_files", [])) :] == case.get(
                "order_files", []
            )
            for file in ticket["files"]:
                assert (folder_of(shop, job) / file["name"]).stat().st_size == file["size"]
