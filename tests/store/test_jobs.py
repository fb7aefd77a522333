from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hotfolder.domain.flow import HOLD
from hotfolder.domain.job import Job, JobState, Place, Standing
from hotfolder.errors import StoreError
from hotfolder.store.store import Store
from tests.builders import NOON, a_job, a_place

SOON = NOON + timedelta(minutes=5)
NEW = a_place(stage="new")


def added(store: Store, *jobs: Job) -> list[Job]:
    with store.transaction():
        return store.jobs.add(jobs or [a_job()])


def on_floor(store: Store, place: Place = NEW, **fields: object) -> Job:
    (job,) = added(store, a_job(**fields))
    assert store.jobs.release(job, place, NOON)
    return fresh(store, job)


def fresh(store: Store, job: Job) -> Job:
    found = store.jobs.by_ticket(job.ticket_id)
    assert found is not None
    return found


def test_a_new_job_gets_its_number_and_is_read_back_as_it_is(store: Store) -> None:
    one, two = added(store, a_job(), a_job(item_id="item-2"))
    assert one.id != two.id
    assert store.jobs.all() == [one, two]
    assert replace(one, id=0) == a_job()


def test_a_second_job_of_one_run_is_refused(store: Store) -> None:
    added(store)
    with pytest.raises(StoreError, match="UNIQUE"):
        added(store)
    assert len(store.jobs.all()) == 1


def test_jobs_are_found_by_order_item_and_ticket(store: Store) -> None:
    one, two, other = added(
        store, a_job(), a_job(item_id="item-2"), a_job(order_id="order-2", item_id="item-1")
    )
    assert store.jobs.of_order("order-1") == [one, two]
    assert store.jobs.of_item("order-2", "item-1") == other
    assert store.jobs.by_ticket("order-1/item-2/1") == two


def test_what_is_not_there_is_not_found(store: Store) -> None:
    assert store.jobs.of_order("order-9") == []
    assert store.jobs.of_item("order-9", "item-1") is None
    assert store.jobs.by_ticket("order-9/item-1/1") is None
    assert store.jobs.at("new", "nothing") is None
    assert store.jobs.in_stage("new") == {}
    assert store.jobs.counts_by_stage() == store.jobs.counts_by_state() == {}


def test_the_newest_run_of_an_item_is_its_job(store: Store) -> None:
    added(store, a_job(run=2), a_job(run=1), a_job(run=3))
    found = store.jobs.of_item("order-1", "item-1")
    assert found is not None
    assert found.run == 3


def test_a_released_job_is_on_the_floor_and_its_rename_is_due_until_it_was_seen(
    store: Store,
) -> None:
    job = on_floor(store)
    assert (job.state, job.place, job.moves) == (JobState.FLOOR, NEW, 0)
    assert store.jobs.to_rename() == [job]
    store.jobs.renamed(job)
    assert store.jobs.to_rename() == []


def test_a_job_is_released_once(store: Store) -> None:
    job = on_floor(store)
    assert not store.jobs.release(job, a_place(stage="new", folder="other"), SOON)
    assert fresh(store, job).place == NEW


def test_jobs_are_found_by_their_place(store: Store) -> None:
    one = on_floor(store)
    two = on_floor(store, a_place(stage="new", folder="two"), item_id="item-2")
    three = on_floor(store, a_place(stage="packed", folder="two"), item_id="item-3")
    added(store, a_job(item_id="item-4"))
    assert store.jobs.at("new", "two") == two
    assert store.jobs.at("packed", "two") == three
    assert store.jobs.at("packed", NEW.folder) is None
    assert store.jobs.in_stage("new") == {NEW.folder: one, "two": two}
    assert store.jobs.counts_by_stage() == {"new": 2, "packed": 1}
    assert store.jobs.counts_by_state() == {"floor": 3, "waiting": 1}


def test_names_of_places_are_compared_letter_by_letter(store: Store) -> None:
    on_floor(store, a_place(stage="new", folder="100%_é"))
    assert store.jobs.at("new", "100%_é") is not None
    assert store.jobs.at("new", "100__é") is None
    assert store.jobs.at("NEW", "100%_é") is None


