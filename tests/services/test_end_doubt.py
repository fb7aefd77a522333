"""A person says what Cloudprinter knows of jobs in doubt; that is never sent, the rest goes out."""

import pytest

from hotfolder.domain.doubt import FOUND, WAITS
from hotfolder.domain.job import Job
from hotfolder.domain.signal import SignalType
from hotfolder.errors import NotPossible
from hotfolder.services.close_day import close_by_time
from hotfolder.services.end_doubt import doubts, doubts_of, known_there, send_now
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item, ship_waiting
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock, RecordingSender
from tests.services.days import CLOSE, day_shop, hand_over, items_of, turn_to
from tests.services.restoring import a_backup, dragged, registered_job, restored, two_items, words
from tests.steps import (
    actions,
    again,
    fetch_all,
    folder_of,
    note,
    pass_undo_time,
    promised,
    send_all,
)


@pytest.fixture
def job(shop: Shop) -> Job:
    return registered_job(shop)


def test_what_a_person_says_was_sent_is_never_sent_and_what_is_new_goes_out(
    shop: Shop, job: Job, sent: RecordingSender, clock: ManualClock
) -> None:
    backup = a_backup(shop)
    note(shop, job, "print")
    pass_undo_time(shop, clock)
    shop, _ = restored(shop, backup)
    note(shop, job, "produced")
    before = len(sent.requests)
    ended = known_there(shop, doubts(shop))
    assert (ended.known, ended.sent) == (1, 1)
    pass_undo_time(shop, clock)
    assert len(sent.requests) == before + 1
    assert promised(shop, job) == [
        "ItemRegistered sent",
        "ItemProduce withdrawn",
        "ItemProduced sent",
    ]
    note(shop, job, "print")
    note(shop, job, "produced")
    pass_undo_time(shop, clock)
    assert promised(shop, job)[1:] == ["ItemProduce withdrawn", "ItemProduced sent"]
    note(shop, job, "new")
    note(shop, job, "print")
    pass_undo_time(shop, clock)
    assert promised(shop, job)[1:] == ["ItemProduce withdrawn", "ItemProduced sent"], (
        "it counts as said"
    )
    assert "doubt ended" in actions(shop, job.order_id)


def test_what_a_person_says_was_not_sent_goes_out(shop: Shop, job: Job, clock: ManualClock) -> None:
    backup = a_backup(shop)
    dragged(shop, job, "print")
    shop, _ = restored(shop, backup)
    assert send_now(shop, doubts_of(shop, job.order_id)).sent == 1
    send_all(shop)
    assert promised(shop, job) == ["ItemRegistered sent", "ItemProduce sent"]
    assert doubts(shop) == []
    note(shop, job, "produced")
    pass_undo_time(shop, clock)
    assert promised(shop, job)[-1] == "ItemProduced sent"
    with pytest.raises(NotPossible, match="nothing of order"):
        doubts_of(shop, job.order_id)


def test_of_what_may_have_been_sent_a_person_can_name_the_last(
    shop: Shop, job: Job, clock: ManualClock
) -> None:
    backup = a_backup(shop)
    dragged(shop, job, "packed")
    shop, _ = restored(shop, backup)
    ended = known_there(shop, doubts(shop), SignalType.PRODUCED)
    assert (ended.known, ended.sent) == (2, 1)
    send_all(shop)
    assert promised(shop, job)[1:] == [
        "ItemProduce withdrawn",
        "ItemProduced withdrawn",
        "ItemPacked sent",
    ]


def test_the_last_of_several_items_can_not_be_one(shop: Shop) -> None:
    backup = a_backup(shop)
    two_items(shop)
    fetch_all(shop)
    shop, _ = restored(shop, backup)
    with pytest.raises(NotPossible, match="one item only; name it: "):
        known_there(shop, doubts(shop), SignalType.REGISTERED)
    assert len(doubts(shop)) == 2


def test_a_type_that_was_never_in_doubt_may_be_named_and_harms_nothing(
    shop: Shop, job: Job, clock: ManualClock
) -> None:
    shop, _ = restored(shop, a_backup(shop, timed=False))
    ended = known_there(shop, doubts(shop), SignalType.REGISTERED)
    assert (ended.jobs, ended.known, ended.sent) == (1, 0, 0)
    note(shop, job, "print")
    pass_undo_time(shop, clock)
    assert promised(shop, job) == ["ItemRegistered sent", "ItemProduce sent"]


