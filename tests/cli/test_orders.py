"""hotfolder orders and order, for people and for programs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotfolder.config.check import Loaded
from hotfolder.services.compact_signals import compact_signals
from hotfolder.services.shop import SIGNALS, Destination, Shop
from hotfolder.services.take_order import take_order
from hotfolder.services.tell_trouble import cancel
from hotfolder.shopfront import archive_path
from hotfolder.test_center.catalogue import OrderDocument
from tests.changes import body_of, come_changed, more_copies
from tests.cli.conftest import ORDER_KEY, Call
from tests.fakes import FolderFetcher, ManualClock, RecordingSender
from tests.steps import EXAMPLES, fetch_all, job_on_floor, order_in, send_all

SECRETS = ("Alma Testperson", "Willow Lane 12", "alma@example.org", "+4930000001", ORDER_KEY)


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The shop of the commands, with nothing leaving the machine."""
    return replace(shop, fetcher=FolderFetcher(EXAMPLES / "files"))


@pytest.fixture
def reorder(shop: Shop) -> OrderDocument:
    """A reorder of an older order; the folders of both are on the floor."""
    order_in(shop, 1, kind="textbook")
    order = order_in(shop, 2, kind="reorder", items=1)
    fetch_all(shop)
    return order


def example(shop: Shop) -> str:
    """An order with a receiver whose data must stay where it is."""
    body = (EXAMPLES / "03-json22-reorder.json").read_bytes()
    return take_order(shop, body.replace(b"{{BASE_URL}}", b"http://files.example"), None).order_id


def test_orders_are_listed_with_marks_for_what_must_not_be_overlooked(
    call: Call, config: Path, shop: Shop, reorder: OrderDocument
) -> None:
    come_changed(shop, more_copies, 1, kind="textbook")
    lines = call("orders", "--config", config).out.splitlines()

    assert lines[1].startswith(reorder.order_id)
    assert "REORDER TEST LATE" in lines[1]  # `init` makes a shop for tests
    assert "TEST LATE CHANGED" in lines[2]
    assert "1 new" in lines[2]


def test_orders_for_programs_hold_the_same(
    call: Call, config: Path, reorder: OrderDocument
) -> None:
    first, second = call("orders", "--json", "--config", config).data

    assert (first["order"], first["reorder"], first["mode"]) == (reorder.order_id, True, "test")
    assert second["states"] == {"new": 1}


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--state", "new"], 2),
        (["--state", "print"], 0),
        (["--state", "open"], 2),
        (["--mode", "test"], 2),
        (["--mode", "live"], 0),
        (["--since", "1d"], 2),
        (["--since", "12h"], 2),
        (["--since", "2020-01-01"], 2),
        (["--since", "2020-01-01T08:00+01:00"], 2),
        (["--since", f"{datetime.now(UTC).year + 1}-01-01"], 0),
    ],
)
def test_orders_can_be_chosen(
    call: Call, config: Path, reorder: OrderDocument, options: list[str], found: int
) -> None:
    done = call("orders", "--json", "--config", config, *options)

    assert (done.code, len(done.data)) == (0, found)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--state", "gone"], "known here: open, finished, late, changed, waiting"),
        (["--since", "yesterday"], "is no time; write 2026-03-02, 7d, 12h or 30m"),
        (["--mode", "both"], "live"),
    ],
)
def test_a_choice_that_is_not_known_is_told(
    call: Call, config: Path, options: list[str], words: str
) -> None:
    done = call("orders", "--config", config, *options)

    assert done.code == 2
    assert words in done.err


def test_a_shop_without_orders_says_so(call: Call, config: Path) -> None:
    assert call("orders", "--config", config).out == "There are no orders.\n"
    assert call("orders", "--json", "--config", config).data == []
    assert "no such orders" in call("orders", "--state", "held", "--config", config).out


