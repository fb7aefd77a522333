"""The door for orders: 200 means it is on the disk, everything else means it is not."""

import gzip
import http.client
import json
import resource
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import apsw
import pytest
import requests

from hotfolder.services.shop import Shop
from hotfolder.test_center.catalogue import OrderDocument, make_order
from tests.steps import FILE_SERVER, LIVE_KEY, actions, look_up
from tests.web.conftest import BODY_LIMIT, OpenDoor

UNKNOWN_KEY = "cccccccccccccccccccccccccccc0003"


def order(number: int = 1, *, key: str = LIVE_KEY, form: str = "json") -> OrderDocument:
    return make_order(number, base_url=FILE_SERVER, apikey=key, form=form, kind="poster")


def post(
    door: str, body: bytes | Iterator[bytes], content_type: str | None = "application/json"
) -> requests.Response:
    headers = {"Content-Type": content_type} if content_type else {}
    return requests.post(door, data=body, headers=headers, timeout=30)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "state" / "hotfolder.sqlite"


def rows(database: Path) -> tuple[int, ...]:
    """Orders, documents, jobs, signals and journal lines that another program sees on the disk."""
    tables = ("orders", "document", "job", "outbox", "journal")
    return tuple(look_up(database, f"SELECT count(*) FROM {table}")[0][0] for table in tables)


def test_an_answer_of_200_means_that_the_order_is_on_the_disk(door: str, database: Path) -> None:
    for number in range(1, 31):
        assert post(door, order(number).body).status_code == 200
        assert rows(database) == (number,) * 5


def test_the_same_order_again_is_200_and_changes_nothing_but_the_journal(
    door: str, database: Path, shop: Shop
) -> None:
    first, second = post(door, order().body), post(door, order().body)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert rows(database) == (1, 1, 1, 1, 2)
    assert actions(shop, order().order_id) == ["order taken", "order came again"]


def test_twenty_changes_at_the_same_moment_all_get_409_and_one_is_kept_and_noted(
    door: str, shop: Shop
) -> None:
    post(door, order().body)
    changed = order().body.replace(b'"priority": "2"', b'"priority": "9"')
    start = threading.Barrier(20)
    statuses: list[int] = []

    def bring() -> None:
        start.wait()
        statuses.append(post(door, changed).status_code)

    threads = [threading.Thread(target=bring) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [409] * 20
    kept = shop.store.documents.of_order(order().order_id)
    assert [document.verdict for document in kept] == ["accepted", "changed"]
    assert [(note.name, note.kind) for note in shop.store.notes.all()] == [
        (order().order_id, "order changed")
    ]


def test_twenty_at_the_same_moment_all_get_200_and_one_order_is_kept(
    door: str, database: Path
) -> None:
    start = threading.Barrier(20)
    statuses: list[int] = []

    def bring(form: str) -> None:
        start.wait()
        document = order(form=form)
        statuses.append(post(door, document.body, document.content_type).status_code)

    threads = [
        threading.Thread(target=bring, args=["json" if number % 2 else "xml"])
        for number in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert statuses == [200] * 20
    assert rows(database)[:4] == (1, 1, 1, 1)


def test_a_changed_order_is_409_and_the_first_stays(door: str, shop: Shop) -> None:
    post(door, order().body)
    changed = json.loads(order().body)
    changed["order"]["priority"] = "1"

    answer = post(door, json.dumps(changed).encode())

    assert answer.status_code == 409
    assert order().order_id in answer.json()["error"]
    kept = shop.store.orders.get(order().order_id)
    assert kept is not None
    assert json.loads(kept.record)["priority"] == "2"
    assert post(door, order().body).status_code == 200


@pytest.mark.parametrize("status", [401, 400])
@pytest.mark.parametrize("key", [UNKNOWN_KEY, ""])
def test_a_wrong_key_is_answered_as_the_shop_has_configured(
    open_door: OpenDoor, shop: Shop, status: int, key: str
) -> None:
    answer = post(open_door(key_status=status), order(key=key).body)

    assert answer.status_code == status
    assert UNKNOWN_KEY not in answer.text
    assert shop.store.orders.count() == 0


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_above_the_limit_is_413_and_not_kept_but_leaves_a_trace(
    door: str, shop: Shop, announced: bool, logged: list[str]
) -> None:
    body = b" " * (BODY_LIMIT + 1)
    answer = post(door, body if announced else iter([body[:1000], body[1000:]]))

    assert answer.status_code == 413
    assert str(BODY_LIMIT) in answer.json()["error"]
    assert f"order not taken: the document is larger than {BODY_LIMIT} bytes" in "".join(logged)
    assert post(door, order().body).status_code == 200


def test_a_body_at_the_limit_is_read(door: str) -> None:
    body = order().body
    padded = body + b" " * (BODY_LIMIT - len(body))

    assert post(door, padded).status_code == 200


def test_a_huge_body_is_refused_before_it_was_sent(door: str) -> None:
    """The answer comes while all but the head is still missing."""
    address = urlsplit(door)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    connection.putrequest("POST", address.path)
    connection.putheader("Content-Length", str(10 * 1024**3))
    connection.endheaders()
    try:
        assert connection.getresponse().status == 413
    finally:
        connection.close()


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_only_post_is_taken(door: str, method: str) -> None:
    answer = requests.request(method, door, timeout=10)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize("path", ["/", "/order", "/orders/x", "/docs"])
def test_other_addresses_are_not_there(door: str, path: str) -> None:
    assert requests.post(door.replace("/orders", path), timeout=10).status_code in (404, 405)
    assert requests.get(door.replace("/orders", path), timeout=10).status_code == 404


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=utf-8",
        "text/xml",
        "nonsense;;=;",
        "application/json; charset=klingon",
    ],
)
def test_a_wrong_or_missing_content_type_does_no_harm(
    door: str, form: str, content_type: str | None
) -> None:
    assert post(door, order(form=form).body, content_type).status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"\x00", b"\xff\xfe", b"{", b"<", b"[]", b"null", b'{"order": 7}', b"\x80" * 99,
     b"[" * 60_000, b'{"a":' * 10_000, b"<a>" * 10_000, b"%PDF-1.7"],
)  # fmt: skip
@pytest.mark.parametrize("content_type", [None, "application/json", "application/xml"])
def test_rubbish_is_400_and_never_500(door: str, body: bytes, content_type: str | None) -> None:
    assert post(door, body, content_type).status_code == 400