def in_print(**changes: Any) -> Standing:
    return replace(Standing(state=JobState.FLOOR, reached="print"), **changes)


def on_hold() -> Standing:
    return Standing(state=JobState.HELD, reached="new", reason="put on hold")


def test_a_move_changes_the_place_and_counts(store: Store) -> None:
    job = on_floor(store)
    assert store.jobs.move(job, a_place(), SOON, in_print(waits_for="tracking"))
    moved = fresh(store, job)
    assert (moved.place, moved.moves, moved.since) == (a_place(), 1, SOON)
    assert moved.waits_for == "tracking"
    assert store.jobs.at("new", NEW.folder) is None


def test_of_two_who_saw_the_same_job_move_the_second_loses(store: Store) -> None:
    job = on_floor(store)
    assert store.jobs.move(job, a_place(stage="print"), SOON, in_print())
    assert not store.jobs.move(job, a_place(stage="packed"), SOON, in_print())
    assert not store.jobs.relabel(job, a_place(stage="packed"))
    assert fresh(store, job).place == a_place(stage="print")


def test_another_name_is_no_move(store: Store) -> None:
    job = on_floor(store)
    renamed = a_place(stage="new", folder="other name", inode="1:9")
    assert store.jobs.relabel(job, renamed)
    after = fresh(store, job)
    assert (after.place, after.moves, after.since) == (renamed, 0, NOON)


def test_jobs_that_wait_for_a_person_are_found_until_they_have_it(store: Store) -> None:
    job = on_floor(store)
    on_floor(store, a_place(folder="two"), item_id="item-2")
    store.jobs.ship(job, "", "post", "tracking")
    (waiting,) = store.jobs.waiting_for_input()
    assert (waiting.id, waiting.waits_for, waiting.shipping_option) == (job.id, "tracking", "post")
    store.jobs.ship(job, "T-1", "post", "")
    assert store.jobs.waiting_for_input() == []
    assert fresh(store, job).tracking == "T-1"


def test_a_move_on_takes_back_what_a_job_waited_for(store: Store) -> None:
    job = on_floor(store)
    store.jobs.ship(job, "", "", "tracking")
    assert store.jobs.move(fresh(store, job), a_place(), SOON, in_print())
    assert store.jobs.waiting_for_input() == []


def test_files_are_fetched_for_the_oldest_order_first_and_not_for_more_than_asked(
    store: Store,
) -> None:
    one, two, three = added(store, *(a_job(item_id=f"item-{number}") for number in "123"))
    assert store.jobs.to_fetch(NOON, 2) == [one, two]
    assert store.jobs.to_fetch(NOON, 9) == [one, two, three]


def test_who_was_put_off_lets_all_others_go_first_however_old_it_is(store: Store) -> None:
    one, two, three = added(store, *(a_job(item_id=f"item-{number}") for number in "123"))
    store.jobs.put_off(one, SOON)
    store.jobs.put_off(two, SOON - timedelta(seconds=1))
    assert [job.id for job in store.jobs.to_fetch(SOON, 9)] == [three.id, two.id, one.id]


def test_a_job_whose_files_did_not_come_is_due_again_at_its_time(store: Store) -> None:
    (job,) = added(store)
    store.jobs.try_again(job, SOON, "the server does not have the file")
    assert store.jobs.to_fetch(SOON - timedelta(microseconds=1), 9) == []
    (due,) = store.jobs.to_fetch(SOON, 9)
    assert (due.attempts, due.next_try) == (1, SOON)
    assert due.reason == "the server does not have the file"


def test_a_release_forgets_the_failures_before_it(store: Store) -> None:
    (job,) = added(store)
    store.jobs.try_again(job, SOON, "away")
    assert store.jobs.release(job, NEW, NOON)
    assert (fresh(store, job).reason, fresh(store, job).next_try) == ("", None)


