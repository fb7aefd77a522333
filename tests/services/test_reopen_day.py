"""A day that was closed too early is opened again; what Cloudprinter has heard stays."""

from datetime import date, timedelta

import pytest

from hotfolder.domain.day_list import Said
from hotfolder.domain.job import END_OF_DAY
from hotfolder.errors import NotPossible
from hotfolder.formats.journal_words import in_words
from hotfolder.services.close_day import close_by_hand, close_by_time, reopen_day
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock, RecordingSender
from tests.services.days import CLOSE, MONDAY, hand_over, items_of, shipped, turn_to, with_days
from tests.steps import actions, again, note, promised, send_all


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_days(shop)


def test_what_is_not_sent_yet_waits_once_more_and_what_is_sent_stays(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    (first,), (second,) = items_of(shop, 1), items_of(shop, 3)
    hand_over(shop, first)
    hand_over(shop, second, "T2")
    clock.turn(60)
    send_all(shop)
    close_by_hand(shop, "")
    shop.store.signals.change(
        shop.store.signals.find({"item": second.item_id, "type": "ItemShipped"})[0],
        due=clock.now() + timedelta(minutes=5),
    )
    send_all(shop)

    found = reopen_day(shop, "")
    assert [line.item_id for line in found.sent] == [first.item_id]
    assert [line.item_id for line in found.waiting] == [second.item_id]
    assert again(shop, second).waits_for == END_OF_DAY
    assert promised(shop, second)[-1] == "ItemShipped withdrawn"
    assert actions(shop, second.order_id)[-1] == "day reopened"
    day = shop.store.days.get("", MONDAY)
    assert shipped(day) == [(first.item_id, "T1", Said.CLOSE)]

    closed = close_by_hand(shop, "")
    assert closed.times == 2
    assert shipped(closed) == [
        (first.item_id, "T1", Said.CLOSE),
        (second.item_id, "T2", Said.CLOSE),
    ]
    send_all(shop)
    assert [sent.said(job.item_id).count("ItemShipped") for job in (first, second)] == [1, 1]


def test_the_timer_leaves_an_open_day_to_a_person_and_to_the_next_day(
    shop: Shop, clock: ManualClock
) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    turn_to(clock, CLOSE)
    close_by_time(shop)
    reopen_day(shop, "")
    clock.turn(3600)
    assert close_by_time(shop) == []

    turn_to(clock, CLOSE + timedelta(days=1))
    (day,) = close_by_time(shop)
    assert (day.day, day.missed) == (date(2026, 3, 3), ())
    assert shipped(day) == [(job.item_id, "T1", Said.CLOSE)]


def test_a_job_that_was_dragged_back_after_the_close_is_simply_gone_from_it(
    shop: Shop, clock: ManualClock
) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    close_by_hand(shop, "")
    note(shop, job, "packed")
    found = reopen_day(shop, "")
    assert [line.item_id for line in found.gone] == [job.item_id]
    assert again(shop, job).waits_for == ""


@pytest.mark.parametrize("day", [None, MONDAY])
def test_what_was_never_closed_can_not_be_opened(shop: Shop, day: date | None) -> None:
    with pytest.raises(NotPossible, match=r"never closed|no day was closed yet"):
        reopen_day(shop, "", day)


def test_a_day_is_opened_once(shop: Shop) -> None:
    close_by_hand(shop, "")
    reopen_day(shop, "")
    with pytest.raises(NotPossible, match="is open already"):
        reopen_day(shop, "")


def test_the_journal_tells_it_in_words() -> None:
    detail = {"day": "2026-03-02", "calendar": "cards", "late": True, "signals": ["ItemShipped"]}
    assert in_words("day closed", detail) == (
        "the day 2026-03-02 of cards (late) was closed; says ItemShipped"
    )
    detail = {"day": "2026-03-02", "calendar": "", "withdrawn": ["ItemShipped"]}
    assert in_words("day reopened", detail) == (
        "the day 2026-03-02 was opened again; takes back ItemShipped"
    )
