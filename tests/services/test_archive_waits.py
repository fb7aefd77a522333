"""A job that waits for its tracking does not go to the archive, so that no ItemShipped is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hotfolder.domain.job import Job, JobState
from hotfolder.domain.move import Arrival
from hotfolder.services.note_move import note_moves
from hotfolder.services.parcel import Parcel
from hotfolder.services.put_away import finished_jobs
from hotfolder.services.ship_item import ship_item, ship_waiting
from hotfolder.services.shop import Shop
from tests.builders import a_flow
from tests.fakes import ManualClock
from tests.steps import (
    actions,
    again,
    folder_of,
    job_on_floor,
    note,
    pass_undo_time,
    promised,
    with_flow,
    with_sides,
)

CODE = Parcel(tracking="JD0123")
CAUSE = "canceled/CancelBookRip"


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_sides(shop)


@pytest.fixture
def job(shop: Shop) -> Job:
    """A job in its last stage that waits for its tracking."""
    made = job_on_floor(shop)
    note(shop, made, "shipped")
    assert again(shop, made).waits_for == "tracking"
    return made


def try_again(shop: Shop, refused: Arrival) -> list[tuple[Arrival, str]]:
    """The next look at a folder that was refused."""
    return note_moves(shop, [replace(refused, job=again(shop, refused.job))])


def test_a_job_that_waits_for_tracking_is_refused_by_the_archive_and_told_why(
    shop: Shop, job: Job
) -> None:
    ((_arrival, why),) = note(shop, job, "archive")

    assert "still needs tracking" in why
    assert "drag it back" in why
    known = again(shop, job)
    assert (known.state, known.waits_for) == (JobState.FLOOR, "tracking")
    assert "ItemShipped" not in " ".join(promised(shop, job))


def test_given_its_tracking_by_command_it_is_shipped_and_archived(shop: Shop, job: Job) -> None:
    ((refused, _why),) = note(shop, job, "archive")

    assert ship_item(shop, job, CODE) == "ItemShipped is on its way"
    assert try_again(shop, refused) == []
    assert again(shop, job).state is JobState.DONE
    assert promised(shop, job)[-1] == "ItemShipped waiting"
    assert again(shop, job).waits_for == ""


def test_given_its_tracking_as_a_file_where_it_lies_it_is_shipped_and_archived(
    shop: Shop, job: Job
) -> None:
    ((refused, _why),) = note(shop, job, "archive")
    folder = shop.floor.job_path("archive", refused.place.folder)
    (folder / "tracking.txt").write_text("JD0123")

    assert try_again(shop, refused) == []
    assert promised(shop, job)[-1] == "ItemShipped waiting"
    assert promised(shop, job).count("ItemShipped waiting") == 1
    assert again(shop, job).waits_for == ""
    assert ship_waiting(shop) == {}


def test_archived_right_after_its_tracking_file_was_written_its_signal_is_not_lost(
    shop: Shop, job: Job
) -> None:
    (folder_of(shop, job) / "tracking.txt").write_text("JD0123")

    assert note(shop, job, "archive") == []
    assert promised(shop, job)[-1] == "ItemShipped waiting"
    assert (again(shop, job).state, again(shop, job).waits_for) == (JobState.DONE, "")


def test_waiting_in_hold_it_is_refused_as_well(shop: Shop, job: Job) -> None:
    note(shop, job, "hold")
    ((_arrival, why),) = note(shop, job, "archive")
    assert "still needs tracking" in why


def test_a_later_stage_changes_nothing_about_that(shop: Shop) -> None:
    flow = a_flow()
    packed = replace(flow.stages[3], signal=None)
    shop = with_flow(shop, stages=(*flow.stages[:3], flow.stages[4], packed))
    job = job_on_floor(shop)
    note(shop, job, "packed")
    assert again(shop, job).waits_for == "tracking"

    ((_arrival, why),) = note(shop, job, "archive")
    assert "still needs tracking" in why


def test_a_canceled_job_that_waited_stays_canceled_in_the_archive(
    shop: Shop, clock: ManualClock, job: Job
) -> None:
    """As any job that is not finished: its cancellation is not taken back by tidying it away."""
    note(shop, job, CAUSE)
    assert note(shop, job, "archive") == []
    pass_undo_time(shop, clock)

    known = again(shop, job)
    assert (known.state, known.waits_for) == (JobState.CANCELED, "")
    assert "ItemCanceled waiting" in promised(shop, job)


def test_the_timed_archive_takes_no_job_that_waits(
    shop: Shop, clock: ManualClock, job: Job
) -> None:
    later = clock.now() + timedelta(days=100)
    assert list(finished_jobs(shop, later)) == []
    ship_item(shop, job, CODE)
    assert [one.job.id for one in finished_jobs(shop, later)] == [job.id]


# --- in the archive without its ItemShipped ------------------------------------------------------


def archived_unsaid(shop: Shop) -> Job:
    """As an earlier version archived it: finished, and nobody was told that it was shipped."""
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    shop.store.jobs.ship(again(shop, job), "", "", "")
    assert note(shop, job, "archive") == []
    return again(shop, job)


def test_tracking_given_to_a_job_in_the_archive_that_never_said_item_shipped_says_it_once(
    shop: Shop,
) -> None:
    job = archived_unsaid(shop)

    assert ship_item(shop, job, CODE) == "ItemShipped is on its way"
    assert promised(shop, job)[-1] == "ItemShipped waiting"
    assert "was said before" in ship_item(shop, job, CODE)
    assert promised(shop, job).count("ItemShipped waiting") == 1
    assert actions(shop, job.order_id)[-2:] == ["tracking given"] * 2


def test_tracking_given_to_a_job_that_was_put_away_says_item_shipped(shop: Shop) -> None:
    job = archived_unsaid(shop)
    shop.store.jobs.put_away(job, JobState.DONE)

    assert ship_item(shop, job, CODE) == "ItemShipped is on its way"
    assert again(shop, job).waits_for == ""


def test_a_wait_that_an_earlier_version_left_in_the_archive_ends_with_the_tracking(
    shop: Shop,
) -> None:
    job = archived_unsaid(shop)
    shop.store.jobs.ship(job, "", "", "tracking")
    (folder_of(shop, job) / "tracking.txt").write_text("JD0123")

    assert ship_waiting(shop) == {}
    assert again(shop, job).waits_for == ""
    assert promised(shop, job)[-1] == "ItemShipped waiting"


def test_tracking_for_a_job_of_a_flow_that_says_no_item_shipped_is_kept_and_told(
    shop: Shop,
) -> None:
    shop = with_flow(shop, stages=a_flow().stages[:4])
    job = job_on_floor(shop)
    note(shop, job, "packed")

    told = ship_item(shop, job, CODE)

    assert told == "kept; nothing is sent: no stage of its flow says ItemShipped"


def test_tracking_for_a_job_taken_out_of_its_shipping_stage_tells_when_it_goes_out(
    shop: Shop, job: Job
) -> None:
    note(shop, job, "hold")
    told = ship_item(shop, job, CODE)
    assert told == "kept; ItemShipped goes out when the job is back in a stage of its flow"
