"""After a restore nothing that may have been sent is sent again before a person has said so."""

import json
from dataclasses import replace

import pytest

from hotfolder.domain.doubt import FOUND, MAY_BE_SENT, WAITS
from hotfolder.domain.job import Job, JobState
from hotfolder.domain.signal import SignalType
from hotfolder.errors import FloorError
from hotfolder.services.compare_floor import check_visible
from hotfolder.services.end_doubt import doubts, known_there
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from tests.fakes import ManualClock, RecordingSender
from tests.services.restoring import a_backup, registered_job, restored, two_items, words
from tests.steps import (
    actions,
    again,
    drag,
    fetch_all,
    folder_of,
    job_on_floor,
    note,
    order_in,
    pass_undo_time,
    promised,
    send_all,
    stage_of,
    the_job,
)


@pytest.fixture
def job(shop: Shop) -> Job:
    return registered_job(shop)


def test_a_job_that_was_not_touched_since_goes_on_as_always(
    shop: Shop, job: Job, clock: ManualClock
) -> None:
    shop, account = restored(shop, a_backup(shop))
    assert (account.sure, account.moved, account.touched, account.unseen) == (1, [], [], [])
    assert again(shop, job).doubt_since is None
    note(shop, job, "print")
    pass_undo_time(shop, clock)
    assert promised(shop, job) == ["ItemRegistered sent", "ItemProduce sent"]


def test_a_job_that_went_on_since_the_backup_waits_for_a_person(
    shop: Shop, job: Job, sent: RecordingSender, clock: ManualClock
) -> None:
    backup = a_backup(shop)
    note(shop, job, "print")
    note(shop, job, "produced")
    pass_undo_time(shop, clock)
    before = len(sent.requests)
    shop, account = restored(shop, backup)
    assert [(found.id, was, stage_of(shop, found)) for found, was in account.moved] == [
        (job.id, "new", "produced")
    ]
    pass_undo_time(shop, clock)
    assert len(sent.requests) == before, "nothing is sent again"
    assert words(shop) == {"ItemProduce": FOUND, "ItemProduced": FOUND}
    note(shop, job, "packed")
    pass_undo_time(shop, clock)
    assert words(shop)["ItemPacked"] == WAITS
    assert len(sent.requests) == before, "not even what is new, before a person has spoken"


def test_a_job_dragged_on_and_back_since_the_backup_is_in_doubt(
    shop: Shop, job: Job, sent: RecordingSender, clock: ManualClock
) -> None:
    backup = a_backup(shop)
    note(shop, job, "print")
    pass_undo_time(shop, clock)
    note(shop, job, "new")
    shop, account = restored(shop, backup)
    assert [one.id for one in account.touched] == [job.id]
    before = len(sent.requests)
    note(shop, job, "print")
    pass_undo_time(shop, clock)
    assert len(sent.requests) == before
    assert promised(shop, job)[-1] == "ItemProduce parked"
    note(shop, job, "new")
    assert promised(shop, job)[-1] == "ItemProduce withdrawn", "dragged back, it was never meant"
    note(shop, job, "print")
    ended = known_there(shop, doubts(shop), SignalType.PRODUCE)
    assert (ended.jobs, ended.known, ended.sent) == (1, 1, 0)
    note(shop, job, "produced")
    pass_undo_time(shop, clock)
    told = [row for row in promised(shop, job) if row.startswith("ItemProduce ")]
    assert told == ["ItemProduce withdrawn", "ItemProduce withdrawn"], "known there"
    assert promised(shop, job)[-1] == "ItemProduced sent"


def test_what_waited_in_the_backup_puts_its_job_in_doubt(
    shop: Shop, job: Job, clock: ManualClock
) -> None:
    note(shop, job, "print")
    shop, account = restored(shop, a_backup(shop))
    assert [one.id for one in account.touched] == [job.id]
    assert words(shop) == {"ItemProduce": MAY_BE_SENT}
    pass_undo_time(shop, clock)
    assert promised(shop, job)[-1] == "ItemProduce parked"