def test_a_held_job_is_neither_fetched_nor_released(store: Store) -> None:
    (job,) = added(store)
    assert store.jobs.release(job, replace(NEW, stage=HOLD), SOON, "the file is another one")
    held = fresh(store, job)
    assert (held.state, held.reason, held.reached) == (
        JobState.HELD,
        "the file is another one",
        "",
    )
    assert store.jobs.to_fetch(SOON, 9) == []
    assert not store.jobs.release(job, NEW, SOON)


def test_a_job_out_of_hold_is_on_the_floor_and_remembers_how_far_it_was(store: Store) -> None:
    (job,) = added(store)
    hold = replace(NEW, stage=HOLD)
    assert store.jobs.release(job, NEW, NOON)
    assert store.jobs.move(fresh(store, job), hold, NOON, on_hold())
    held = fresh(store, job)
    assert (held.state, held.reached, held.reason) == (JobState.HELD, "new", "put on hold")
    assert store.jobs.move(held, replace(NEW, stage="print"), SOON, in_print())
    out = fresh(store, job)
    assert (out.state, out.reached, out.reason) == (JobState.FLOOR, "print", "")


def test_only_a_held_job_gets_its_files_again(store: Store) -> None:
    (job,) = added(store)
    assert not store.jobs.fetch_again(job, NOON)
    assert store.jobs.release(job, replace(NEW, stage=HOLD), NOON, "no")
    assert store.jobs.fetch_again(fresh(store, job), SOON)
    again = fresh(store, job)
    assert (again.state, again.place, again.attempts) == (JobState.WAITING, None, 0)
    assert again.reason == ""
    assert [one.id for one in store.jobs.to_fetch(SOON, 9)] == [job.id]


def test_what_is_put_off_is_no_failed_attempt(store: Store) -> None:
    (job,) = added(store)
    store.jobs.put_off(job, SOON)
    later = fresh(store, job)
    assert (later.attempts, later.next_try, later.reason) == (0, SOON, "")
    assert store.jobs.to_fetch(NOON, 9) == []


def test_a_reorder_is_fetched_before_older_orders(store: Store) -> None:
    added(store, a_job(item_id="item-1"), a_job(item_id="item-2", reorder=True))

    assert [job.item_id for job in store.jobs.to_fetch(NOON, 5)] == ["item-2", "item-1"]


def test_a_job_made_anew_waits_as_if_nothing_had_been(store: Store) -> None:
    job = on_floor(store)
    with store.transaction():
        assert store.jobs.anew(job, "posters", SOON, reorder=True)

    anew = fresh(store, job)
    assert anew == replace(
        a_job(), id=job.id, flow="posters", since=SOON, reorder=True, moves=job.moves + 1
    )


def test_a_job_taken_off_is_canceled_and_nowhere(store: Store) -> None:
    job = on_floor(store)
    with store.transaction():
        assert store.jobs.take_off(job, SOON, "not ordered any more")

    off = fresh(store, job)
    assert (off.state, off.place, off.since) == (JobState.CANCELED, None, SOON)
    assert off.reason == "not ordered any more"
    assert store.jobs.to_fetch(SOON, 5) == []


def test_who_knows_an_older_job_can_do_nothing_to_it(store: Store) -> None:
    (job,) = added(store)
    with store.transaction():
        assert store.jobs.anew(job, job.flow, NOON, reorder=False)
    before = fresh(store, job)

    with store.transaction():
        assert not store.jobs.release(job, NEW, SOON)
        assert not store.jobs.anew(job, "other", SOON, reorder=True)
        assert not store.jobs.take_off(job, SOON, "gone")
        store.jobs.put_off(job, SOON)
        store.jobs.try_again(job, SOON, "later")

    assert fresh(store, job) == before


def test_a_canceled_job_keeps_its_reason_when_fetching_its_files_fails(store: Store) -> None:
    (job,) = added(store)
    with store.transaction():
        store.jobs.cancel(job, NOON, "CancelMiscError")
        store.jobs.try_again(job, SOON, "the server is away")
        store.jobs.put_off(job, SOON)

    assert fresh(store, job) == replace(job, state=JobState.CANCELED, reason="CancelMiscError")
