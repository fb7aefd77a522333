"""A wrong key or address pauses the sending and parks nothing."""

from dataclasses import replace

import pytest

from hotfolder.domain.answer import KEY_REFUSED, REDIRECTED, WEB_PAGE, WRONG_ADDRESS, Answer
from hotfolder.domain.retry import Reach
from hotfolder.services.recover import recover
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Shop
from tests.fakes import ManualClock, RecordingSender, accept, refuse
from tests.steps import order_in, send_all, with_usual


@pytest.mark.parametrize(
    ("status", "diagnosis"),
    [
        *[(status, KEY_REFUSED) for status in (401, 403)],
        *[(status, WRONG_ADDRESS) for status in (404, 405, 410, 415)],
        *[(status, REDIRECTED) for status in (301, 302, 307, 308)],
    ],
)
def test_a_wrong_key_or_address_pauses_everything_and_parks_nothing(
    shop: Shop,
    clock: ManualClock,
    sent: RecordingSender,
    gate: Gate,
    status: int,
    diagnosis: str,
) -> None:
    order_in(shop, 1, items=2)
    order_in(shop, 2)
    sent.answer = refuse(status)
    send_all(shop, gate)
    clock.turn(40)
    send_all(shop, gate)

    assert sent.tried == 1
    assert shop.store.signals.counts() == {"waiting": 3}
    health = shop.store.destinations.get(SIGNALS)
    assert (health.reach, health.words) == (Reach.PAUSED, f"{diagnosis} (no)")

    clock.turn(30)
    sent.answer = accept
    send_all(shop, gate)
    assert len(sent.signals) == 3


def test_after_a_restart_with_the_right_key_nothing_is_said_to_be_paused(
    shop: Shop, sent: RecordingSender
) -> None:
    order_in(shop)
    sent.answer = refuse(401)
    send_all(shop)

    sent.answer = accept
    recover(shop)
    send_all(shop)

    assert len(sent.signals) == 1
    assert shop.store.destinations.get(SIGNALS).reach is Reach.OPEN


def test_a_web_page_is_no_acceptance_but_where_it_was_allowed(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    order_in(shop)
    sent.answer = lambda _request: Answer(status=200, is_page=True)
    send_all(shop)
    assert shop.store.signals.counts() == {"waiting": 1}
    health = shop.store.destinations.get(SIGNALS)
    assert (health.reach, health.words) == (Reach.PAUSED, WEB_PAGE)

    send_all(with_usual(shop, pages_count=True))
    assert shop.store.signals.counts() == {"sent": 1}


def test_a_wrong_key_is_an_error_in_the_log_at_once_also_in_the_middle_of_an_outage(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate, logged: list[str]
) -> None:
    order_in(shop)
    sent.answer = refuse(None)
    send_all(shop, gate)
    sent.answer = refuse(401, "bad key")
    clock.turn(10)
    send_all(shop, gate)
    clock.turn(61)
    send_all(shop, gate)

    errors = [line for line in logged if line.startswith("ERROR")]
    assert len(errors) == 1
    assert "signals.key" in errors[0]


def test_while_paused_it_asks_once_a_minute_and_a_changed_key_goes_on_at_once(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    order_in(shop, 1)
    order_in(shop, 2)
    sent.answer = refuse(401)
    for _ in range(600):
        send_all(shop, gate)
        clock.turn(1)
    assert 10 <= sent.tried <= 13

    sent.answer = accept
    sent.set_key("another")
    gate.reopen()
    send_all(shop, gate)
    assert shop.store.signals.counts() == {"sent": 2}


def test_a_key_that_changes_while_a_probe_with_the_old_one_is_on_the_way_goes_on_at_once(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    order_in(shop, 1)
    order_in(shop, 2)
    sent.answer = refuse(401)
    send_next(shop, gate)
    clock.turn(60)
    entered = gate.enter(shop)
    assert entered is not None

    gate.reopen()
    sent.answer = accept
    assert send_next(shop, gate)
    assert not gate.hear(entered, replace(entered, failures=2))
    gate.leave(entered)
    assert gate.health.reach is Reach.OPEN, "the old key says nothing about the new one"