def test_a_job_that_waits_for_its_tracking_is_in_doubt_though_nobody_touched_it(
    shop: Shop, job: Job, clock: ManualClock
) -> None:
    for stage in ("print", "produced", "packed", "shipped"):
        note(shop, job, stage)
    pass_undo_time(shop, clock)
    assert again(shop, job).waits_for
    shop, account = restored(shop, a_backup(shop))
    assert [one.id for one in account.touched] == [job.id]


def test_a_backup_that_does_not_tell_its_time_leaves_every_job_in_doubt(
    shop: Shop, job: Job
) -> None:
    shop, account = restored(shop, a_backup(shop, timed=False))
    assert (account.taken_at, account.sure, [one.id for one in account.touched]) == (
        None,
        0,
        [job.id],
    )


def test_a_job_released_since_the_backup_is_found_and_not_made_twice(
    shop: Shop, sent: RecordingSender, clock: ManualClock
) -> None:
    order = order_in(shop)
    backup = a_backup(shop)
    fetch_all(shop)
    job = the_job(shop, order.order_id)
    note(shop, job, "print")
    pass_undo_time(shop, clock)
    before = len(sent.requests)
    shop, account = restored(shop, backup)
    assert [(found.id, was) for found, was in account.moved] == [(job.id, "new")]
    assert stage_of(shop, job) == "print"
    fetch_all(shop)
    assert [path.name for path in shop.floor.stage_path("new").iterdir()] == [".hotfolder-stage"]
    pass_undo_time(shop, clock)
    assert len(sent.requests) == before
    assert sorted(words(shop)) == ["ItemProduce", "ItemRegistered"]


def test_an_order_that_the_backup_does_not_know_is_found_by_its_tickets(
    shop: Shop, sent: RecordingSender, clock: ManualClock
) -> None:
    backup = a_backup(shop)
    job = job_on_floor(shop)
    send_all(shop)
    note(shop, job, "print")
    pass_undo_time(shop, clock)
    before = len(sent.requests)
    shop, account = restored(shop, backup)
    [found] = account.adopted
    assert (found.order_id, found.item_id, found.interface) == (job.order_id, job.item_id, "live")
    assert (stage_of(shop, found), found.state) == ("print", JobState.FLOOR)
    assert promised(shop, found) == ["ItemRegistered parked", "ItemProduce parked"]
    assert known_there(shop, doubts(shop)).known == 2
    note(shop, found, "produced")
    pass_undo_time(shop, clock)
    assert len(sent.requests) == before + 1
    assert promised(shop, found)[-1] == "ItemProduced sent"


def test_the_document_of_a_found_order_completes_it_and_what_was_found_stays(shop: Shop) -> None:
    backup = a_backup(shop)
    document = two_items(shop)
    fetch_all(shop)
    first, second = shop.store.jobs.of_order(document.order_id)
    folder_of(shop, second).rename(shop.floor.path / "lost")
    shop, account = restored(shop, backup)
    assert [one.item_id for one in account.adopted] == [first.item_id]
    assert not take_order(shop, document.body, document.content_type).repeated
    jobs = {job.item_id: job.state for job in shop.store.jobs.of_order(document.order_id)}
    assert jobs == {first.item_id: JobState.FLOOR, second.item_id: JobState.WAITING}
    assert actions(shop, document.order_id)[-1] == "order taken"
    assert take_order(shop, document.body, document.content_type).repeated


def test_items_of_one_order_that_were_found_are_one_order(shop: Shop) -> None:
    backup = a_backup(shop)
    document = two_items(shop)
    fetch_all(shop)
    shop, account = restored(shop, backup)
    assert len(account.adopted) == 2
    taken = shop.store.orders.get(document.order_id)
    assert taken is not None
    assert len(json.loads(taken.record)["items"]) == 2
    assert (shop.store.orders.count(), taken.interface) == (1, "live")