def test_a_doctype_is_refused_whatever_it_holds(door: str) -> None:
    body = order(form="xml").body
    start = body.index(b"<order")
    answer = post(door, body[:start] + b"<!DOCTYPE order>" + body[start:], "application/xml")

    assert answer.status_code == 400
    assert "DOCTYPE" in answer.text


def test_every_problem_is_told_at_once_with_its_place(door: str) -> None:
    document = json.loads(order().body)
    document["order"]["items"][0] |= {"count": "0", "files": []}
    document["order"]["addresses"] = []

    answer = post(door, json.dumps(document).encode())

    places = [problem["where"] for problem in answer.json()["problems"]]
    assert answer.status_code == 400
    assert len(places) == 3
    assert any("count" in place for place in places)


def test_a_store_that_is_locked_by_another_program_answers_503_and_keeps_nothing(
    door: str, database: Path, logged: list[str]
) -> None:
    post(door, order(1).body)
    before = rows(database)
    other = apsw.Connection(str(database))
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = post(door, order(2).body)
    finally:
        other.execute("ROLLBACK")
        other.close()

    assert answer.status_code == 503
    assert "again later" in answer.json()["error"]
    assert rows(database) == before
    assert any("locked" in line for line in logged)
    assert post(door, order(2).body).status_code == 200
    assert rows(database) == tuple(2 * number for number in before)


@contextmanager
def full_disk(database: Path) -> Iterator[None]:
    """No file of this process can grow beyond the present size of the database's log.

    Somebody reads meanwhile, so that the log can not begin anew and needs to grow.
    """
    size = database.with_name(f"{database.name}-wal").stat().st_size
    reader = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    reader.execute("BEGIN; SELECT count(*) FROM orders").fetchall()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        reader.close()


def test_a_store_that_is_full_answers_503_and_keeps_nothing(door: str, database: Path) -> None:
    post(door, order(1).body)
    before = rows(database)

    with full_disk(database):
        answers = [post(door, order(2).body) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503] * 3
    assert rows(database) == before
    assert post(door, order(2).body).status_code == 200
    assert post(door, order(2).body).status_code == 200
    assert rows(database)[:4] == tuple(2 * number for number in before[:4])


def test_a_sender_that_goes_away_in_the_middle_leaves_nothing(door: str, database: Path) -> None:
    address = urlsplit(door)
    for _ in range(5):
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
        connection.putrequest("POST", address.path)
        connection.putheader("Content-Length", str(len(order().body)))
        connection.endheaders(order().body[:-10])
        connection.close()

    assert post(door, order(2).body).status_code == 200
    assert rows(database) == (1, 1, 1, 1, 1)


def test_many_orders_at_once_are_all_taken(door: str, database: Path) -> None:
    refused: list[int] = []

    def bring(start: int) -> None:
        with requests.Session() as session:
            for number in range(start, 61, 6):
                answer = session.post(door, data=order(number).body, timeout=30)
                refused.extend([answer.status_code] * (answer.status_code != 200))

    threads = [threading.Thread(target=bring, args=[start]) for start in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert refused == []
    assert rows(database) == (60,) * 5


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_a_packed_document_is_told_to_be_sent_unpacked(door: str, packing: str) -> None:
    packed = gzip.compress(order().body) if packing == "gzip" else zlib.compress(order().body)
    answer = requests.post(door, packed, headers={"Content-Encoding": packing}, timeout=30)
    unnamed = post(door, gzip.compress(order().body))

    for refusal in (answer, unnamed):
        (problem,) = refusal.json()["problems"]
        assert "is packed" in problem["what"]
        assert "send it unpacked" in problem["hint"]


@pytest.mark.parametrize("password", ["", "sesame"])
def test_a_401_asks_for_basic_when_an_interface_wants_it(
    open_door: OpenDoor, shop: Shop, password: str
) -> None:
    door = open_door()
    shop.interfaces[0] = replace(shop.interfaces[0], user="cp", password=password)

    answer = post(door, order(key=UNKNOWN_KEY).body)

    asked = 'Basic realm="orders"' if password else None
    assert (answer.status_code, answer.headers.get("WWW-Authenticate")) == (401, asked)
