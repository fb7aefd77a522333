"""What those are told who ask how the shop stands."""

from dataclasses import replace

import pytest

from hotfolder.domain.retry import Reach
from hotfolder.formats.signal_line import signal_line
from hotfolder.services.overview import job_lines, overview, signal_story
from hotfolder.services.parcel import Parcel
from hotfolder.services.send_signals import send_next
from hotfolder.services.ship_item import give_tracking
from hotfolder.services.shop import SIGNALS, Destination, Shop
from tests.fakes import FolderFetcher, ManualClock, RecordingSender, accept, refuse
from tests.steps import (
    EXAMPLES,
    TEST_KEY,
    fetch_all,
    folder_of,
    gate_of,
    job_on_floor,
    note,
    order_in,
    send_all,
)


def test_every_stage_is_named_with_folder_signal_and_jobs(shop: Shop) -> None:
    note(shop, job_on_floor(shop, 1), "print")
    job_on_floor(shop, 2)

    assert [(line.key, line.path, line.signal, line.jobs) for line in overview(shop).stages] == [
        ("new", shop.floor.path / "new", "", 1),
        ("print", shop.floor.path / "print", "ItemProduce", 1),
        ("produced", shop.floor.path / "produced", "ItemProduced", 0),
        ("packed", shop.floor.path / "packed", "ItemPacked", 0),
        ("shipped", shop.floor.path / "shipped", "ItemShipped", 0),
        ("hold", shop.floor.path / "90-hold", "", 0),
    ]


