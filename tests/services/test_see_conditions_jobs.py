"""What the admin may hear of jobs: held, stuck, without files, and that none come in."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hotfolder.domain.alert import Kind
from hotfolder.domain.day import DayRule
from hotfolder.domain.job import JobState
from hotfolder.errors import FetchKind
from hotfolder.services.fetch_next import Fetching, fetch_next
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item
from hotfolder.services.shop import Rules, Shop
from tests.builders import a_stage, no_preflight
from tests.fakes import FolderFetcher, ManualClock
from tests.services.alerting import NOTHING, seen, words
from tests.steps import again, job_on_floor, note, order_in, with_flow

HOUR = timedelta(hours=1)


def test_a_held_job_but_not_one_that_a_person_put_there(shop: Shop, served: FolderFetcher) -> None:
    order = order_in(shop)
    served.away.update(document.name for document in Path(served._folder).iterdir())
    held = shop.store.jobs.of_order(order.order_id)[0]
    with shop.store.transaction():
        shop.store._database._peewee.execute_sql(
            "update job set state = ?, reason = ? where id = ?", (JobState.HELD, "no PDF", held.id)
        )
    assert words(shop, Kind.HELD) == [f"order {held.order_id}, item {held.item_id} is held: no PDF"]
    job = job_on_floor(shop, 2)
    note(shop, job, "hold")
    assert len(seen(shop, Kind.HELD)) == 1


def test_jobs_that_people_put_on_hold_hide_no_job_that_was_held(shop: Shop) -> None:
    for number in (1, 2):
        note(shop, job_on_floor(shop, number), "hold")
    held = job_on_floor(shop, 3)
    with shop.store.transaction():
        shop.store._database._peewee.execute_sql(
            "update job set state = ?, reason = ? where id = ?", (JobState.HELD, "no PDF", held.id)
        )
    assert [job.id for job in shop.store.counts.held(1)] == [held.id]


def test_a_job_that_stays_longer_than_its_stage_allows_on_working_days(
    shop: Shop, clock: ManualClock
) -> None:
    shop.floor.use({**shop.floor.stages, "produced": a_stage("produced", stuck_hours=100.0)})
    shop = with_flow(shop, preflight=no_preflight())
    for number, stage in enumerate(["print", "produced", "shipped"], start=1):
        job = job_on_floor(shop, number)
        ship_item(shop, job, Parcel(tracking="JD1"))
        note(shop, again(shop, job), stage)
    limits = replace(NOTHING, stuck=24 * HOUR)
    clock.turn(23 * 3600)
    assert seen(shop, Kind.STUCK, limits) == []
    clock.turn(2 * 3600)
    [stuck] = seen(shop, Kind.STUCK, limits)
    assert "is in stage print since 2026-03-02 08:00 UTC, allowed are 24 hours" in stuck.words
    clock.turn(80 * 3600)  # Friday evening
    assert len(seen(shop, Kind.STUCK, limits)) == 2
    resting = replace(shop, day=DayRule(working_days=frozenset()))
    assert seen(resting, Kind.STUCK, limits) == []


def test_a_stage_in_which_another_flow_ends_holds_nobody_back_unseen(
    shop: Shop, clock: ManualClock
) -> None:
    flow = shop.flows[0]
    short = replace(flow, name="short", stages=flow.stages[:3])
    shop = replace(shop, flows=[flow, short])
    note(shop, job_on_floor(shop), "produced")
    clock.turn(25 * 3600)
    limits = replace(NOTHING, stuck=24 * HOUR)
    [stuck] = seen(shop, Kind.STUCK, limits)
    assert "is in stage produced since" in stuck.words
    assert seen(replace(shop, flows=[replace(short, name=flow.name)]), Kind.STUCK, limits) == []


def test_a_job_that_waits_too_long_for_its_tracking_is_stuck_in_the_last_stage(
    shop: Shop, clock: ManualClock
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    clock.turn(25 * 3600)
    [stuck] = seen(shop, Kind.STUCK, replace(NOTHING, stuck=24 * HOUR))
    assert "waits for tracking in stage shipped since 2026-03-02 08:00 UTC" in stuck.words
    ship_item(shop, again(shop, job), Parcel(tracking="JD1"))
    assert seen(shop, Kind.STUCK, replace(NOTHING, stuck=24 * HOUR)) == []


def test_files_that_do_not_come_are_told_once_for_all_jobs(shop: Shop, clock: ManualClock) -> None:
    fetcher = FolderFetcher(Path("/not/there"))
    shop = replace(shop, fetcher=fetcher, rules=replace(Rules(), fetch_attempts=9))
    for number in (1, 2):
        order_in(shop, number)
    fetching = Fetching()
    for _ in range(4):
        while fetch_next(shop, fetching):
            pass
        clock.turn(600)
    [condition] = seen(shop, Kind.DOWNLOADS)
    assert condition.words.startswith("the files of 2 jobs do not come; the first is order ")
    assert FetchKind.MISSING.value in condition.words or "does not have" in condition.words