def test_what_a_person_dragged_since_can_be_taken_back_after_the_word_as_long_as_ever(
    shop: Shop, job: Job, sent: RecordingSender, clock: ManualClock
) -> None:
    shop, _ = restored(shop, a_backup(shop, timed=False))
    note(shop, job, "print")
    assert known_there(shop, doubts(shop)).sent == 1
    before = len(sent.requests)
    send_all(shop)
    assert len(sent.requests) == before
    note(shop, job, "new")
    pass_undo_time(shop, clock)
    assert promised(shop, job) == ["ItemRegistered sent", "ItemProduce withdrawn"]


def waits_for_tracking(shop: Shop, job: Job, clock: ManualClock) -> None:
    for stage in ("print", "produced", "packed", "shipped"):
        note(shop, job, stage)
    pass_undo_time(shop, clock)
    assert again(shop, job).waits_for


def test_a_tracking_code_that_came_since_the_backup_may_have_been_told(
    shop: Shop, job: Job, clock: ManualClock
) -> None:
    waits_for_tracking(shop, job, clock)
    backup = a_backup(shop)
    (folder_of(shop, job) / "tracking.txt").write_text("JD0123")
    shop, _ = restored(shop, backup)
    assert words(shop) == {"ItemShipped": FOUND}, "before anything starts"
    ended = known_there(shop, doubts(shop))
    assert (ended.jobs, ended.known, ended.sent) == (1, 1, 0)
    ship_waiting(shop)
    assert promised(shop, job)[-1] == "ItemShipped withdrawn"


def test_of_a_job_that_waits_to_say_shipped_a_person_has_to_say_whether_it_was(
    shop: Shop, job: Job, clock: ManualClock
) -> None:
    waits_for_tracking(shop, job, clock)
    shop, _ = restored(shop, a_backup(shop))
    ended = known_there(shop, doubts(shop))
    assert (ended.jobs, [one.id for one in ended.kept]) == (0, [job.id])
    ship_item(shop, again(shop, job), Parcel(tracking="JD0123"))
    assert words(shop) == {"ItemShipped": FOUND}, "a code that comes once more"
    assert known_there(shop, doubts(shop)).known == 1
    assert doubts(shop) == []


@pytest.mark.parametrize(
    ("last", "says"), [(SignalType.SHIPPED, ""), (SignalType.PACKED, "ItemShipped waiting")]
)
def test_the_last_signal_tells_whether_a_waiting_job_shipped(
    shop: Shop, job: Job, clock: ManualClock, last: SignalType, says: str
) -> None:
    waits_for_tracking(shop, job, clock)
    shop, _ = restored(shop, a_backup(shop))
    assert known_there(shop, doubts(shop), last).jobs == 1
    ship_item(shop, again(shop, job), Parcel(tracking="JD0123"))
    assert [row for row in promised(shop, job) if "Shipped" in row] == [says] * bool(says)


def test_a_job_shipped_after_the_restore_says_so_when_its_doubt_is_ended(
    shop: Shop, job: Job, clock: ManualClock
) -> None:
    shop, _ = restored(shop, a_backup(shop, timed=False))
    clock.turn(1)
    for stage in ("print", "produced", "packed", "shipped"):
        note(shop, job, stage)
    ship_item(shop, again(shop, job), Parcel(tracking="JD0123"))
    assert words(shop)["ItemShipped"] == WAITS
    assert known_there(shop, doubts(shop)).sent == 4
    pass_undo_time(shop, clock)
    assert promised(shop, job)[-1] == "ItemShipped sent"


def test_a_day_that_was_closed_since_the_backup_is_closed_again_and_says_nothing_twice(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    shop = day_shop(shop)
    (job,) = items_of(shop)
    hand_over(shop, job)
    pass_undo_time(shop, clock)
    backup = a_backup(shop)
    turn_to(clock, CLOSE)
    close_by_time(shop)
    send_all(shop)
    assert sent.said(job.item_id)[-1] == "ItemShipped"
    before = len(sent.requests)
    shop, account = restored(shop, backup)
    assert [one.id for one in account.touched] == [job.id]
    assert [one.id for one in known_there(shop, doubts(shop)).kept] == [job.id]
    (day,) = close_by_time(shop)
    assert day.shipped, "the list of the day is written once more"
    assert words(shop)["ItemShipped"] == FOUND
    assert known_there(shop, doubts(shop)).known == 1
    send_all(shop)
    assert len(sent.requests) == before
