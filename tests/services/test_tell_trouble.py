"""An item is late or not made: what is said, what is taken back, what is refused."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest

from hotfolder.domain.answer import Answer
from hotfolder.domain.job import JobState
from hotfolder.errors import NotPossible, SignalInvalid
from hotfolder.services.jobs_meant import jobs_of
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import give_tracking, ship_item
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel, delay
from tests.fakes import ManualClock, RecordingSender
from tests.steps import (
    ALL_TYPES,
    actions,
    again,
    fetch_all,
    folder_of,
    gate_of,
    job_on_floor,
    note,
    order_in,
    promised,
    send_all,
    the_job,
)


class Interrupted(BaseException):
    """The sender ends in the middle of a POST."""


PARCEL = Parcel(tracking="JD1", shipping_option="dhl")


def test_a_delay_goes_out_with_cause_and_hours(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    clock.turn(3600)
    delay(shop, job, "the press is down", 48)
    send_all(shop)

    assert sent.signals[-1] == {
        "type": "ItemDelay",
        "order": job.order_id,
        "item": job.item_id,
        "datetime": "2026-03-02 09:00:00 GMT",
        "cause": "the press is down",
        "delay": "48",
    }
    story = shop.store.journal.of_order(job.order_id)
    line = next(line for line in story if line.action == "item delayed")
    assert (line.item_id, line.detail["by"]) == (job.item_id, "a person")


def test_a_delay_can_be_told_again_and_the_job_goes_on(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    delay(shop, job, "the press is down", 24)
    delay(shop, job, "still down", 48)
    note(shop, job, "print")
    clock.turn(60)
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemDelay", "ItemDelay", "ItemProduce"]
    assert again(shop, job).state is JobState.FLOOR


def test_one_item_is_canceled_and_the_other_ships(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    first = job_on_floor(shop, items=2)
    first, second = shop.store.jobs.of_order(first.order_id)
    for job in (first, second):
        note(shop, job, "packed")
    cancel(shop, first, "CancelCoverTrim", "the cover is 3 mm too narrow")
    note(shop, second, "shipped")
    give_tracking(shop, again(shop, second), PARCEL)
    clock.turn(60)
    send_all(shop)

    assert sent.said(second.item_id) == ALL_TYPES
    assert sent.said(first.item_id) == ["ItemRegistered", "ItemCanceled"]
    canceled = next(one for one in sent.signals if one["type"] == "ItemCanceled")
    assert canceled["cause"] == "CancelCoverTrim"
    assert canceled["message"] == "the cover is 3 mm too narrow"
    assert again(shop, first).state is JobState.CANCELED
    assert folder_of(shop, first).is_dir(), "its folder stays where it is"


def test_what_was_said_before_the_cancellation_stands_and_what_waited_is_taken_back(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    clock.turn(60)
    send_all(shop)
    note(shop, job, "produced")
    cancel(shop, job, "CancelBookRip", "stops on page 3")

    assert promised(shop, job) == [
        "ItemRegistered sent",
        "ItemProduce sent",
        "ItemProduced withdrawn",
        "ItemCanceled waiting",
    ]


def test_an_item_that_is_not_on_the_floor_yet_can_be_canceled_and_never_gets_there(
    shop: Shop, clock: ManualClock
) -> None:
    order = order_in(shop)
    job = the_job(shop, order.order_id)
    cancel(shop, job, "CancelUserRequest", "changed her mind")
    clock.turn(60)
    fetch_all(shop)

    assert again(shop, job).state is JobState.CANCELED
    assert shop.floor.look("new").folders == {}


@pytest.mark.parametrize("arrived", ["sent", "sending"])
def test_what_has_shipped_can_not_be_canceled(
    shop: Shop, clock: ManualClock, sent: RecordingSender, arrived: str
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    give_tracking(shop, again(shop, job), PARCEL)
    clock.turn(60)

    def answer(request: Mapping[str, Any]) -> Answer:
        if arrived == "sending" and request["type"] == "ItemShipped":
            raise Interrupted
        return Answer(status=200)

    sent.answer = answer
    with suppress(Interrupted):
        send_all(shop, gate_of(shop))
    assert promised(shop, job)[-1] == f"ItemShipped {arrived}"

    with pytest.raises(NotPossible, match="has shipped"):
        cancel(shop, again(shop, job), "CancelUserRequest", "too late")
    assert promised(shop, job)[-1] == f"ItemShipped {arrived}"
    assert again(shop, job).state is JobState.FLOOR


def test_an_item_whose_shipping_went_to_the_archive_has_shipped_too(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    give_tracking(shop, again(shop, job), PARCEL)
    clock.turn(60)
    send_all(shop)
    with shop.store.transaction():
        shop.store.signals.remove(shop.store.signals.find({}))

    with pytest.raises(NotPossible, match="has shipped"):
        cancel(shop, again(shop, job), "CancelUserRequest", "too late")


def test_shipping_that_only_waits_is_taken_back(shop: Shop, clock: ManualClock) -> None:
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    give_tracking(shop, again(shop, job), PARCEL)
    cancel(shop, job, "CancelUserRequest", "just in time")

    assert promised(shop, job)[-2:] == ["ItemShipped withdrawn", "ItemCanceled waiting"]


def test_a_canceled_item_is_not_canceled_delayed_or_shipped_again(shop: Shop) -> None:
    job = job_on_floor(shop)
    cancel(shop, job, "CancelMiscError", "no paper")
    story = actions(shop, job.order_id)

    for stale in (job, again(shop, job)):
        with pytest.raises(NotPossible, match="is canceled already"):
            cancel(shop, stale, "CancelMiscError", "no paper")
        with pytest.raises(NotPossible, match="is canceled"):
            delay(shop, stale, "the press is down", 24)
    with pytest.raises(NotPossible, match="is canceled; nothing is shipped"):
        ship_item(shop, job, PARCEL)
    assert actions(shop, job.order_id) == story


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("CancelBokRip", "CancelBookRip"),
        ("bookrip", "CancelBookRip"),
        ("CancelCoverSpline", "CancelCoverSpine"),
        ("broken", "CancelMiscError"),
        ("", "CancelMiscError"),
    ],
)
def test_a_cause_that_is_not_on_the_list_is_refused_with_the_nearest_one(
    shop: Shop, written: str, nearest: str
) -> None:
    job = job_on_floor(shop)
    with pytest.raises(NotPossible, match=nearest):
        cancel(shop, job, written, "it is broken")

    assert again(shop, job).state is JobState.FLOOR
    assert promised(shop, job) == ["ItemRegistered waiting"]
    assert "item canceled" not in actions(shop, job.order_id)


def test_a_listed_cause_in_any_case_goes_out_as_published(
    shop: Shop, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    cancel(shop, job, " cancelBOOKrip ", "stops on page 3")
    send_all(shop)

    assert sent.signals[-1]["cause"] == "CancelBookRip"


@pytest.mark.parametrize("empty", ["", "  "])
def test_words_are_required(shop: Shop, empty: str) -> None:
    job = job_on_floor(shop)
    with pytest.raises(SignalInvalid, match="needs message"):
        cancel(shop, job, "CancelMiscError", empty)
    with pytest.raises(SignalInvalid, match="needs cause"):
        delay(shop, job, empty, 24)

    assert again(shop, job).state is JobState.FLOOR
    assert promised(shop, job) == ["ItemRegistered waiting"]


def test_an_order_names_all_its_items_and_an_item_itself(shop: Shop) -> None:
    order = order_in(shop, items=3)

    assert [job.item_id for job in jobs_of(shop, order.order_id)] == list(order.item_ids)
    assert [job.item_id for job in jobs_of(shop, order.order_id, order.item_ids[1])] == [
        order.item_ids[1]
    ]
    with pytest.raises(NotPossible, match="there is no order 41 here"):
        jobs_of(shop, "41")
    with pytest.raises(NotPossible, match=f"there is no item 42 of an order {order.order_id} here"):
        jobs_of(shop, order.order_id, "42")


def test_trouble_wakes_the_senders(shop: Shop) -> None:
    job = job_on_floor(shop)
    bell = shop.nudge.signals.listen()
    delay(shop, job, "the press is down", 24)
    assert bell.is_set()
    bell.clear()
    cancel(shop, job, "CancelMiscError", "no paper")
    assert bell.is_set()