def test_orders_jobs_and_signals_are_counted(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job_on_floor(shop, 1)
    send_all(shop)
    order_in(shop, 2, items=2)

    found = overview(shop)
    assert found.orders == 2
    assert found.jobs == {"floor": 1, "waiting": 2}
    assert found.signals == {"sent": 1, "waiting": 2}


def test_a_signal_is_late_after_its_deadline_and_no_longer_when_it_arrived(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    order_in(shop)
    clock.turn(15 * 60 - 1)
    assert overview(shop).late == 0
    clock.turn(1)
    assert overview(shop).late == 1
    send_all(shop)
    assert overview(shop).late == 0
    assert overview(shop).arrived_late == 1


def test_a_parked_signal_becomes_late_too(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    order_in(shop)
    sent.answer = refuse(400)
    send_all(shop)
    clock.turn(16 * 60)

    assert overview(shop).late == 1


def test_a_job_line_tells_where_it_is_since_when_and_what_it_waits_for(
    shop: Shop, clock: ManualClock
) -> None:
    job = job_on_floor(shop, key=TEST_KEY)
    clock.turn(90)
    note(shop, job, "shipped")

    assert job_lines(shop) == [
        {
            "order": job.order_id,
            "item": job.item_id,
            "run": 1,
            "mode": "test",
            "reorder": False,
            "flow": "books",
            "state": "floor",
            "stage": "shipped",
            "path": str(folder_of(shop, job)),
            "since": "2026-03-02T08:01:30.000+00:00",
            "waits_for": "tracking",
            "reason": "",
            "tracking": "",
            "shipping_option": "ups_international_standard",
            "not_configured": "",
        }
    ]


def test_a_job_that_is_not_on_the_floor_has_no_stage_and_no_path(shop: Shop) -> None:
    fetcher = FolderFetcher(EXAMPLES / "files")
    fetcher.away.add("poster-a2.pdf")
    order_in(shop)
    fetch_all(replace(shop, fetcher=fetcher))

    (line,) = job_lines(shop)
    assert (line["state"], line["stage"], line["path"]) == ("waiting", None, None)
    assert "poster-a2.pdf does not come" in line["reason"]


def test_a_job_in_a_stage_that_is_no_longer_configured_can_still_be_listed(shop: Shop) -> None:
    job = job_on_floor(shop)
    del shop.floor.stages["new"]

    (line,) = job_lines(shop)
    assert (line["order"], line["stage"], line["path"]) == (job.order_id, "new", None)


@pytest.mark.parametrize(
    ("status", "state", "answer"),
    [
        (None, "sent", "200"),
        (400, "parked", "400; no; the signal is refused"),
        (500, "waiting", "500; no; the server is in trouble"),
    ],
)
def test_a_signal_line_tells_state_tries_and_last_answer(
    shop: Shop, sent: RecordingSender, status: int | None, state: str, answer: str
) -> None:
    order = order_in(shop)
    if status:
        sent.answer = refuse(status)
    send_all(shop)

    (line,) = [signal_line(row) for row in shop.store.signals.find({})]
    assert (line["order"], line["item"]) == (order.order_id, order.item_ids[0])
    tries = 2 if status == 500 else 1  # the first probe follows at once
    assert (line["type"], line["state"], line["attempts"]) == ("ItemRegistered", state, tries)
    assert line["last_answer"] == answer
    assert line["last_try"] == "2026-03-02T08:00:00.000+00:00"
    assert line["due"] == f"2026-03-02T08:00:0{2 * (status == 500)}.000+00:00"
    assert line["accepted"] == (None if status else line["last_try"])
    assert (line["fields"], line["destination"]) == ({}, SIGNALS)
    assert line["deadline"] == "2026-03-02T08:15:00.000+00:00"


def test_jobs_that_are_not_finished_come_first_and_of_these_reorders(shop: Shop) -> None:
    done = job_on_floor(shop, 1)
    give_tracking(shop, done, Parcel(tracking="JD7", shipping_option="dhl"))
    note(shop, done, "shipped")
    usual = order_in(shop, 2)
    reorder = order_in(shop, 3, kind="reorder")

    lines = job_lines(shop)
    assert [line["order"] for line in lines] == [
        reorder.order_id,
        usual.order_id,
        done.order_id,
    ]
    assert [line["reorder"] for line in lines] == [True, False, False]


def test_signals_tell_what_is_a_reorder_and_what_is_a_test(shop: Shop) -> None:
    usual = order_in(shop, 2, key=TEST_KEY)
    reorder = order_in(shop, 3, kind="reorder")

    lines = [signal_line(row) for row in shop.store.signals.find({})]
    assert [(line["order"], line["reorder"], line["mode"]) for line in lines] == [
        (usual.order_id, False, "test"),
        (reorder.order_id, True, "live"),
    ]
    story = signal_story(shop, lines[1]["id"])
    assert story is not None
    assert (story["reorder"], story["mode"]) == (True, "live")


def test_the_story_of_a_signal_tells_every_attempt(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    order_in(shop, items=2)
    sent.answer = refuse(503, "busy", milliseconds=12)
    send_next(shop, gate_of(shop))
    clock.turn(5)
    sent.answer = accept
    send_all(shop)

    first = shop.store.signals.find({})[0]["id"]
    story = signal_story(shop, first)
    assert story is not None
    assert story["state"] == "sent"
    assert story["tries"] == [
        {
            "at": "2026-03-02T08:00:00.000+00:00",
            "status": 503,
            "words": "busy",
            "milliseconds": 12,
            "signals_in_request": 2,
        },
        {
            "at": "2026-03-02T08:00:05.000+00:00",
            "status": 200,
            "words": "",
            "milliseconds": 0,
            "signals_in_request": 2,
        },
    ]
    assert signal_story(shop, 4711) is None


def test_each_destination_is_shown_with_how_it_does(shop: Shop, sent: RecordingSender) -> None:
    other = Destination(name="press two", sender=RecordingSender())
    shop = replace(shop, destinations={**shop.destinations, other.name: other})
    order_in(shop)
    sent.answer = refuse(401)
    send_all(shop)

    found = overview(shop).destinations
    assert {name: health.reach for name, health in found.items()} == {
        SIGNALS: Reach.PAUSED,
        "press two": Reach.OPEN,
    }
    assert "signals.key" in found[SIGNALS].words
