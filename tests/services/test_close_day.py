"""The end of the day: once by local date, in one transaction, in bundles, early or late."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hotfolder.domain.day_list import ClosedBy, Said
from hotfolder.domain.job import END_OF_DAY
from hotfolder.errors import NotPossible
from hotfolder.services.close_day import close_by_hand, close_by_time, close_day
from hotfolder.services.plan_day import plan_day
from hotfolder.services.shop import Shop
from hotfolder.store.days import Closing
from tests.builders import sides
from tests.fakes import ManualClock, RecordingSender
from tests.services.days import (
    CLOSE,
    MONDAY,
    hand_over,
    items_of,
    left,
    shipped,
    turn_to,
    with_days,
)
from tests.steps import actions, again, folder_of, note, pass_undo_time, promised, send_all


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_days(shop)


def test_the_timer_closes_the_day_once(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    turn_to(clock, CLOSE - timedelta(seconds=1))
    assert close_by_time(shop) == []

    clock.turn(1)
    (day,) = close_by_time(shop)
    assert (day.day, day.by, day.late, day.missed) == (MONDAY, ClosedBy.TIMER, False, ())
    assert shipped(day) == [(job.item_id, "T1", Said.CLOSE)]
    assert left(day) == {}
    for _ in range(3):
        clock.turn(3600)
        assert close_by_time(shop) == []
    send_all(shop)
    shipped_signal = sent.signals[-1]
    assert shipped_signal["type"] == "ItemShipped"
    assert (shipped_signal["tracking"], shipped_signal["shipping_option"]) == ("T1", "ups")
    assert sent.said(job.item_id).count("ItemShipped") == 1
    assert again(shop, job).waits_for == ""
    assert actions(shop, job.order_id).count("day closed") == 1


def test_item_shipped_of_one_order_leaves_in_one_bundle(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    jobs = [*items_of(shop, 2, items=3), *items_of(shop, 3, items=2)]
    for number, job in enumerate(jobs[:-1]):
        hand_over(shop, job, f"T{number}")
    note(shop, jobs[-1], "packed")
    pass_undo_time(shop, clock)
    turn_to(clock, CLOSE - timedelta(seconds=5))
    hand_over(shop, jobs[-1], "T9")
    before = len(sent.requests)
    clock.turn(5)
    close_by_time(shop)
    send_all(shop)

    bundles = [[one["item"] for one in request["items"]] for request in sent.requests[before:]]
    assert bundles == [[job.item_id for job in jobs[:3]]]
    assert "ItemShipped" not in sent.said(jobs[-2].item_id), "its order can be taken back still"

    clock.turn(15)
    send_all(shop)
    bundles = [[one["item"] for one in request["items"]] for request in sent.requests[before:]]
    assert bundles[1:] == [[job.item_id for job in jobs[3:]]]


def test_who_was_dragged_just_before_the_close_can_be_dragged_back(
    shop: Shop, clock: ManualClock
) -> None:
    (job,) = items_of(shop)
    turn_to(clock, CLOSE - timedelta(seconds=5))
    hand_over(shop, job)
    clock.turn(5)
    assert len(close_by_time(shop)) == 1
    send_all(shop)
    clock.turn(10)
    note(shop, job, "new")
    pass_undo_time(shop, clock)
    assert promised(shop, job)[1:] == [
        f"{kind} withdrawn" for kind in ("ItemProduce", "ItemProduced", "ItemPacked", "ItemShipped")
    ]


def test_a_second_caller_loses_quietly(shop: Shop, clock: ManualClock) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    turn_to(clock, CLOSE)
    closing = Closing(calendar="", day=MONDAY, at=clock.now(), by=ClosedBy.TIMER)
    second = []

    def between(step: str) -> None:
        if step == "close":  # the other one has planned as well, and is quicker
            second.append(close_day(shop, closing))

    assert close_day(shop, closing, between) is None
    assert shipped(second[0]) == [(job.item_id, "T1", Said.CLOSE)]
    assert promised(shop, job).count("ItemShipped waiting") == 1
    with pytest.raises(NotPossible, match="is closed already"):
        close_by_hand(shop, "")


def test_who_moves_between_the_look_and_the_close_stays(shop: Shop, clock: ManualClock) -> None:
    stays, goes = items_of(shop, 2, items=2)
    for job in (stays, goes):
        hand_over(shop, job)
    turn_to(clock, CLOSE)
    closing = Closing(calendar="", day=MONDAY, at=clock.now(), by=ClosedBy.TIMER)

    def between(step: str) -> None:
        if step == "close":
            note(shop, stays, "packed")

    day = close_day(shop, closing, between)
    assert shipped(day) == [(goes.item_id, "T1", Said.CLOSE)]
    assert left(day) == {stays.item_id: "packed, but not in shipped"}


def test_a_machine_that_was_off_closes_once_and_late(shop: Shop, clock: ManualClock) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    turn_to(clock, datetime(2026, 3, 5, 6, tzinfo=UTC))
    (day,) = close_by_time(shop)
    assert (day.day, day.late) == (date(2026, 3, 4), True)
    assert day.missed == (MONDAY, date(2026, 3, 3))
    assert shop.store.days.get("", day.day) == day, "and it is written down"
    assert close_by_time(shop) == []


def test_a_corrected_tracking_file_counts_until_the_close(shop: Shop, clock: ManualClock) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job, "WRONG")
    (folder_of(shop, job) / "tracking.txt").write_text("RIGHT\n")
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert shipped(day) == [(job.item_id, "RIGHT", Said.CLOSE)]
    assert again(shop, job).tracking == "RIGHT"


def test_a_stage_that_can_not_be_read_does_not_keep_a_parcel_back(
    shop: Shop, clock: ManualClock
) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    stage = shop.floor.stage_path("shipped")
    stage.rename(stage.with_name("away"))
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert shipped(day) == [(job.item_id, "T1", Said.CLOSE)]


def test_who_was_put_into_the_archive_before_the_close_ships_all_the_same(
    shop: Shop, clock: ManualClock
) -> None:
    for stage in sides():
        shop.floor.stages[stage.key] = stage
    shop.floor.prepare()
    (job,) = items_of(shop)
    hand_over(shop, job)
    note(shop, job, "archive")
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert shipped(day) == [(job.item_id, "T1", Said.CLOSE)]
    assert again(shop, job).waits_for == ""


def test_a_person_closes_the_day_early_and_the_timer_then_does_not(
    shop: Shop, clock: ManualClock
) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    day = close_by_hand(shop, "")
    assert (day.day, day.by, day.late) == (MONDAY, ClosedBy.COMMAND, False)
    turn_to(clock, CLOSE)
    assert close_by_time(shop) == []


def test_a_day_to_come_is_not_closed(shop: Shop) -> None:
    with pytest.raises(NotPossible, match="still to come"):
        close_by_hand(shop, "", date(2026, 3, 3))


def test_a_plan_tells_what_a_close_would_do_and_does_nothing(
    shop: Shop, clock: ManualClock
) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    planned = plan_day(shop, "", MONDAY).lines()
    assert again(shop, job).waits_for == END_OF_DAY
    assert close_by_hand(shop, "").lines == planned
