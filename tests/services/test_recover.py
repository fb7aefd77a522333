"""After a start: what was stuck waits again, what was promised is ended, all else is left alone."""

import pytest

from hotfolder.domain.answer import Answer
from hotfolder.domain.retry import Health, Reach
from hotfolder.services.recover import free_stuck, recover
from hotfolder.services.send_signals import send_next
from hotfolder.services.shop import SIGNALS, Shop
from tests.fakes import ManualClock, RecordingSender, refuse
from tests.steps import (
    actions,
    folder_of,
    gate_of,
    job_on_floor,
    note,
    order_in,
    promised,
    send_all,
    stage_of,
)


def hang(shop: Shop, sent: RecordingSender) -> None:
    """A sender claims what is due and never tells what came of it."""

    def never_ends(_request: object) -> Answer:
        raise KeyboardInterrupt

    before, sent.answer = sent.answer, never_ends
    with pytest.raises(KeyboardInterrupt):
        send_next(shop, gate_of(shop))
    sent.answer = before


def test_a_shop_in_order_is_left_as_it_is(shop: Shop, clock: ManualClock) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    clock.turn(30)
    send_all(shop)
    story, place = actions(shop, job.order_id), folder_of(shop, job)

    recover(shop)

    assert (actions(shop, job.order_id), folder_of(shop, job)) == (story, place)
    assert shop.store.signals.counts() == {"sent": 2}


def test_signals_under_way_wait_again_whatever_their_lease(
    shop: Shop, sent: RecordingSender
) -> None:
    order_in(shop, items=3)
    hang(shop, sent)

    recover(shop)

    assert shop.store.signals.counts() == {"waiting": 3}


def test_a_lease_that_still_runs_is_not_taken_away_while_running(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    order_in(shop)
    hang(shop, sent)
    bell = shop.nudge.signals.listen()

    clock.turn(59)
    assert free_stuck(shop) == 0
    clock.turn(1)
    assert free_stuck(shop) == 1
    assert bell.is_set()


def test_moves_withdrawals_and_parked_signals_outlive_a_start(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    sent.answer = refuse(400)
    send_all(shop)
    note(shop, job, "print")
    note(shop, job, "new")

    recover(shop)

    assert promised(shop, job) == ["ItemRegistered parked", "ItemProduce withdrawn"]
    assert stage_of(shop, job) == "new"


def test_a_new_run_asks_a_failing_destination_anew(shop: Shop, clock: ManualClock) -> None:
    health = Health(reach=Reach.PROBING, since=clock.now(), failures=7, words="no answer in time")
    shop.store.destinations.keep(SIGNALS, health)

    recover(shop)

    assert shop.store.destinations.get(SIGNALS) == Health()
