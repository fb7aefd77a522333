"""What those are told who ask how the shop stands."""

from dataclasses import replace

import pytest

from hotfolder.errors import DeliveryError
from hotfolder.services.overview import job_lines, overview, signal_lines
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import give_tracking
from hotfolder.services.shop import Shop
from tests.fakes import FolderFetcher, ManualClock, RecordingSender
from tests.steps import (
    EXAMPLES,
    TEST_KEY,
    fetch_all,
    folder_of,
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


def test_a_parked_signal_becomes_late_too(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    order_in(shop)
    sent.answer = lambda _request: DeliveryError("400 no", status=400)
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
        }
    ]


def test_a_job_that_is_not_on_the_floor_has_no_stage_and_no_path(shop: Shop) -> None:
    fetcher = FolderFetcher(EXAMPLES / "files")
    fetcher.away.add("poster-a2.pdf")
    order_in(shop)
    fetch_all(replace(shop, fetcher=fetcher))

    (line,) = job_lines(shop)
    assert (line["state"], line["stage"], line["path"]) == ("waiting", None, None)
    assert "does not have the file" in line["reason"]


def test_a_job_in_a_stage_that_is_no_longer_configured_can_still_be_listed(shop: Shop) -> None:
    job = job_on_floor(shop)
    del shop.floor.stages["new"]

    (line,) = job_lines(shop)
    assert (line["order"], line["stage"], line["path"]) == (job.order_id, "new", None)


@pytest.mark.parametrize(
    ("status", "state", "answer"),
    [(None, "sent", "200"), (400, "parked", "400 no"), (500, "waiting", "500 no")],
)
def test_a_signal_line_tells_state_tries_and_last_answer(
    shop: Shop, sent: RecordingSender, status: int | None, state: str, answer: str
) -> None:
    order = order_in(shop)
    if status:
        sent.answer = lambda _request: DeliveryError(f"{status} no", status=status)
    send_all(shop)

    (line,) = signal_lines(shop)
    assert (line["order"], line["item"]) == (order.order_id, order.item_ids[0])
    assert (line["type"], line["state"], line["attempts"]) == ("ItemRegistered", state, 1)
    assert line["last_answer"] == answer
    assert line["due"] == line["last_try"] == "2026-03-02T08:00:00.000+00:00"
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


def test_signals_of_reorders_come_first_and_tests_are_marked(shop: Shop) -> None:
    usual = order_in(shop, 2, key=TEST_KEY)
    reorder = order_in(shop, 3, kind="reorder")

    lines = signal_lines(shop)
    assert [(line["order"], line["reorder"], line["mode"]) for line in lines] == [
        (reorder.order_id, True, "live"),
        (usual.order_id, False, "test"),
    ]
