"""What a person may do with a signal in each of its states, and that the journal tells of it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from hotfolder.domain.answer import Answer
from hotfolder.domain.job import Job
from hotfolder.errors import NotPossible, SignalInvalid
from hotfolder.services.edit_signals import CHANGES, edit, park, resend, send_all_now, withdraw
from hotfolder.services.parcel import Parcel
from hotfolder.services.send_signals import send_next
from hotfolder.services.ship_item import give_tracking
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from hotfolder.services.watch_deadlines import park_the_old
from tests.fakes import ManualClock, RecordingSender, accept, refuse
from tests.steps import (
    actions,
    again,
    gate_of,
    job_on_floor,
    note,
    order_in,
    promised,
    send_all,
    signals_of,
)

DAY = 24 * 3600
STATES = ("waiting", "sending", "sent", "withdrawn", "parked")


class Interrupted(BaseException):
    """The sender ends in the middle of a POST."""


def one_signal(shop: Shop, sent: RecordingSender, state: str) -> int:
    """An ItemRegistered in this state."""
    order_in(shop)
    (row,) = shop.store.signals.find({})
    signal_id: int = row["id"]
    if state == "sending":
        sent.answer = interrupt
        with pytest.raises(Interrupted):
            send_next(shop, gate_of(shop))
    elif state == "parked":
        sent.answer = refuse(400)
        send_all(shop)
    elif state == "sent":
        send_all(shop)
    elif state == "withdrawn":
        withdraw(shop, signal_id)
    sent.answer = accept
    assert state_of(shop, signal_id) == state
    return signal_id


def interrupt(_request: Mapping[str, Any]) -> Answer:
    raise Interrupted


def state_of(shop: Shop, signal_id: int) -> str:
    row = shop.store.signals.get(signal_id)
    assert row is not None
    return str(row["state"])


ALLOWED = {
    "resend": {"parked": "waiting", "withdrawn": "waiting", "sent": "waiting"},
    "withdraw": {"waiting": "withdrawn", "parked": "withdrawn"},
    "park": {"waiting": "parked"},
}
WORDS = {"resend": "signal sent again", "withdraw": "signal withdrawn", "park": "signal parked"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("change", sorted(ALLOWED))
def test_each_change_is_made_in_the_states_it_is_for_and_told_in_the_journal(
    shop: Shop, sent: RecordingSender, change: str, state: str
) -> None:
    signal_id = one_signal(shop, sent, state)
    row = shop.store.signals.get(signal_id)
    assert row is not None
    before = len(shop.store.journal.of_order(row["order_id"]))

    if state in ALLOWED[change]:
        CHANGES[change](shop, signal_id)
        assert state_of(shop, signal_id) == ALLOWED[change][state]
        line = shop.store.journal.of_order(row["order_id"])[-1]
        assert line.action == WORDS[change]
        assert line.detail == {"signal": "ItemRegistered", "id": signal_id, "by": "a person"}
    else:
        with pytest.raises(NotPossible, match=f"signal {signal_id} is {state}"):
            CHANGES[change](shop, signal_id)
        assert state_of(shop, signal_id) == state
        assert len(shop.store.journal.of_order(row["order_id"])) == before


def test_there_is_a_change_for_each_word() -> None:
    assert CHANGES.keys() == ALLOWED.keys()


@pytest.mark.parametrize("change", [*CHANGES.values(), lambda shop, one: edit(shop, one, {})])
def test_a_signal_nobody_knows_is_named(shop: Shop, change: Callable[[Shop, int], None]) -> None:
    with pytest.raises(NotPossible, match="there is no signal 4711"):
        change(shop, 4711)


@pytest.mark.parametrize("state", ["parked", "withdrawn", "sent"])
def test_a_signal_sent_again_goes_out_at_once_with_its_own_time(
    shop: Shop, clock: ManualClock, sent: RecordingSender, state: str
) -> None:
    signal_id = one_signal(shop, sent, state)
    sent.requests.clear()
    clock.turn(3600)
    bell = shop.nudge.signals.listen()
    resend(shop, signal_id)

    assert bell.is_set()
    send_all(shop)
    assert [one["datetime"] for one in sent.requests] == ["2026-03-02 08:00:00 GMT"]
    assert state_of(shop, signal_id) == "sent"


def test_a_withdrawn_or_parked_signal_lets_the_next_of_its_item_pass(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "packed")
    clock.turn(60)
    ids = signals_of(shop, job)
    withdraw(shop, ids["ItemProduce"])
    park(shop, ids["ItemProduced"])
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemPacked"]
    assert promised(shop, job)[1:3] == ["ItemProduce withdrawn", "ItemProduced parked"]


def test_a_signal_given_up_after_seven_days_gets_seven_more_when_sent_again(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    signal_id = one_signal(shop, sent, "waiting")
    clock.turn(7 * DAY)
    assert park_the_old(shop) == 1
    resend(shop, signal_id)
    sent.answer = refuse(503)
    gate = gate_of(shop)
    send_all(shop, gate)

    assert park_the_old(shop) == 0
    assert state_of(shop, signal_id) == "waiting"
    clock.turn(7 * DAY)
    send_all(shop, gate)
    assert state_of(shop, signal_id) == "parked"


def test_send_all_now_ends_every_undo_time_and_is_told(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    jobs = [job_on_floor(shop, number) for number in (1, 2)]
    send_all(shop)
    for job in jobs:
        note(shop, job, "print")
    send_all(shop)
    assert len(sent.signals) == 2

    bell = shop.nudge.signals.listen()
    assert send_all_now(shop) == 2
    assert bell.is_set()
    send_all(shop)
    assert [sent.said(job.item_id) for job in jobs] == [["ItemRegistered", "ItemProduce"]] * 2
    (line,) = shop.store.journal.of_order("")
    assert (line.action, line.detail["signals"]) == ("all sent now", 2)
    assert send_all_now(shop) == 0


# --- other words --------------------------------------------------------------------------------


def shipped_job(shop: Shop, clock: ManualClock) -> tuple[Job, int]:
    """A job with a waiting ItemShipped, and the number of that signal."""
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    give_tracking(shop, again(shop, job), Parcel(tracking="JD1", shipping_option="dhl"))
    clock.turn(60)
    return job, signals_of(shop, job)["ItemShipped"]


def test_tracking_can_be_corrected_while_it_waits(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job, signal_id = shipped_job(shop, clock)
    edit(shop, signal_id, {"tracking": "JD2"})
    send_all(shop)

    shipped = sent.signals[-1]
    assert (shipped["tracking"], shipped["shipping_option"]) == ("JD2", "dhl")
    line = next(
        line for line in shop.store.journal.of_order(job.order_id) if line.action == "signal edited"
    )
    assert line.detail["fields"] == {"tracking": "JD2", "shipping_option": "dhl"}
    assert line.detail["by"] == "a person"


def test_a_parked_signal_can_be_corrected_and_sent_again(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job, signal_id = shipped_job(shop, clock)
    sent.answer = lambda request: (refuse(400) if "tracking" in request else accept)(request)
    send_all(shop)
    assert state_of(shop, signal_id) == "parked"

    edit(shop, signal_id, {"shipping_option": "dhl_express"})
    assert state_of(shop, signal_id) == "parked"
    sent.answer = accept
    resend(shop, signal_id)
    send_all(shop)
    assert sent.signals[-1]["shipping_option"] == "dhl_express"
    assert promised(shop, job)[-1] == "ItemShipped sent"


@pytest.mark.parametrize("state", ["sending", "sent", "withdrawn"])
def test_what_is_on_its_way_or_over_can_not_be_corrected(
    shop: Shop, sent: RecordingSender, state: str
) -> None:
    signal_id = one_signal(shop, sent, state)

    with pytest.raises(NotPossible, match=f"is {state}"):
        edit(shop, signal_id, {})


@pytest.mark.parametrize(
    "fields", [{"cause": "x"}, {"tracking": "JD2", "message": "x"}, {"apikey": "x"}, {"order": "9"}]
)
def test_a_field_that_the_signal_does_not_have_is_refused(
    shop: Shop, clock: ManualClock, fields: dict[str, str]
) -> None:
    job, signal_id = shipped_job(shop, clock)
    with pytest.raises(SignalInvalid, match=f"has no field {[*fields][-1]}"):
        edit(shop, signal_id, fields)

    row = shop.store.signals.get(signal_id)
    assert row is not None
    assert "JD1" in row["fields"]
    assert "signal edited" not in actions(shop, job.order_id)


@pytest.mark.parametrize("empty", ["", "  "])
def test_a_required_field_can_not_be_emptied(shop: Shop, clock: ManualClock, empty: str) -> None:
    _, signal_id = shipped_job(shop, clock)

    with pytest.raises(SignalInvalid, match="needs tracking"):
        edit(shop, signal_id, {"tracking": empty})


def test_a_cancellation_cause_can_only_be_corrected_to_a_listed_one(shop: Shop) -> None:
    job = job_on_floor(shop)
    cancel(shop, job, "CancelMiscError", "no paper")
    signal_id = signals_of(shop, job)["ItemCanceled"]
    with pytest.raises(NotPossible, match="CancelBookRip"):
        edit(shop, signal_id, {"cause": "CancelBokRip"})

    edit(shop, signal_id, {"cause": "cancelbookrip"})
    row = shop.store.signals.get(signal_id)
    assert row is not None
    assert '"CancelBookRip"' in row["fields"]
