"""The end of the day: once by local date, in one transaction, in bundles, with all that is left."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotfolder.domain.day import DayRule, OwnDay
from hotfolder.domain.day_list import ClosedBy, Said
from hotfolder.domain.flow import Ships, Skipped
from hotfolder.domain.job import END_OF_DAY
from hotfolder.errors import NotPossible
from hotfolder.services.close_day import close_by_hand, close_by_time, close_day
from hotfolder.services.parcel import Parcel
from hotfolder.services.plan_day import plan_day
from hotfolder.services.ship_item import ship_item, ship_waiting
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from hotfolder.store.days import Closing
from tests.builders import a_flow, a_flow_that, no_preflight, sides
from tests.fakes import ManualClock, RecordingSender
from tests.services.days import (
    BERLIN,
    CLOSE,
    day_shop,
    hand_over,
    items_of,
    left,
    shipped,
    turn_to,
)
from tests.steps import (
    TEST_KEY,
    actions,
    again,
    database_of,
    folder_of,
    look_up,
    note,
    pass_undo_time,
    promised,
    send_all,
)

MONDAY = date(2026, 3, 2)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def shop(shop: Shop) -> Shop:
    made = day_shop(shop)
    assert close_by_time(made) == [], "from now on it knows of days"
    return made


# --- waiting ------------------------------------------------------------------------------------


def test_a_job_in_its_shipping_stage_waits_for_the_end_of_the_day(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    pass_undo_time(shop, clock)

    assert again(shop, job).waits_for == END_OF_DAY
    assert sent.said(job.item_id)[-1] == "ItemPacked"
    assert ship_waiting(shop) == {}, "nobody has to give anything"


def test_tracking_that_comes_after_the_move_waits_for_the_end_of_the_day(shop: Shop) -> None:
    (job,) = items_of(shop)
    note(shop, job, "shipped")
    assert again(shop, job).waits_for == "tracking"
    words = ship_item(shop, job, Parcel(tracking="T1", shipping_option="ups"))

    assert words == "kept; ItemShipped goes out at the end of the day"
    assert again(shop, job).waits_for == END_OF_DAY
    assert "ItemShipped waiting" not in promised(shop, job)


def test_tracking_before_the_move_still_says_where_it_has_to_go(shop: Shop) -> None:
    (job,) = items_of(shop)
    words = ship_item(shop, job, Parcel(tracking="T1", shipping_option="ups"))
    assert words == "kept; ItemShipped goes out when the job reaches its shipping stage"


def test_dragging_back_takes_the_job_off_the_day(shop: Shop, clock: ManualClock) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    note(shop, job, "packed")
    assert again(shop, job).waits_for == ""

    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert shipped(day) == []
    assert left(day) == {job.item_id: "packed, but not in shipped"}


def test_a_flow_that_ships_at_once_after_all_says_it_at_the_next_look(shop: Shop) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    at_once = replace(shop, flows=[a_flow(preflight=no_preflight())])
    assert ship_waiting(at_once) == {}
    assert promised(shop, job)[-1] == "ItemShipped waiting"
    assert again(shop, job).waits_for == ""


# --- closing ------------------------------------------------------------------------------------


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


def test_what_a_person_must_let_go_is_parked_and_said_on_the_list(
    shop: Shop, clock: ManualClock
) -> None:
    flow = replace(
        a_flow_that(Skipped.HOLD, "packed"),
        preflight=no_preflight(),
        ships=Ships.END_OF_DAY,
    )
    shop = replace(shop, flows=[flow])
    (job,) = items_of(shop)
    hand_over(shop, job)
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert promised(shop, job)[-1] == "ItemShipped parked"
    assert [line.words for line in day.shipped] == ["its ItemShipped waits for a person"]


def test_tests_are_marked_on_the_list(shop: Shop, clock: ManualClock) -> None:
    goes, stays = items_of(shop, 2, items=2, key=TEST_KEY)
    hand_over(shop, goes)
    note(shop, stays, "packed")
    assert [line.words for line in close_by_hand(shop, "").lines] == [
        "TEST",
        "TEST: packed, but not in shipped",
    ]


# --- what is left -------------------------------------------------------------------------------


def test_each_one_left_over_is_told_with_the_reason(shop: Shop, clock: ManualClock) -> None:
    ships, held, no_code, unpacked, off = items_of(shop, 2, items=5)
    (packed,) = items_of(shop, 3)
    (elsewhere,) = items_of(shop, 4)
    hand_over(shop, ships)
    hand_over(shop, held)
    note(shop, held, "hold")
    note(shop, no_code, "shipped")
    note(shop, unpacked, "print")
    note(shop, packed, "packed")
    note(shop, elsewhere, "print")
    cancel(shop, off, "CancelBookRip", "torn")
    look_up(database_of(shop), "update orders set ship_by = '2026-03-03'")
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)

    assert shipped(day) == [(ships.item_id, "T1", Said.CLOSE)]
    assert left(day) == {
        held.item_id: "held: put on hold",
        no_code.item_id: "no tracking",
        unpacked.item_id: "not packed: in print",
        packed.item_id: "packed, but not in shipped",
        off.item_id: f"canceled: {again(shop, off).reason}",
    }
    assert again(shop, held).waits_for == END_OF_DAY, "it ships with a later day"


def test_work_whose_order_should_have_gone_by_today_is_left_over(
    shop: Shop, clock: ManualClock
) -> None:
    (job,) = items_of(shop)
    look_up(database_of(shop), "update orders set ship_by = '2026-03-02 12:00:00'")
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert left(day) == {job.item_id: "not packed: in new"}


def test_the_next_day_does_not_tell_again_what_shipped(shop: Shop, clock: ManualClock) -> None:
    first, second = items_of(shop, 2, items=2)
    hand_over(shop, first)
    turn_to(clock, CLOSE)
    close_by_time(shop)
    hand_over(shop, second, "T2")
    turn_to(clock, CLOSE + timedelta(days=1))
    (day,) = close_by_time(shop)
    assert shipped(day) == [(second.item_id, "T2", Said.CLOSE)]
    assert left(day) == {}


def test_the_list_of_a_shop_that_ships_at_once_tells_the_parcels_of_the_day(
    shop: Shop, clock: ManualClock
) -> None:
    shop = day_shop(shop, ships=Ships.AT_ONCE)
    (job,) = items_of(shop)
    hand_over(shop, job)
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert shipped(day) == [(job.item_id, "T1", Said.BEFORE)]
    turn_to(clock, CLOSE + timedelta(days=1))
    (day,) = close_by_time(shop)
    assert shipped(day) == []


# --- by hand, and calendars ---------------------------------------------------------------------


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


def test_a_flow_with_a_day_of_its_own_is_closed_by_itself(shop: Shop, clock: ManualClock) -> None:
    (usual,) = items_of(shop)
    hand_over(shop, usual)
    early = replace(shop.flows[0], name="early", day=OwnDay(cutoff=time(12)))
    shop = replace(shop, flows=[*shop.flows, early])
    close_by_time(shop)
    (job,) = items_of(replace(shop, flows=[early]), 3)
    hand_over(shop, job, "T2")
    turn_to(clock, CLOSE - timedelta(hours=5))
    (day,) = close_by_time(shop)
    assert (day.calendar, day.day) == ("early", MONDAY)
    assert shipped(day) == [(job.item_id, "T2", Said.CLOSE)]
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert (day.calendar, shipped(day)) == ("", [(usual.item_id, "T1", Said.CLOSE)])


@pytest.mark.parametrize("calendar", ["books", "nobody"])
def test_a_flow_without_a_day_of_its_own_has_none_to_close(shop: Shop, calendar: str) -> None:
    with pytest.raises(NotPossible, match=f"flow {calendar} (has no day|is not configured)"):
        close_by_hand(shop, calendar)


def test_a_job_whose_flow_is_gone_is_left_and_told(shop: Shop, clock: ManualClock) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    other = a_flow(name="others", ships=Ships.END_OF_DAY)
    turn_to(clock, CLOSE)
    (day,) = close_by_time(replace(shop, flows=[other]))
    assert left(day) == {job.item_id: "its flow books is not configured any more"}
    assert again(shop, job).waits_for == END_OF_DAY


CLOCK_CHANGES = [
    (datetime(2026, 3, 6, 12, tzinfo=UTC), 27),  # New York on the 8th, Berlin on the 29th
    (datetime(2026, 10, 23, 12, tzinfo=UTC), 13),  # Berlin on 25 October, New York on 1 November
]


@pytest.mark.parametrize(("start", "days"), CLOCK_CHANGES)
def test_two_zones_are_closed_once_a_day_across_their_clock_changes(
    shop: Shop, clock: ManualClock, start: datetime, days: int
) -> None:
    every_day = frozenset(range(7))
    rule = DayRule(cutoff=time(2, 30), zone=BERLIN, working_days=every_day)
    there = a_flow(name="there", day=OwnDay(cutoff=time(17), zone=NEW_YORK))
    shop = replace(day_shop(shop, rule), flows=[a_flow(ships=Ships.END_OF_DAY), there])
    turn_to(clock, start)
    assert [one.day for one in close_by_time(shop)] == [start.date()], "the shop is known longer"
    closed = []
    while clock.now() < start + timedelta(days=days):
        clock.turn(600)
        closed += close_by_time(shop)
    assert not [one for one in closed if one.late or one.missed]
    for calendar, zone, cutoff in (("", BERLIN, time(2, 30)), ("there", NEW_YORK, time(17))):
        mine = [one for one in closed if one.calendar == calendar]
        first = mine[0].day
        assert [one.day for one in mine] == [first + timedelta(days=n) for n in range(days)]
        for one in mine:
            assert one.closed_at is not None
            local = one.closed_at.astimezone(zone)
            assert local.date() == one.day
            assert local.time() == cutoff or (one.day, local.hour) == (date(2026, 3, 29), 3)