def test_an_order_is_told_in_plain_words(
    call: Call, config: Path, shop: Shop, reorder: OrderDocument
) -> None:
    text = call("order", reorder.order_id, "--config", config).out

    for words in (
        f"Order {reorder.order_id}   REORDER TEST LATE",
        (
            "item was damaged on the way; made again: item 000000010001 of order 000000010000, "
            "now in stage new since"
        ),
        f"{reorder.item_ids[0]}_cover.pdf",
        "ItemRegistered",
        "job folder !REORDER_TEST_",
        "accepted",
    ):
        assert words in text


def test_a_warning_of_the_reader_is_told(call: Call, config: Path, shop: Shop) -> None:
    order = order_in(shop, 2, kind="reorder")

    text = call("order", order.order_id, "--config", config).out
    assert "warning: item 000000020001: is a reorder of an item that was not made here" in text
    assert "which was NOT made here" in text


def test_names_and_addresses_are_shown_when_asked_for_and_not_otherwise(
    call: Call, config: Path, shop: Shop
) -> None:
    order = example(shop)
    for more in ([], ["--json"]):
        plain = call("order", order, "--config", config, *more).out
        assert [secret for secret in SECRETS if secret in plain] == []
        asked = call("order", order, "--address", "--config", config, *more).out
        assert [secret for secret in SECRETS[:-1] if secret not in asked] == []
        assert "crushed corner" not in plain
        assert "crushed corner" in asked
        assert ORDER_KEY not in asked


def test_no_list_shows_names_addresses_or_keys(call: Call, config: Path, shop: Shop) -> None:
    example(shop)
    fetch_all(shop)
    for command in ("orders", "jobs", "signals", "documents", "status"):
        for more in ([], ["--json"]):
            told = call(command, "--config", config, *more)
            assert [one for one in SECRETS if one in told.out + told.err] == [], command


@pytest.mark.parametrize("command", ["orders", "jobs", "signals"])
def test_tests_and_reorders_are_marked_and_first_in_every_list(
    call: Call, config: Path, shop: Shop, command: str
) -> None:
    order_in(shop, 1)
    order = order_in(shop, 2, kind="reorder", items=1)

    text = call(command, "--config", config).out.splitlines()
    assert "REORDER TEST" in text[1]
    assert [line.count("TEST") for line in text[1:]] == [1, 1]
    assert "REORDER" not in text[2]
    lines = call(command, "--json", "--config", config).data
    assert [(line["order"], line["mode"]) for line in lines] == [
        (order.order_id, "test"),
        ("000000010000", "test"),
    ]


def test_an_order_that_is_not_there_is_told(call: Call, config: Path) -> None:
    done = call("order", "4711", "--config", config)

    assert done.code == 1
    assert "there is no order 4711 here; `hotfolder documents`" in done.err


def test_an_order_whose_signals_went_to_the_archive_says_where_they_are(
    call: Call, config: Path, shop: Shop, loaded: Loaded
) -> None:
    usual = Destination(name=SIGNALS, sender=RecordingSender())
    ago = ManualClock(shop.clock.now() - timedelta(days=100))
    old = replace(shop, clock=ago, destinations={SIGNALS: usual})
    job = job_on_floor(old)
    cancel(old, job, "CancelMiscError", "not wanted any more")
    send_all(old)
    where = f"hotfolder signals --archive --order {job.order_id}"
    assert where not in call("order", job.order_id, "--config", config).out
    assert compact_signals(shop, archive_path(loaded), timedelta(days=90)) == 2

    assert where in call("order", job.order_id, "--config", config).out
    assert call("order", job.order_id, "--json", "--config", config).data["archived"] is True


def test_an_order_can_not_steer_the_terminal(call: Call, config: Path, shop: Shop) -> None:
    body = body_of(1, lambda order: order["items"][0].update(title="\x1b[2J\x9bclear\u202e"))
    order = take_order(shop, body, None).order_id

    text = call("order", order, "--address", "--config", config).out
    assert "clear" in text
    for letter in ("\x1b", "\x9b", "\u202e"):
        assert letter not in text
