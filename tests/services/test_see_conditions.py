"""Each condition that the admin may hear of is seen when it is so, and only then."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from hotfolder.domain.alert import AlertLimits, Kind
from hotfolder.domain.day import DayRule
from hotfolder.domain.flow import Ships
from hotfolder.domain.retry import Health, Reach
from hotfolder.services.measure_space import Disks
from hotfolder.services.note_run import beat, begin_run, end_run
from hotfolder.services.see_conditions import Senses, see_conditions
from hotfolder.services.shop import SIGNALS, Shop
from hotfolder.services.watch_deadlines import watch_deadlines
from hotfolder.store.backup import LAST_BACKUP
from tests.fakes import ManualClock, RecordingSender, refuse
from tests.services.alerting import NOTHING, noted, seen, words
from tests.services.days import day_shop, items_of
from tests.steps import gate_of, job_on_floor, note, order_in, send_all

HOUR = timedelta(hours=1)


def test_a_shop_where_all_is_well_has_none(shop: Shop) -> None:
    job = job_on_floor(shop)
    send_all(shop)
    note(shop, job, "print")
    senses = Senses(limits=AlertLimits(no_orders=HOUR), disks=Disks({"state": Path("/")}))
    assert list(see_conditions(shop, senses)) == []


def test_signals_near_their_deadline_and_past_it_are_one_condition_that_gets_worse(
    shop: Shop, clock: ManualClock
) -> None:
    order_in(shop, items=3)
    clock.turn(10 * 60)
    watch_deadlines(shop)
    assert seen(shop, Kind.DEADLINE) == []
    clock.turn(2 * 60)
    watch_deadlines(shop)
    [near] = seen(shop, Kind.DEADLINE)
    assert near.words == (
        "3 signals to cloudsignal are near their deadline; the first is due 2026-03-02 08:15 UTC"
    )
    clock.turn(4 * 60)
    order_in(shop, 2, items=1)
    clock.turn(12 * 60)
    watch_deadlines(shop)
    [late] = seen(shop, Kind.DEADLINE)
    assert (late.key, near.grave, late.grave) == (near.key, False, True)
    assert late.words.startswith("3 signals to cloudsignal are past their deadline")
    send_all(shop)
    assert seen(shop, Kind.DEADLINE) == []


@pytest.mark.parametrize(
    ("reach", "grave", "what"),
    [(Reach.PROBING, False, "do not get through: no line"), (Reach.PAUSED, True, "are refused")],
)
def test_a_destination_that_is_down_or_refuses_the_key(
    shop: Shop, clock: ManualClock, reach: Reach, grave: bool, what: str
) -> None:
    with shop.store.transaction():
        health = Health(reach=reach, since=clock.now(), words="no line")
        shop.store.destinations.keep(SIGNALS, health)
    [condition] = seen(shop, Kind.DESTINATION)
    assert (condition.name, condition.grave) == (SIGNALS, grave)
    assert what in condition.words


def test_a_signal_that_waits_for_a_person(shop: Shop, sent: RecordingSender) -> None:
    order = order_in(shop)
    sent.answer = refuse(400, "no such item")
    send_all(shop)
    [condition] = seen(shop, Kind.PARKED)
    assert order.order_id in condition.words
    assert "ItemRegistered waits for a person" in condition.words
    assert "no such item" in condition.words


def test_all_that_waits_because_of_a_restore_is_one_condition(shop: Shop) -> None:
    job = job_on_floor(shop)
    with shop.store.transaction():
        shop.store.doubts.mark(job, shop.clock.now())
    note(shop, job, "produced")
    assert words(shop, Kind.PARKED) == [
        "1 jobs wait since a restore until you say what was sent (hotfolder doubts)"
    ]


def test_of_very_many_none_is_over_because_others_came(shop: Shop, sent: RecordingSender) -> None:
    sent.answer = refuse(400)
    order_in(shop, 1, items=3)
    send_all(shop)
    first = [row["id"] for row in shop.store.counts.parked(2)]
    order_in(shop, 2, items=3)
    send_all(shop)
    assert [row["id"] for row in shop.store.counts.parked(2)] == first


def test_frozen_stages_and_trouble_that_operators_do_not_mend(shop: Shop) -> None:
    noted(shop, "print", "", "frozen", "its folder is not there")
    noted(shop, "", "rip", "device rip", "takes nothing")
    noted(shop, "", "archive", "archive", "no room")
    noted(shop, "print", "job", "waits", "waits for tracking")
    noted(shop, "print", "job", "stranger", "is no job")
    assert words(shop, Kind.FROZEN) == ["stage print: its folder is not there"]
    assert words(shop, Kind.TROUBLE) == ["rip: takes nothing", "archive: no room"]


def test_no_orders_for_hours_of_working_days(shop: Shop, clock: ManualClock) -> None:
    limits = replace(NOTHING, no_orders=6 * HOUR)
    begin_run(shop)
    assert seen(shop, Kind.NO_ORDERS, limits) == []
    clock.turn(7 * 3600)
    assert words(shop, Kind.NO_ORDERS, limits) == ["no order came at all; 6 hours are the limit"]
    order_in(shop)
    clock.turn(5 * 3600)
    assert seen(shop, Kind.NO_ORDERS, limits) == []
    clock.turn(2 * 3600)
    assert "since 2026-03-02 15:00 UTC" in words(shop, Kind.NO_ORDERS, limits)[0]
    assert seen(shop, Kind.NO_ORDERS) == []


def test_a_day_that_should_be_closed_and_is_not(shop: Shop, clock: ManualClock) -> None:
    shop = day_shop(shop, DayRule(cutoff=time(17)))
    with shop.store.transaction():
        shop.store.days.know("", clock.now())
    clock.turn(9 * 3600)
    assert seen(shop, Kind.DAY) == []
    clock.turn(20 * 60)
    assert words(shop, Kind.DAY) == [
        "the day 2026-03-02 should be closed and is not (hotfolder day)"
    ]


def test_a_day_that_only_a_person_closes_and_nobody_does(shop: Shop, clock: ManualClock) -> None:
    shop = day_shop(shop, DayRule(), ships=Ships.END_OF_DAY)
    [job] = items_of(shop)
    with shop.store.transaction():
        shop.store._database._peewee.execute_sql(
            "update job set waits_for = 'the end of the day' where id = ?", (job.id,)
        )
    clock.turn(23 * 3600)
    assert seen(shop, Kind.DAY) == []
    clock.turn(2 * 3600)
    [condition] = seen(shop, Kind.DAY)
    assert "and nobody closes it" in condition.words


def test_little_room_on_a_disk_is_told_once_a_disk(shop: Shop, tmp_path: Path) -> None:
    disks = Disks({"state": tmp_path, "floor": tmp_path / "not" / "made" / "yet"})
    disks.measure()
    [(name, space)] = disks.by_disk().items()
    assert name == "state, floor"
    assert 0 < space.free <= space.size
    for free, grave in [(space.free + 2**30, False), (space.free * 5, True)]:
        [condition] = seen(shop, Kind.DISK, replace(NOTHING, disk_free=free), disks)
        assert (condition.name, condition.grave) == (name, grave)
    assert seen(shop, Kind.DISK, replace(NOTHING, disk_free=1), disks) == []


def test_a_backup_that_is_too_old_or_was_never_made(shop: Shop, clock: ManualClock) -> None:
    limits = replace(NOTHING, backup=48 * HOUR)
    begin_run(shop)
    clock.turn(47 * 3600)
    assert seen(shop, Kind.BACKUP, limits) == []
    clock.turn(2 * 3600)
    assert words(shop, Kind.BACKUP, limits) == ["no backup was ever made (hotfolder backup)"]
    with shop.store.transaction():
        shop.store.marks.set(LAST_BACKUP, clock.now())
    assert seen(shop, Kind.BACKUP, limits) == []
    clock.turn(49 * 3600)
    assert "the last backup is of 2026-03-04 09:00 UTC" in words(shop, Kind.BACKUP, limits)[0]


def test_a_run_that_was_not_stopped_is_known_in_the_next_one_alone(
    shop: Shop, clock: ManualClock, logged: list[str]
) -> None:
    begin_run(shop)
    assert seen(shop, Kind.UNCLEAN_STOP) == []
    clock.turn(60)
    begin_run(shop)
    [condition] = seen(shop, Kind.UNCLEAN_STOP)
    assert "the last run began 2026-03-02 08:00 UTC" in condition.words
    assert any("ended without being stopped" in line for line in logged)
    end_run(shop)
    begin_run(shop)
    assert seen(shop, Kind.UNCLEAN_STOP) == []


def test_of_a_run_that_broke_off_after_weeks_the_day_is_told(
    shop: Shop, clock: ManualClock
) -> None:
    begin_run(shop)
    clock.turn(20 * 24 * 3600)
    beat(shop)
    begin_run(shop)
    [told] = words(shop, Kind.UNCLEAN_STOP)
    assert "began 2026-03-02 08:00 UTC, was last alive 2026-03-22 08:00:00 UTC" in told


def test_a_part_that_stands_still(shop: Shop) -> None:
    senses = Senses(limits=NOTHING, standing_still=lambda: ["rounds"])
    [condition] = see_conditions(shop, senses)
    assert (condition.kind, condition.name) == (Kind.STANDSTILL, "rounds")


def test_an_outage_is_seen_and_over_when_it_is_over(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    order_in(shop)
    sent.answer = refuse(503)
    gate = gate_of(shop)
    send_all(shop, gate)
    assert [one.since for one in seen(shop, Kind.DESTINATION)] == [clock.now()]
    sent.answer = RecordingSender().answer
    clock.turn(60)
    send_all(shop, gate)
    assert seen(shop, Kind.DESTINATION) == []
