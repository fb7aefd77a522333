"""The whole story of an order."""

import json
from dataclasses import replace
from typing import Any

import pytest

from hotfolder.errors import NotPossible
from hotfolder.services.decide_order import keep_first
from hotfolder.services.order_story import order_story
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import give_tracking
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from tests.changes import body_of, come_changed, more_copies
from tests.fakes import FolderFetcher, ManualClock
from tests.steps import (
    EXAMPLES,
    LIVE_KEY,
    TEST_KEY,
    commits,
    fetch_all,
    folder_of,
    job_on_floor,
    note,
    order_in,
    send_all,
)

ORDER = "000000010000"
PERSONAL = {
    "company": "Kranich & Söhne",
    "name": "Alma Testperson",
    "street1": "Willow Lane 12",
    "street2": "Rear entrance",
    "zip": "ZIP-10115",
    "city": "Kleinstadt",
    "email": "alma@example.org",
    "phone": "+4930000001",
    "customer identification": "TAX-4711",
}


def personal(order: dict[str, Any]) -> None:
    """Personal data wherever a document can hold some."""
    order["addresses"][0] |= PERSONAL
    order["client"] = {"name": "Berta Client", "reference": "ref-of-Berta"}
    order["email"] = "carl@example.org"
    order["note for Dora"] = "call Dora first"
    order["items"][0] |= {
        "reorder_cause": "reorder_print_quality",
        "reorder_desc": "Emil says that it is too dark",
        "reorder_order_id": "of Frieda",
        "reorder_item_id": "by Gustav",
        "for": "Hanna",
    }


def test_an_order_is_told_from_its_coming_to_where_it_is(shop: Shop, clock: ManualClock) -> None:
    job = job_on_floor(shop, key=TEST_KEY)
    send_all(shop)
    clock.turn(90)
    note(shop, job, "packed")
    clock.turn(60)
    send_all(shop)

    story = order_story(shop, ORDER)

    facts = ("order", "received", "interface", "mode", "ship_by", "reorder", "late", "changed")
    assert [story[name] for name in facts] == [
        ORDER,
        "2026-03-02T08:00:00.000+00:00",
        "test",
        "test",
        "2026-01-04 00:00:01",
        False,
        True,
        False,
    ]
    (told,) = story["jobs"]
    assert (told["stage"], told["path"]) == ("packed", str(folder_of(shop, job)))
    assert story["moves"] == [
        {
            "at": "2026-03-02T08:01:30.000+00:00",
            "item": job.item_id,
            "from": "new",
            "to": "packed",
            "kind": "skipped",
            "signals": ["ItemProduce", "ItemProduced", "ItemPacked"],
        }
    ]
    signals = [(one["type"], one["state"], one["last_answer"]) for one in story["signals"]]
    assert signals == [
        (name, "sent", "200")
        for name in ("ItemRegistered", "ItemProduce", "ItemProduced", "ItemPacked")
    ]
    assert story["signals"][1]["last_try"] == "2026-03-02T08:02:30.000+00:00"
    assert [line["words"] for line in story["journal"]][:2] == [
        "order taken through test (test) with 1 item",
        f"job folder {folder_of(shop, job).name} put into stage new with 1 file",
    ]
    assert [(one["verdict"], one["interface"]) for one in story["documents"]] == [
        ("accepted", "test")
    ]


def test_files_are_told_with_what_was_fetched(shop: Shop) -> None:
    fetcher = FolderFetcher(EXAMPLES / "files")
    fetcher.away.add("textbook-a5-cover.pdf")
    away = replace(shop, fetcher=fetcher)
    order_in(away, kind="textbook")
    fetch_all(away)

    def fetched() -> dict[str, bool]:
        (item,) = order_story(shop, ORDER)["items"]
        return {file["name"]: file["fetched"] for file in item["files"]}

    before = fetched()
    assert before["000000010001_cover.pdf"] is False
    shop.store.jobs.all()
    with shop.store.transaction():
        job = shop.store.jobs.all()[0]
        shop.store.jobs.try_again(job, shop.clock.now(), "now")
    fetch_all(shop)
    assert fetched() == {"000000010001_book.pdf": True, "000000010001_cover.pdf": True}
    (item,) = order_story(shop, ORDER)["items"]
    assert {file["server"] for file in item["files"]} == {"files.example"}


def test_a_reorder_is_told_with_its_cause_in_words_and_where_the_original_is(shop: Shop) -> None:
    original = job_on_floor(shop, 1)
    give_tracking(shop, original, Parcel(tracking="JD7", shipping_option="dhl"))
    note(shop, original, "shipped")
    reorder = order_in(shop, 2, kind="reorder")

    (item, *_) = order_story(shop, reorder.order_id)["items"]
    told = item["reorder"]
    assert told["cause"] == "reorder_shipping_item_damaged"
    assert told["cause_words"] == "item was damaged on the way"
    found = told["original_job"]
    assert (found["order"], found["item"]) == (original.order_id, original.item_id)
    assert (found["stage"], found["state"]) == ("shipped", "floor")


def test_a_reorder_of_what_is_not_known_here_says_so(shop: Shop) -> None:
    reorder = order_in(shop, 2, kind="reorder")

    story = order_story(shop, reorder.order_id)
    assert story["items"][0]["reorder"]["original_job"] is None
    assert [words for words in story["warnings"] if "was not made here" in words]


def test_a_change_is_told_until_it_is_decided(shop: Shop) -> None:
    order_in(shop)
    number = come_changed(shop, more_copies)

    story = order_story(shop, ORDER)
    assert story["changed"] is True
    assert [(one["number"], one["verdict"]) for one in story["documents"]][1:] == [
        (number, "changed")
    ]
    keep_first(shop, ORDER)
    assert order_story(shop, ORDER)["changed"] is False


def test_nothing_personal_is_told_unless_it_was_asked_for(shop: Shop) -> None:
    take_order(shop, body_of(1, personal), None)
    secrets = [*PERSONAL.values(), "Berta", "carl@", "Dora", "Emil", "Hanna"]

    told = json.dumps(order_story(shop, ORDER), ensure_ascii=False)
    assert [word for word in secrets if word in told] == []
    everything = json.dumps(order_story(shop, ORDER, personal=True), ensure_ascii=False)
    assert [word for word in secrets if word not in everything] == []
    assert LIVE_KEY not in told + everything


def test_an_unknown_order_is_named(shop: Shop) -> None:
    with pytest.raises(NotPossible, match="no order 4711"):
        order_story(shop, "4711")


def test_looking_changes_nothing(shop: Shop) -> None:
    job_on_floor(shop)
    before = commits(shop)

    order_story(shop, ORDER, personal=True)

    assert commits(shop) == before