def test_half_ready_folders_of_unknown_jobs_are_never_taken_for_others(shop: Shop) -> None:
    backup = a_backup(shop)
    order_in(shop)
    [job] = shop.store.jobs.waiting()
    (shop.spool.begin(job.id) / "half").write_text("of somebody else")
    shop, account = restored(shop, backup)
    [path] = account.set_aside
    assert (path / "half").read_text() == "of somebody else"
    assert shop.spool.begun() == []


def test_a_folder_nobody_understands_is_told_and_left(shop: Shop, job: Job) -> None:
    folder = folder_of(shop, job)
    backup = a_backup(shop)
    (folder / "job-ticket.json").write_text("{")
    shop, account = restored(shop, backup)
    assert [(path, "not valid JSON" in why) for path, why in account.strange] == [(folder, True)]
    assert [one.id for one in account.unseen] == [job.id]


def test_two_folders_with_one_ticket_are_told_and_left(shop: Shop, job: Job) -> None:
    folder = folder_of(shop, job)
    backup = a_backup(shop)
    copy = drag(shop, folder, "packed")
    target = shop.floor.stage_path("print") / folder.name
    target.mkdir()
    (target / "job-ticket.json").write_bytes((copy / "job-ticket.json").read_bytes())
    shop, account = restored(shop, backup)
    assert [why for _, why in account.strange] == ["is one of 2 folders with this ticket"]
    assert stage_of(shop, job) == "new"
    assert again(shop, job).doubt_since is not None


def test_a_job_released_since_the_backup_is_not_made_again_though_somebody_copied_it(
    shop: Shop,
) -> None:
    order = order_in(shop)
    backup = a_backup(shop)
    fetch_all(shop)
    folder = folder_of(shop, the_job(shop, order.order_id))
    print_it = drag(shop, folder, "print")
    target = shop.floor.stage_path("packed") / folder.name
    target.mkdir()
    (target / "job-ticket.json").write_bytes((print_it / "job-ticket.json").read_bytes())
    shop, account = restored(shop, backup)
    assert [why for _, why in account.strange] == ["is one of 2 folders with this ticket"]
    fetch_all(shop)
    assert not folder.exists()
    assert the_job(shop, order.order_id).state is JobState.FLOOR


def test_a_finished_job_whose_folder_is_gone_is_no_question(
    shop: Shop, job: Job, clock: ManualClock
) -> None:
    (folder_of(shop, job) / "tracking.txt").write_text("JD0123")
    for stage in ("print", "produced", "packed", "shipped"):
        note(shop, job, stage)
    pass_undo_time(shop, clock)
    assert promised(shop, job)[-1] == "ItemShipped sent"
    backup = a_backup(shop)
    folder_of(shop, job).rename(shop.floor.path / "put-away")
    shop, account = restored(shop, backup)
    assert (account.sure, account.unseen) == (1, [])


def test_a_stage_that_can_not_be_seen_keeps_a_restore_from_beginning(shop: Shop) -> None:
    shop.floor.stage_path("print").rename(shop.floor.path / "not-mounted")
    with pytest.raises(FloorError, match="is its disk or share mounted"):
        check_visible(shop.floor)


def test_a_remote_floor_is_trusted_only_with_an_hour_to_spare(shop: Shop, job: Job) -> None:
    mounts = shop.floor.path.parent / "mounts"
    mounts.write_text(f"1 1 0:1 / {shop.floor.path} rw - nfs4 server:/floor rw\n")
    far = type(shop.floor)(
        shop.floor.path, shop.flows, shop.floor.floor_id, [shop.floor.stages["hold"]], mounts
    )
    shop, account = restored(replace(shop, floor=far), a_backup(shop))
    assert [one.id for one in account.touched] == [job.id]
