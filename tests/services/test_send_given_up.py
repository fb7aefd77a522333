"""A signal that is seven days old is given up."""

from hotfolder.services.send_signals import Gate
from hotfolder.services.shop import Shop
from hotfolder.services.watch_deadlines import park_the_old
from tests.fakes import ManualClock, RecordingSender, refuse
from tests.steps import actions, order_in, send_all

DAY = 24 * 3600


def test_a_signal_is_given_up_after_seven_days_and_a_person_may_still_send_it(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate, logged: list[str]
) -> None:
    order = order_in(shop)
    sent.answer = refuse(503)
    send_all(shop, gate)
    clock.turn(7 * DAY - 60)
    send_all(shop, gate)
    assert park_the_old(shop) == 0
    clock.turn(60)

    assert park_the_old(shop) == 1
    (row,) = shop.store.signals.find({})
    assert (row["state"], "7 days" in row["last_answer"]) == ("parked", True)
    assert any(line.startswith("ERROR") and "given up" in line for line in logged)
    assert actions(shop, order.order_id)[-1] == "signal parked"


def test_a_probe_that_fails_after_seven_days_parks_its_signal_with_the_last_answer(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    order = order_in(shop)
    clock.turn(7 * DAY)
    sent.answer = refuse(500, "boom")
    send_all(shop, gate)

    (row,) = shop.store.signals.find({})
    assert row["state"] == "parked"
    assert row["last_answer"] == "given up after 7 days: 500; boom; the server is in trouble"
    assert actions(shop, order.order_id)[-1] == "signal parked"


def test_of_a_bundle_only_what_is_old_is_given_up(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    order_in(shop, items=2)
    clock.turn(7 * DAY)
    first, second = shop.store.signals.find({})
    with shop.store.transaction():
        assert shop.store.signals.change(second, asked_at=clock.now())
    sent.answer = refuse(503)
    send_all(shop, gate)
    assert shop.store.signals.counts() == {"waiting": 2}

    assert park_the_old(shop) == 1
    assert {row["id"]: row["state"] for row in shop.store.signals.find({})} == {
        first["id"]: "parked",
        second["id"]: "waiting",
    }
